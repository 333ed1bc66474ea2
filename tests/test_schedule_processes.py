"""The scheduler as operators run it: real processes, signals, clocks, users and disks."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import soak
from filelock import FileLock
from soak import BRIEF, at_rest, off_since, until, workers

from brief import ledger, load
from brief.ledger import Entry
from brief.scheduler import heartbeat
from conftest import BRIEFING, MakeDesk, write

DAILY = BRIEFING.replace('{every: week, on: monday, at: "07:00"}', '{every: day, at: "07:00", catch_up: all}')
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("TZ", "BRIEF_DEBUG")}
PROMPTLY = 6.0
"""Seconds: more than a busy machine makes of one, less than anything there is to wait for."""


class Running:
    """A scheduler that runs beside the test, and what it logs."""

    def __init__(self, root: Path, command: Sequence[str | Path], environment: dict[str, str]) -> None:
        self.root = root
        self.log = root.parent / f"{root.name}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=root, env=ENVIRONMENT | environment, stderr=log)

    @property
    def pid(self) -> int:
        return self.process.pid

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines(keepends=True) if line.endswith("}\n")]

    def events(self, slug: str = "weekly") -> list[str]:
        return [line["event"] for line in self.lines() if line.get("briefing") == slug]

    def comes_to(self, event: str, slug: str = "weekly", seconds: float = 60.0) -> bool:
        return until(lambda: event in self.events(slug), seconds)

    def looks_on(self) -> bool:
        """Whether it goes on leaving signs of life."""
        seen = {looked(self.root)}

        def is_seen_again() -> bool:
            seen.add(looked(self.root))
            return len(seen) > 2

        return until(is_seen_again)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Its exit code, and how many seconds it took to end."""
        begun = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(60)
        return code, time.monotonic() - begun


Start = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[Start]:
    """A function that starts a scheduler, which does not outlive the test."""
    started: list[Running] = []

    def begin(root: Path, *arguments: str, prefix: Sequence[str] = (), **environment: str) -> Running:
        started.append(Running(root, [*prefix, *BRIEF, "schedule", "--log-format", "json", *arguments], environment))
        return started[-1]

    yield begin
    for running in started:
        running.process.kill()
        running.process.wait()


def once(root: Path, *arguments: str, prefix: Sequence[str] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*prefix, *BRIEF, "schedule", "--once", *arguments]
    return subprocess.run(command, cwd=root, env=ENVIRONMENT | environment, capture_output=True, text=True, check=False)


def owing(
    make_desk: MakeDesk, files: Mapping[str, str | bytes | None] | None = None, *, days: int = 7, name: str = "desk"
) -> Path:
    """A desk whose scheduler was off for some days, so that there is something to be made."""
    root = make_desk(files, name)
    if files and any(path.startswith("briefings/") for path in files):
        write(root / "briefings" / "weekly.yaml", None)
    prepare(root, dt.datetime.now(dt.UTC) - dt.timedelta(days=days))
    return root


def prepare(root: Path, since: dt.datetime) -> None:
    for path in (root / "briefings").glob("*.yaml"):
        if path.stem in load(root).briefings:
            off_since(root, path.stem, since)
    at_rest(root, since)


def entries(root: Path, slug: str = "weekly") -> Mapping[dt.date, Entry]:
    record = ledger.read(root / "output" / ".brief", slug)
    return record.entries if record else {}


def states(root: Path, slug: str = "weekly") -> list[str]:
    return [entry.state for _, entry in sorted(entries(root, slug).items())]


def published(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "output").glob("*/*.docx"))


def looked(root: Path) -> dt.datetime | None:
    sign = heartbeat.read(root / "output" / ".brief")
    return sign.at if sign else None


# Clocks


@pytest.fixture(scope="module", autouse=True)
def _shared_memory() -> Iterator[None]:
    """Take away what libfaketime leaves of processes that were killed."""
    yield
    for path in Path("/dev/shm").glob("*faketime_s[eh]m_*"):
        if not Path("/proc", path.name.rpartition("_")[2]).exists():
            path.unlink(missing_ok=True)


@functools.cache
def _libfaketime() -> str:
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    told = subprocess.run(["faketime", "-f", "+0", "printenv", "LD_PRELOAD"], capture_output=True, text=True, check=True)
    return told.stdout.strip()


