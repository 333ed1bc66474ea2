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
from brief.errors import Place, Problem
from brief.ledger import Entry, Ledger, NewerError
from brief.model import Cadence, Schedule
from brief.receipts import Receipt
from brief.scheduler import alarm, heartbeat, service, watch
from brief.scheduler.jobs import Answer, Job, fault
from brief.scheduler.service import Scheduler
from brief.scheduler.worker import Worker
from brief.scheduler.world import World
from conftest import BRIEFING, SEEDS, TEMPLATE, MakeDesk, write

SECOND, MINUTE, HOUR, DAY = (dt.timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86400))
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
    """Builds in this process, or answers what a test wants; `checks` the desk when asked to, which takes a while."""

    def __init__(self, root: Path, outputs: tuple[Path, ...], *, checks: bool = False) -> None:
        self.checks = checks
        self._worker = Worker(root, outputs)
        self.answer: Callable[[Job], Answer] = self._worker.answer
        self.waiting: list[Job] = []
        self.made: list[tuple[str, dt.date]] = []

    @property
    def jobs(self) -> list[Job]:
        return list(self.waiting)

    def submit(self, job: Job) -> None:
        if job.date or self.checks:
            self.waiting.append(job)

    def wait(self, timeout: float, wake: int) -> Iterator[tuple[Job, Answer]]:
        if not self.waiting:
            time.sleep(min(timeout, 0.02))
        while self.waiting:
            job = self.waiting.pop(0)
            if job.date:
                self.made.append((job.slug, job.date))
            assert len(self.made) < 100, "it never stops trying"
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
        self.checks = False
        self.lines: list[logging.LogRecord] = []
        self.builds: Builds
        self.scheduler: Scheduler
        self.alarms: list[alarm.Alarm] = []

    def start(self, at: dt.datetime | None = None, mode: Literal["service", "once"] = "service") -> None:
        """Begin anew, as after a death or a restart."""
        self.now = at or self.now
        desk = load(self.root, whole=False)
        assert not desk.fatal
        self.builds = Builds(desk.root, (desk.output, desk.state), checks=self.checks)
        world = World(lambda: self.now, self.builds, proves, lambda: self.seconds, self.rest)
        self.scheduler = Scheduler(desk, world, mode)
        self.alarms.append(self.scheduler._alarm)
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

    def listen(self, until: Callable[[], bool], seconds: float = 60.0) -> bool:
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
def desk(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A function that makes a desk with certain files; its scheduler is to be started."""
    offices: list[Office] = []
    log = logging.getLogger("brief.scheduler")
    log.setLevel(logging.INFO)

    def make(files: Mapping[str, str | bytes | None] | None = None) -> Office:
        office = Office(make_desk(files))
        offices.append(office)
        monkeypatch.setattr(log, "handlers", [_Kept(office.lines)])
        return office

    yield make
    for calls in (calls for office in offices for calls in office.alarms):
        calls.stop()


Run = Callable[..., Result]


@pytest.fixture
def brief_schedule(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A function that runs `brief schedule` in a desk at a time, with a certain exit code; it builds in this process."""

    def run(office: Office, *words: str, at: dt.datetime = DUE, code: int = 0) -> Result:
        monkeypatch.setattr("brief.cli.schedule._now", lambda: at)
        monkeypatch.setattr("brief.cli.schedule.Workshop", lambda root, outputs, limit, anew: Builds(root, outputs))
        monkeypatch.setattr("brief.cli.schedule.World", functools.partial(World, rest=0.0))
        result = CliRunner().invoke(cli, ["--desk", str(office.root), "schedule", *words], prog_name="brief")
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    log = logging.getLogger("brief")
    before = log.handlers, log.propagate, log.level
    yield run
    log.handlers, log.propagate = before[:2]
    log.setLevel(before[2])


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


# The record


def test_the_record_is_plain_json_with_one_line_an_edition(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - HOUR)
    office.look(DUE + WEEK)
    text = office.ledger().read_text("utf-8")
    data = json.loads(text)
    assert data["version"] == 1
    assert data["briefing"] == "weekly"
    assert data["cadence"]["schedule"] == {"every": "week", "on": "monday", "at": "07:00:00", "catch_up": "all"}
    assert (data["cadence"]["timezone"], data["cadence"]["first"]) == ("Europe/Brussels", "2024-11-11")
    assert list(data["editions"]) == ["2025-03-10", "2025-03-17"]
    lines = [line for line in text.splitlines() if line.startswith('"2025-')]
    assert [json.loads(f"{{{line.rstrip(',')}}}") for line in lines] == [
        {date: entry} for date, entry in data["editions"].items()
    ]
    assert data["editions"]["2025-03-10"] == {
        "due": "2025-03-10T06:00:00+00:00",
        "state": "published",
        "at": "2025-03-17T06:00:00+00:00",
        "file": "weekly/2025-03-10-weekly.docx",
        "sha256": office.entry().sha256,
        "attempts": 1,
    }


days = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
instants = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 12, 31), timezones=st.just(dt.UTC))
words = st.text(st.characters(codec="utf-8"), max_size=20)
WEEKDAYS = ("monday", "sunday")
DAYS_OF = {"day": (None,), "weekday": (None,), "week": WEEKDAYS, "two weeks": WEEKDAYS, "month": (1, 31, "last friday")}
schedules = st.sampled_from(list(DAYS_OF)).flatmap(
    lambda every: st.builds(
        Schedule,
        st.just(every),
        st.sampled_from(DAYS_OF[every]),
        st.times(),
        st.sampled_from(["latest", "all", "none"]),
        st.none() | days,
        st.none() | days,
        st.lists(days, max_size=3).map(tuple),
    )
)
cadences = st.builds(Cadence, schedules, st.sampled_from(["Europe/Brussels", "Pacific/Apia"]), st.none() | days)
entries = st.builds(
    Entry,
    instants,
    st.sampled_from(["due", "published", "skipped", "failed"]),
    instants,
    words,
    words,
    words,
    st.integers(0, 1000),
    st.none() | instants,
    words,
    words,
)


@given(
    st.builds(
        Ledger,
        words,
        instants,
        instants,
        st.lists(instants, max_size=3).map(tuple),
        instants,
        st.none() | cadences,
        st.dictionaries(days, entries, max_size=4),
    )
)
@settings(deadline=None, max_examples=60)
def test_a_record_read_back_is_the_one_that_was_written(record: Ledger) -> None:
    assert Ledger.from_json(record.to_json()) == record


def _with(*path: str, value: object) -> Callable[[bytes], bytes]:
    def damage(text: bytes) -> bytes:
        data = inner = json.loads(text)
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        return json.dumps(data).encode()

    return damage


