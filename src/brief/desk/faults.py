"""Faults of a document's values, told with the place, the words and the remedy that its author needs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

from brief.classes import dataclass
from brief.desk.pages import Page
from brief.desk.text import quoted, shortened
from brief.desk.yaml import Document, Flaw, Map, Path, Spot, spots
from brief.errors import Place, Problem, Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the value, or the key, at `path` of a document, or that it is missing from its `parent`.

    With `expected` the value is of another type: the message is worked out from what is written there.
    """

    path: Path
    message: str = ""
    hint: str = ""
    at: Literal["value", "key", "parent"] = "value"
    expected: str = ""
    value: object = None
    severity: Severity = "error"


def problems(page: Page, faults: Sequence[Fault], depth: int = 0) -> list[Problem]:
    """The problem that each fault of a page is, at its exact place; its key leaves out the first `depth` steps of the path."""
    starts = [_nearest_mapping(page.document, fault) for fault in faults]
    wanted: dict[tuple[int, int], set[Path]] = defaultdict(set)
    for start, rest in starts:
        wanted[start].add(rest)
    known = {start: spots(page.text, *start, paths) for start, paths in wanted.items()}
    return [
        _problem(page, fault, known[start].get(rest), start, depth) for fault, (start, rest) in zip(faults, starts, strict=True)
    ]


def _nearest_mapping(document: Document, fault: Fault) -> tuple[tuple[int, int], Path]:
    """The place of the innermost mapping on the way to what is at fault, and the steps left from there."""
    path = fault.path[:-1] if fault.at == "parent" else fault.path
    start, rest = (document.line, document.column), path
    value = document.value
    for index, step in enumerate(path):
        if isinstance(value, Map):
            lender = (value.borrowed or {}).get(str(step), value)
            start, rest = (lender.line, lender.column), path[index:]
        value = _step(value, step)
    if isinstance(value, Map) and fault.at != "key":
        return (value.line, value.column), ()
    return start, rest


def _step(value: Any, step: str | int) -> Any:
    if isinstance(value, Map):
        return value.get(str(step))
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _problem(page: Page, fault: Fault, spot: Spot | None, start: tuple[int, int], depth: int) -> Problem:
    message, hint = _told(fault, spot)
    place = Place(page.name, *_place(fault, spot, start))
    steps = fault.path[depth:] if len(fault.path) > depth else fault.path
    return Problem(place, message, key=key_of(steps), hint=hint, severity=fault.severity)


def _place(fault: Fault, spot: Spot | None, start: tuple[int, int]) -> tuple[int, int]:
    if isinstance(fault.value, Flaw) and fault.value.line:
        return fault.value.line, fault.value.column
    if spot is None:
        return start
    if fault.at == "key":
        return spot.key_line, spot.key_column
    return spot.line, spot.column


def key_of(path: Path) -> str:
    """A path as it is told: `roles[0].title`."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return steps if steps.isprintable() else ascii(steps)[1:-1]


def _told(fault: Fault, spot: Spot | None) -> tuple[str, str]:
    if isinstance(fault.value, Flaw):
        first = f"; the first is in line {spot.key_line}" if fault.value.line and spot else ""
        return fault.value.message + first, fault.value.hint
    if fault.message:
        return fault.message, fault.hint
    raw = spot.raw if spot else None
    return f"{_seen(fault.value, raw)}; expected {fault.expected}", _remedy(fault, raw)


def _seen(value: object, raw: str | None) -> str:
    """What YAML made of a value."""
    if value is None:
        return "nothing is written here" if not raw else f"YAML reads {raw} as nothing"
    if isinstance(value, dict):
        return "here are keys with values"
    if isinstance(value, list):
        return "here is a list"
    if isinstance(value, str):
        return f"{quoted(value)} is a text"
    if raw is None:
        raw = str(value)
    if isinstance(value, bool):
        return f"YAML reads {raw} without quotes as {str(value).lower()}"
    if isinstance(value, dt.datetime):
        return f"YAML reads {raw} as a day with a time"
    if isinstance(value, dt.date):
        return f"YAML reads {raw} without quotes as a date"
    counted = f", counting in sixties: {value}" if ":" in raw else f" {value}" if str(value) != raw else ""
    return f"YAML reads {shortened(raw)} without quotes as a number{shortened(counted)}"


def _remedy(fault: Fault, raw: str | None) -> str:
    value = fault.value
    wants_text = fault.expected.startswith(("a text", "a time in quotes"))
    if isinstance(value, dict) and wants_text:
        return "put the text in quotes if the colon belongs to it"
    if value is None or isinstance(value, list | dict):
        return ""
    if fault.expected == "a list":
        return f"write [{shortened(raw or str(value))}]"
    if isinstance(value, str):
        return "leave out the quotes" if value.isdecimal() else ""
    return f'if it is meant as it stands, put it in quotes: "{raw}"' if wants_text and raw else ""