def clock(instant: dt.datetime, rate: int = 1) -> dict[str, str]:
    """What makes a process begun now believe that it is `instant`, and that time flies; files keep their own times."""
    return {"LD_PRELOAD": _libfaketime(), "FAKETIME": _reading(instant, rate), "NO_FAKE_STAT": "1"}


def _reading(instant: dt.datetime, rate: int = 1) -> str:
    return f"{instant.timestamp() - time.time():+.3f}" + (f" x{rate}" if rate > 1 else "")


NIGHTS = {"spring": (dt.date(2025, 3, 30), 1, 0), "autumn": (dt.date(2025, 10, 26), 0, 1)}
"""The days on which Brussels changes its clocks, and the hour in UTC of its 02:30 until that day, and afterwards."""
LOCALS: list[dict[str, str]] = [{}, {"TZ": "Europe/Brussels"}, {"TZ": "America/New_York"}]
NIGHTLY = {
    "sunday": '{every: week, on: sunday, at: "02:30", catch_up: all}',
    "monday": '{every: week, on: monday, at: "07:00", catch_up: all}',
    "daily": '{every: day, at: "02:30", catch_up: all}',
}


def nightly_desk(make_desk: MakeDesk, name: str, since: dt.datetime) -> Path:
    schedule = '{every: week, on: monday, at: "07:00"}'
    files = {f"briefings/{slug}.yaml": BRIEFING.replace(schedule, value) for slug, value in NIGHTLY.items()}
    root = make_desk(files, name)
    write(root / "briefings" / "weekly.yaml", None)
    prepare(root, since)
    return root


def half_past_two(day: dt.date, night: str) -> dt.datetime:
    change, before, after = NIGHTS[night]
    return dt.datetime.combine(day, dt.time(before if day <= change else after, 30), dt.UTC)


def expected(night: str, since: dt.datetime, now: dt.datetime) -> dict[str, dict[dt.date, dt.datetime]]:
    """What is due by a table of offsets, without any library of zones."""
    dues: dict[str, dict[dt.date, dt.datetime]] = {slug: {} for slug in NIGHTLY}
    for day in (since.date() + dt.timedelta(days=number) for number in range((now - since).days + 2)):
        early = half_past_two(day, night)
        dues["daily"][day] = early
        if day.weekday() == 6:
            dues["sunday"][day] = early
        if day.weekday() == 0:
            dues["monday"][day] = early + dt.timedelta(hours=4.5)
    return {slug: {day: due for day, due in found.items() if since < due <= now} for slug, found in dues.items()}


def recorded(root: Path) -> dict[str, dict[dt.date, dt.datetime]]:
    return {
        slug: {day: entry.due for day, entry in entries(root, slug).items() if entry.state == "published"} for slug in NIGHTLY
    }


def files_of(dues: dict[str, dict[dt.date, dt.datetime]]) -> list[str]:
    return sorted(f"{day}-{slug}.docx" for slug, days in dues.items() for day in days)


@pytest.mark.parametrize("night", NIGHTS)
def test_single_runs_around_a_clock_change_publish_each_edition_after_its_instant_and_none_before(
    make_desk: MakeDesk, night: str
) -> None:
    change = NIGHTS[night][0]
    _libfaketime()
    sundays = [change + dt.timedelta(days=days) for days in (-7, 0, 7)]
    dues = [half_past_two(day, night) for day in (*sundays, change - dt.timedelta(days=1), change + dt.timedelta(days=1))]
    dues += [half_past_two(day + dt.timedelta(days=1), night) + dt.timedelta(hours=4.5) for day in sundays]
    again = half_past_two(change, night) + dt.timedelta(hours=1, seconds=1)  # in autumn it is 02:30 once more
    moments = sorted([*(due + dt.timedelta(seconds=gap) for due in dues for gap in (-30, 1)), again])
    near = [moment for moment in moments if -1 < (moment - again) / dt.timedelta(hours=2) < 15]

    def run(local: dict[str, str]) -> None:
        here = near if local else moments
        since = here[0] - dt.timedelta(hours=1)
        root = nightly_desk(make_desk, f"desk-{len(local.get('TZ', ''))}", since)
        for moment in here:
            ended = once(root, **clock(moment), **local)
            assert (ended.returncode, recorded(root)) == (0, expected(night, since, moment)), (moment, local, ended.stderr)
        assert published(root) == files_of(recorded(root))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, LOCALS))


