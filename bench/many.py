"""Workload 4: five hundred briefings over one desk, in one process, in two, and by a script started for each."""

from __future__ import annotations

import shutil
import statistics

from bench import desks
from bench.editions import Desk
from bench.environment import Environment
from bench.processes import alternate
from bench.report import Measure, Report, Table, ratio

EVENTS, FILES, TOLD = 10_000, 100, 20
BRIEFINGS = 500
DAYS = 28
ROUNDS = 7
SAMPLE = 10
"""So many of the runs of the script are timed, to stand for all."""


def measure(here: Environment, report: Report) -> None:
    """One job and two in turn, then the script."""
    folder = here.scratch("many")
    desk = Desk(desks.make(folder / "desk", events=EVENTS, files=FILES, told=TOLD), folder)
    slugs = [f"briefing-{number:03}" for number in range(BRIEFINGS)]
    for number, slug in enumerate(slugs):
        topics = (f"topic-{number % desks.TOPICS}", f"topic-{(number + 1 + number // desks.TOPICS) % desks.TOPICS}")
        desks.add_briefing(desk.root, slug, days=DAYS, topics=topics)
    template = desk.template(slugs[0])
    one, two = "--jobs 1", "--jobs 2"
    runs = {one: lambda: desk.generate("--all", *one.split()), two: lambda: desk.generate("--all", *two.split())}
    times = alternate(runs, ROUNDS)
    script: list[float] = []
    if "docxtpl" in here.versions:
        script = [desk.docxtpl(slug, template) for slug in slugs[:: BRIEFINGS // SAMPLE]]
    shutil.rmtree(folder)
    report.keep("many", {**times, "docxtpl script, one run": script})
    whole = sum(script) / len(script) * BRIEFINGS if script else None
    rows = [
        ("", "seconds"),
        *((f"brief generate --all {name}", f"{statistics.median(each):.1f}") for name, each in times.items()),
    ]
    rows.append((f"{BRIEFINGS} runs of the docxtpl script, by {SAMPLE} of them", "absent" if whole is None else f"{whole:.0f}"))
    report.show(Table(f"{BRIEFINGS} briefings over one desk of {EVENTS:,} events", rows))
    report.add(Measure("--jobs 1 / --jobs 2", 1.7, ratio(times[one], times[two]), at_least=True))
    figure = ratio([whole] * ROUNDS, times[two]) if whole else None
    report.add(Measure("docxtpl script / brief --all --jobs 2", 10, figure, at_least=True))