def _without(key: str) -> Callable[[bytes], bytes]:
    return lambda text: json.dumps({name: value for name, value in json.loads(text).items() if name != key}).encode()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda text: b"",
    "zeros, as after a power cut": lambda text: bytes(len(text)),
    "cut off": lambda text: text[: len(text) // 2],
    "cut off by a character": lambda text: text[:-2],
    "no JSON": lambda text: b"the ledger of the weekly",
    "no text": lambda text: b"\xff\xfe" + text,
    "a list": lambda text: b"[]",
    "nothing": lambda text: b"null",
    "nested without end": lambda text: b"[" * 100_000,
    "no version": _without("version"),
    "a version that is no number": _with("version", value="one"),
    "no cadence": _without("cadence"),
    "a cadence that is a number": _with("cadence", value=7),
    "a cadence without schedule": _with("cadence", value={"timezone": "UTC"}),
    "an instant without zone": _with("looked", value="2025-03-10T06:00:00"),
    "an instant that is a number": _with("since", value=1741586400),
    "no instant": _with("reached", value="yesterday"),
    "editions in a list": _with("editions", value=[]),
    "no date": _with("editions", "tomorrow", value={}),
    "an edition that is text": _with("editions", "2025-03-10", value="published"),
    "an edition without anything": _with("editions", "2025-03-10", value={}),
    "an unknown state": _with("editions", "2025-03-10", "state", value="lost"),
    "an unknown key": _with("editions", "2025-03-10", "colour", value="blue"),
    "an edition's instant without zone": _with("editions", "2025-03-10", "due", value="2025-03-10T06:00:00"),
    "attempts that are text": _with("editions", "2025-03-10", "attempts", value="one"),
    "a file that is a number": _with("editions", "2025-03-10", "file", value=5),
    "a reason that is a list": _with("editions", "2025-03-10", "reason", value=["none"]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_record_is_set_aside_and_made_anew_from_the_published_files(desk: Open, damage: str) -> None:
    office = desk()
    office.start(DUE - HOUR)
    office.look(DUE)
    damaged = DAMAGES[damage](office.ledger().read_bytes())
    office.ledger().write_bytes(damaged)
    office.start(DUE + 2 * DAY)
    (told,) = office.told("rebuilt")
    aside = office.ledger().with_name("ledger-damaged-20250312T060000Z.json")
    assert str(office.ledger()) in told
    assert aside.name in told
    assert aside.read_bytes() == damaged
    entry = office.entry()
    assert (entry.state, entry.due, entry.file) == ("published", DUE, "weekly/2025-03-10-weekly.docx")
    assert (office.builds.made, office.files) == ([], ["2025-03-10-weekly.docx"])
    assert not office.told("fault")
    office.builds.answer = lambda job: Answer("empty")
    office.look(DUE + WEEK)
    assert office.builds.made == [("weekly", SEVENTEENTH)]
    assert Ledger.from_json(office.ledger().read_text("utf-8")) == office.record()


@pytest.mark.parametrize(
    "change",
    [
        _with("cadence", "timezone", value=5),
        _with("cadence", "timezone", value="Europe/Nowhere"),
        _with("cadence", "schedule", "every", value="fortnight"),
        _with("cadence", "schedule", "on", value=["monday"]),
    ],
)
def test_a_record_with_an_impossible_cadence_is_damaged_too(desk: Open, change: Callable[[bytes], bytes]) -> None:
    office = desk()
    office.start(DUE - HOUR)
    with pytest.raises(ValueError, match="damaged"):
        Ledger.from_json(change(office.ledger().read_bytes()).decode())


def test_a_damaged_record_of_a_briefing_that_is_broken_waits_until_it_is_mended(desk: Open) -> None:
    office = desk()
    office.start(DUE - HOUR)
    office.look(DUE)
    office.write({"output/.brief/weekly/ledger.json": "{", "briefings/weekly.yaml": "titel: X\n"})
    office.start(DUE + DAY)
    assert office.told("fault") == [f"{office.ledger()}: {_damage('{')}; it is made anew once the briefing is mended"]
    assert office.ledger().read_text("utf-8") == "{"
    office.write({"briefings/weekly.yaml": BRIEFING})
    office.look()
    assert office.states() == {TENTH: "published"}


def _damage(text: str) -> str:
    with pytest.raises(ValueError, match=r".+") as caught:
        Ledger.from_json(text)
    return str(caught.value)


def test_what_lacks_among_the_published_files_is_on_the_record_that_is_made_anew(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - HOUR)
    office.look(DUE + 2 * WEEK)
    office.write({"output/weekly/2025-03-17-weekly.docx": None, "output/.brief/weekly/2025-03-17.json": None})
    office.ledger().write_text("")
    office.start(DUE + 3 * WEEK - DAY)
    assert office.states() == {TENTH: "published", SEVENTEENTH: "skipped", TWENTY_FOURTH: "published"}
    assert office.entry(SEVENTEENTH).reason == "no file was found when the record was rebuilt"
    assert office.told("rebuilt")[0].endswith("made anew from 2 published editions")
    assert office.builds.made == []


def test_after_a_record_is_made_anew_what_was_due_since_the_last_file_is_made_up_for(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - HOUR)
    office.look(DUE)
    office.ledger().write_text("")
    office.start(DUE + 2 * WEEK + HOUR)
    assert office.builds.made == [("weekly", SEVENTEENTH), ("weekly", TWENTY_FOURTH)]
    assert set(office.states().values()) == {"published"}


def test_an_edition_published_ahead_of_its_time_takes_none_before_it_from_a_record_that_is_made_anew(desk: Open) -> None:
    office = desk()
    office.start(DUE - HOUR)
    office.look(DUE)
    office.by_hand(THIRTY_FIRST)
    office.ledger().write_text("")
    office.start(DUE + DAY)
    office.look(DUE + WEEK)
    assert office.states()[SEVENTEENTH] == "published"


def test_a_record_that_is_made_anew_owes_nothing_from_before_there_was_a_scheduler(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.by_hand(TENTH - 5 * WEEK)
    office.start(DUE - 2 * DAY)
    office.scheduler.end()
    office.ledger().write_text("{")
    office.start(DUE - DAY)
    office.look(DUE)
    assert office.builds.made == [("weekly", TENTH)]


def test_a_record_is_made_anew_where_nothing_was_ever_published(desk: Open) -> None:
    office = desk({"output/.brief/weekly/ledger.json": "{"})
    office.start(DUE + DAY)
    assert office.told("rebuilt")[0].endswith("and made anew from 0 published editions")
    assert office.states() == {}
    office.look(DUE + WEEK)
    assert office.states() == {SEVENTEENTH: "published"}


TWO = {"briefings/other.yaml": BRIEFING}


def test_a_record_of_a_later_version_is_left_as_it_is_and_the_other_briefings_go_on(desk: Open, brief_schedule: Run) -> None:
    office = desk(TWO)
    office.start(DUE - HOUR)
    newer = _with("version", value=2)(office.ledger().read_bytes())
    office.ledger().write_bytes(newer)
    office.start(DUE)
    (told,) = office.told("fault")
    assert "was written by a later version of brief" in told
    assert "move the file away to begin a new record" in told
    assert office.ledger().read_bytes() == newer
    assert office.files == ["2025-03-10-other.docx"]
    result = brief_schedule(office, "--once", at=DUE + WEEK, code=1)
    assert "later version" in result.stderr
    assert office.ledger().read_bytes() == newer
    assert office.files == ["2025-03-10-other.docx", "2025-03-17-other.docx"]
    with pytest.raises(NewerError):
        ledger.read(office.state, "weekly")


@pytest.mark.parametrize("obstacle", ["a folder", "a later version's"])
def test_a_record_that_was_in_the_way_is_taken_up_once_it_is_gone(desk: Open, obstacle: str) -> None:
    office = desk(TWO)
    office.start(DUE - DAY)
    record = office.ledger().read_bytes()
    if obstacle == "a folder":
        office.ledger().unlink()
        office.ledger().mkdir()
    else:
        office.ledger().write_bytes(_with("version", value=2)(record))
    office.start(DUE)
    assert len(office.told("fault")) == 1
    assert office.files == ["2025-03-10-other.docx"]
    for minutes in range(3):
        office.look(DUE + minutes * MINUTE)
    assert len(office.told("fault")) == 1
    shutil.rmtree(office.ledger()) if obstacle == "a folder" else office.ledger().unlink()
    office.ledger().write_bytes(record)
    office.look(DUE + 2 * HOUR)
    assert office.files == ["2025-03-10-other.docx", "2025-03-10-weekly.docx"]


def test_a_record_that_cannot_be_read_is_a_failure_of_a_single_run(desk: Open, brief_schedule: Run) -> None:
    office = desk(TWO)
    office.ledger().mkdir(parents=True)
    result = brief_schedule(office, "--once", code=1)
    assert "Is a directory" in result.stderr
    assert list(office.record("other").entries) == [TENTH]


# What is there already


def test_an_edition_published_by_hand_before_it_was_due_is_taken_for_done(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    office.by_hand()
    office.look(DUE - HOUR)
    assert office.states() == {}
    office.look(DUE)
    entry = office.entry()
    assert (entry.state, entry.reason, entry.attempts) == ("published", "was published already", 0)
    assert entry.sha256 == json.loads(office.receipt().read_text("utf-8"))["sha256"]
    assert (office.builds.made, office.files) == ([], ["2025-03-10-weekly.docx"])
    assert office.told("published") == [f"{office.output / entry.file} (was published already)"]


def test_a_revision_made_by_hand_is_the_one_on_record(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    office.by_hand()
    office.write({"seeds/seeds.yaml": SEEDS.replace("They **talked**", "They agreed")})
    office.by_hand()
    office.look(DUE)
    assert office.entry().file == "weekly/2025-03-10-weekly-r2.docx"
    assert len(office.files) == 2


@pytest.mark.parametrize("since", ["nothing has changed", "inputs have changed", "the template is broken"])
def test_a_file_that_proves_itself_is_adopted_without_its_receipt(desk: Open, since: str) -> None:
    office = desk()
    office.start(DUE - DAY)
    path = office.by_hand()
    office.receipt().unlink()
    before = path.read_bytes()
    if since == "inputs have changed":
        office.write({"seeds/seeds.yaml": SEEDS.replace("They **talked**", "They agreed")})
    elif since == "the template is broken":
        office.write({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    office.look(DUE)
    office.look(DUE + HOUR)
    assert office.states() == {TENTH: "published"}
    assert office.files == ["2025-03-10-weekly.docx"]
    assert path.read_bytes() == before
    assert not office.told("failed")
    assert len(office.told("adopted") + office.told("published")) == 1


@pytest.mark.parametrize("content", ["no Word file", "of another date", "of another briefing"])
def test_a_foreign_file_of_that_name_is_left_alone_and_the_edition_published_beside_it(desk: Open, content: str) -> None:
    office = desk(TWO)
    office.start(DUE - DAY)
    path = office.output / "weekly" / "2025-03-10-weekly.docx"
    other = {"of another date": ("weekly", SEVENTEENTH), "of another briefing": ("other", TENTH)}.get(content)
    foreign = office.by_hand(other[1], other[0]).read_bytes() if other else b"minutes of a meeting"
    write(path, foreign)
    office.look(DUE)
    office.look(DUE + HOUR)
    assert path.read_bytes() == foreign
    entry = office.entry()
    assert (entry.state, entry.file, entry.attempts, entry.reason) == ("published", "weekly/2025-03-10-weekly-r2.docx", 1, "")
    assert "2025-03-10-weekly-r2.docx" in office.files
    assert office.told("published") == [str(office.output / entry.file)]


def test_a_receipt_whose_file_is_gone_is_told_and_the_file_is_not_made_again(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    office.by_hand().unlink()
    office.look(DUE)
    assert office.states() == {TENTH: "published"}
    (told,) = office.told("warning")
    assert "2025-03-10-weekly.docx" in told
    assert "the published file is gone" in told
    assert (office.builds.made, office.files) == ([], [])


def test_a_published_file_that_was_taken_away_is_told_at_the_next_start(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    office.look(DUE)
    path = office.output / office.entry().file
    path.unlink()
    office.look(DUE + HOUR)
    assert not office.told("gone")
    office.start(DUE + 2 * HOUR)
    office.look(DUE + 3 * HOUR)
    assert office.told("gone") == [f"1 published file is there no more, the last of them {path}"]
    assert (office.builds.made, office.files, office.states()) == ([], [], {TENTH: "published"})


def test_what_was_published_as_the_scheduler_died_is_recorded_at_the_next_start(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    record = office.ledger().read_bytes()
    office.look(DUE)
    office.ledger().write_bytes(record)
    (office.state / "heartbeat.json").unlink()
    office.start(DUE + MINUTE)
    assert office.states() == {TENTH: "published"}
    assert (office.builds.made, office.files) == ([], ["2025-03-10-weekly.docx"])


# What was missed

MISSED = DUE + 3 * WEEK + HOUR
"""An hour after the fourth edition was due."""


def test_of_several_missed_the_latest_is_published_and_the_others_are_skipped(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    office.start(MISSED)
    assert office.states() == {TENTH: "skipped", SEVENTEENTH: "skipped", TWENTY_FOURTH: "skipped", THIRTY_FIRST: "published"}
    assert {office.entry(date).reason for date in (TENTH, SEVENTEENTH, TWENTY_FOURTH)} == {
        "missed, and followed by the edition of 2025-03-31"
    }
    assert office.window(THIRTY_FIRST) == (TWENTY_FOURTH, THIRTY_FIRST - DAY)
    assert office.builds.made == [("weekly", THIRTY_FIRST)]
    assert office.events()[1:] == ["skipped"] * 3 + ["published"]


def test_of_several_missed_all_are_published_where_all_are_wanted_each_with_its_own_window(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - DAY)
    office.start(MISSED)
    dates = [TENTH, SEVENTEENTH, TWENTY_FOURTH, THIRTY_FIRST]
    assert office.builds.made == [("weekly", date) for date in dates]
    assert [office.window(date) for date in dates] == [(date - WEEK, date - DAY) for date in dates]
    assert set(office.states().values()) == {"published"}


def test_of_several_missed_none_is_published_where_none_is_wanted(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: none")})
    office.start(DUE - DAY)
    office.start(MISSED)
    assert set(office.states().values()) == {"skipped"}
    assert len(office.states()) == 4
    assert office.entry(THIRTY_FIRST).reason == "missed, and not to be made up for (catch_up: none)"
    assert office.files == []
    office.look(DUE + 4 * WEEK - HOUR + 14 * MINUTE)  # it is summer now
    assert office.files == ["2025-04-07-weekly.docx"]


def test_a_briefing_that_is_new_owes_nothing_from_before(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(MISSED)
    office.write({"briefings/newer.yaml": briefing("catch_up: all")})
    office.look(MISSED + HOUR)
    assert office.events() == office.events("newer") == ["taken up"]
    assert office.states() == office.states("newer") == {}
    office.look(DUE + 4 * WEEK)
    assert office.files == ["2025-04-07-newer.docx", "2025-04-07-weekly.docx"]


def test_a_briefing_first_seen_minutes_after_an_edition_was_due_still_has_it(desk: Open) -> None:
    office = desk()
    office.start(DUE + 10 * MINUTE)
    assert office.states() == {TENTH: "published"}


def test_a_briefing_on_demand_till_now_owes_nothing_from_before(desk: Open) -> None:
    on_demand = BRIEFING.replace(f"schedule: {WEEKLY}\nfirst_edition: 2024-11-11\n", "")
    office = desk({"briefings/weekly.yaml": on_demand})
    office.start(DUE - DAY)
    office.look(DUE + 2 * WEEK)
    assert office.files == []
    office.write({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.look(MISSED)
    assert (office.files, office.states()) == ([], {})
    office.look(DUE + 4 * WEEK)
    assert office.files == ["2025-04-07-weekly.docx"]


def test_days_that_are_left_out_and_those_after_the_last_have_no_edition(desk: Open) -> None:
    schedule = "catch_up: all, except: [2025-03-17], until: 2025-03-24"
    office = desk({"briefings/weekly.yaml": briefing(schedule)})
    office.start(DUE - DAY)
    for weeks in range(6):
        office.look(DUE + weeks * WEEK)
    assert office.states() == {TENTH: "published", TWENTY_FOURTH: "published"}
    assert office.files == ["2025-03-10-weekly.docx", "2025-03-24-weekly.docx"]


def test_after_skipped_editions_one_that_goes_on_from_the_last_covers_what_they_would_have(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing(covers="{since: previous}")})
    office.start(DUE - DAY)
    office.look(DUE)
    office.start(MISSED)
    assert office.states() == {
        TENTH: "published",
        SEVENTEENTH: "skipped",
        TWENTY_FOURTH: "skipped",
        THIRTY_FIRST: "published",
    }
    assert office.window(THIRTY_FIRST) == (TENTH, THIRTY_FIRST - DAY)


def test_editions_made_up_for_one_after_the_other_join_their_windows(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all", "{since: previous}")})
    office.start(DUE - DAY)
    office.start(MISSED)
    windows = [office.window(TENTH + weeks * WEEK) for weeks in range(4)]
    assert [start for start, _ in windows[1:]] == [end + DAY for _, end in windows[:-1]]
    assert [end for _, end in windows] == [TENTH - DAY + weeks * WEEK for weeks in range(4)]


def test_an_edition_with_nothing_to_tell_is_skipped_where_the_briefing_asks_and_the_next_covers_its_days(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing(covers="{since: previous}", when_empty="skip")})
    office.start(DUE - DAY)
    for weeks in range(2):
        office.look(DUE + weeks * WEEK)
    assert office.states() == {TENTH: "published", SEVENTEENTH: "skipped"}
    assert office.entry(SEVENTEENTH).reason == "nothing happened in its window"
    office.write({"seeds/seeds.yaml": SEEDS + textwrap.indent(LATE, "  ")})
    office.look(DUE + 2 * WEEK)
    assert office.window(TWENTY_FOURTH) == (TENTH, TWENTY_FOURTH - DAY)


LATE = """\
- {id: late, title: Late, kind: meeting, status: held, date: 2025-03-12, summary: It came out late., sources: [herald]}
"""


def test_an_edit_of_the_cadence_is_told_and_owes_nothing_from_before(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - DAY)
    for days in range(2, 9):
        office.look(DUE - DAY + days * DAY)
    office.write({"briefings/weekly.yaml": briefing("catch_up: all").replace("monday", "tuesday")})
    office.look(DUE + 8 * DAY + HOUR)
    assert office.told("rescheduled") == ["the next edition, of 2025-03-25, is due at 07:00 Europe/Brussels"]
    assert office.states() == {TENTH: "published", SEVENTEENTH: "published", dt.date(2025, 3, 18): "published"}


def test_a_briefing_taken_away_and_put_back_with_another_cadence_owes_nothing_from_before(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - DAY)
    office.scheduler.end()
    office.start(DUE - HOUR)
    for weeks in range(3):
        office.look(DUE + weeks * WEEK)
    office.write({"briefings/weekly.yaml": None})
    office.look(DUE + 2 * WEEK + HOUR)
    assert office.told("dropped") == ["its file is gone"]
    office.write({"briefings/weekly.yaml": briefing("catch_up: all").replace("monday", "wednesday")})
    office.look(DUE + 2 * WEEK + 2 * HOUR)
    assert office.states() == {TENTH: "published", SEVENTEENTH: "published", TWENTY_FOURTH: "published"}


def test_a_briefing_taken_away_and_put_back_goes_on_with_its_record(desk: Open) -> None:
    office = desk(TWO)
    office.start(DUE - DAY)
    office.look(DUE)
    office.write({"briefings/weekly.yaml": None})
    office.look(DUE + DAY)
    office.look(DUE + WEEK)
    assert office.files == ["2025-03-10-other.docx", "2025-03-10-weekly.docx", "2025-03-17-other.docx"]
    assert not office.told("failed")
    office.write({"briefings/weekly.yaml": BRIEFING})
    office.look(DUE + WEEK + DAY)
    assert len(office.told("taken up")) == 2
    office.look(DUE + 2 * WEEK)
    assert office.states()[TENTH] == office.states()[TWENTY_FOURTH] == "published"
    assert office.files.count("2025-03-10-weekly.docx") == 1


@pytest.mark.parametrize("catch_up", ["latest", "all", "none"])
def test_an_edition_that_is_due_no_more_is_skipped_for_that_reason(desk: Open, catch_up: str) -> None:
    office = desk({"briefings/weekly.yaml": briefing(f"catch_up: {catch_up}")})
    office.start(DUE - DAY)
    office.builds.answer = lambda _: Answer("changed")
    office.look(DUE)
    assert office.states() == {TENTH: "due"}
    office.write({"briefings/weekly.yaml": briefing(f"catch_up: {catch_up}").replace("monday", "tuesday")})
    office.start(DUE + HOUR)
    assert office.entry().reason == "the schedule was changed, and it is due no more"


def test_a_picture_of_any_kind_that_is_mended_is_noticed(tmp_path: Path) -> None:
    for name in ("a.png", "b.jpg", "c.jpeg", "d.gif"):
        before = watch.fingerprint(tmp_path)
        (tmp_path / name).write_bytes(b"")
        assert watch.fingerprint(tmp_path) != before


# A clock that is wrong


def test_a_clock_that_was_ahead_and_put_right_is_forgotten_when_the_time_it_showed_comes(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: none")})
    office.start(DUE - DAY)
    office.look(DUE)
    office.look(DUE + 10 * WEEK + DAY)
    office.look(DUE + HOUR)
    office.write({"briefings/weekly.yaml": briefing("catch_up: none").replace("monday", "tuesday")})
    office.look(DUE + WEEK)
    office.look(DUE + 2 * WEEK)
    office.start(DUE + 11 * WEEK)
    tuesdays = {TENTH + DAY + weeks * WEEK for weeks in range(1, 11)}
    assert tuesdays <= office.states().keys()


def test_what_a_clock_that_was_not_set_says_brings_no_edition_of_the_past(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - 10 * WEEK)
    office.look(DUE)
    before = office.states()
    office.start(dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
    office.write({"briefings/weekly.yaml": briefing("catch_up: all").replace("monday", "tuesday")})
    office.look(dt.datetime(2024, 6, 5, tzinfo=dt.UTC))
    office.look(DUE + 2 * DAY)
    assert office.states() == before | {TENTH + DAY: "published"}


def test_a_clock_that_was_never_set_after_one_that_ran_ahead_brings_no_edition_of_the_past_either(desk: Open) -> None:
    office = desk({"briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - 10 * WEEK)
    office.look(DUE)
    office.look(DUE + 5 * WEEK)
    office.look(DUE + HOUR)
    before = office.states()
    office.write({"briefings/weekly.yaml": briefing("catch_up: all").replace("monday", "tuesday")})
    for year in (2024, 2023):
        office.start(dt.datetime(year, 6, 1, tzinfo=dt.UTC))
    office.look(DUE + 2 * DAY)
    assert office.states() == before | {TENTH + DAY: "published"}


# What fails


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_faulty_item_stops_only_its_briefing_which_waits_for_the_files_to_change(desk: Open, is_restarted: bool) -> None:
    files = {"briefings/weekly.yaml": briefing(select="{topics: [broken]}"), "seeds/bad.yaml": faulty_item()}
    office = desk({**files, "briefings/other.yaml": briefing(select="{topics: [france]}")})
    office.start(DUE - DAY)
    office.look(DUE)
    assert office.files == ["2025-03-10-other.docx"]
    entry = office.entry()
    assert (entry.state, entry.attempts, entry.retry_at) == ("failed", 1, None)
    assert entry.reason.startswith("seeds/bad.yaml:2:")
    assert "nobody" in entry.reason
    (told,) = office.told("failed")
    assert told == f"{entry.reason}; next try when the files change"
    for passed in (MINUTE, HOUR, DAY, 6 * DAY):
        if is_restarted:
            office.start(DUE + passed)
        office.look(DUE + passed)
    assert office.entry() == entry
    assert len(office.told("failed")) == 1
    office.write({"seeds/bad.yaml": faulty_item(sources="[herald]")})
    office.look()
    entry = office.entry()
    assert (entry.state, entry.attempts, entry.at, entry.due) == ("published", 2, DUE + 6 * DAY, DUE)
    assert office.files == ["2025-03-10-other.docx", "2025-03-10-weekly.docx"]


def test_a_late_edition_is_the_one_that_was_due(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    office.start(DUE - DAY)
    office.look(DUE)
    office.write({"templates/weekly.md.j2": TEMPLATE})
    office.look(DUE + 5 * DAY)
    assert office.files == ["2025-03-10-weekly.docx"]
    assert office.window(TENTH) == (TENTH - WEEK, TENTH - DAY)


def test_an_edit_that_mends_nothing_is_another_attempt_with_its_own_reason(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    office.start(DUE - DAY)
    office.look(DUE)
    first = office.entry()
    office.write({"templates/weekly.md.j2": "\n\n{{ rubbish }}\n"})
    office.look(DUE + MINUTE)
    entry = office.entry()
    assert entry.attempts == 2
    assert "nonsense" in first.reason
    assert "templates/weekly.md.j2:3:" in entry.reason
    assert "rubbish" in entry.reason


@pytest.mark.parametrize("is_restarted", [False, True])
def test_passing_faults_are_tried_again_after_1_5_15_and_60_minutes(desk: Open, is_restarted: bool) -> None:
    office = desk(TWO)
    office.start(DUE - DAY)

    def fail() -> None:
        build = office.builds.answer
        office.builds.answer = lambda job: fault(job.slug, "the printer is on fire") if job.slug == "weekly" else build(job)

    fail()
    office.look(DUE)
    at, tries = DUE, 1
    for minutes in (1, 5, 15, 60, 60, 60):
        at += minutes * MINUTE
        entry = office.entry()
        assert (entry.state, entry.attempts, entry.retry_at) == ("failed", tries, at)
        assert "the printer is on fire" in entry.reason
        if is_restarted:
            office.start(at - dt.timedelta(seconds=2))
            fail()
        office.look(at - dt.timedelta(seconds=1))
        assert office.entry().attempts == tries
        tries += 1
        office.look(at)
    assert [line.rpartition("; ")[2] for line in office.told("failed")][:2] == [
        "next try at 2025-03-10T06:01:00+00:00",
        "next try at 2025-03-10T06:06:00+00:00",
    ]
    assert office.events("other") == ["taken up", "published"]
    office.start(at + HOUR)
    assert (office.entry().state, office.entry().attempts) == ("published", tries + 1)


def test_a_passing_fault_is_tried_again_at_once_after_an_edit(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    build, office.builds.answer = office.builds.answer, lambda job: fault(job.slug, "the printer is on fire")
    for minutes in (0, 1, 6, 21):
        office.look(DUE + minutes * MINUTE)
    assert office.entry().retry_at == DUE + 81 * MINUTE
    office.builds.answer = build
    office.write({"seeds/more.yaml": "sources: []\n"})
    office.look(DUE + 22 * MINUTE)
    assert (office.entry().state, office.entry().attempts) == ("published", 5)


@pytest.mark.parametrize("call", ["find", "publish"])
def test_an_output_folder_that_cannot_be_reached_is_a_fault_that_passes(
    desk: Open, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    office = desk()
    office.start(DUE - DAY)

    def refuse(*arguments: object, **options: object) -> None:
        raise BriefError([Problem(Place("output"), "can't be read or written: Stale file handle", passing=True)])

    with monkeypatch.context() as patch:
        patch.setattr(service, call, refuse)
        office.look(DUE)
    entry = office.entry()
    assert (entry.state, entry.attempts, entry.retry_at) == ("failed", 1, DUE + MINUTE)
    assert "Stale file handle" in entry.reason
    office.look(DUE + MINUTE)
    assert office.states() == {TENTH: "published"}


def test_a_new_edition_takes_the_place_of_one_that_failed(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    office.start(DUE - DAY)
    office.look(DUE)
    office.look(DUE + WEEK)
    office.write({"templates/weekly.md.j2": TEMPLATE})
    office.look(DUE + WEEK + HOUR)
    assert office.states() == {TENTH: "failed", SEVENTEENTH: "published"}
    assert office.files == ["2025-03-17-weekly.docx"]


def test_every_edition_that_failed_is_made_up_for_where_all_are_wanted(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE, "briefings/weekly.yaml": briefing("catch_up: all")})
    office.start(DUE - DAY)
    office.look(DUE)
    office.look(DUE + WEEK)
    assert office.states() == {TENTH: "failed", SEVENTEENTH: "failed"}
    office.write({"templates/weekly.md.j2": TEMPLATE})
    office.look(DUE + WEEK + HOUR)
    assert office.states() == {TENTH: "published", SEVENTEENTH: "published"}
    assert office.builds.made[-2:] == [("weekly", TENTH), ("weekly", SEVENTEENTH)]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_broken_briefing_fails_when_it_would_have_been_due_and_is_published_once_mended(
    desk: Open, is_restarted: bool
) -> None:
    office = desk(TWO)
    office.checks = True
    office.start(DUE - DAY)
    office.write({"briefings/weekly.yaml": BRIEFING.replace("template:", "templat:")})
    if is_restarted:
        office.start(DUE - HOUR)
    office.look(DUE - MINUTE)
    assert office.states() == {}
    office.look(DUE)
    entry = office.entry()
    assert (entry.state, entry.due, entry.retry_at) == ("failed", DUE, None)
    assert entry.reason.startswith("briefings/weekly.yaml:2:1: error: template: is required")
    assert office.files == ["2025-03-10-other.docx"]
    office.write({"briefings/weekly.yaml": BRIEFING})
    office.look(DUE + HOUR)
    assert office.files == ["2025-03-10-other.docx", "2025-03-10-weekly.docx"]
    assert office.told("mended", "") == ["no problems are left in the desk"]
    assert office.told("rescheduled") == []


def test_an_edit_that_breaks_something_is_told_before_it_is_due(desk: Open) -> None:
    office = desk()
    office.checks = True
    office.start(DUE - 3 * DAY)
    office.look(DUE - 2 * DAY)
    assert office.told("problem", "") == []
    office.write({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    office.look(DUE - DAY)
    office.look(DUE - HOUR)
    (told,) = office.told("problem", "")
    assert told.startswith("templates/weekly.md.j2:1:")
    office.write({"templates/weekly.md.j2": TEMPLATE})
    office.look(DUE - MINUTE)
    assert office.told("mended", "") == ["no problems are left in the desk"]


def test_seeds_that_cannot_be_parsed_stop_all_until_they_are_mended(desk: Open) -> None:
    office = desk(TWO)
    office.start(DUE - DAY)
    office.write({"seeds/seeds.yaml": SEEDS + "events: [\n"})
    office.look(DUE)
    assert office.files == []
    assert all(office.entry(slug=slug).reason.startswith("seeds/seeds.yaml:") for slug in ("weekly", "other"))
    office.write({"seeds/seeds.yaml": SEEDS})
    office.look(DUE + HOUR)
    assert office.files == ["2025-03-10-other.docx", "2025-03-10-weekly.docx"]


def test_broken_settings_stop_all_until_they_are_mended(desk: Open) -> None:
    office = desk(TWO)
    office.checks = True
    office.start(DUE - DAY)
    office.write({"brief.yaml": "timezone: Europe/Nowhere\n"})
    office.look(DUE - HOUR)
    (told,) = office.told("problem", "")
    assert told.startswith("brief.yaml:1:")
    office.look(DUE)
    assert office.files == []
    assert all(office.entry(slug=slug).reason.startswith("brief.yaml:1:") for slug in ("weekly", "other"))
    assert not office.told("dropped")
    office.write({"brief.yaml": "timezone: Europe/Brussels\n"})
    office.look(DUE + HOUR)
    assert office.files == ["2025-03-10-other.docx", "2025-03-10-weekly.docx"]
    assert office.told("mended", "") == ["no problems are left in the desk"]


def test_a_desk_that_is_moved_away_is_waited_for_and_nothing_is_put_in_its_place(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    away = office.root.with_name("away")
    office.root.rename(away)
    office.look(DUE - HOUR)
    (told,) = office.told("fault", "")
    assert told.startswith("the desk can't be read; nothing is done until it can: ")
    for minutes in (0, 1, 30):
        office.look(DUE + minutes * MINUTE)
    assert not office.root.exists()
    away.rename(office.root)
    office.look(DUE + HOUR)
    assert office.files == ["2025-03-10-weekly.docx"]
    assert office.states() == {TENTH: "published"}
    assert len(office.told("fault", "")) == 1


def test_a_failure_in_a_file_whose_name_is_no_text_is_on_record(desk: Open) -> None:
    office = desk(TWO | {"briefings/weekly.yaml": briefing(select="{topics: [broken]}")})
    path = Path(os.fsdecode(os.fsencode(office.root / "seeds") + b"/caf\xe9.yaml"))
    try:
        path.write_text(faulty_item())
    except OSError:
        pytest.skip("this file system takes such names for wrong")
    office.start(DUE - DAY)
    office.look(DUE)
    assert not office.told("fault")
    assert office.states() == {TENTH: "failed"}
    assert "caf\\udce9.yaml" in office.entry().reason
    path.write_text(faulty_item(sources="[herald]"))
    path.rename(path.with_name("cafe.yaml"))
    office.look(DUE + HOUR)
    assert office.states() == {TENTH: "published"}


# Files that change


def test_files_that_change_are_left_alone_until_they_have_come_to_rest(desk: Open) -> None:
    office = desk()
    office.rest = 3.0
    office.start(DUE - DAY)
    assert office.scheduler.pause == 3.0
    assert office.events() == []
    office.seconds += 3
    office.look()
    assert office.events() == ["taken up"]
    for summary in ("They beg", "They began to", "They began to talk."):
        office.write({"seeds/seeds.yaml": SEEDS.replace("They **talked**.", summary)})
        office.seconds += 1
        office.look(DUE)
        assert 0 < office.scheduler.pause <= 3
        assert (office.builds.made, office.files) == ([], [])
    office.seconds += 2.5
    office.look(DUE + MINUTE)
    assert office.files == []
    assert 0 < office.scheduler.pause <= 0.5
    office.seconds += office.scheduler.pause
    office.look(DUE + MINUTE)
    assert (office.builds.made, office.files) == ([("weekly", TENTH)], ["2025-03-10-weekly.docx"])
    assert office.scheduler.pause > 60
    assert not office.told("failed")


def test_a_scheduler_need_not_wait_for_files_that_the_one_before_it_saw(desk: Open) -> None:
    office = desk()
    office.rest = 3.0
    office.start(DUE - DAY)
    office.seconds += 3
    office.look()
    office.start(DUE)
    assert office.files == ["2025-03-10-weekly.docx"]


def test_a_single_run_does_not_wait_for_ever_for_files_that_go_on_changing(desk: Open) -> None:
    office = owing(desk)
    office.rest = 3.0
    office.write({"seeds/more.yaml": "sources: []\n"})
    office.start(DUE, mode="once")
    for second in range(200):
        office.write({"seeds/more.yaml": f"sources: []\n# {second * 'x'}\n"})
        office.seconds += 1
        office.look()
        if office.scheduler.is_done:
            break
    office.scheduler.end()
    assert 110 < office.seconds < 130
    assert office.scheduler.failures == 1
    assert "go on changing" in office.told("fault", "")[0]
    assert office.files == []


def test_what_was_built_from_files_that_changed_meanwhile_is_thrown_away_and_built_anew(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    build = office.builds.answer

    def edit(job: Job) -> Answer:
        office.builds.answer = build
        office.write({"seeds/seeds.yaml": SEEDS.replace("  - id: talks", "  - id: other-talks")})
        answer = build(job)
        assert answer.kind == "changed"
        return answer

    office.builds.answer = edit
    office.look(DUE)
    assert office.scheduler.pause < 1
    office.look(DUE)  # as it does at once
    assert json.loads(office.receipt().read_text("utf-8"))["printed"]["events"] == ["other-talks"]
    assert (office.entry().attempts, office.files) == (1, ["2025-03-10-weekly.docx"])
    assert not office.told("failed")


def test_an_answer_that_the_files_have_changed_does_not_keep_it_busy_until_it_looks_again(desk: Open) -> None:
    office = desk()
    office.start(DUE - DAY)
    office.write({"seeds/more.yaml": "sources: []\n"})
    tries = 0

    def changed(job: Job) -> Answer:
        nonlocal tries
        tries += 1
        return Answer("changed") if tries < 50 else fault(job.slug, "enough")

    office.builds.answer = changed
    office.look(DUE)
    assert tries < 10
    assert office.states() == {TENTH: "due"}


def test_a_log_in_the_folder_of_the_desk_keeps_nothing_from_coming_to_rest(desk: Open) -> None:
    office = desk()
    office.rest = 3.0
    office.start(DUE - DAY)
    office.seconds += 3
    office.look(DUE - HOUR)
    for second in range(5):
        office.write({"scheduler.log": f"line {second}\n" * second, "seeds/.seeds.yaml.swp": f"{second}"})
        office.seconds += 0.1
        office.look(DUE - 5 * MINUTE + second * MINUTE)
    office.write({"scheduler.log": "and another line"})
    office.look(DUE)
    assert office.files == ["2025-03-10-weekly.docx"]


# Who is told


def on_failure(office: Office, code: str) -> Path:
    """Have a small program told of failures; the file it may write to, which lies beside the desk."""
    path = office.root.parent / "told"
    program = f"import sys, time, pathlib; told = pathlib.Path({str(path)!r}); {code}"
    office.write({"brief.yaml": f"on_failure: {json.dumps([sys.executable, '-S', '-E', '-c', program])}\n"})
    return path


NOTE = "told.open('a').write(sys.stdin.read())"


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_somebody_is_told_of_a_failure_once_with_all_there_is_to_know(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    path = on_failure(office, NOTE)
    office.start(DUE - DAY)
    office.look(DUE)
    assert office.listen(lambda: "told" in office.events())
    (failure,) = read(path)
    (problem,) = failure.pop("problems")
    assert failure == {
        "briefing": "weekly",
        "edition": "2025-03-10",
        "due": "2025-03-10T06:00:00+00:00",
        "reason": office.entry().reason,
        "attempts": 1,
        "retry_at": None,
        "desk": str(office.root.resolve()),
    }
    assert (problem["path"], problem["line"], problem["severity"]) == ("templates/weekly.md.j2", 1, "error")
    assert set(problem) == {"path", "line", "column", "severity", "key", "message", "hint"}
    office.look(DUE + DAY)
    office.start(DUE + 2 * DAY)
    office.look(DUE + 3 * DAY)
    assert office.scheduler.pause > 60
    assert len(read(path)) == office.events().count("told") == 1
    assert office.entry().told == office.entry().reason

    office.write({"templates/weekly.md.j2": "{{ rubbish }}\n"})
    office.look(DUE + 4 * DAY)
    assert office.listen(lambda: office.events().count("told") == 2)
    assert "rubbish" in read(path)[1]["reason"]
    office.look(DUE + WEEK)
    assert office.listen(lambda: office.events().count("told") == 3)
    assert [told["edition"] for told in read(path)] == ["2025-03-10", "2025-03-10", "2025-03-17"]


def test_attempts_that_fail_for_the_same_reason_are_told_once(desk: Open) -> None:
    office = desk()
    path = on_failure(office, NOTE)
    office.start(DUE - DAY)
    office.builds.answer = lambda job: fault(job.slug, "the printer is on fire")
    office.look(DUE)
    assert office.listen(lambda: "told" in office.events())
    for minutes in (1, 6, 21, 81):
        office.look(DUE + minutes * MINUTE)
    assert office.entry().attempts == 5
    assert office.scheduler.pause > 60
    (failure,) = read(path)
    assert failure["retry_at"] == "2025-03-10T06:01:00+00:00"


def test_another_reason_while_somebody_is_still_being_told_of_the_first_is_told_afterwards(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    path = on_failure(office, "time.sleep(0.3); " + NOTE)
    office.start(DUE - DAY)
    office.look(DUE)
    office.write({"templates/weekly.md.j2": "{{ rubbish }}\n"})
    office.look(DUE + MINUTE)
    assert office.entry().attempts == 2
    office.listen(lambda: len(read(path)) == 2, 2)
    assert ["nonsense" in read(path)[0]["reason"], "rubbish" in read(path)[-1]["reason"]] == [True, True]


def test_somebody_is_told_once_though_time_passes_between_a_look_and_what_follows_from_it(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    path = on_failure(office, NOTE)
    office.start(DUE - DAY)
    build = office.builds.answer

    def slow(job: Job) -> Answer:
        office.now += 5 * SECOND
        return build(job)

    office.builds.answer = slow
    office.look(DUE)
    deadline = time.monotonic() + 1.5
    while time.monotonic() < deadline:
        time.sleep(0.05)
        office.scheduler.attend()
        office._work()
    assert len(read(path)) == 1
    assert office.entry().attempts == 1
    assert [event for event in office.events() if event in ("failed", "told")] == ["failed", "told"]


def test_one_who_dies_before_somebody_was_told_has_it_told_at_its_next_start(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    path = on_failure(office, "time.sleep(60)")
    office.start(DUE - DAY)
    office.look(DUE)
    office.scheduler.end()
    on_failure(office, NOTE)
    office.start(DUE + HOUR)
    assert office.listen(lambda: "told" in office.events())
    (failure,) = read(path)
    assert (failure["edition"], failure["reason"]) == ("2025-03-10", office.entry().reason)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("sys.exit('no route to the pager')", "the command ended with exit code 1: no route to the pager"),
        ("sys.exit(3)", "the command ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "the command ended with exit code -9"),
        ("time.sleep(60)", "the command took more than 3 seconds, or printed too much, and was stopped"),
        ("print('x' * 10_000_000); sys.exit(3)", f"the command ended with exit code 3: {200 * 'x'}"),
    ],
)
def test_a_command_that_fails_or_hangs_is_told_in_the_log_never_run_again_and_holds_nothing_up(
    desk: Open, monkeypatch: pytest.MonkeyPatch, code: str, told: str
) -> None:
    if "sleep" in code:
        monkeypatch.setattr(alarm, "PATIENCE", 3)
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE, "templates/other.md.j2": TEMPLATE})
    office.write({"briefings/other.yaml": BRIEFING.replace("weekly.md.j2", "other.md.j2")})
    count = on_failure(office, "told.open('a').write(chr(10)); " + code)
    office.start(DUE - DAY)
    office.look(DUE)
    assert office.files == ["2025-03-10-other.docx"]
    assert 0 < office.scheduler.pause < 1  # the command is still at it
    assert office.listen(lambda: "unheard" in office.events())
    assert office.told("unheard") == [f"on_failure: {told}"]
    office.start(DUE + HOUR)
    office.look(DUE + 2 * HOUR)
    assert office.scheduler.pause > 60
    assert len(count.read_text()) == office.events().count("unheard") == 1


@pytest.mark.parametrize("command", ["/nowhere/mail --to desk", '[./seeds, "{}"]'])
def test_a_command_that_cannot_be_run_is_told_in_the_log(desk: Open, command: str) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE, "brief.yaml": f"on_failure: {command}\n"})
    office.start(DUE - DAY)
    office.look(DUE)
    office.start(DUE + HOUR)
    (told,) = office.told("unheard")
    assert told.startswith("on_failure: ")
    assert "can't be run" in told
    assert office.states() == {TENTH: "failed"}


def test_a_command_that_leaves_its_input_unread_holds_nothing_up(desk: Open) -> None:
    office = desk()
    on_failure(office, "time.sleep(1)")
    office.start(DUE - DAY)
    office.builds.answer = lambda job: fault(job.slug, "the printer is on fire, " * 100_000)
    office.look(DUE)
    assert 0 < office.scheduler.pause < 1  # the command is still at it
    assert office.listen(lambda: "told" in office.events())


# The log


def test_the_log_has_a_line_for_each_change_and_none_where_nothing_changes(desk: Open) -> None:
    office = desk({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    office.start(DUE - DAY)
    for hours in range(0, 3 * 24, 6):
        office.look(DUE + hours * HOUR)
    office.write({"templates/weekly.md.j2": TEMPLATE})
    office.look(DUE + 4 * DAY)
    office.look(DUE + WEEK)
    office.start(DUE + 3 * WEEK)
    told = [(event, str(date) if date else "") for event, slug, date in map(_values, office.lines) if slug]
    assert told == [
        ("taken up", ""),
        ("failed", "2025-03-10"),
        ("published", "2025-03-10"),
        ("published", "2025-03-17"),
        ("skipped", "2025-03-24"),
        ("published", "2025-03-31"),
    ]
    levels = {_values(line)[0]: line.levelname for line in office.lines}
    assert (levels["failed"], levels["published"], levels["skipped"]) == ("ERROR", "INFO", "INFO")


NASTY = """
  - id: bad
    title: Evil
    kind: "mee\\u009bti\\u2028ng"
    status: held
    date: 2025-03-06
    topics: [broken]
    summary: It was.
    sources: [herald]
"""


def owing(desk: Open, files: Mapping[str, str | bytes | None] | None = None) -> Office:
    """A desk whose scheduler was off when an edition came due."""
    office = desk(files)
    office.start(DUE - DAY)
    office.scheduler.end()
    office.lines.clear()
    return office


def nasty_desk(desk: Open) -> Office:
    """One of whose briefings fails, for reasons with control characters in them; the other has one in its title."""
    files = {
        "briefings/weekly.yaml": briefing(select="{topics: [broken]}"),
        "briefings/other.yaml": briefing(select="{topics: [france]}").replace("The Weekly", '"The \\u009b31mWeekly"'),
        "seeds/bad.yaml": f"events:{NASTY}",
    }
    return owing(desk, files)


def test_log_lines_for_programs_are_json_with_event_briefing_edition_level_and_time(desk: Open, brief_schedule: Run) -> None:
    office = nasty_desk(desk)
    result = brief_schedule(office, "--once", "--log-format", "json", code=1)
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert [line["event"] for line in lines if line.get("briefing") == "weekly"]
    for line in lines:
        assert {"at", "level", "event", "message"} <= set(line)
        assert dt.datetime.fromisoformat(line["at"]).tzinfo
        assert line["level"] in ("info", "warning", "error")
    failed = [line for line in lines if line["event"] == "failed"]
    assert failed
    assert {(line["level"], line["briefing"], line["edition"]) for line in failed} == {("error", "weekly", "2025-03-10")}


def test_instants_in_log_lines_for_programs_are_all_written_alike(desk: Open, brief_schedule: Run) -> None:
    office = owing(desk)
    (office.state / "weekly" / "2025-03-10.json").mkdir(parents=True)
    result = brief_schedule(office, "--once", "--log-format", "json", code=1)
    (failed,) = (line for line in map(json.loads, result.stderr.splitlines()) if line["event"] == "failed")
    assert failed["retry_at"] == "2025-03-10T06:01:00+00:00"


def test_log_lines_for_people_hold_no_control_characters(desk: Open, brief_schedule: Run) -> None:
    office = nasty_desk(desk)
    result = brief_schedule(office, "--once", code=1)
    lines = result.stderr.rstrip("\n").split("\n")
    assert [line for line in lines if not line.isprintable()] == []
    assert all(dt.datetime.strptime(line[:24], "%Y-%m-%d %H:%M:%S%z") for line in lines)
    assert any(line[25:].startswith("failed weekly 2025-03-10: ") and "\\x9b" in line for line in lines)


def test_log_lines_for_people_name_event_briefing_and_edition(desk: Open, brief_schedule: Run) -> None:
    office = owing(desk)
    result = brief_schedule(office, "--once")
    (line,) = result.stderr.splitlines()
    assert line[25:] == f"published weekly 2025-03-10: {office.output / 'weekly' / '2025-03-10-weekly.docx'}"
    assert result.stdout == ""


# A single run


def test_a_single_run_with_nothing_due_prints_nothing(desk: Open, brief_schedule: Run) -> None:
    office = owing(desk)
    brief_schedule(office, "--once")
    for hours in (0, 1, 100):
        assert brief_schedule(office, "--once", at=DUE + hours * HOUR).output == ""
    assert office.files == ["2025-03-10-weekly.docx"]


def test_a_single_run_leaves_a_sign_of_life_that_tells_it_has_ended(desk: Open, brief_schedule: Run) -> None:
    office = owing(desk)
    brief_schedule(office, "--once")
    sign = heartbeat.read(office.state)
    assert sign
    assert (sign.mode, sign.stopped, sign.at) == ("once", True, DUE)


def test_a_single_run_where_there_is_no_desk_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["--desk", str(tmp_path / "nowhere"), "schedule", "--once"])
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_single_run_with_broken_settings_ends_with_1_and_says_where(desk: Open, brief_schedule: Run) -> None:
    office = owing(desk)
    office.write({"brief.yaml": "timezone: [\n"})
    result = brief_schedule(office, "--once", code=1)
    assert result.stderr.startswith("brief.yaml:")
    assert office.files == []
    office.write({"brief.yaml": None})
    brief_schedule(office, "--once", at=DUE + HOUR)
    assert office.files == ["2025-03-10-weekly.docx"]


def test_a_single_run_ends_with_1_where_a_briefing_failed_and_has_somebody_told(desk: Open, brief_schedule: Run) -> None:
    office = owing(desk, {"templates/weekly.md.j2": BROKEN_TEMPLATE})
    path = on_failure(office, "time.sleep(0.1); " + NOTE)
    result = brief_schedule(office, "--once", code=1)
    assert [line[25:].split(" ")[0] for line in result.stderr.splitlines()] == ["failed", "told"]
    assert len(read(path)) == 1
    assert brief_schedule(office, "--once", at=DUE + HOUR).output == ""


# What the marking withholds

OPEN = """\
sources:
  - {id: herald, publisher: The Herald, title: News, published: 2025-03-04}
events:
  - {id: talks, title: Talks, kind: meeting, status: held, date: 2025-03-05, summary: They talked., sources: [%s]}
"""
CLOSED = """\
sources:
  - {id: geheim-source, publisher: Geheim-paper, title: Geheim-news, published: 2025-03-04, marking: TLP:AMBER}
events:
  - id: geheim-held
    title: Geheim-title
    kind: meeting
    status: held
    date: 2025-03-06
    place: Geheim-place
    participants: [Geheim Person]
    summary: Geheim-summary
    sources: [%s]
    marking: TLP:AMBER
"""


@pytest.mark.parametrize("fault", ["none", "of an open item", "of a withheld item", "of the template"])
def test_no_word_of_what_is_withheld_is_recorded_logged_or_told(desk: Open, brief_schedule: Run, fault: str) -> None:
    files = {
        "briefings/weekly.yaml": briefing(marking="TLP:GREEN"),
        "seeds/seeds.yaml": OPEN % ("geheim-sourse" if fault == "of an open item" else "herald"),
        "seeds/closed.yaml": CLOSED % ("nobody" if fault == "of a withheld item" else "geheim-source"),
    }
    office = owing(desk, files)
    path = on_failure(office, NOTE)
    if fault == "of the template":
        office.write({"templates/weekly.md.j2": BROKEN_TEMPLATE})
    is_published = fault in ("none", "of a withheld item")
    result = brief_schedule(office, "--once", "--log-format", "json", code=0 if is_published else 1)
    assert office.states() == {TENTH: "published" if is_published else "failed"}
    assert len(read(path)) == (0 if is_published else 1)
    written = [file.read_text("utf-8") for file in (*office.state.rglob("*.json"), *([path] if path.exists() else []))]
    for text in (result.output, *written):
        assert "geheim" not in text.lower().replace("geheim-sourse", "")