@pytest.mark.parametrize("night", NIGHTS)
def test_a_scheduler_that_runs_through_a_clock_change_publishes_each_edition_once(
    make_desk: MakeDesk, start: Start, tmp_path: Path, night: str
) -> None:
    due = half_past_two(NIGHTS[night][0], night)
    change = dt.datetime.combine(due.date(), dt.time(1), dt.UTC)
    begin, end = min(due, change) - dt.timedelta(minutes=2), change + dt.timedelta(minutes=45)
    _libfaketime()
    write(tmp_path / "patient" / "sitecustomize.py", "import brief.renderer.run\nbrief.renderer.run.SECONDS = 1e6\n")
    patient = {"PYTHONPATH": str(tmp_path / "patient")}
    schedulers = []
    for local in LOCALS:
        root = nightly_desk(make_desk, f"desk-{len(local.get('TZ', ''))}", begin - dt.timedelta(hours=1))
        schedulers.append(start(root, "--time-limit", "1000000", **clock(begin, 500), **patient, **local))
    for scheduler in schedulers:
        assert all(scheduler.comes_to("published", slug) for slug in ("sunday", "daily"))
        assert until(lambda: (looked(scheduler.root) or begin) > end), scheduler.log.read_text("utf-8")  # noqa: B023
        assert scheduler.end()[0] == 0
        assert recorded(scheduler.root) == {"sunday": {due.date(): due}, "daily": {due.date(): due}, "monday": {}}
        assert all(entry.at >= due for slug in NIGHTLY for entry in entries(scheduler.root, slug).values())
        assert len(published(scheduler.root)) == 2


