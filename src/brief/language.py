"""Dates as each language writes them, from the CLDR data that Babel carries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, MutableMapping
from functools import cache, lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec

from brief.model import PartialDate, Period

if TYPE_CHECKING:
    from babel import Locale

P = ParamSpec("P")

_SKELETONS = {"day": "Ed", "week": "MMMd", "month": "yMMM", "quarter": "yMMM", "year": "y"}


_memory: list[MutableMapping[str, str]] = []


def remember(texts: MutableMapping[str, str] | None) -> None:
    """Take from `texts` what dates read, where it is there, and else put it there; none: forget them.

    They may be those of an earlier run: Babel and its data are slow to load, and an edition made again needs neither.
    """
    _memory[:] = [] if texts is None else [texts]


def remembered() -> MutableMapping[str, str]:
    """What dates are known to read."""
    return _memory[0] if _memory else {}


def _remembered(write: Callable[P, str]) -> Callable[P, str]:
    @wraps(write)
    def remembering(*args: P.args, **kwargs: P.kwargs) -> str:
        if not _memory:
            return write(*args, **kwargs)
        texts, key = _memory[0], f"{write.__name__}{args}{kwargs or ''}"
        if key not in texts:
            texts[key] = write(*args, **kwargs)
        return texts[key]

    return remembering


def known(tag: str) -> bool:
    """Whether dates can be written in the language of the BCP 47 `tag` (`en-GB`)."""
    from babel import UnknownLocaleError

    try:
        _locale(tag)
    except (UnknownLocaleError, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
@_remembered
def date(day: dt.date, tag: str, pattern: str = "long") -> str:
    """`10 March 2025`; `pattern` is full, long, medium, short, or a CLDR pattern such as `d MMM`."""
    from babel.dates import format_date

    return format_date(day, pattern, _locale(tag))


@lru_cache(maxsize=4096)
@_remembered
def period(period: Period, tag: str) -> str:
    """`5–7 March 2025`: what both ends share is written once; one day is a date."""
    if period.start == period.end:
        return date(period.start, tag)
    first, second = _interval(tag, _greatest_difference(period))
    return date(period.start, tag, first) + date(period.end, tag, second)


@_remembered
def short_period(period: Period, tag: str, *, with_year: bool = False) -> str:
    """`5–7 Mar`, or `5 Mar`: a period as a picture has room for it."""
    from babel.dates import format_interval

    return format_interval(period.start, period.end, "yMMMd" if with_year else "MMMd", locale=_locale(tag))


@_remembered
def tick(day: dt.date, tag: str, unit: str) -> str:
    """The name of the day, week, month, quarter or year that begins on `day`, as an axis has room for it."""
    from babel.dates import format_skeleton

    return format_skeleton(_SKELETONS[unit], day, locale=_locale(tag))


@_remembered
def partial_date(value: PartialDate, tag: str) -> str:
    """As much of a date as is known: `11 March 2025`, `March 2025`, `2025`."""
    if value.day is not None:
        return date(value.earliest, tag)
    from babel.dates import format_skeleton

    return format_skeleton("y" if value.month is None else "yMMMM", value.earliest, locale=_locale(tag))


@cache
def _locale(tag: str) -> Locale:
    from babel import Locale

    return Locale.parse(tag, sep="-")


def _greatest_difference(period: Period) -> str:
    if period.start.year != period.end.year:
        return "y"
    return "M" if period.start.month != period.end.month else "d"


@cache
def _interval(tag: str, difference: str) -> tuple[str, str]:
    """The patterns of both halves; CLDR has them for the short month, so that is spelled out here."""
    halves = _locale(tag).interval_formats.get("yMMMd", {}).get(difference, ())
    if len(halves) != 2:
        return "long", "' – '" + _locale(tag).date_formats["long"].pattern
    first, second = (half.replace("MMMM", "MMM").replace("MMM", "MMMM").replace("LLL", "LLLL") for half in halves)
    return first, second
