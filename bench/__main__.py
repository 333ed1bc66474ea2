"""Every measurement that is promised, or some of them: `make bench`, `make bench ONLY=render`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from bench import archive, environment, many, memory, render, start
from bench.environment import FOLDER, HERE, Environment
from bench.report import Report

WORKLOADS: dict[str, Callable[[Environment, Report], None]] = {
    "render": render.measure,
    "start": start.measure,
    "archive": archive.measure,
    "many": many.measure,
    "memory": memory.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="WORKLOAD", help=f"all where none is named: {', '.join(WORKLOADS)}")
    parser.add_argument("--save", action="store_true", help="keep the results as bench/results.md")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(WORKLOADS):
        parser.error(f"there is no workload {', '.join(sorted(unknown))}; there are {', '.join(WORKLOADS)}")
    if asked.save and asked.names:
        parser.error("only the results of a whole run are kept")
    here = environment.prepare()
    report = Report(environment.machine(here))
    for name in asked.names or WORKLOADS:
        print(f"\n{name}", flush=True)
        begun = time.monotonic()
        WORKLOADS[name](here, report)
        print(f"  ({time.monotonic() - begun:.0f} s)", flush=True)
    text = report.markdown()
    (FOLDER / "results.md").write_text(text, "utf-8")
    (FOLDER / "results.json").write_text(report.json(), "utf-8")
    if asked.save:
        (HERE / "results.md").write_text(text, "utf-8")
    print(f"\n{text}")


if __name__ == "__main__":
    main()
