"""Workload 2: whole processes, warm: the shipped weekly beside a docxtpl script, and commands beside `import yaml`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from bench import environment
from bench.editions import Desk
from bench.environment import BRIEF, FOLDER, REPOSITORY, Environment
from bench.processes import alternate, seconds
from bench.report import Measure, Report, Table, milliseconds, ratio

WEEKLY = "korea-europe-weekly"
ROUNDS = 31
SHORT_ROUNDS = 31
WARM = 3


def measure(here: Environment, report: Report) -> None:
    """The edition, then the commands that should feel like nothing."""
    desk = Desk(REPOSITORY, here.scratch("start"))
    runs = {"brief generate": lambda: desk.generate(WEEKLY)}
    template = desk.template(WEEKLY)
    if "docxtpl" in here.versions:
        runs["docxtpl script"] = lambda: desk.docxtpl(WEEKLY, template)
    _warm(runs)
    editions = alternate(runs, ROUNDS)
    variables = environment.variables(FOLDER / "cache")
    short = {
        "brief --help": lambda: seconds([BRIEF, "--help"], variables),
        "brief list": lambda: desk.brief("list"),
        "python -c 'import yaml'": lambda: seconds([sys.executable, "-c", "import yaml"], variables),
    }
    _warm(short)
    commands = alternate(short, SHORT_ROUNDS)
    times = editions | commands
    report.keep("start", times)
    report.show(Table("Whole processes, warm", [("", "median"), *((name, milliseconds(each)) for name, each in times.items())]))
    figure = ratio(times["brief generate"], times["docxtpl script"]) if "docxtpl script" in times else None
    report.add(Measure("the shipped weekly, brief / docxtpl script", 0.8, figure, aim=0.6))
    for name in ("brief --help", "brief list"):
        report.add(Measure(f"{name} / python -c 'import yaml'", 2, ratio(times[name], times["python -c 'import yaml'"])))


def _warm(runs: Mapping[str, Callable[[], float]]) -> None:
    for run in [*runs.values()] * WARM:
        run()
