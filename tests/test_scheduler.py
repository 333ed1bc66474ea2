"""The scheduler's behaviour: what it publishes, records, tells and leaves alone, over real desks and a clock that is moved."""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import os
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from brief import BriefError, issue, ledger, load, word
from brief.builder import Builder
from brief.cli import cli
from brief.cli.log import show_log
from brief.ledger import Entry, Ledger, NewerError
from brief.model import Cadence, Schedule
from brief.receipts import Receipt
from brief.scheduler import alarm, heartbeat
from brief.scheduler.jobs import Answer, Job, fault
from brief.scheduler.service import Scheduler, World
from brief.scheduler.worker import Worker
from conftest import BRIEFING, SEEDS, TEMPLATE, MakeDesk, write

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
WEEK = 7 * DAY
DUE = dt.datetime(2025, 3, 10, 6, tzinfo=dt.UTC)
"""When the edition of 10 March is due: seven in the morning, in Brussels."""
TENTH = DUE.date()
SEVENTEENTH, TWENTY_FOURTH, THIRTY_FIRST = (TENTH + weeks * WEEK for weeks in (1, 2, 3))

WEEKLY = '{every: week, on: monday, at: "07:00"}'
BROKEN_TEMPLATE = "{{ nonsense }}\n"


def briefing(schedule: str = "", covers: str = "{days: 7}", **more: str) -> str:
    """A briefing, its schedule with what is added to it."""
    text = BRIEFING.replace(WEEKLY, WEEKLY.replace("}", f", {schedule}}}") if schedule else WEEKLY)
    lines = "".join(f"{key}: {value}\n" for key, value in more.items())
    return text.replace("{days: 7}", covers) + lines


def faulty_item(topic: str = "broken", **more: str) -> str:
    """Seeds with an event whose source doesn't exist; `more` of its keys."""
    event = {"id": "bad", "title": "Bad", "kind": "meeting", "status": "held", "date": "2025-03-06", "topics": f"[{topic}]"}
    event |= {"summary": "It was bad.", "sources": "[nobody]", **more}
    return "events:\n  - {" + ", ".join(f"{key}: {value}" for key, value in event.items()) + "}\n"


class Builds:
    """Builds in this process, or answers what a test wants; `hold` keeps the answers back."""

    def __init__(self, root: Path, outputs: tuple[Path, ...]) -> None:
        self._worker = Worker(root, outputs)
        self.answer: Callable[[Job], Answer] = self._worker.answer
        self.waiting: list[Job] = []
        self.made: list[tuple[str, dt.date]] = []
        self.hold = False

    @property
    def jobs(self) -> list[Job]:
        return list(self.waiting)

    def submit(self, job: Job) -> None:
        self.waiting.append(job)

    def wait(self, timeout: float, wake: int) -> Iterator[tuple[Job, Answer]]:
        if not self.waiting or self.hold:
            time.sleep(min(timeout, 0.02))
        while self.waiting and not self.hold:
            job = self.waiting.pop(0)
            if job.date:
                self.made.append((job.slug, job.date))
            yield job, self.answer(job)

    def stop(self) -> None:
        self.waiting.clear()