def test_a_clock_that_is_put_back_under_a_running_scheduler_neither_stops_nor_repeats_nor_loses_anything(
    make_desk: MakeDesk, start: Start, tmp_path: Path
) -> None:
    due = dt.datetime(2025, 5, 6, 5, tzinfo=dt.UTC)  # 07:00 in Brussels
    hour, day, moment = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=3)
    root = make_desk({"briefings/weekly.yaml": DAILY})
    prepare(root, due - day - moment)
    hands = tmp_path / "clock"

    def put(instant: dt.datetime) -> None:
        write(tmp_path / "clock.new", _reading(instant))
        (tmp_path / "clock.new").replace(hands)

    put(due - moment)
    faked = {"LD_PRELOAD": _libfaketime(), "NO_FAKE_STAT": "1", "FAKETIME_TIMESTAMP_FILE": str(hands), "FAKETIME_NO_CACHE": "1"}
    # Time itself goes on: a monotonic clock is never put back.
    steady = {"DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    write(tmp_path / "often" / "sitecustomize.py", OFTEN)
    scheduler = start(root, **faked, **steady, TZ="Europe/Brussels", PYTHONPATH=str(tmp_path / "often"))
    both = ["2025-05-05-weekly.docx", "2025-05-06-weekly.docx"]
    assert until(lambda: published(root) == both), scheduler.log.read_text("utf-8")
    for step in (due - hour, due + moment, due - day, due + moment, due + day - moment - hour):
        put(step)
        assert until(lambda: abs((looked(root) or due) - step) < hour / 2), step  # noqa: B023
        assert scheduler.looks_on(), step
        assert published(root) == both
    put(due + day - moment)
    assert until(lambda: len(published(root)) == 3)
    assert scheduler.end()[0] == 0
    assert published(root) == [*both, "2025-05-07-weekly.docx"]
    assert states(root) == ["published"] * 3


OFTEN = """
import select, time
import brief.scheduler.loop
brief.scheduler.loop.TICK = 0.25
# Where libfaketime leaves the monotonic clock alone, it asks the system to sleep until an impossible instant.
time.sleep = lambda seconds: select.select([], [], [], seconds)
"""
"""Makes a scheduler look four times a second."""


# Signals

HANG = """
import os, pathlib, re, time
from brief.builder import Builder
make = Builder.make
def hang(self, edition, **options):
    slug = edition.briefing.slug
    how = os.environ.get("HANG", "")
    if slug in how.split():
        pathlib.Path(os.environ["HANG_IN"], slug).write_text(str(os.getpid()))
        if slug.endswith("regex"):
            re.match("(a|a)*$", "a" * 100 + "b")
        while True:
            pass
    return make(self, edition, **options)
Builder.make = hang
"""


@pytest.fixture
def hanging(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """A function that gives the environment in which building certain briefings never ends; each leaves its process id."""
    write(tmp_path / "hang" / "sitecustomize.py", HANG)
    return lambda slugs: {"PYTHONPATH": str(tmp_path / "hang"), "HANG": slugs, "HANG_IN": str(tmp_path / "hang")}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_scheduler_ends_at_once_when_asked(make_desk: MakeDesk, start: Start, number: int) -> None:
    root = owing(make_desk)
    scheduler = start(root)
    assert scheduler.comes_to("published")
    assert until(lambda: not workers(root))
    code, seconds = scheduler.end(number)
    assert code == 0
    assert seconds < PROMPTLY
    sign = heartbeat.read(root / "output" / ".brief")
    assert sign
    assert sign.stopped


@pytest.mark.parametrize("slug", ["loop", "regex"])
def test_a_scheduler_asked_to_end_gives_up_what_is_being_built_and_makes_it_at_its_next_start(
    make_desk: MakeDesk, start: Start, hanging: Callable[[str], dict[str, str]], tmp_path: Path, slug: str
) -> None:
    root = owing(make_desk, {f"briefings/{slug}.yaml": BRIEFING})
    scheduler = start(root, **hanging(slug))
    assert until((tmp_path / "hang" / slug).exists)
    code, seconds = scheduler.end()
    assert code == 0
    assert seconds < PROMPTLY
    assert until(lambda: not workers(root))
    assert (published(root), states(root, slug)) == ([], ["due"])
    assert once(root).returncode == 0
    assert states(root, slug) == ["published"]


@pytest.mark.parametrize("moment", ["at its start", "when it publishes"])
def test_a_scheduler_that_waits_for_another_writer_ends_at_once_when_asked(
    make_desk: MakeDesk, start: Start, moment: str
) -> None:
    root = owing(make_desk)
    state = root / "output" / ".brief"
    before = looked(root)
    scheduler = None if moment == "at its start" else start(root)
    assert scheduler is None or until(lambda: looked(root) != before, pause=0)
    with FileLock(state / "publish.lock"):
        scheduler = scheduler or start(root)
        assert until(lambda: _is_locked(state / "scheduler.lock"))
        time.sleep(1.5)  # by now it waits
        code, seconds = scheduler.end()
    assert code == 0
    assert seconds < PROMPTLY
    assert published(root) == []
    assert "published" not in states(root)
    assert once(root).returncode == 0
    assert states(root) == ["published"]


def _is_locked(path: Path) -> bool:
    return path.exists() and f":{path.stat().st_ino} " in Path("/proc/locks").read_text("utf-8")


def test_signals_at_any_moment_of_its_work_end_it_well_and_lose_nothing(make_desk: MakeDesk, start: Start) -> None:
    root = owing(make_desk, {"briefings/daily.yaml": DAILY}, days=20)
    for number in itertools.count():
        scheduler = start(root)
        assert until(lambda: heartbeat.read(root / "output" / ".brief") != None)  # noqa: E711
        at_rest_before = len(published(root))
        assert until(lambda: len(published(root)) > at_rest_before + number % 3 or len(published(root)) >= 20)  # noqa: B023
        time.sleep(number % 5 / 50)
        assert scheduler.end(signal.SIGINT if number % 2 else signal.SIGTERM)[0] == 0
        if len(published(root)) >= 20:
            break
    assert set(states(root, "daily")) == {"published"}
    assert len(published(root)) == len(states(root, "daily")) == len(list((root / "output/.brief/daily").glob("20*.json")))
    assert not list(root.rglob(".brief-*.tmp"))


NAMESPACE = ("unshare", "--pid", "--fork", "--mount-proc")


def _needs(*command: str | Path) -> None:
    """Skip where this may not be done here."""
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"{command[0]} is not permitted: {ended.stderr.strip()}")


def test_as_the_first_process_of_a_container_it_ends_when_asked_and_sees_off_the_dead(
    make_desk: MakeDesk, start: Start, tmp_path: Path
) -> None:
    _needs(*NAMESPACE, "true")
    orphan = tmp_path / "orphan.sh"
    write(orphan, f"(sleep 0.5; echo done > {tmp_path}/orphan) &\n")
    files = {"brief.yaml": f"on_failure: [sh, {orphan}]\n", "templates/weekly.md.j2": "{{ nonsense }}\n"}
    root = owing(make_desk, files)
    outer = start(root, prefix=NAMESPACE, **clock(dt.datetime.now(dt.UTC), 20))
    assert until((tmp_path / "orphan").exists)
    first = int(_children(outer.pid)[0])
    assert until(lambda: not any(_is_dead(child) for child in _children(first)))
    os.kill(first, signal.SIGTERM)
    assert outer.process.wait(60) == 0


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return False


def test_of_two_schedulers_the_second_is_sent_away_until_the_first_is_dead(make_desk: MakeDesk, start: Start) -> None:
    root = owing(make_desk)
    first = start(root)
    assert first.comes_to("published")
    second = start(root)
    assert second.process.wait(60) == 75
    assert "another scheduler is running" in second.log.read_text("utf-8")
    assert once(root).returncode == 75
    sign = heartbeat.read(root / "output" / ".brief")
    assert sign
    assert (sign.pid, sign.stopped) == (first.pid, False)  # who was sent away has not passed for the one at work
    first.end(signal.SIGKILL)
    third = start(root)
    before = looked(root)
    assert until(lambda: looked(root) != before)
    assert third.process.poll() is None
    assert third.end()[0] == 0


# Faults


def test_briefings_that_hang_or_are_faulty_leave_the_others_alone(
    make_desk: MakeDesk, start: Start, hanging: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    slugs = ("a-loop", "b-regex", "d-sound")
    files = {f"briefings/{slug}.yaml": f"{BRIEFING}select: {{not: {{topics: [broken]}}}}\n" for slug in slugs}
    files["briefings/c-faulty.yaml"] = f"{BRIEFING}select: {{topics: [broken]}}\n"
    item = "\n  - {id: bad, title: Bad, kind: meeting, status: held, date: %s, topics: [broken], summary: Bad, sources: [%s]}\n"
    day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=5)
    files["seeds/bad.yaml"] = "events:" + item % (day, "nobody")
    root = owing(make_desk, files)
    limit = 12  # seconds: far more than the faulty one needs on a busy machine, beside two that hang
    scheduler = start(root, "--time-limit", str(limit), **hanging("a-loop b-regex"))
    assert all(scheduler.comes_to("failed", slug) for slug in ("a-loop", "b-regex", "c-faulty"))
    assert scheduler.comes_to("published", "d-sound")
    assert until(lambda: not workers(root))
    assert not any(Path("/proc", path.read_text()).exists() for path in (tmp_path / "hang").glob("[ab]-*"))
    assert scheduler.end()[0] == 0
    for slug in ("a-loop", "b-regex"):
        (entry,) = entries(root, slug).values()
        assert (entry.state, entry.attempts) == ("failed", 1)
        assert f"within {limit} seconds" in entry.reason
        assert entry.retry_at == entry.at + dt.timedelta(minutes=1)
    (faulty,) = entries(root, "c-faulty").values()
    assert (faulty.state, faulty.retry_at) == ("failed", None)
    assert "seeds/bad.yaml" in faulty.reason

    assert once(root).returncode == 0  # neither is it time to try again, nor has a file changed
    later = clock(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=61))
    assert once(root, **later).returncode == 0
    assert [entry.attempts for slug in ("a-loop", "b-regex") for entry in entries(root, slug).values()] == [2, 2]
    assert states(root, "a-loop") == states(root, "b-regex") == ["published"]
    write(root / "seeds" / "bad.yaml", "events:" + item % (day, "herald"))
    at_rest(root, dt.datetime.now(dt.UTC))
    assert once(root, **later).returncode == 0
    assert states(root, "c-faulty") == ["published"]


