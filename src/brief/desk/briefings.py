"""A file in briefings/, or the settings of all: what it says, and whether what it asks for is there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from brief import cadence
from brief.desk.faults import Fault, problems
from brief.desk.pages import Page, pages
from brief.desk.schema import BriefingModel, CoversModel, DeskModel, ScheduleModel, SelectModel, validate
from brief.desk.settings import Known, Settings
from brief.desk.text import quoted
from brief.desk.values import MONTH_DAYS, WEEKDAYS, as_day
from brief.desk.yaml import Map
from brief.errors import Place, Problem, nearest
from brief.language import known as is_language
from brief.model import Briefing, Cadence, Covers, Exclusion, Horizon, Schedule, Select
from brief.scales import SCALES
from brief.words import speaks

_FILES = {"template": ("template", ".j2", None), "house": ("Word file", ".docx", "house.docx")}
"""By key: what it names, how such a name ends, and the name where none is given."""
_DEFAULT_HORIZON = Horizon(days=30)


def settings(name: str, text: str) -> tuple[Settings, list[Problem]]:
    """What the file of that name and text says of the whole desk, and what is wrong with it."""
    found, told = pages(name, text)
    for page in found:
        model, wrong = validate(DeskModel, page.document.value)
        told += problems(page, wrong)
        if model and len(found) == 1:
            return Settings(model.timezone, model.language, model.marking, model.state, tuple(model.on_failure)), told
    if len(found) > 1:
        second = found[1].document
        told.append(Problem(Place(name, second.line, second.column), "a second document", hint="one holds all settings"))
    return Settings(), told


def read(name: str, slug: str, text: str, defaults: Settings, known: Known) -> tuple[Briefing | None, list[Problem]]:
    """The briefing that the file of that name and text describes, and what is wrong with it."""
    found, told = pages(name, text)
    if told:
        return None, told
    if len(found) != 1:
        return None, [_not_one(name, found)]
    page = found[0]
    model, faults = validate(BriefingModel, page.document.value)
    raw = page.document.value
    if isinstance(raw, Map):
        faults += _check(raw, known)
    told = problems(page, faults)
    for path in (model.template, model.house) if model else ():
        told += known.templates.get(path, ())
    return _briefing(slug, model, defaults, Place(name, page.document.line, page.document.column)) if model else None, told


def _not_one(name: str, found: list[Page]) -> Problem:
    if not found:
        return Problem(Place(name), "the file is empty", hint="a briefing needs a title, a template and what it covers")
    second = found[1].document
    return Problem(Place(name, second.line, second.column), "a second document", hint="give each briefing a file of its own")


def _check(raw: Map, known: Known) -> Iterator[Fault]:
    """What shows only when a value is held beside another, or beside the rest of the desk; all of them may be anything."""
    yield from _file_is_there(raw, "template", known.templates)
    yield from _file_is_there(raw, "house", known.templates)
    yield from _day_fits(raw.get("schedule"))
    yield from _first_edition_is_given(raw)
    yield from _editions_come_due(raw)
    if known.topics is not None:
        yield from _topics_are_used(raw, known.topics)
    yield from _words_are_known(raw)


def _file_is_there(raw: Map, key: str, names: Iterable[str]) -> Iterator[Fault]:
    noun, suffix, default = _FILES[key]
    name = raw.get(key, default)
    known = [name for name in names if name.lower().endswith(suffix)]
    if isinstance(name, str) and name.strip() and name not in known:
        told = f"there is no {noun} {quoted(name)} below templates/"
        hint = nearest(name, _alike(name, known)) or "save it there"
        yield Fault((key,), told, hint, at="value" if key in raw else "parent")


def _alike(name: str, known: Iterable[str]) -> list[str]:
    """Those known that resemble a name by more than what such names end with."""
    return [other for other in known if get_close_matches(_stem(name), [_stem(other)])]


def _stem(name: str) -> str:
    return re.sub(r"(\.[a-z0-9]+)+$", "", name.lower())


def _day_fits(schedule: object) -> Iterator[Fault]:
    """Whether `on` names a day that what `every` says has."""
    if not isinstance(schedule, Map):
        return
    every, on = schedule.get("every"), schedule.get("on")
    if every in ("day", "weekday") and on is not None:
        yield Fault(("schedule", "on"), f"editions of every {every} have no day of their own", "leave it out", at="key")
    if every in ("week", "two weeks", "month") and on is None:
        hint = "such as `on: 1` or `on: last friday`" if every == "month" else "such as `on: monday`"
        yield Fault(("schedule", "on"), f"is required for editions of every {every}", hint, at="parent")
    if every in ("week", "two weeks") and _is_day(on) and on not in WEEKDAYS:
        yield Fault(("schedule", "on"), f"{on} is no weekday", "write such as monday")
    if every == "month" and on in WEEKDAYS:
        yield Fault(("schedule", "on"), "a month has several of them", f"write first {on} or last {on}")


def _is_day(on: object) -> bool:
    return on in MONTH_DAYS or (type(on) is int and 1 <= on <= 31)


def _first_edition_is_given(raw: Map) -> Iterator[Fault]:
    schedule, covers = raw.get("schedule"), raw.get("covers")
    if raw.get("first_edition") is not None:
        return
    hint = "such as `first_edition: 2024-11-11`"
    if isinstance(schedule, Map) and schedule.get("every") == "two weeks":
        yield Fault(("first_edition",), "is required for editions of every two weeks: it tells which weeks", hint, at="parent")
    elif schedule is None and isinstance(covers, Map) and covers.get("since") == "previous":
        told = "is required without a schedule: there the first edition begins to look"
        yield Fault(("first_edition",), told, hint, at="parent")


def _editions_come_due(raw: Map) -> Iterator[Fault]:
    """Whether an edition is ever due, and on each of the days that are left out; only of a schedule that is else sound."""
    model, _ = validate(ScheduleModel, raw.get("schedule"))
    first = as_day(raw.get("first_edition"))
    if model is None or any(_day_fits(raw["schedule"])) or (model.every == "two weeks" and first is None):
        return
    due = Cadence(_schedule(model), "UTC", first)
    if early := list(_until_is_last(model, first)):
        yield from early
    elif cadence.following(due, dt.date.min) is None:
        endless = cadence.following(replace(due, schedule=replace(due.schedule, until=None)), dt.date.min)
        yield Fault(("schedule",), "no edition is ever due", f"with a later `until` the first is due on {endless}", at="key")
    else:
        yield from _exceptions_are_due(model.exceptions or (), replace(due, schedule=replace(due.schedule, exceptions=())))


def _until_is_last(model: ScheduleModel, first: dt.date | None) -> Iterator[Fault]:
    for key, day in {"not_before": model.not_before, "first_edition": first}.items():
        if model.until and day and model.until < day:
            told = f"{model.until} lies before {key}, {day}"
            yield Fault(("schedule", "until"), told, "exchange the two, or mend one")


def _exceptions_are_due(exceptions: Sequence[dt.date], due: Cadence) -> Iterator[Fault]:
    """Whether each day is one of a cadence that as yet has no exceptions."""
    for index, day in enumerate(exceptions):
        path = ("schedule", "except", index)
        before, after = cadence.latest(due, day), cadence.following(due, day)
        if day in exceptions[:index]:
            yield Fault(path, f"{day} is given twice", "keep one of them", severity="warning")
        elif before != day:
            told = f"no edition is due on {day}, a {WEEKDAYS[day.weekday()].capitalize()}"
            closest = min(filter(None, (before, after)), key=lambda other: abs(other - day))
            yield Fault(path, told, f"the nearest one is due on {closest}", severity="warning")


def _words_are_known(raw: Map) -> Iterator[Fault]:
    tag = raw.get("language")
    if isinstance(tag, str) and is_language(tag) and not speaks(tag) and not raw.get("words"):
        told = "no words are known in this language: notes, callouts and drafts speak English"
        yield Fault(("language",), told, "give the briefing `words`", severity="warning")


def _topics_are_used(raw: Map, topics: Collection[str]) -> Iterator[Fault]:
    for path in (("select", "topics"), ("select", "not", "topics")):
        value: object = raw
        for key in path:
            value = value.get(key) if isinstance(value, Map) else None
        for index, word in enumerate(value if isinstance(value, list) else ()):
            if isinstance(word, str) and word not in topics:
                hint = nearest(word, topics)
                yield Fault((*path, index), f"no item has the topic {quoted(word)}", hint, severity="warning")


def _briefing(slug: str, model: BriefingModel, defaults: Settings, place: Place) -> Briefing:
    return Briefing(
        slug=slug,
        title=model.title,
        audience=model.audience or "",
        template=model.template,
        house=model.house,
        language=model.language or defaults.language,
        timezone=model.timezone or defaults.timezone,
        marking=model.marking or defaults.marking,
        covers=_covers(model.covers),
        horizon=Horizon(model.horizon.days, model.horizon.months) if model.horizon else _DEFAULT_HORIZON,
        select=_select(model.select) if model.select else Select(),
        schedule=_schedule(model.schedule) if model.schedule else None,
        first_edition=model.first_edition,
        when_empty=model.when_empty,
        scale=SCALES[model.scale],
        words=model.words.model_dump(exclude_none=True) if model.words else {},
        contents_pages=model.contents_pages,
        origin=place,
    )


def _covers(model: CoversModel) -> Covers:
    since = model.since
    return Covers(model.days, model.months, since if isinstance(since, dt.date) else None, since == "previous")


def _select(model: SelectModel) -> Select:
    return Select(
        topics=tuple(model.topics or ()),
        kinds=tuple(model.kinds or ()),
        exclude=Exclusion(tuple(model.exclude.topics or ()), tuple(model.exclude.kinds or ()))
        if model.exclude
        else Exclusion(),
        significance=model.significance,
        limit=model.limit,
        order=model.order,
    )


def _schedule(model: ScheduleModel) -> Schedule:
    return Schedule(
        every=model.every,
        on=model.on,
        at=model.at or dt.time(0, 0),
        catch_up=model.catch_up,
        not_before=model.not_before,
        until=model.until,
        exceptions=tuple(sorted(set(model.exceptions or ()))),
    )