class Office:
    """A desk, the time it is there, its scheduler, and what that one logs."""

    def __init__(self, root: Path) -> None:
        self.root, self.output, self.state = root, root / "output", root / "output" / ".brief"
        self.now = DUE - DAY
        self.seconds = 0.0
        self.rest = 0.0
        self.lines: list[logging.LogRecord] = []
        self.builds: Builds
        self.scheduler: Scheduler

    def start(self, at: dt.datetime | None = None, mode: Literal["service", "once"] = "service") -> None:
        """Begin anew, as after a death or a restart."""
        self.now = at or self.now
        desk = load(self.root, whole=False)
        assert not desk.fatal
        self.builds = Builds(desk.root, (desk.output, desk.state))
        world = World(lambda: self.now, self.builds, proves, lambda: self.seconds, self.rest)
        self.scheduler = Scheduler(desk, world, mode)
        self.scheduler.begin()
        self._work()

    def look(self, at: dt.datetime | None = None) -> None:
        """Look at this time, and have done what is to be done."""
        self.now = at or self.now
        self.scheduler.look()
        self._work()

    def _work(self) -> None:
        for job, answer in self.builds.wait(0, 0):
            self.scheduler.settle(job, answer)

    def listen(self, until: Callable[[], bool], seconds: float = 5.0) -> bool:
        """Look until something has come true."""
        deadline = time.monotonic() + seconds
        while not until() and time.monotonic() < deadline:
            time.sleep(0.02)
            self.look()
        return until()

    # What is there

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        for path, content in files.items():
            write(self.root / path, content)

    def ledger(self, slug: str = "weekly") -> Path:
        return ledger.path_of(self.state, slug)

    def record(self, slug: str = "weekly") -> Ledger:
        found = ledger.read(self.state, slug)
        assert found
        return found

    def entry(self, date: dt.date = TENTH, slug: str = "weekly") -> Entry:
        return self.record(slug).entries[date]

    def states(self, slug: str = "weekly") -> dict[dt.date, str]:
        return {date: entry.state for date, entry in sorted(self.record(slug).entries.items())}

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.output.glob("*/*.docx"))

    def receipt(self, date: dt.date = TENTH, slug: str = "weekly") -> Path:
        return self.state / slug / f"{date}.json"

    def window(self, date: dt.date, slug: str = "weekly") -> tuple[dt.date, dt.date]:
        receipt = Receipt.from_json(self.receipt(date, slug).read_text("utf-8"))
        return receipt.start, receipt.end

    def by_hand(self, date: dt.date = TENTH, slug: str = "weekly") -> Path:
        path = issue(Builder(load(self.root)), slug, date).path
        assert path
        return path

    # What was told

    def events(self, slug: str = "weekly") -> list[str]:
        return [event for event, of, _ in map(_values, self.lines) if of == slug]

    def told(self, event: str, slug: str = "weekly") -> list[str]:
        return [line.getMessage() for line in self.lines if _values(line)[:2] == (event, slug)]


def _values(line: logging.LogRecord) -> tuple[str, str, dt.date | None]:
    values = line.__dict__["values"]
    return values["event"], values["briefing"], values["edition"]


@functools.cache
def _identifier(data: bytes) -> str:
    return word.identifier(data)


def proves(name: str, data: bytes) -> bool:
    return _identifier(data) == name


class _Kept(logging.Handler):
    def __init__(self, lines: list[logging.LogRecord]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record)


Open = Callable[..., Office]


@pytest.fixture
def desk(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> Open:
    """A function that makes a desk with certain files; its scheduler is to be started."""
    log = logging.getLogger("brief.scheduler")
    monkeypatch.setattr(log, "level", logging.INFO)
    log.manager._clear_cache()  # type: ignore[attr-defined]

    def make(files: Mapping[str, str | bytes | None] | None = None) -> Office:
        office = Office(make_desk(files))
        monkeypatch.setattr(log, "handlers", [_Kept(office.lines)])
        return office

    return make


def test_an_edition_is_published_when_it_is_due_and_not_before(desk: Open) -> None:
    office = desk()
    office.start(DUE - HOUR)
    assert office.events() == ["taken up"]
    office.look(DUE - dt.timedelta(seconds=1))
    assert (office.files, office.states()) == ([], {})
    office.look(DUE)
    assert office.files == ["2025-03-10-weekly.docx"]
    entry = office.entry()
    assert (entry.state, entry.due, entry.at, entry.attempts, entry.reason) == ("published", DUE, DUE, 1, "")
    assert entry.file == "weekly/2025-03-10-weekly.docx"
    assert entry.sha256 == json.loads(office.receipt().read_text("utf-8"))["sha256"]
    for minutes in (1, 30, 600):
        office.look(DUE + minutes * MINUTE)
    assert office.builds.made == [("weekly", TENTH)]
    assert office.events() == ["taken up", "published"]
