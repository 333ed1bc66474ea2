"""When editions are due: pure functions of a cadence and dates, by dateutil's recurrence rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule, weekday

from brief.model import Cadence, Schedule

WEEKDAYS = {
    "monday": MO,
    "tuesday": TU,
    "wednesday": WE,
    "thursday": TH,
    "friday": FR,
    "saturday": SA,
    "sunday": SU,
}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

_DAY = dt.timedelta(days=1)
_FORTNIGHT = dt.timedelta(days=14)
_NEAR = 2 * _DAY
"""Further from a civil day than its due instant can be, also where a zone skips a whole day."""
_LONGEST_GAP = 40
"""Days that surely hold a due date of any cadence, exceptions aside: the longest month, and some."""
_EPOCH = dt.date(1970, 1, 1)


def dues(cadence: Cadence, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """The due dates from `start` to `end`, both included, in order.

    None lies before `first` (which also anchors `two weeks`) or `not_before`, after `until`, or among the exceptions.
    """
    exceptions = cadence.schedule.exceptions
    return (day for day in _regular(cadence, start, end) if day not in exceptions)


def is_due(cadence: Cadence, day: dt.date) -> bool:
    """Whether an edition is due on `day`."""
    return any(dues(cadence, day, day))


def latest(cadence: Cadence, day: dt.date) -> dt.date | None:
    """The last due date on or before `day`, if there was one."""
    return next(_backwards(cadence, day), None)


def following(cadence: Cadence, day: dt.date) -> dt.date | None:
    """The first due date after `day`; none where `until` has passed."""
    return next(dues(cadence, day + _DAY, dt.date.max), None)


def number(cadence: Cadence, day: dt.date) -> int | None:
    """The edition's number: No. 1 is the first due date on or after `first`; none off the cadence, or without `first`."""
    if cadence.first is None or not is_due(cadence, day):
        return None
    start = next(_regular(cadence, cadence.first, day))
    left_out = {gone for gone in cadence.schedule.exceptions if gone < day and any(_regular(cadence, gone, gone))}
    return 1 + _steps(cadence.schedule, start, day) - len(left_out)


def due_at(cadence: Cadence, day: dt.date) -> dt.datetime:
    """The instant the edition of `day` is due, in UTC.

    A time that a clock change skips moves forward by the length of the gap; of one that comes twice the first counts.
    """
    return dt.datetime.combine(day, cadence.schedule.at.replace(fold=0), _zone(cadence)).astimezone(dt.UTC)


def last_due(cadence: Cadence, now: dt.datetime) -> dt.date | None:
    """The date of the edition last due at `now`, if there was one."""
    return next((day for day in _backwards(cadence, _civil(cadence, now) + _NEAR) if due_at(cadence, day) <= now), None)


def dues_between(cadence: Cadence, after: dt.datetime, until: dt.datetime) -> Iterator[tuple[dt.date, dt.datetime]]:
    """The dates due after one instant and until another, which is included, each with its instant; oldest first."""
    for day in dues(cadence, _civil(cadence, after) - _NEAR, _civil(cadence, until) + _NEAR):
        if after < (instant := due_at(cadence, day)) <= until:
            yield day, instant


def next_due(cadence: Cadence, now: dt.datetime) -> tuple[dt.date, dt.datetime] | None:
    """The first date due after `now`, and its instant; none where `until` has passed."""
    for day in dues(cadence, _civil(cadence, now) - _NEAR, dt.date.max):
        if (instant := due_at(cadence, day)) > now:
            return day, instant
    return None


def shift(day: dt.date, *, months: int = 0, days: int = 0) -> dt.date:
    """`day` moved by whole months, then days; the 31st becomes the last day of a shorter month."""
    return day + relativedelta(months=months, days=days)


def _civil(cadence: Cadence, instant: dt.datetime) -> dt.date:
    return instant.astimezone(_zone(cadence)).date()


def _zone(cadence: Cadence) -> dt.tzinfo:
    from zoneinfo import ZoneInfo  # slow to import, and not needed where the date is given

    return ZoneInfo(cadence.timezone)


def _bounds(cadence: Cadence) -> tuple[dt.date, dt.date]:
    """The first and the last day on which an edition could be due."""
    schedule = cadence.schedule
    return max(cadence.first or dt.date.min, schedule.not_before or dt.date.min), schedule.until or dt.date.max


def _backwards(cadence: Cadence, day: dt.date) -> Iterator[dt.date]:
    """The due dates from `day` back, the newest first: looked for in ever wider spans, as exceptions may be many."""
    opening, closing = _bounds(cadence)
    first, end, span = opening.toordinal(), min(day, closing).toordinal(), _LONGEST_GAP
    while end >= first:
        start = max(first, end - span)
        yield from reversed(list(dues(cadence, dt.date.fromordinal(start), dt.date.fromordinal(end))))
        end, span = start - 1, 2 * span


def _regular(cadence: Cadence, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """The due dates from `start` to `end`, and the exceptions among them."""
    opening, closing = _bounds(cadence)
    start, end = max(start, opening), min(end, closing)
    begin = start
    if cadence.schedule.every == "two weeks":  # the rule counts weeks from where it begins
        begin -= (begin - (cadence.first or _EPOCH)) % _FORTNIGHT
    for moment in _rule(cadence.schedule, begin, end):
        if moment.date() >= start:
            yield moment.date()


def _rule(schedule: Schedule, begin: dt.date, end: dt.date) -> rrule:
    bounds: dict[str, Any] = {"dtstart": dt.datetime.combine(begin, dt.time()), "until": dt.datetime.combine(end, dt.time())}
    match schedule.every:
        case "day":
            return rrule(DAILY, **bounds)
        case "weekday":
            return rrule(WEEKLY, byweekday=(MO, TU, WE, TH, FR), **bounds)
        case "week":
            return rrule(WEEKLY, byweekday=WEEKDAYS[str(schedule.on)], **bounds)
        case "two weeks":
            return rrule(WEEKLY, interval=2, wkst=begin.weekday(), byweekday=WEEKDAYS[str(schedule.on)], **bounds)
        case "month":
            return rrule(MONTHLY, **_day_of_month(schedule.on), **bounds)


def _day_of_month(on: str | int | None) -> dict[str, Any]:
    if isinstance(on, int):  # the 31st of a shorter month is its last day
        return {"bymonthday": tuple(range(1, on + 1)), "bysetpos": -1}
    ordinal, name = str(on).split()
    day: weekday = WEEKDAYS[name]
    return {"byweekday": day(ORDINALS[ordinal])}


def _steps(schedule: Schedule, start: dt.date, day: dt.date) -> int:
    """How many steps a cadence without exceptions takes from one of its days to another."""
    passed = (day - start).days
    match schedule.every:
        case "day":
            return passed
        case "weekday":
            return passed // 7 * 5 + (day.weekday() - start.weekday()) % 5
        case "week":
            return passed // 7
        case "two weeks":
            return passed // 14
        case "month":
            return (day.year - start.year) * 12 + day.month - start.month
