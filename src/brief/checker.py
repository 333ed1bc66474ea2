"""Every problem of a desk at once: what loading found, and what building shows, with nothing written."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from functools import partial
from pathlib import Path

from brief import cadence
from brief import edition as editions
from brief.builder import Builder, Built
from brief.errors import BriefError, Place, Problem, in_order
from brief.model import Briefing, Desk, Event, Items, Judgement, Note
from brief.patterns import regex
from brief.renderer import FOLDER
from brief.renderer.run import ExcessError
from brief.trial import MADE_UP, everything, trials

_SOME_DAY = dt.date(2025, 1, 6)
"""The date of the trial of a briefing that has no event to tell."""
_MADE_UP_PICTURE = regex(f"the picture '[^']*{MADE_UP}")
"""What the builder says of the picture of an item that isn't there."""


def check(desk: Desk, slugs: Iterable[str] = (), *, cache: Path | None = None) -> tuple[Problem, ...]:
    """What is wrong with a desk, or with what the briefings named in `slugs` need of it.

    Builds, without writing, the newest edition of each briefing that tells an event, and made-up ones: with every key
    given, with none that may be absent, without any event, and with all that the desk holds for the briefing. `cache` is as
    the builder takes it.
    """
    try:
        items = desk.archive.everything()
    except BriefError as error:  # the files have changed meanwhile
        return error.problems
    builder = Builder(desk, dry=True, cache=cache)
    chosen = tuple(slugs)
    problems = [*desk.problems, *builder.templates.problems()]
    if not desk.fatal and not desk.faulty:  # else another item with the topic may be among those that can't be used
        problems += _slips(desk, items)
    for name in [] if chosen else sorted(desk.houses):
        problems += _attempt(partial(builder.house, name))
    for slug in chosen or sorted(desk.briefings):
        problems += _dry(builder, slug)
    return in_order(_without_echoes(problems))


def _slips(desk: Desk, items: Items) -> Iterator[Problem]:
    """The topics that a single item has, and that are a slip of the pen away from one that is used: no briefing may find it."""
    every: tuple[Event | Note | Judgement, ...] = (*items.events, *items.background, *items.outlook)
    holders: dict[str, list[Place]] = defaultdict(list)
    for item in every:
        for topic in item.topics:
            holders[topic].append(item.origin)
    selected = {topic for briefing in desk.briefings.values() for topic in briefing.select.topics}
    used = selected.union(topic for topic, some in holders.items() if len(some) > 1)
    for topic in sorted(holders.keys() - used):
        if near := [other for other in get_close_matches(topic, used, cutoff=0.75) if _is_slip(topic, other)]:
            told = f"no other item has the topic {topic!r}"
            yield Problem(holders[topic][0], told, key="topics", hint=f"did you mean {near[0]!r}?", severity="warning")


def _is_slip(word: str, other: str) -> bool:
    """Whether one letter is wrong, too many, left out or in the wrong place."""
    steps = [step for step in SequenceMatcher(a=word, b=other).get_opcodes() if step[0] != "equal"]
    is_short = all(max(end - start, until - begin) == 1 for _, start, end, begin, until in steps)
    return is_short and (len(steps) == 1 or (len(steps) == 2 and sorted(word) == sorted(other)))


def _dry(builder: Builder, slug: str) -> list[Problem]:
    desk = builder.desk
    if slug not in desk.briefings:
        return _attempt(partial(editions.briefing_of, replace(desk, fatal=()), slug))
    briefing = desk.briefings[slug]
    date = None if desk.fatal else newest(desk, briefing)
    problems = _attempt(partial(builder.build, slug, date)) if date else []
    if briefing.covers.since and not date and not desk.fatal:
        told = f"nothing has happened since {briefing.covers.since}: there is no edition to make yet"
        problems.append(Problem(briefing.origin, told, key="covers.since", severity="warning"))
    day = date or briefing.first_edition or _SOME_DAY
    for name, edition in trials(briefing, day).items():
        found = _attempt(partial(builder.make, edition))
        problems += _hinted((problem for problem in found if not _MADE_UP_PICTURE.match(problem.message)), f"{name} edition")
    if not desk.fatal:
        problems += _hinted(_whole(builder, briefing, day), "edition of everything")
    return problems


def _whole(builder: Builder, briefing: Briefing, day: dt.date) -> list[Problem]:
    """What is wrong with any of all that the briefing could tell; that it is too much at once, and told twice, is not."""

    def make() -> Built | None:
        edition = everything(builder.desk, briefing, day)
        return None if edition.is_empty and briefing.when_empty == "skip" else builder.make(edition)

    found = _attempt(make, forgiving=ExcessError)
    return [problem for problem in found if problem.severity == "error" or not _is_of_template(problem)]


def _hinted(problems: Iterable[Problem], seen: str) -> Iterator[Problem]:
    """The problems; those of a template say in which made-up edition they were seen."""
    for problem in problems:
        silent = _is_of_template(problem) and not problem.hint
        yield replace(problem, hint=f"seen in a made-up {seen}") if silent else problem


def _is_of_template(problem: Problem) -> bool:
    return problem.place.path.startswith(FOLDER)


def newest(desk: Desk, briefing: Briefing) -> dt.date | None:
    """The date of the newest edition with an event in it; none where there is no event to tell."""

    def issued(event: Event) -> dt.date | None:
        if briefing.cadence is None:
            return event.date.end + dt.timedelta(days=1)
        return cadence.following(briefing.cadence, event.date.end)

    issues = {date for event in desk.events if (date := issued(event)) and editions.has_begun(briefing, date)}
    dates = sorted(issues, reverse=True)
    for date in dates[:200]:
        try:
            edition = editions.select(desk, briefing.slug, date)
        except BriefError:
            return date  # building it says why
        if not edition.is_empty:
            return date
    return None


def _attempt(action: Callable[[], object], *, forgiving: type[Exception] | tuple[()] = ()) -> list[Problem]:
    try:
        result = action()
    except BriefError as error:
        if isinstance(error.__cause__, forgiving):
            return []
        return [problem for problem in error.problems if problem.place.path]
    return list(result.warnings) if isinstance(result, Built) else []


def _without_echoes(problems: Iterable[Problem]) -> Iterable[Problem]:
    """Each fault once, without the hints of later tellings: every trial repeats what is wrong with a line of a template."""
    seen: set[tuple[Place, str, str]] = set()
    for problem in problems:
        key = (problem.place, problem.key, problem.message.split(" (")[0])
        if key not in seen:
            seen.add(key)
            yield problem
