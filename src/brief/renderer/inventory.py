"""What a template may use, told as plain data."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass
from typing import Any

from brief.errors import Origin, Place
from brief.model import PartialDate, Period
from brief.renderer.vocabulary import FILTERS, FUNCTIONS


def plain(value: Any) -> Any:
    """A value of the model as JSON can hold it: keys as in the files, dates in ISO form, origins left out."""
    if isinstance(value, PartialDate):
        return "-".join(f"{part:02d}" for part in (value.year, value.month, value.day) if part is not None)
    if isinstance(value, Period):
        return {"start": value.start.isoformat(), "end": value.end.isoformat()}
    if is_dataclass(value) and not isinstance(value, type):
        named = {item.name: getattr(value, item.name) for item in fields(value)}
        return {name: plain(inner) for name, inner in named.items() if not isinstance(inner, (Place, Origin))}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else value


def catalogue() -> dict[str, dict[str, str]]:
    """The filters and functions beside Jinja's own, each with what it is for."""
    return {
        kind: {name: str(function.__doc__).split("\n", 1)[0] for name, function in sorted(functions.items())}
        for kind, functions in (("Filters", FILTERS), ("Functions", FUNCTIONS))
    }
