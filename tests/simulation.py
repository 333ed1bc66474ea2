"""A desk's years in seconds: the scheduler as it is, in a world whose clock, disk and builds fail as often as they can."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import logging
import os
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from brief import cadence, edition, ledger, load
from brief.errors import Place, Problem
from brief.ledger import Ledger
from brief.model import Cadence
from brief.publisher import Finished
from brief.receipts import Receipt
from brief.scheduler import plan
from brief.scheduler.jobs import Answer, Job, fault
from brief.scheduler.service import Scheduler
from brief.scheduler.world import World

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
START = dt.datetime(2015, 3, 2, tzinfo=dt.UTC)

BRIEFINGS = {
    "brussels": ("Europe/Brussels", "week", "sunday", "02:30", "all", "{since: previous}"),
    "new-york": ("America/New_York", "week", "sunday", "02:30", "latest", "{since: previous}"),
    "lord-howe": ("Australia/Lord_Howe", "week", "sunday", "02:15", "none", "{days: 7}"),
    "casablanca": ("Africa/Casablanca", "two weeks", "sunday", "02:30", "all", "{since: previous}"),
    "apia": ("Pacific/Apia", "week", "friday", "23:59", "latest", "{since: previous}"),
    "seoul": ("Asia/Seoul", "month", "31", "00:00", "all", "{months: 1}"),
    "edited": ("Europe/Brussels", "week", "monday", "07:00", "all", "{since: previous}"),
}
DAILY = {
    "brussels": ("Europe/Brussels", "day", None, "02:30", "all", "{since: previous}"),
    "apia": ("Pacific/Apia", "weekday", None, "23:59", "latest", "{since: previous}"),
}
"""In place of those of the same names: over ten years they would be too many."""
EDITS = (
    ("week", "monday", "07:00"),
    ("week", "tuesday", "06:00"),
    ("week", "monday", "05:00"),
    ("month", "last friday", "12:00"),
    ("weekday", None, "23:30"),
)


class Diary(logging.Handler):
    """What happened last, for whoever has to find out why."""

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        super().__init__()
        self.clock = clock
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(f"{self.clock():%Y-%m-%d %H:%M:%S} {line}")

    def emit(self, record: logging.LogRecord) -> None:
        values = record.__dict__["values"]
        self.write(f"  {values['event']} {values['briefing']} {values['edition'] or ''} {record.getMessage()}")

    def about(self, slug: str, date: dt.date) -> str:
        """What happened to a briefing in the weeks around a date, as the clock told them."""
        first, last = f"{date - 14 * DAY}", f"{date + 14 * DAY}"
        near = [line for line in self.lines if slug in line or "  " not in line]
        return "\n".join([*(line for line in near if first <= line <= last), "…", *near[-30:]])


class Killed(BaseException):
    """The process is dead: not even its clean-up is done."""


class Disk:
    """The file system under the scheduler, which may be full, and on which a process may die at any step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self.steps_to_death = -1
        self.dead = False
        for owner, name in ((Path, "open"), (Path, "hardlink_to"), (Path, "replace"), (Path, "unlink"), (os, "fsync")):
            monkeypatch.setattr(owner, name, self._guarded(name, getattr(owner, name)))

    def _guarded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any, **options: Any) -> Any:
            self._step()
            writes = name == "fsync" or "xb" in arguments
            if self.full and writes:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return None if name == "fsync" else function(*arguments, **options)

        return guarded

    def _step(self) -> None:
        if self.steps_to_death == 0:
            self.dead = True
        self.steps_to_death -= 1
        if self.dead:
            raise Killed


