"""Workload 3: one edition of a desk with ten years behind it, beside the same edition of a desk a hundredth its size."""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from itertools import count
from pathlib import Path

from bench import desks, environment
from bench.editions import Desk
from bench.environment import FOLDER, Environment
from bench.processes import alternate, seconds
from bench.report import Measure, Report, Table, milliseconds, ratio

FILES = {"1,000 events": 10, "100,000 events": 1_000}
EACH = 100
"""Events in a file."""
TOLD = 20
"""Events in the edition, whatever the size of the desk."""
SLUG = "weekly"
ROUNDS = 11
EDITS = 7
FIRST_RUNS = 3
SETTLED = 2.5
"""Seconds after an edit from which on brief believes the times of a file, and needs not read it to know that it is the same."""
READ = """
import sys, yaml
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""


def measure(here: Environment, report: Report) -> None:
    """Warm, after an edit, and for the first time."""
    folder = here.scratch("archive")
    small, large = (_desk(folder / f"desk-{files}", files) for files in FILES.values())
    first = _first_runs(large)
    for desk in (small, large):
        desk.generate(SLUG)
    one, other = FILES
    warm = alternate({one: lambda: small.generate(SLUG), other: lambda: large.generate(SLUG)}, ROUNDS)
    edited = _edits(large)
    shutil.rmtree(folder)
    for title, times in (("warm", warm), ("first run", first), ("edit", edited)):
        report.keep(f"archive, {title}", times)
    rows = [("", "median"), *((f"warm, {name}", milliseconds(times)) for name, times in warm.items())]
    rows += [(name, milliseconds(times)) for name, times in (edited | first).items()]
    report.show(Table(f"Archive, an edition of {TOLD} events, whole process", rows))
    report.add(Measure(f"warm, {other} / {one}", 1.5, ratio(warm[other], warm[one])))
    more = statistics.median(b - a for a, b in zip(edited["before an edit"], edited["after an edit of one file"], strict=True))
    report.add(Measure("one file edited: seconds more", 0.2, more, unit=" s"))
    for name in ("first run, empty cache", "--no-index"):
        report.add(Measure(f"{name} / CSafeLoader alone", 1.5, ratio(first[name], first["CSafeLoader alone"])))


def _desk(root: Path, files: int) -> Desk:
    desks.make(root, events=files * EACH, files=files, told=TOLD)
    desks.add_briefing(root, SLUG)
    return Desk(root, root.parent, f"cache-{files}")


def _first_runs(desk: Desk) -> dict[str, list[float]]:
    """The desk read whole, by brief with and without an index to write, and by the parser alone."""
    caches = count()

    def empty_cache() -> float:
        return Desk(desk.root, desk.folder / f"first-{next(caches)}").generate(SLUG)

    variables = environment.variables(FOLDER / "cache")
    runs = {
        "first run, empty cache": empty_cache,
        "--no-index": lambda: desk.generate(SLUG, "--no-index"),
        "CSafeLoader alone": lambda: seconds([sys.executable, "-c", READ, desk.root / "seeds"], variables),
    }
    return alternate(runs, FIRST_RUNS)


def _edits(desk: Desk) -> dict[str, list[float]]:
    """Runs before and after a summary that the edition tells has changed."""
    path = desks.seeds_file(desk.root, FILES["100,000 events"] - 1)
    text = path.read_text("utf-8")
    before, found, after = text.rpartition("      In short: ")
    assert found
    times: dict[str, list[float]] = {"before an edit": [], "after an edit of one file": []}
    for number in range(EDITS):
        time.sleep(SETTLED)
        desk.generate(SLUG)
        times["before an edit"].append(desk.generate(SLUG))
        path.write_text(f"{before}{found}{number + 1} times: {after}", "utf-8")
        times["after an edit of one file"].append(desk.generate(SLUG))
    return times
