"""When editions are due, held against counting days one by one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief import cadence
from brief.model import Schedule

DAY = dt.timedelta(days=1)
WEEKDAYS = list(cadence.WEEKDAYS)


def is_due(schedule: Schedule, first: dt.date, day: dt.date) -> bool:
    """Whether an edition is due on a day, told from the calendar alone."""
    if day < first:
        return False
    match schedule.every, schedule.on:
        case "day", _:
            return True
        case "weekday", _:
            return day.weekday() < 5
        case "week", str(name):
            return WEEKDAYS[day.weekday()] == name
        case "two weeks", str(name):
            return WEEKDAYS[day.weekday()] == name and (day - first).days // 7 % 2 == 0
        case "month", int(number):
            return day.day == number or (day.day < number and (day + DAY).month != day.month)
        case "month", str(words):
            ordinal, name = words.split()
            last = (day + 7 * DAY).month != day.month
            nth = (day.day - 1) // 7 + 1
            return WEEKDAYS[day.weekday()] == name and (last if ordinal == "last" else nth == cadence.ORDINALS[ordinal])
    raise AssertionError(schedule)


schedules = st.one_of(
    st.just(Schedule("day")),
    st.just(Schedule("weekday")),
    st.sampled_from(WEEKDAYS).map(lambda name: Schedule("week", name)),
    st.sampled_from(WEEKDAYS).map(lambda name: Schedule("two weeks", name)),
    st.integers(1, 31).map(lambda number: Schedule("month", number)),
    st.tuples(st.sampled_from(list(cadence.ORDINALS)), st.sampled_from(WEEKDAYS)).map(
        lambda words: Schedule("month", " ".join(words))
    ),
)
days = st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1))


@given(schedules, days, st.integers(0, 400))
@settings(deadline=None, max_examples=200)
def test_the_due_dates_are_those_a_calendar_shows(schedule: Schedule, first: dt.date, length: int) -> None:
    start = first - 20 * DAY
    expected = [start + n * DAY for n in range(length) if is_due(schedule, first, start + n * DAY)]
    assert list(cadence.dues(schedule, first, start, start + (length - 1) * DAY)) == expected


@given(schedules, days, st.integers(0, 200))
@settings(deadline=None, max_examples=200)
def test_latest_following_and_number_agree_with_each_other(schedule: Schedule, first: dt.date, later: int) -> None:
    day = first + later * DAY
    following = cadence.following(schedule, first, day)
    assert following > day
    assert is_due(schedule, first, following)
    assert not any(is_due(schedule, first, day + n * DAY) for n in range(1, (following - day).days))
    latest = cadence.latest(schedule, first, following - DAY)
    number = cadence.number(schedule, first, following)
    if latest is None:
        assert number == 1
    else:
        assert number == (cadence.number(schedule, first, latest) or 0) + 1
        assert latest <= day


def test_a_day_off_the_cadence_has_no_number() -> None:
    weekly = Schedule("week", "monday")
    first = dt.date(2024, 11, 11)
    assert cadence.number(weekly, first, first) == 1
    assert cadence.number(weekly, first, dt.date(2025, 3, 10)) == 18
    assert cadence.number(weekly, first, dt.date(2025, 3, 11)) is None
    assert cadence.number(weekly, first, dt.date(2024, 11, 4)) is None


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (dt.date(2025, 3, 10), dt.time(7), "2025-03-10T06:00+00:00"),
        (dt.date(2025, 3, 31), dt.time(7), "2025-03-31T05:00+00:00"),
        (dt.date(2025, 3, 30), dt.time(2, 30), "2025-03-30T01:30+00:00"),  # skipped by the clock: 03:30 instead
        (dt.date(2025, 10, 26), dt.time(2, 30), "2025-10-26T00:30+00:00"),  # twice on the clock: the first
    ],
)
def test_an_edition_is_due_at_its_time_in_its_zone_whatever_the_clock_does(day: dt.date, at: dt.time, utc: str) -> None:
    schedule = Schedule("day", at=at)
    assert cadence.due_at(schedule, day, "Europe/Brussels") == dt.datetime.fromisoformat(utc)


def test_the_edition_last_due_changes_at_the_due_minute() -> None:
    weekly = Schedule("week", "monday", dt.time(7))
    first = dt.date(2024, 11, 11)
    due = dt.datetime(2025, 3, 10, 7, tzinfo=ZoneInfo("Europe/Brussels"))
    second = dt.timedelta(seconds=1)
    assert cadence.last_due(weekly, first, "Europe/Brussels", due) == dt.date(2025, 3, 10)
    assert cadence.last_due(weekly, first, "Europe/Brussels", due - second) == dt.date(2025, 3, 3)
    assert cadence.last_due(weekly, first, "Europe/Brussels", dt.datetime(2024, 11, 1, tzinfo=dt.UTC)) is None


def test_a_month_later_than_the_31st_is_the_last_of_the_month() -> None:
    assert cadence.shift(dt.date(2025, 1, 31), months=1) == dt.date(2025, 2, 28)
    assert cadence.shift(dt.date(2025, 3, 31), months=-1, days=-1) == dt.date(2025, 2, 27)
