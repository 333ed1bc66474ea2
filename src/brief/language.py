"""Dates as each language writes them, from the CLDR data that Babel carries."""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton

from brief.model import PartialDate, Period

_SKELETONS = {"day": "Ed", "week": "MMMd", "month": "yMMM", "quarter": "yMMM", "year": "y"}


def known(tag: str) -> bool:
    """Whether dates can be written in the language of the BCP 47 `tag` (`en-GB`)."""
    try:
        _locale(tag)
    except (UnknownLocaleError, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def date(day: dt.date, tag: str, pattern: str = "long") -> str:
    """`10 March 2025`; `pattern` is full, long, medium, short, or a CLDR pattern such as `d MMM`."""
    return format_date(day, pattern, _locale(tag))


@lru_cache(maxsize=4096)
def period(period: Period, tag: str) -> str:
    """`5–7 March 2025`: what both ends share is written once; one day is a date."""
    if period.start == period.end:
        return date(period.start, tag)
    first, second = _interval(tag, _greatest_difference(period))
    return date(period.start, tag, first) + date(period.end, tag, second)


def short_period(period: Period, tag: str, *, with_year: bool = False) -> str:
    """`5–7 Mar`, or `5 Mar`: a period as a picture has room for it."""
    return format_interval(period.start, period.end, "yMMMd" if with_year else "MMMd", locale=_locale(tag))


def tick(day: dt.date, tag: str, unit: str) -> str:
    """The name of the day, week, month, quarter or year that begins on `day`, as an axis has room for it."""
    return format_skeleton(_SKELETONS[unit], day, locale=_locale(tag))


def partial_date(value: PartialDate, tag: str) -> str:
    """As much of a date as is known: `11 March 2025`, `March 2025`, `2025`."""
    if value.day is not None:
        return date(value.earliest, tag)
    return format_skeleton("y" if value.month is None else "yMMMM", value.earliest, locale=_locale(tag))


@cache
def _locale(tag: str) -> Locale:
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
