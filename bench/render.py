"""Workload 1: events in memory become the bytes of a Word file, in warm processes, brief beside its peers and the floor."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from bench import content, environment, templates
from bench.contestants import Contestant, StoppedError
from bench.environment import FOLDER, PYTHON, REPOSITORY, Environment
from bench.processes import alternate, shuffled
from bench.report import Measure, Report, Table, milliseconds, ratio

ROUNDS = {10: 41, 100: 25, 1_000: 11, 10_000: 5}
"""By the number of events."""
CAP = 60.0
"""Seconds that a contestant may spend on one number of events."""
WARM = (1.5, 60)
"""Before timing each runs for so many seconds, but not more often than this."""
LINEAR_ROUNDS = 9
PEERS = FOLDER / "peers"
"""A copy: modules are looked for from the folder of the file that asks for them, and node_modules is beside this one."""
HOUSE = REPOSITORY / "templates" / "house.docx"

BRIEF, ANEW, FLOOR, DOCXTPL = "brief", "brief, nothing kept", "floor", "docxtpl"


@dataclass(frozen=True)
class Peer:
    """Who is measured: the packages it needs, the script in peers/ and its template."""

    packages: tuple[str, ...]
    script: str
    template: str = "empty"


PEERS_BY_NAME = {
    DOCXTPL: Peer(("docxtpl",), "run_docxtpl.py", "docxtpl"),
    "python-docx": Peer(("python-docx",), "run_python_docx.py"),
    "pandoc": Peer(("pandoc",), "run_pandoc.py"),
    "docxtemplater": Peer(("docxtemplater", "pizzip"), "run_docxtemplater.mjs", "docxtemplater"),
    "docx": Peer(("docx",), "run_docx.mjs"),
    "docx-templates": Peer(("docx-templates",), "run_docx_templates.mjs", "docx_templates"),
    "easy-template-x": Peer(("easy-template-x",), "run_easy_template_x.mjs", "easy_template_x"),
    "Carbone": Peer(("carbone",), "run_carbone.mjs", "carbone"),
}

Times = dict[str, list[float]]
Told = dict[str, str]
"""What is said of those who have no times."""


def measure(here: Environment, report: Report) -> None:
    """All sizes, then how time grows with them."""
    folder = here.scratch("render")
    shutil.rmtree(PEERS, ignore_errors=True)
    shutil.copytree(Path(__file__).parent / "peers", PEERS, ignore=shutil.ignore_patterns("__pycache__"))
    times: dict[int, Times] = {}
    told: dict[int, Told] = {}
    with ExitStack() as stack:
        contestants = {name: stack.enter_context(start(name, folder)) for name in (BRIEF, ANEW, FLOOR, *_present(here))}
        for size in ROUNDS:
            print(f"  {size:,} events…", flush=True)
            times[size], told[size] = _one_size(size, contestants, folder)
            report.keep(f"render {size}", times[size])
    absent = {name: f"absent: {_why(here, peer)}" for name, peer in PEERS_BY_NAME.items() if name not in contestants}
    report.show(_table(times, {size: {**absent, **told[size]} for size in ROUNDS}))
    _compare(times, report, note=f"without {', '.join(absent)}" if absent else "")
    _linear(folder, report)


def start(name: str, folder: Path) -> Contestant:
    """The process of a contestant."""
    if name in PEERS_BY_NAME:
        script = PEERS_BY_NAME[name].script
        command = ["node" if script.endswith(".mjs") else PYTHON, PEERS / script]
    else:
        script = "run_floor.py" if name == FLOOR else "run_brief.py"
        command = [sys.executable, PEERS / script, *(["anew"] if name == ANEW else [])]
    log = folder / f"{name.replace(', ', '-').replace(' ', '-')}.log"
    return Contestant(command, log, seconds=CAP, environment=environment.variables(FOLDER / "cache"))


def template(name: str, folder: Path) -> Path:
    """What a contestant starts from; those of the peers are there as soon as brief has made a file."""
    if name in (BRIEF, ANEW):
        return HOUSE
    if name == FLOOR:
        return folder / f"{BRIEF}.docx"
    kind = PEERS_BY_NAME[name].template
    path = folder / f"template-{kind}.docx"
    if not path.exists():
        path.write_bytes(getattr(templates, kind)((folder / f"{BRIEF}.docx").read_bytes()))
    return path


def _present(here: Environment) -> list[str]:
    return [name for name, peer in PEERS_BY_NAME.items() if not _why(here, peer)]


def _why(here: Environment, peer: Peer) -> str:
    return next((here.missing.get(package, "not found") for package in peer.packages if package not in here.versions), "")


def _one_size(size: int, contestants: Mapping[str, Contestant], folder: Path) -> tuple[Times, Told]:
    events = folder / "events.json"
    content.write_events(events, size)
    told: Told = {}
    first: dict[str, float] = {}
    for name, contestant in contestants.items():
        try:
            first[name] = _check(name, contestant, events, folder)
        except StoppedError as reason:
            if name in (BRIEF, FLOOR):
                sys.exit(f"{name}: {reason}")
            told[name] = str(reason)
    times: Times = {name: [] for name in first}
    for number in range(ROUNDS[size]):
        for name in shuffled(times, number):
            if contestants[name].left > 1.5 * first[name] and name not in told:
                try:
                    times[name].append(contestants[name].run())
                except StoppedError as reason:
                    told[name] = str(reason)
    return {name: runs or [first[name]] for name, runs in times.items() if name not in told}, told


def _check(name: str, contestant: Contestant, events: Path, folder: Path) -> float:
    """Load the events, see that the document says what it must, and warm up; the seconds of the first run."""
    path = folder / f"{name}.docx"
    contestant.load(events, template(name, folder))
    first = contestant.run(path)
    found = content.read_back(path.read_bytes())
    if fault := content.difference(found, content.expected(json.loads(events.read_text("utf-8")))):
        sys.exit(f"the document of {name} says something else than the events: {fault} ({path})")
    if name == FLOOR and (fault := _unequal(path.read_bytes(), (folder / f"{BRIEF}.docx").read_bytes())):
        sys.exit(f"the floor writes other bytes than brief: {fault}")
    longest, most = WARM
    end = time.monotonic() + longest - first
    for _ in range(most):
        if time.monotonic() > end:
            break
        contestant.run()
    return first


def _unequal(one: bytes, other: bytes) -> str:
    """The parts that differ between two zip files, or nothing."""
    here, there = _parts(one), _parts(other)
    return ", ".join(name for name in {**here, **there} if here.get(name) != there.get(name))


def _parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _table(times: Mapping[int, Times], told: Mapping[int, Told]) -> Table:
    rows = [("events", *(f"{size:,}" for size in ROUNDS))]
    for name in (BRIEF, ANEW, FLOOR, *PEERS_BY_NAME):
        cells = [
            f"{milliseconds(runs)}{', once' if len(runs) == 1 else ''} ({ratio(runs, times[size][BRIEF]):.2f})"
            if (runs := times[size].get(name))
            else told[size].get(name, "–")
            for size in ROUNDS
        ]
        rows.append((name, *cells))
    return Table("Render and write, in process (in brackets: times brief's)", rows)


def _compare(times: Mapping[int, Times], report: Report, note: str) -> None:
    for size, each in times.items():
        ratios = {name: ratio(runs, each[BRIEF]) for name, runs in each.items() if name in PEERS_BY_NAME}
        if ratios:
            nearest = min(ratios, key=ratios.__getitem__)
            told = "; ".join(filter(None, (nearest, note)))
            report.add(Measure(f"the fastest peer / brief, N = {size:,}", 1, ratios[nearest], at_least=True, note=told))
        bounds = {10: (4, 5), 1_000: (3, 4)}
        if size in bounds:
            bound, aim = bounds[size]
            report.add(Measure(f"docxtpl / brief, N = {size:,}", bound, ratios.get(DOCXTPL), at_least=True, aim=aim))
        if size >= 100:
            report.add(Measure(f"brief / floor, N = {size:,}", 3, ratio(each[BRIEF], each[FLOOR]), aim=2))


def _linear(folder: Path, report: Report) -> None:
    """How much longer an event takes among 10,000 than among 1,000."""
    small, large = 1_000, 10_000
    with start(BRIEF, folder) as one, start(BRIEF, folder) as other:
        for contestant, size in ((one, small), (other, large)):
            events = folder / f"events-{size}.json"
            content.write_events(events, size)
            contestant.load(events, HOUSE)
            for _ in range(2):
                contestant.run()
        runs = {"few": lambda: one.run() / small, "many": lambda: other.run() / large}
        times = alternate(runs, LINEAR_ROUNDS)
    figure = ratio(times["many"], times["few"])
    report.add(Measure(f"brief, time per event at {large:,} / at {small:,}", 1.3, figure))
