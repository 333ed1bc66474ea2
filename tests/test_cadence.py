"""When editions are due, held against a calendar read day by day and a clock read minute by minute."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief import cadence as cadences
from brief.model import Cadence, Schedule

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = ("first", "second", "third", "fourth")
ZONES = ("Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Asia/Seoul")
START, END = dt.date(1990, 1, 1), dt.date(2060, 1, 1)

# ------------------------------------------------------------------------------------- what the calendar and the clock show


def is_due(cadence: Cadence, day: dt.date) -> bool:
    """Whether an edition is due on a day, told from the calendar alone."""
    schedule = cadence.schedule
    if (cadence.first and day < cadence.first) or (schedule.not_before and day < schedule.not_before):
        return False
    if (schedule.until and day > schedule.until) or day in schedule.exceptions:
        return False
    name = WEEKDAYS[day.weekday()]
    match schedule.every, schedule.on:
        case "day", _:
            return True
        case "weekday", _:
            return name not in ("saturday", "sunday")
        case "week", on:
            return name == on
        case "two weeks", on:
            assert cadence.first
            return name == on and (day - cadence.first).days // 7 % 2 == 0
        case "month", int(number):
            return day.day == number or (day.day < number and (day + DAY).month != day.month)
        case "month", str(words):
            ordinal, on = words.split()
            if ordinal == "last":
                return name == on and (day + 7 * DAY).month != day.month
            return name == on and (day.day - 1) // 7 == ORDINALS.index(ordinal)
    raise AssertionError(schedule)


def due_days(cadence: Cadence, start: dt.date, end: dt.date) -> list[dt.date]:
    return [day for day in every_day(start, end) if is_due(cadence, day)]


def every_day(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    return (start + number * DAY for number in range((end - start).days + 1))


@cache
def clock(zone: str, day: dt.date) -> dict[dt.datetime, dt.datetime]:
    """What the clock on the wall shows around a day, with the first instant at which it does."""
    shown: dict[dt.datetime, dt.datetime] = {}
    instant = dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(hours=15)
    for _ in range(54 * 60):
        shown.setdefault(instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None), instant)
        instant += MINUTE
    return shown


def instant_of(zone: str, day: dt.date, at: dt.time) -> dt.datetime:
    """The first instant at which the clock shows a time; a time that it skips is moved by all that is skipped."""
    wanted, shown = dt.datetime.combine(day, at), clock(zone, day)
    if wanted not in shown:
        before = max(civil for civil in shown if civil < wanted)
        after = min(civil for civil in shown if civil > wanted)
        wanted += after - before - MINUTE
    return shown[wanted]


@cache
def clock_changes(zone: str) -> list[dt.date]:
    """The days on which the clock of a zone is changed, and those beside them."""
    midnights = [dt.datetime.combine(day, dt.time(), dt.UTC).astimezone(ZoneInfo(zone)) for day in every_day(START, END)]
    changes = [today for today, tomorrow in pairwise(midnights) if today.utcoffset() != tomorrow.utcoffset()]
    return sorted({change.date() + beside * DAY for change in changes for beside in (-1, 0, 1)})


# ------------------------------------------------------------------------------------------------------------------- made up

rhythms = st.one_of(
    st.sampled_from([Schedule("day"), Schedule("weekday")]),
    st.sampled_from(WEEKDAYS).map(lambda name: Schedule("week", name)),
    st.sampled_from(WEEKDAYS).map(lambda name: Schedule("two weeks", name)),
    st.integers(1, 31).map(lambda number: Schedule("month", number)),
    st.tuples(st.sampled_from([*ORDINALS, "last"]), st.sampled_from(WEEKDAYS)).map(lambda on: Schedule("month", " ".join(on))),
)
times = st.one_of(
    st.sampled_from([dt.time(0), dt.time(0, 30), dt.time(2, 15), dt.time(2, 30), dt.time(7), dt.time(23, 59)]), st.times()
)
days = st.dates(START, END)


@st.composite
def cadences_around(draw: st.DrawFn, day: dt.date, reach: int, zone: str = "UTC") -> Cadence:
    """Any cadence whose first and last day and exceptions, if it has such, lie within so many days of `day`."""
    near = st.integers(-reach, reach).map(lambda away: day + away * DAY)
    rhythm = draw(rhythms)
    first = draw(near if rhythm.every == "two weeks" else st.none() | near)
    start, length = draw(near), draw(st.integers(0, reach))
    schedule = replace(
        rhythm,
        at=draw(times).replace(second=0, microsecond=0),
        not_before=draw(st.none() | st.none() | near),
        until=draw(st.none() | st.none() | near),
        exceptions=(*draw(st.lists(near, max_size=20)), *every_day(start, start + draw(st.sampled_from([-1, length])) * DAY)),
    )
    return Cadence(schedule, zone, first)


def around(reach: int, day: st.SearchStrategy[dt.date] = days) -> st.SearchStrategy[tuple[dt.date, Cadence]]:
    return day.flatmap(lambda day: st.tuples(st.just(day), cadences_around(day, reach)))


def at_a_clock_change(zone: str) -> st.SearchStrategy[tuple[dt.date, Cadence]]:
    day = st.sampled_from(clock_changes(zone)) | days if clock_changes(zone) else days
    return day.flatmap(lambda day: st.tuples(st.just(day), cadences_around(day, 6, zone)))


def moderately(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(deadline=None, max_examples=examples)


# --------------------------------------------------------------------------------------------------------------------- dates


@given(around(300), st.integers(-30, 30), st.integers(-2, 400))
@moderately(200)
def test_the_due_dates_are_those_a_calendar_shows(case: tuple[dt.date, Cadence], away: int, length: int) -> None:
    day, cadence = case
    start = day + away * DAY
    end = start + length * DAY
    assert list(cadences.dues(cadence, start, end)) == due_days(cadence, start, end)


@given(around(700), st.integers(-900, 900))
@moderately(200)
def test_latest_and_following_are_the_nearest_dates_however_far(case: tuple[dt.date, Cadence], away: int) -> None:
    day, cadence = case[0] + away * DAY, case[1]
    every = due_days(cadence, case[0] - 1700 * DAY, case[0] + 1700 * DAY)
    assert cadences.latest(cadence, day) == max((due for due in every if due <= day), default=None)
    assert cadences.following(cadence, day) == min((due for due in every if due > day), default=None)


@given(around(400), st.integers(0, 1500))
@moderately(150)
def test_numbers_count_the_due_dates_from_the_first_on(case: tuple[dt.date, Cadence], later: int) -> None:
    day, cadence = case
    if cadence.first:
        every = due_days(cadence, cadence.first, day + later * DAY)
        assert [cadences.number(cadence, due) for due in every[-40:]] == list(range(1, len(every) + 1))[-40:]
    if not is_due(cadence, day) or not cadence.first:
        assert cadences.number(cadence, day) is None


def test_a_day_off_the_cadence_has_no_number() -> None:
    cadence = Cadence(Schedule("week", "monday", exceptions=(dt.date(2024, 11, 18),)), "UTC", dt.date(2024, 11, 11))
    assert cadences.number(cadence, dt.date(2024, 11, 4)) is None
    assert cadences.number(cadence, dt.date(2024, 11, 11)) == 1
    assert cadences.number(cadence, dt.date(2024, 11, 18)) is None
    assert cadences.number(cadence, dt.date(2024, 11, 25)) == 2
    assert cadences.number(cadence, dt.date(2025, 3, 10)) == 17
    assert cadences.number(cadence, dt.date(2025, 3, 11)) is None


def test_a_pause_of_centuries_is_looked_over() -> None:
    cadence = Cadence(Schedule("day", until=dt.date(1901, 1, 1)), "UTC", dt.date(1900, 1, 1))
    assert cadences.latest(cadence, dt.date(2200, 1, 1)) == dt.date(1901, 1, 1)
    assert cadences.following(cadence, dt.date(2200, 1, 1)) is None
    late = Cadence(Schedule("month", "last friday", not_before=dt.date(2199, 12, 1)), "UTC", dt.date(1900, 1, 1))
    assert cadences.latest(late, dt.date(2025, 1, 1)) is None
    assert cadences.following(late, dt.date(1900, 1, 1)) == dt.date(2199, 12, 27)
    assert cadences.number(late, dt.date(2199, 12, 27)) == 1


@pytest.mark.parametrize("length", [*range(38, 44), 121, 122, 123, 3_000])
def test_the_last_due_date_before_a_long_holiday_is_found(length: int) -> None:
    holiday = tuple(every_day(dt.date(2025, 1, 1), dt.date(2025, 1, 1) + length * DAY))
    cadence = Cadence(Schedule("day", exceptions=holiday), "UTC")
    assert cadences.latest(cadence, holiday[-1]) == dt.date(2024, 12, 31)
    assert cadences.following(cadence, holiday[0]) == holiday[-1] + DAY


def test_a_month_later_than_the_31st_is_the_last_of_the_month() -> None:
    assert cadences.shift(dt.date(2025, 1, 31), months=1) == dt.date(2025, 2, 28)
    assert cadences.shift(dt.date(2025, 3, 31), months=-1, days=-1) == dt.date(2025, 2, 27)


# ------------------------------------------------------------------------------------------------------------------ instants


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/Brussels", dt.date(2025, 3, 10), dt.time(7), "2025-03-10T06:00+00:00"),
        ("Europe/Brussels", dt.date(2025, 3, 31), dt.time(7), "2025-03-31T05:00+00:00"),
        ("Europe/Brussels", dt.date(2025, 3, 30), dt.time(2, 30), "2025-03-30T01:30+00:00"),  # skipped by the clock: 03:30
        ("Europe/Brussels", dt.date(2025, 10, 26), dt.time(2, 30), "2025-10-26T00:30+00:00"),  # twice on the clock: the first
        ("Australia/Lord_Howe", dt.date(2025, 10, 5), dt.time(2, 10), "2025-10-04T15:40+00:00"),  # a gap of half an hour: 02:40
        ("Pacific/Apia", dt.date(2011, 12, 30), dt.time(7), "2011-12-30T17:00+00:00"),  # no such day: 07:00 on the 31st
    ],
)
def test_an_edition_is_due_at_its_time_in_its_zone_whatever_the_clock_does(
    zone: str, day: dt.date, at: dt.time, utc: str
) -> None:
    assert cadences.due_at(Cadence(Schedule("day", at=at), zone), day) == dt.datetime.fromisoformat(utc)


@pytest.mark.parametrize("zone", ZONES)
def test_around_each_clock_change_of_decades_the_wall_clock_agrees(zone: str) -> None:
    hours = [dt.time(hour, minute) for hour in (0, 1, 2, 3, 23) for minute in (0, 15, 30, 59)]
    for day in clock_changes(zone)[:: 1 if zone == "Pacific/Apia" else 4]:
        for at in hours:
            assert cadences.due_at(Cadence(Schedule("day", at=at), zone), day) == instant_of(zone, day, at), (day, at)


@pytest.mark.parametrize("zone", ZONES)
def test_consecutive_spans_share_out_the_dues(zone: str) -> None:
    @given(at_a_clock_change(zone), st.lists(st.integers(-3 * 1440, 3 * 1440), min_size=2, max_size=6).map(sorted))
    @moderately(12)
    def check(case: tuple[dt.date, Cadence], cuts: list[int]) -> None:
        day, cadence = case
        noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
        instants = [noon + cut * MINUTE for cut in cuts]
        candidates = due_days(cadence, day - 5 * DAY, day + 5 * DAY)
        every = [(due, instant_of(zone, due, cadence.schedule.at)) for due in candidates]
        spans = pairwise(instants)
        shared = [due for after, until in spans for due in cadences.dues_between(cadence, after, until)]
        assert shared == [due for due in every if instants[0] < due[1] <= instants[-1]]

    check()


@given(around(700), st.sampled_from(ZONES), st.lists(st.integers(-1_000_000, 1_000_000), min_size=2, max_size=9).map(sorted))
@moderately(60)
def test_over_years_no_due_is_lost_or_told_twice(case: tuple[dt.date, Cadence], zone: str, cuts: list[int]) -> None:
    day, cadence = case[0], Cadence(case[1].schedule, zone, case[1].first)
    instants = [dt.datetime.combine(day, dt.time(), dt.UTC) + cut * MINUTE for cut in cuts]
    candidates = due_days(cadence, instants[0].date() - 3 * DAY, instants[-1].date() + 3 * DAY)
    every = [(due, cadences.due_at(cadence, due)) for due in candidates]
    spans = pairwise(instants)
    shared = [due for after, until in spans for due in cadences.dues_between(cadence, after, until)]
    assert shared == [due for due in every if instants[0] < due[1] <= instants[-1]]


@pytest.mark.parametrize("zone", ZONES)
def test_the_next_and_the_last_due_stand_on_either_side_of_now(zone: str) -> None:
    @given(at_a_clock_change(zone), st.integers(-4 * 1440, 4 * 1440), st.booleans())
    @moderately(40)
    def check(case: tuple[dt.date, Cadence], away: int, sharp: bool) -> None:
        day, cadence = case
        now = dt.datetime.combine(day, dt.time(12), dt.UTC) + away * MINUTE
        if sharp and (due := cadences.next_due(cadence, now)):
            now = due[1]
        far = dt.timedelta(days=100)
        ahead = next(cadences.dues_between(cadence, now, now + far), None)
        behind = [due for due, _ in cadences.dues_between(cadence, now - far, now)]
        assert cadences.next_due(cadence, now) == ahead
        assert cadences.last_due(cadence, now) == (behind[-1] if behind else None)

    check()


def test_both_editions_of_a_skipped_day_are_due_at_the_same_instant_once() -> None:
    cadence = Cadence(Schedule("day", at=dt.time(7)), "Pacific/Apia")
    instant = dt.datetime(2011, 12, 30, 17, tzinfo=dt.UTC)
    both = [(dt.date(2011, 12, 30), instant), (dt.date(2011, 12, 31), instant)]
    assert list(cadences.dues_between(cadence, instant - MINUTE, instant)) == both
    assert list(cadences.dues_between(cadence, instant - 2 * MINUTE, instant - MINUTE)) == []
    assert cadences.next_due(cadence, instant - MINUTE) == both[0]
    assert cadences.next_due(cadence, instant) == (dt.date(2012, 1, 1), instant + DAY)
    assert cadences.last_due(cadence, instant) == dt.date(2011, 12, 31)


def test_the_edition_last_due_changes_at_the_due_minute() -> None:
    weekly = Cadence(Schedule("week", "monday", dt.time(7)), "Europe/Brussels", dt.date(2024, 11, 11))
    due = dt.datetime(2025, 3, 10, 7, tzinfo=ZoneInfo("Europe/Brussels"))
    assert cadences.last_due(weekly, due) == dt.date(2025, 3, 10)
    assert cadences.last_due(weekly, due - dt.timedelta(seconds=1)) == dt.date(2025, 3, 3)
    assert cadences.last_due(weekly, dt.datetime(2024, 11, 1, tzinfo=dt.UTC)) is None


@pytest.mark.parametrize("schedule", [Schedule("day"), Schedule("two weeks", "monday"), Schedule("month", 31)])
def test_looking_at_a_minute_costs_no_more_after_a_century(schedule: Schedule) -> None:
    cadence = Cadence(schedule, "Europe/Brussels", dt.date(1900, 1, 1))
    now = dt.datetime(2025, 3, 10, 6, tzinfo=dt.UTC)
    today = cadences.latest(cadence, now.date())
    assert today
    began = time.process_time()
    for _ in range(100):
        list(cadences.dues_between(cadence, now, now + MINUTE))
        cadences.next_due(cadence, now)
        cadences.number(cadence, today)
    assert time.process_time() - began < 1.5
