"""Workload 5: the most memory that a process needs to make one document of 10,000 events."""

from __future__ import annotations

from bench import content
from bench.environment import Environment
from bench.render import BRIEF, DOCXTPL, start, template
from bench.report import Measure, Report, Table

SIZE = 10_000


def measure(here: Environment, report: Report) -> None:
    """One process each."""
    folder = here.scratch("memory")
    events = folder / "events.json"
    content.write_events(events, SIZE)
    names = [BRIEF, DOCXTPL] if DOCXTPL in here.versions else [BRIEF]
    peaks: dict[str, float] = {}
    for name in names:
        with start(name, folder) as contestant:
            contestant.load(events, template(name, folder))
            contestant.run(folder / f"{name}.docx")
            peaks[name] = contestant.peak() / 1024**2
    rows = [("", "MiB"), *((name, f"{peak:,.0f}") for name, peak in peaks.items())]
    report.show(Table(f"Peak memory, one document of {SIZE:,} events", rows))
    figure = peaks[BRIEF] / peaks[DOCXTPL] if DOCXTPL in peaks else None
    report.add(Measure("peak memory, brief / docxtpl, N = 10,000", 1.5, figure))