class Builds:
    """Builds nothing, but answers as a workshop does: late, and often with a failure."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.waiting: deque[Job] = deque()

    @property
    def jobs(self) -> list[Job]:
        return list(self.waiting)

    def submit(self, job: Job) -> None:
        if job.date:
            assert not any(job.slug == other.slug for other in self.waiting), "two editions of one briefing at a time"
            self.waiting.append(job)

    def wait(self, timeout: float, wake: int) -> Iterator[tuple[Job, Answer]]:
        yield from ()

    def stop(self) -> None:
        self.waiting.clear()

    def answer(self, job: Job) -> Answer:
        chance = self.simulation.chance
        assert job.date
        if self.simulation.failing and chance.random() < 0.3:
            if chance.random() < 0.1:
                self.simulation.faulty_files = True
                return Answer("faulty", problems=(Problem(Place("seeds/a.yaml", 3, 1), "the summary is missing"),))
            return fault(job.slug, chance.choice(["it was not built within 600 seconds", "it ended by signal 9"]))
        briefing = self.simulation.briefings[job.slug]
        window = edition.window(briefing, job.date, job.published)
        text = f"{job.slug}/{job.date}\n{window.start}/{window.end}\n{job.files}\n".encode()
        sha256 = hashlib.sha256(text).hexdigest()
        receipt = Receipt(
            briefing=job.slug,
            date=job.date,
            revision=0,
            number=None,
            start=window.start,
            end=window.end,
            file="",
            sha256=sha256,
            size=len(text),
            tool="simulation",
            content=sha256,
            inputs={},
            printed={},
            left_out=(),
            withheld=0,
        )
        return Answer("built", Finished(receipt, text))


@dataclass
class Seen:
    """What the simulation itself knows of a briefing, told from the clock and the calendar alone."""

    cadence: Cadence | None = None
    looked: dt.datetime | None = None  # the last look that is on record for certain
    edited: dt.datetime | None = None  # the last look under the cadence before
    last: dt.datetime | None = None
    first: dt.datetime | None = None
    tried: dt.datetime | None = None
    owed: dict[dt.date, dt.datetime] = field(default_factory=dict)
    allowed: set[dt.date] = field(default_factory=set)
    windows: dict[dt.date, tuple[dt.date, dt.date]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    answered: set[dt.date] = field(default_factory=set)


class Simulation:
    """Years of one desk; `seed` decides everything that happens."""

    def __init__(self, root: Path, seed: int, monkeypatch: pytest.MonkeyPatch, *, daily: bool = False) -> None:
        self.root, self.series = root, BRIEFINGS | (DAILY if daily else {})
        self.chance = random.Random(seed)
        self.now = START
        self.last_year_off = START  # the year in which a clock has been a year ahead can't be told from one that comes back
        self.failing = True
        self.faulty_files = False
        self.disk = Disk(monkeypatch)
        self.seen: dict[str, Seen] = defaultdict(Seen)
        self.counts: dict[str, int] = defaultdict(int)
        self.diary = Diary(lambda: self.now)
        self.scheduler: Scheduler | None = None
        self.builds: Builds
        (root / "seeds").mkdir(parents=True)
        (root / "briefings").mkdir()
        (root / "templates").mkdir()
        (root / "templates" / "t.md.j2").write_text("{{ briefing.title }}")
        (root / "templates" / "house.docx").write_bytes(b"PK")
        for slug, parts in self.series.items():
            self._write(slug, *parts)
        desk = load(root, whole=False)
        assert not desk.problems, desk.problems
        self.briefings = dict(desk.briefings)

    # What happens

    def run(self, years: float) -> None:
        """Let the years pass, then some quiet weeks in which nothing fails, and check what is left."""
        end = self.now + years * 365.25 * DAY
        while self.now < end:
            self._live(self.chance.randrange(1, 400), end)
            self._pass_away()
        self.failing = self.disk.full = False
        self._touch()
        for _ in range(60 * 4):
            self.now += 6 * HOUR
            self._turn(may_die=False)
        for _ in range(40):  # what is waiting for nothing but its turn
            self._turn(may_die=False)
        self.check()

    def _live(self, turns: int, end: dt.datetime) -> None:
        """One process: it starts, looks now and then, and mostly dies before its time."""
        for _ in range(turns):
            if self.now >= end:
                return
            self._event()
            if not self._turn():
                return

    def _pass_away(self) -> None:
        """The process ends, in order or not, and for a while there is none."""
        if self.scheduler and self.chance.random() < 0.3:
            self.disk.dead, self.disk.steps_to_death = False, -1
            self.scheduler.end()
        self.scheduler = None
        self.disk.dead, self.disk.steps_to_death = False, -1
        if self.chance.random() < 0.5:
            self.now += self.chance.choice([MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY, 10 * DAY, 40 * DAY]) * self.chance.random()

    def _event(self) -> None:
        """Time passes; and what else may happen."""
        self.now += self.chance.choice([30 * MINUTE / 60, 5 * MINUTE, HOUR, 6 * HOUR, 20 * HOUR])
        dice = self.chance.random()
        if dice < 0.010:
            step = self.chance.choice([HOUR, -HOUR, DAY, -DAY])
            self.counts[f"clock {step}"] += 1
            self.diary.write(f"clock {step}")
            self.now += step
        elif dice < 0.0101 and self.now > self.last_year_off + 400 * DAY:
            self.last_year_off = self.now + 365 * DAY
            self.counts["clock +1 year"] += 1
            self.now += 365 * DAY
        elif dice < 0.0102 and self.scheduler and self.now > self.last_year_off + 400 * DAY:
            self.last_year_off = self.now
            self._mistake(365 * DAY, turns=self.chance.randrange(1, 20))
        elif dice < 0.011 and self.scheduler:
            self._mistake(-3000 * DAY, turns=self.chance.randrange(1, 3))
        elif dice < 0.014:
            self.counts["cadence edited"] += 1
            every, on, at = self.chance.choice(EDITS)
            self.diary.write(f"edited {every} {on} {at}")
            self._write("edited", "Europe/Brussels", every, on, at, "all", "{since: previous}")
            self.briefings = dict(load(self.root, whole=False).briefings)
        elif dice < 0.020:
            self.disk.full = not self.disk.full
            self.counts["disk full"] += self.disk.full
            self.diary.write(f"disk full {self.disk.full}")
        elif dice < 0.030 or (self.faulty_files and dice < 0.1):
            self.counts["files edited"] += 1
            self.faulty_files = False
            self._touch()
        if self.disk.full and self.chance.random() < 0.2:
            self.disk.full = False

    def _mistake(self, error: dt.timedelta, turns: int) -> None:
        """For a while the clock is wrong by much, and then is put right."""
        self.counts[f"clock wrong by {error}"] += 1
        self.diary.write(f"clock wrong by {error}")
        right = self.now
        self.now += error
        for _ in range(turns):
            self.now += self.chance.choice([MINUTE, HOUR, DAY]) if error > MINUTE else 0 * MINUTE
            right += MINUTE
            self._turn(may_die=False)
        self.now = right
        self.diary.write("clock right")

    def _turn(self, *, may_die: bool = True) -> bool:
        """One look, and some answers to what was given to be built; whether the process lives on."""
        if may_die and self.chance.random() < 0.06:
            self.disk.steps_to_death = self.chance.randrange(40)
        try:
            if self.scheduler is None:
                self.counts["starts"] += 1
                self.diary.write("start")
                self.scheduler = self._scheduler()
                self._foresee()
                self.scheduler.begin()
            else:
                self._foresee()
                self.scheduler.look()
            self._notice_look()
            for _ in range(self.chance.randrange(4) if may_die else 1000):
                if not self.builds.waiting:
                    break
                self.now += self.chance.randrange(20) * MINUTE / 60
                self._foresee()  # who settles something looks again at what is due
                job = self.builds.waiting.popleft()
                answer = self.builds.answer(job)
                self.scheduler.settle(job, answer)
                assert job.date
                if not self.disk.full:  # else it may not be on record
                    self.seen[job.slug].answered.add(job.date)
                self._witness(job.slug)
        except Killed:
            self.counts["killed"] += 1
            self.diary.write("killed")
            self.scheduler = None
            self.disk.dead, self.disk.steps_to_death = False, -1
            for slug in self.series:
                self._witness(slug)
            return False
        self.disk.steps_to_death = -1
        return True

    def _scheduler(self) -> Scheduler:
        self.builds = Builds(self)
        world = World(clock=lambda: self.now, builds=self.builds, proof=proves, rest=0.0)
        return Scheduler(load(self.root, whole=False), world)

    # What should come of it, told from the calendar alone

    def _foresee(self) -> None:
        """Before a look: what may be published from now on, even if the process dies in the midst of it."""
        for slug, briefing in self.briefings.items():
            seen = self.seen[slug]
            assert briefing.cadence
            seen.tried = seen.tried or self.now - plan.ON_TIME
            begun = min(seen.tried, seen.first or seen.tried)
            for date, due in dues(briefing.cadence, (seen.looked or begun) - 2 * DAY, self.now):
                if due > begun and (date not in seen.windows):
                    seen.allowed.add(date)

    def _notice_look(self) -> None:
        """After a look: what it must have found due."""
        for slug, briefing in self.briefings.items():
            seen = self.seen[slug]
            assert briefing.cadence
            if seen.first is None:
                seen.first = self.now - plan.ON_TIME
            looked = seen.looked or seen.first
            if seen.cadence != briefing.cadence:
                seen.edited = seen.last
            if self.now < looked - 1000 * DAY:
                continue  # it was not set, and nothing comes of it
            if self.now < looked:  # put back: what lies ahead again has not been due yet
                seen.owed = {date: due for date, due in seen.owed.items() if due <= self.now or date in seen.windows}
                seen.answered = {date for date in seen.answered if date in seen.owed}
                seen.first = min(seen.first, self.now)
            elif not self.disk.full:
                # Whether the present cadence is followed back to before a look that may be forgotten is uncertain.
                known = max(looked, seen.edited or looked)
                seen.owed.update({date: due for date, due in dues(briefing.cadence, known, self.now) if due > known})
            seen.cadence, seen.last = briefing.cadence, self.now
            if not self.disk.full:  # else nothing of it is on record, and may be forgotten
                seen.looked = self.now

    def _witness(self, slug: str) -> None:
        """Each edition that has come into being: was it time, was it the first, is its window right?"""
        seen, folder = self.seen[slug], self.root / "output" / slug
        names = {name for name in os.listdir(folder) if name.endswith(".docx")} if folder.is_dir() else set()  # noqa: PTH208
        for name in sorted(names - seen.files):
            date = dt.date.fromisoformat(name[:10])
            assert name == f"{date}-{slug}.docx", f"{name}: an edition was made twice"
            assert date in seen.allowed, f"{slug} {date} came early, or was never due:\n{self.diary.about(slug, date)}"
            start, end = map(dt.date.fromisoformat, (folder / name).read_bytes().decode().split("\n")[1].split("/"))
            earlier = max((other for other in seen.windows if other < date), default=None)
            assert (start, end) == self._window(slug, date, earlier), (
                f"{slug} {date}: a wrong window {start}/{end}:\n{self.diary.about(slug, date)}"
            )
            seen.windows[date] = start, end
            seen.files.add(name)

    def _window(self, slug: str, date: dt.date, earlier: dt.date | None) -> tuple[dt.date, dt.date]:
        covers = self.series[slug][5]
        if covers == "{days: 7}":
            start = date - 7 * DAY
        elif covers == "{months: 1}":
            start = (date.replace(day=1) - DAY).replace(day=min(date.day, (date.replace(day=1) - DAY).day))
        else:
            start = earlier or edition.previous(self.briefings[slug], date) or date
        return min(start, date - DAY), date - DAY

    def check(self) -> None:
        """What the record says, beside what should have come of it."""
        for slug in self.series:
            seen, record = self.seen[slug], ledger.read(self.root / "output" / ".brief", slug)
            assert record
            published = {date for date, entry in record.entries.items() if entry.state == "published"}
            assert published == set(seen.windows), f"{slug}: the record and the files differ"
            holes = sorted(seen.owed.keys() - record.entries.keys())
            assert not holes, f"{slug}: the record has holes: {holes}:\n{self.diary.about(slug, holes[0])}"
            self._check_policy(slug, seen, record)
            self.counts["editions"] += len(published)
            self.counts["skipped"] += sum(entry.state == "skipped" for entry in record.entries.values())
            self.counts["failed for good"] += sum(entry.state == "failed" for entry in record.entries.values())
        left = [path.name for path in (self.root / "output").rglob("*.tmp")]
        assert not left, f"half-written files are left: {left}"

    def _check_policy(self, slug: str, seen: Seen, record: Ledger) -> None:
        catch_up = self.series[slug][4]
        assert seen.cadence
        for date in seen.owed:
            entry = record.entries[date]
            still_due = cadence.is_due(seen.cadence, date)
            if catch_up == "all":
                moved = not still_due or "schedule was changed" in entry.reason
                assert entry.state == "published" or moved, f"{slug} {date} was given up: {entry}"
            elif entry.state == "skipped":
                followed = any(other > date and record.entries[other].due <= self.now for other in record.entries)
                assert followed or catch_up == "none", f"{slug} {date} was skipped, though nothing followed"
                assert date not in seen.answered, f"{slug} {date} was skipped, though it was at work"
            elif entry.state == "failed":
                assert any(other > date for other in record.entries), f"{slug} {date} was not tried again"
        last = max(date for date, due in seen.owed.items() if due <= self.now)
        settled = ("published", "skipped") if catch_up == "none" else ("published",)
        assert record.entries[last].state in settled, f"{slug}: the last edition due, of {last}, is missing"

    # The desk

    def _write(self, slug: str, zone: str, every: str, on: str | None, at: str, catch_up: str, covers: str) -> None:
        day = f", on: {on}" if on else ""
        first = "first_edition: 2010-01-03\n" if every == "two weeks" else ""
        text = (
            f"title: {slug}\ntemplate: t.md.j2\ntimezone: {zone}\ncovers: {covers}\n{first}"
            f'schedule: {{every: {every}{day}, at: "{at}", catch_up: {catch_up}}}\n'
        )
        (self.root / "briefings" / f"{slug}.yaml").write_text(text)

    def _touch(self) -> None:
        with (self.root / "seeds" / "a.yaml").open("a") as file:
            file.write("# mended\n")


def dues(cadence_: Cadence, after: dt.datetime, until: dt.datetime) -> Iterator[tuple[dt.date, dt.datetime]]:
    """The due dates and instants within a stretch of time, found by asking each day by itself."""
    zone = ZoneInfo(cadence_.timezone)
    day = after.date() - 2 * DAY
    while day <= until.date() + 2 * DAY:
        instant = dt.datetime.combine(day, cadence_.schedule.at, zone).astimezone(dt.UTC)
        if after <= instant <= until and is_due(cadence_, day):
            yield day, instant
        day += DAY


def is_due(cadence_: Cadence, day: dt.date) -> bool:
    """Whether the calendar names the day, for those cadences that the simulation uses."""
    every, on = cadence_.schedule.every, cadence_.schedule.on
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    is_last_of_kind = (day + 7 * DAY).month != day.month
    match every:
        case "day":
            return True
        case "weekday":
            return day.weekday() < 5
        case "week":
            return names[day.weekday()] == on
        case "two weeks":
            assert cadence_.first
            return names[day.weekday()] == on and (day - cadence_.first).days // 7 % 2 == 0
        case "month" if on == 31:
            return (day + DAY).month != day.month
        case "month" if on == "last friday":
            return day.weekday() == 4 and is_last_of_kind
    raise AssertionError(cadence_)


def proves(name: str, data: bytes) -> bool:
    """Whether a simulated file is an edition's."""
    return data.decode("utf-8", "replace").split("\n")[0] == name
