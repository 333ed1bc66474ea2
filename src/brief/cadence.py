"""When editions are due: pure functions of a cadence and dates, by dateutil's recurrence rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule, weekday

from brief.model import Schedule

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

_LONGEST_GAP = 40
"""Days that surely hold a due date of any cadence that has one: the longest month, and some."""
_EPOCH = dt.date(1970, 1, 1)


def dues(schedule: Schedule, first: dt.date | None, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """The due dates from `start` to `end`, both included, none before `first` (which also anchors `two weeks`)."""
    anchor = first or _EPOCH
    begin = max(start, anchor)
    if schedule.every == "two weeks":
        begin -= (begin - anchor) % dt.timedelta(days=14)
    if begin > end:
        return
    for moment in _rule(schedule, begin, end):
        if moment.date() >= start:
            yield moment.date()


def latest(schedule: Schedule, first: dt.date | None, day: dt.date) -> dt.date | None:
    """The last due date on or before `day`, if there was one."""
    return max(dues(schedule, first, day - dt.timedelta(days=_LONGEST_GAP), day), default=None)


def following(schedule: Schedule, first: dt.date | None, day: dt.date) -> dt.date:
    """The first due date after `day`."""
    after = max(day + dt.timedelta(days=1), first or _EPOCH)
    return next(dues(schedule, first, after, after + dt.timedelta(days=_LONGEST_GAP)))


def number(schedule: Schedule, first: dt.date | None, day: dt.date) -> int | None:
    """The edition's number: No. 1 is the first due date on or after `first`; none off the cadence."""
    if first is None or latest(schedule, first, day) != day:
        return None
    return sum(1 for _ in dues(schedule, first, first, day))


def due_at(schedule: Schedule, day: dt.date, timezone: str) -> dt.datetime:
    """The instant an edition is due, in UTC.

    A time that a clock change skips moves forward; of one that comes twice the first counts.
    """
    return dt.datetime.combine(day, schedule.at, ZoneInfo(timezone)).astimezone(dt.UTC)


def last_due(schedule: Schedule, first: dt.date | None, timezone: str, now: dt.datetime) -> dt.date | None:
    """The date of the edition last due at `now`, if there was one."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    day = latest(schedule, first, today + dt.timedelta(days=1))
    while day is not None and due_at(schedule, day, timezone) > now:
        day = latest(schedule, first, day - dt.timedelta(days=1))
    return day


def shift(day: dt.date, *, months: int = 0, days: int = 0) -> dt.date:
    """`day` moved by whole months, then days; the 31st becomes the last day of a shorter month."""
    return day + relativedelta(months=months, days=days)


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