# Disks and users


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that other users can reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


SOMEBODY = 65534


def as_somebody(root: Path, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A single run as another user, by an interpreter that this user can reach."""
    path = os.pathsep.join(path for path in sys.path if path.endswith(("-packages", "src")))
    words = [f"{name}={value}" for name, value in {"PYTHONPATH": path, **(environment or {})}.items()]
    prefix = ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups", "env", *words]
    probe = ["-c", "import subprocess, sys, brief.cli; subprocess.run([sys.executable, '-c', ''], check=True)"]
    pythons = (sys.executable, f"/usr/bin/python3.{sys.version_info[1]}")
    python = next((python for python in pythons if _works(*prefix, python, *probe)), None)
    if python is None:
        pytest.skip("there is no other user, or none that can reach this interpreter")
    command = [*prefix, python, "-m", "brief", "schedule", "--once"]
    return subprocess.run(command, cwd=root, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def _works(*command: str) -> bool:
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def for_somebody(make_desk: MakeDesk, folder: Path) -> Path:
    """A desk that belongs to this user, and is to be looked after by another."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    root = shutil.copytree(owing(make_desk), folder / "desk")
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    at_rest(root, dt.datetime.now(dt.UTC))
    return root


def give_away(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, SOMEBODY, SOMEBODY)


def test_a_desk_that_can_only_be_read_is_enough_where_its_output_can_be_written(make_desk: MakeDesk, open_folder: Path) -> None:
    root = for_somebody(make_desk, open_folder)
    give_away(root / "output")
    ended = as_somebody(root)
    assert ended.returncode == 0, ended.stderr
    assert states(root) == ["published"]


def test_where_the_output_folder_can_t_be_written_the_edition_follows_once_it_can(
    make_desk: MakeDesk, open_folder: Path
) -> None:
    root = for_somebody(make_desk, open_folder)
    give_away(root / "output" / ".brief")
    ended = as_somebody(root)
    assert ended.returncode == 1
    assert "Permission denied" in ended.stderr
    assert states(root) == ["failed"]
    assert "Permission denied" in next(iter(entries(root).values())).reason
    give_away(root / "output")
    ended = as_somebody(root, clock(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=61)))
    assert ended.returncode == 0, ended.stderr
    assert states(root) == ["published"]


