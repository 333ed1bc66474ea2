"""What a template may use, told as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from inspect import signature
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
    """The filters and functions beside Jinja's own: how each is written, and what it is for."""
    return {
        "Filters": {f"| {name}{_arguments(function, 1)}": _meaning(function) for name, function in sorted(FILTERS.items())},
        "Functions": {
            f"{name}{_arguments(function, 0) or '()'}": _meaning(function) for name, function in sorted(FUNCTIONS.items())
        },
    }


def _arguments(function: Callable[..., Any], skipped: int) -> str:
    """The arguments behind the first `skipped`, with their defaults as a template writes them."""
    shown = []
    for parameter in list(signature(function).parameters.values())[skipped:]:
        if parameter.kind is parameter.KEYWORD_ONLY:  # the text of a call block, which nobody writes as an argument
            continue
        default = parameter.default
        written = str(default).lower() if isinstance(default, bool | None) else repr(default)
        shown.append(parameter.name if default is parameter.empty else f"{parameter.name}={written}")
    return f"({', '.join(shown)})" if shown else ""


def _meaning(function: Callable[..., Any]) -> str:
    return str(function.__doc__).split("\n", 1)[0]
