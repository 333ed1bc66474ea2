"""Kill the scheduler again and again, and see that every due edition is there, once and whole: `make soak`."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import docx

from brief import atomic, cadence, ledger, load
from brief.ledger import Ledger
from brief.receipts import Receipt
from brief.scheduler.heartbeat import Heartbeat
from brief.scheduler.watch import fingerprint

REPOSITORY = Path(__file__).parent.parent
BRIEF = [sys.executable, "-m", "brief"]
WORKER = "brief.scheduler.worker"
PATIENCE = 300.0
"""Seconds that anything may take that is to end by itself."""

CADENCES = {
    "seoul": ('{every: day, at: "06:30", catch_up: all}', "Asia/Seoul", "{days: 1}", "publish"),
    "apia": ('{every: day, at: "00:15", catch_up: all}', "Pacific/Apia", "{since: previous}", "skip"),
    "brussels": ('{every: week, on: monday, at: "07:00", catch_up: all}', "Europe/Brussels", "{since: previous}", "publish"),
    "casablanca": ('{every: two weeks, on: friday, at: "02:30", catch_up: all}', "Africa/Casablanca", "{days: 14}", "publish"),
    "new-york": ('{every: weekday, at: "08:00", catch_up: latest}', "America/New_York", "{days: 3}", "publish"),
    "lord-howe": ('{every: week, on: sunday, at: "02:15"}', "Australia/Lord_Howe", "{days: 7}", "publish"),
}
"""Of each briefing: its schedule and zone, what it covers, and what becomes of an empty edition."""
TEMPLATE = """
# {{ briefing.title }}, {{ edition.date }}

{% for event in events %}
- **{{ event.title }}**, {{ event.date }}: {{ event.summary | markdown }}{{ event | cite }}
{% else %}
Nothing happened.
{% endfor %}

