"""What was measured beside what must hold, told as it comes and written as Markdown and JSON at the end."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Measure:
    """A figure and its bound, which is the least it may be where `at_least`, else the most; no figure where none could be had.

    `aim` is the bound that was hoped for.
    """

    name: str
    bound: float
    figure: float | None
    at_least: bool = False
    aim: float | None = None
    unit: str = ""
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the figure keeps to the bound."""
        if self.figure is None:
            return None
        return self.figure >= self.bound if self.at_least else self.figure <= self.bound

    def cells(self) -> tuple[str, ...]:
        """Its row of the table."""
        aim = f" (aim {self.aim:g})" if self.aim is not None else ""
        must = f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit}{aim}"
        figure = "not measured" if self.figure is None else f"{self.figure:.2f}{self.unit}"
        return self.name, must, figure, {True: "yes", False: "**no**", None: "–"}[self.holds], self.note


@dataclass(frozen=True)
class Table:
    """Figures under a title; the first row is the head."""

    title: str
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """As a table of Markdown."""
        head, *rows = ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join((f"## {self.title}", "", head, "|---" * len(self.rows[0]) + "|", *rows, ""))


@dataclass
class Report:
    """All measures and tables so far, and the seconds behind the medians."""

    machine: Mapping[str, str]
    measures: list[Measure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, measure: Measure) -> None:
        """Take up a measure, and tell it."""
        self.measures.append(measure)
        name, must, figure, holds, note = measure.cells()
        print(f"  {name}: {figure}, must be {must}: {holds.strip('*')}{note and f' ({note})'}", flush=True)

    def show(self, table: Table) -> None:
        """Take up a table, and tell it."""
        self.tables.append(table)
        print(f"\n{table.markdown()}", flush=True)

    def keep(self, title: str, times: Mapping[str, Iterable[float]]) -> None:
        """Keep the seconds of each run, by who ran."""
        self.seconds |= {f"{title}: {name}": [round(second, 6) for second in each] for name, each in times.items()}

    def markdown(self) -> str:
        """The whole of it: what must hold, then all tables."""
        head = ("Measure", "Must be", "Is", "Holds", "")
        bounds = Table("What must hold", [head, *(measure.cells() for measure in self.measures)])
        machine = "\n".join(f"- {name}: {value}" for name, value in self.machine.items())
        return "\n".join(
            (
                "# Measured",
                "",
                "Made by `make bench`; README.md tells what each workload is and how to read the figures.",
                "",
                machine,
                "",
                bounds.markdown(),
                *(table.markdown() for table in self.tables),
            )
        )

    def json(self) -> str:
        """The whole of it, with the seconds of every run."""
        measures = [{**asdict(measure), "holds": measure.holds} for measure in self.measures]
        whole = {"machine": dict(self.machine), "measures": measures, "seconds": self.seconds}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of how many times as long each run of `one` took as that of `other` in the same round."""
    return statistics.median(a / b for a, b in zip(one, other, strict=False))


def milliseconds(times: Sequence[float]) -> str:
    """The median, for a table."""
    median = statistics.median(times) * 1000
    return f"{median:,.1f} ms" if median < 100 else f"{median:,.0f} ms"
