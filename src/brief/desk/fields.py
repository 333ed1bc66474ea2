"""Plain values as JSON and back: read as strictly as the files they were made from, as anybody may have changed them since."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any, get_args

from brief.desk import days
from brief.desk.text import FORBIDDEN
from brief.model import PartialDate
from brief.patterns import regex

Check = Callable[[Any], Any]
"""Gives the value that a piece of JSON stands for; a `ValueError` or `TypeError` says that it stands for none."""

_UNWRITTEN = regex(r"(?<!\\)(\\\\)*\\[ubf]")
"""Escapes of characters that no file of a desk may hold: we write all others as they are."""


class DamagedError(Exception):
    """What can't have been written by us."""


def encode(value: object) -> str:
    """A value of tuples, dataclasses, mappings, texts, numbers and dates as JSON."""
    return _encoder.encode(value)


def decode(check: Check, text: str) -> Any:
    """The value that a text stands for; raises `DamagedError` where it can't have been written by us."""
    try:
        if not text.isascii() and not text.isprintable() and FORBIDDEN.search(text):
            raise ValueError
        if "\\" in text and _UNWRITTEN.search(text):
            raise ValueError
        return check(json.loads(text))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError(text[:80]) from error


def _written(value: Any) -> object:
    if isinstance(value, PartialDate):
        return "-".join(f"{part:02}" for part in (value.year, value.month, value.day) if part)
    names = getattr(value, "__match_args__", ())  # of a dataclass
    return [getattr(value, name) for name in names] if names else str(value)


_encoder = json.JSONEncoder(ensure_ascii=False, default=_written, separators=(",", ":"))


def string(value: Any) -> str:
    """A text."""
    if type(value) is not str:
        raise TypeError
    return value


def filled(value: Any) -> str:
    """A text that says something."""
    if type(value) is not str or not value.strip():
        raise ValueError
    return value


def number(value: Any) -> int:
    """A whole number."""
    if type(value) is not int:
        raise TypeError
    return value


def truth(value: Any) -> bool:
    """Yes or no."""
    if type(value) is not bool:
        raise TypeError
    return value


def address(value: Any) -> str:
    """An address on the web, or nothing."""
    if string(value) and not value.lower().startswith(("https://", "http://")):
        raise ValueError
    return str(value)


def day(value: Any) -> dt.date:
    """A day that a desk may tell of."""
    found = dt.date.fromisoformat(value)
    if not days.FIRST_YEAR <= found.year <= days.LAST_YEAR:
        raise ValueError
    return found


def time(value: Any) -> dt.time:
    """A time of day."""
    return dt.time.fromisoformat(string(value))


def partial(value: Any) -> PartialDate:
    """A date of which less may be known."""
    return days.partial(string(value))


def one_of(kind: Any) -> Check:
    """One of the words of a `Literal`."""
    words = frozenset(get_args(kind))

    def check(value: Any) -> Any:
        if value not in words:
            raise ValueError
        return value

    return check


def maybe(check: Check) -> Check:
    """A value of some kind, or none."""
    return lambda value: None if value is None else check(value)


def several(check: Check) -> Check:
    """Values of a kind."""

    def all_of(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise TypeError
        return tuple([check(inner) for inner in value])

    return all_of


def by_key(check: Check) -> Check:
    """A mapping of words to values of a kind."""

    def all_of(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise TypeError
        return {key: check(inner) for key, inner in value.items()}

    return all_of


def shape(kind: Any, *checks: Check) -> Check:
    """What is made of values of given kinds, in their order."""

    def check(value: Any) -> Any:
        if type(value) is not list:
            raise TypeError
        return kind(*[check(inner) for check, inner in zip(checks, value, strict=True)])

    return check