def test_where_nothing_at_all_can_be_written_it_says_so_in_plain_words(make_desk: MakeDesk, open_folder: Path) -> None:
    root = for_somebody(make_desk, open_folder)
    ended = as_somebody(root)
    assert ended.returncode == 1
    assert "Permission denied" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert published(root) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The desk's output folder, on a disk of 256 KiB."""
    folder = tmp_path / "desk" / "output"
    folder.mkdir(parents=True)
    _needs("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_a_failure_with_a_reason_and_leaves_nothing_half_written(make_desk: MakeDesk, small_disk: Path) -> None:
    root = make_desk()
    ballast = small_disk / "ballast"
    prepare(root, dt.datetime.now(dt.UTC) - dt.timedelta(days=7))
    (small_disk / "weekly").mkdir()
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    ballast.write_bytes(b"x" * (free - 8 * 1024))
    ended = once(root)
    assert ended.returncode == 1
    assert "No space left on device" in ended.stderr
    assert not list(small_disk.rglob("*.docx"))
    assert not list(small_disk.rglob(".brief-*.tmp"))
    ballast.unlink()
    assert once(root, **clock(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=61))).returncode == 0
    assert len(list(small_disk.rglob("*.docx"))) == 1


def test_an_output_folder_that_is_taken_away_while_it_runs_is_made_anew(make_desk: MakeDesk, start: Start) -> None:
    due = dt.datetime(2025, 5, 6, 5, tzinfo=dt.UTC)
    root = make_desk({"briefings/weekly.yaml": DAILY})
    prepare(root, due - dt.timedelta(days=1, minutes=1))
    scheduler = start(root, "--time-limit", "100000", **clock(due - dt.timedelta(minutes=3), 30))
    assert scheduler.comes_to("published")
    (root / "output").rename(root.parent / "taken away")
    assert until(lambda: published(root) == ["2025-05-06-weekly.docx"]), scheduler.log.read_text("utf-8")
    assert scheduler.process.poll() is None
    assert once(root).returncode == 75  # its lock has been taken again
    assert scheduler.end()[0] == 0


# Death


def test_killed_again_and_again_it_publishes_every_edition_once_and_whole(tmp_path: Path) -> None:
    run = soak.soak(tmp_path, seed=7, starts=4, weeks=3)
    assert run.faults == []
    assert run.counts["published"] > 20