"""
ENDINGS = ("early", "late", "writing", "writing", "writing", "published", "published")
"""When a start is killed: at once or soon, while a file is being written, or some moments after one was published."""


def make_desk(root: Path, weeks: int, now: dt.datetime) -> None:
    """A desk whose scheduler was last seen some weeks ago."""
    for folder in ("seeds", "briefings", "templates"):
        (root / folder).mkdir(parents=True)
    shutil.copy(REPOSITORY / "templates" / "house.docx", root / "templates")
    (root / "templates" / "soak.md.j2").write_text(TEMPLATE, "utf-8")
    source = {"id": "herald", "publisher": "The Herald", "title": "News", "published": "2020-01-01"}
    days = [(now - dt.timedelta(days=ago)).date() for ago in range(0, 7 * weeks + 30, 3)]
    seeds = {"sources": [source], "events": [_event(day) for day in days]}
    (root / "seeds" / "seeds.yaml").write_text(json.dumps(seeds, indent=1), "utf-8")
    for slug, (schedule, zone, covers, when_empty) in CADENCES.items():
        lines = {"title": slug.title(), "template": "soak.md.j2", "timezone": zone, "schedule": schedule, "covers": covers}
        lines |= {"when_empty": when_empty, "first_edition": "2020-01-06"}
        (root / "briefings" / f"{slug}.yaml").write_text("".join(f"{key}: {value}\n" for key, value in lines.items()), "utf-8")
        off_since(root, slug, now - dt.timedelta(weeks=weeks))
    at_rest(root, now)


def _event(day: dt.date) -> dict[str, object]:
    text = {"title": f"Talks of {day}", "summary": "They **talked**."}
    return {"id": f"talks-{day}", "kind": "meeting", "status": "held", "date": str(day), "sources": ["herald"], **text}


def off_since(root: Path, slug: str, since: dt.datetime) -> None:
    """Leave the record that a scheduler would have left which looked last at `since`."""
    desk = load(root)
    record = Ledger.begun(slug, since, desk.briefings[slug].cadence)
    atomic.write(ledger.path_of(desk.state, slug), record.to_json().encode(), over=True)


def at_rest(root: Path, at: dt.datetime) -> None:
    """Leave the sign of life of a scheduler that saw the files as they are: the next need not wait for them to settle."""
    desk = load(root)
    Heartbeat(at, "once", fingerprint(root, desk.output, desk.state)).write(desk.state)


@dataclass
class Soak:
    """One desk, what is done to it, and what came of it."""

    root: Path
    dice: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def start(self, number: int) -> None:
        """Start a scheduler, meddle with its desk, and kill it."""
        arguments = ["schedule", "--log-format", "json", *(["--once"] if self.dice.random() < 0.3 else [])]
        ending = self.dice.choice(ENDINGS)
        edits = number % 5 == 3
        with self._log(number).open("wb") as log:
            process = subprocess.Popen([*BRIEF, *arguments], cwd=self.root, stderr=log)
        by_hand = self._generate() if self.dice.random() < 0.5 else None
        if edits:
            self._edit()
            time.sleep(self.dice.uniform(3, 5))
        self._wait_for(ending, process, number)
        self.counts[f"killed {ending}" if process.poll() is None else "ended before"] += 1
        process.kill()
        process.wait()
        if by_hand:
            self._finish(by_hand)
        if not until(lambda: not workers(self.root)):
            self.faults.append(f"start {number}: processes are left: {workers(self.root)}")

    def finish(self) -> None:
        """Let a last run come to its end, and look at everything."""
        now = dt.datetime.now(dt.UTC)
        log = self._log(999)
        with log.open("wb") as stream:
            ended = subprocess.run(
                [*BRIEF, "schedule", "--once", "--log-format", "json"], cwd=self.root, stderr=stream, check=False
            )
        if ended.returncode:
            self.faults.append(f"the last run ended with {ended.returncode}: {log.read_text('utf-8')}")
        for path in sorted(self.root.parent.glob("log-*")):
            for line in path.read_text("utf-8").splitlines():
                self._count(json.loads(line))
        self.faults += faults(self.root, now)

    def _count(self, line: dict[str, str]) -> None:
        if line["event"] in ("failed", "fault", "rebuilt", "gone", "unheard"):
            self.faults.append(json.dumps(line))
        was_there = "was published already" in line["message"] and line["event"] == "published"
        self.counts["published, found there already" if was_there else line["event"]] += 1

    def _log(self, number: int) -> Path:
        return self.root.parent / f"log-{number:03}"

    def _wait_for(self, ending: str, process: subprocess.Popen[bytes], number: int) -> None:
        match ending:
            case "early":
                time.sleep(self.dice.uniform(0, 0.7))
            case "late":
                time.sleep(self.dice.uniform(0.7, 3))
            case "writing":  # one of the next files it writes, whichever
                passed = self.dice.randrange(30)
                seen: set[tuple[str, int]] = set()
                until(lambda: process.poll() is not None or self._see(seen) > passed, 3, pause=0)
            case "published":
                wanted = self.dice.randrange(1, 8)
                until(lambda: process.poll() is not None or self._log(number).read_bytes().count(b'"published"') >= wanted, 4)
                time.sleep(self.dice.uniform(0, 0.1))

    def _see(self, seen: set[tuple[str, int]]) -> int:
        """Look for files that are being written; says how many were seen so far."""
        output = self.root / "output"
        for folder in (".brief", *CADENCES, *(f".brief/{slug}" for slug in CADENCES)):
            with suppress(OSError), os.scandir(output / folder) as entries:
                seen |= {(entry.name, entry.stat().st_mtime_ns) for entry in entries if entry.name.endswith(".tmp")}
        return len(seen)

    def _generate(self) -> subprocess.Popen[bytes] | None:
        """Have an edition made by hand that the scheduler is about to make."""
        time.sleep(self.dice.uniform(0, 0.7))
        missing = self._missing()
        if not missing:
            return None
        slug, date = self.dice.choice(missing)
        self.counts["made by hand"] += 1
        command = [*BRIEF, "generate", slug, "--date", str(date)]
        return subprocess.Popen(command, cwd=self.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _missing(self) -> list[tuple[str, dt.date]]:
        """The first edition of each briefing that is to be made up for."""
        desk, now, found = load(self.root), dt.datetime.now(dt.UTC), []
        for slug, briefing in desk.briefings.items():
            record = ledger.read(desk.state, slug)
            if record and briefing.cadence and briefing.cadence.schedule.catch_up == "all":
                dues = (date for date, _ in cadence.dues_between(briefing.cadence, record.since, now))
                found += [
                    (slug, date)
                    for date in itertools.islice(
                        (date for date in dues if date not in record.entries or record.entries[date].state == "due"), 1
                    )
                ]
        return found

    def _finish(self, by_hand: subprocess.Popen[bytes]) -> None:
        if self.dice.random() < 0.5:
            time.sleep(self.dice.uniform(0, 0.6))
            by_hand.kill()
            self.counts["killed by hand-run"] += 1
        by_hand.wait(PATIENCE)

    def _edit(self) -> None:
        """Save a file as an editor does that empties it first; nothing in it changes but a remark."""
        path = self.root / "briefings" / f"{self.dice.choice(sorted(CADENCES))}.yaml"
        text = path.read_text("utf-8")
        time.sleep(self.dice.uniform(0, 1.5))
        path.write_text(text[: self.dice.randrange(len(text))], "utf-8")
        time.sleep(self.dice.uniform(0, 1))
        path.write_text(f"{text}# {self.dice.random()}\n", "utf-8")
        self.counts["edited"] += 1


def faults(root: Path, now: dt.datetime) -> list[str]:
    """Whatever is not as a desk should be whose scheduler did at `now`, or later, all that was due."""
    desk = load(root)
    found = [f"left behind: {path}" for path in root.rglob(".brief-*.tmp")]
    for slug, briefing in desk.briefings.items():
        record = ledger.read(desk.state, slug)
        if record is None or briefing.cadence is None:
            found.append(f"{slug}: it has no record")
            continue
        due = {date for date, _ in cadence.dues_between(briefing.cadence, record.since, now)}
        found += [f"{slug} {date}: no entry" for date in sorted(due - record.entries.keys())]
        found += [
            f"{slug} {date}: {entry}" for date, entry in record.entries.items() if entry.state not in ("published", "skipped")
        ]
        published = {entry.file for entry in record.entries.values() if entry.state == "published"}
        there = {path.relative_to(desk.output).as_posix() for path in (desk.output / slug).glob("*")}
        found += [f"{slug}: recorded and there differ: {file}" for file in sorted(published ^ there)]
        if briefing.cadence.schedule.catch_up == "all" and briefing.when_empty == "publish" and len(published) < len(due):
            found.append(f"{slug}: {len(published)} of {len(due)} were published")
        receipts = [Receipt.from_json(path.read_text("utf-8")) for path in sorted((desk.state / slug).glob("????-??-??*.json"))]
        found += _damages(desk.output, slug, receipts, published)
        if briefing.covers.since_previous:
            dates = {date for date, entry in record.entries.items() if entry.state == "published"}
            found += _seams(slug, {receipt.date: receipt for receipt in receipts}, sorted(dates))
    return found


def _damages(output: Path, slug: str, receipts: list[Receipt], published: set[str]) -> Iterator[str]:
    """Files and receipts that don't belong together, and files that don't open; one that was adopted has no receipt."""
    for receipt in receipts:
        path = output / receipt.file
        if receipt.file not in published or not path.exists():
            yield f"{slug} {receipt.date}: a receipt without a published file"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != receipt.sha256:
            yield f"{slug} {receipt.date}: the sum is wrong"
    for file in published:
        if (output / file).exists() and not docx.Document(str(output / file)).paragraphs:
            yield f"{file}: it is empty"


def _seams(slug: str, receipts: dict[dt.date, Receipt], published: list[dt.date]) -> Iterator[str]:
    """Windows that don't join; of an edition that was adopted without a receipt it isn't known."""
    for first, second in itertools.pairwise(published):
        before, after = receipts.get(first), receipts.get(second)
        if before and after and after.start != before.end + dt.timedelta(days=1):
            yield f"{slug}: {before.date} covers until {before.end}, {after.date} from {after.start}"


def workers(root: Path) -> list[int]:
    """The processes that are building for a desk."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            folder = os.path.realpath(process / "cwd")
        except OSError:
            continue
        if WORKER in words and folder == os.path.realpath(root):
            found.append(int(process.name))
    return found


def until(is_so: Callable[[], bool], seconds: float = 60.0, pause: float = 0.02) -> bool:
    """Wait for something; says whether it came."""
    end = time.monotonic() + seconds
    while not (came := is_so()) and time.monotonic() < end:
        time.sleep(pause)
    return came


def soak(folder: Path, seed: int, starts: int, weeks: int) -> Soak:
    """Do it all to a desk in an empty folder."""
    root = folder / "desk"
    make_desk(root, weeks, dt.datetime.now(dt.UTC))
    run = Soak(root, random.Random(seed))
    for number in range(starts):
        run.start(number)
    run.finish()
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--short", action="store_true", help="fewer starts and editions")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(f"seed {options.seed}", flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        run = soak(Path(folder), options.seed, *((5, 3) if options.short else (options.starts, 52)))
        for what, how_often in sorted(run.counts.items()):
            print(f"{how_often:5} {what}")
    print(f"{time.monotonic() - begun:.0f} seconds; {len(run.faults)} faults")
    for fault in run.faults:
        print(f"FAULT {fault}")
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    main()
