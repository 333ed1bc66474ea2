"""Every problem of a desk at once: what loading found, and what building shows, with nothing written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from brief import cadence
from brief import edition as editions
from brief.builder import Builder, Built
from brief.errors import BriefError, Place, Problem, in_order
from brief.model import Briefing, Desk, Event
from brief.trial import trials

_SOME_DAY = dt.date(2025, 1, 6)
"""The date of the trial of a briefing that has no event to tell."""


def check(desk: Desk, slugs: Iterable[str] = ()) -> tuple[Problem, ...]:
    """What is wrong with a desk, or with what the briefings named in `slugs` need of it.

    Builds, without writing, the newest edition of each briefing that tells an event, and made-up ones: with every key
    given, with none that may be absent, and without any event.
    """
    builder = Builder(desk)
    chosen = tuple(slugs)
    problems = [*desk.problems, *builder.templates.problems()]
    for name in [] if chosen else sorted(desk.houses):
        problems += _attempt(partial(builder.house, name))
    for slug in chosen or sorted(desk.briefings):
        problems += _dry(builder, slug)
    return in_order(_without_echoes(problems))


def _dry(builder: Builder, slug: str) -> list[Problem]:
    desk = builder.desk
    if slug not in desk.briefings:
        return _attempt(partial(editions.briefing_of, replace(desk, fatal=()), slug))
    briefing = desk.briefings[slug]
    date = None if desk.fatal else newest(desk, briefing)
    problems = _attempt(partial(builder.build, slug, date)) if date else []
    for name, edition in trials(briefing, date or briefing.first_edition or _SOME_DAY).items():
        found = _attempt(partial(builder.make, edition))
        problems += [replace(problem, hint=problem.hint or f"seen in a made-up {name} edition") for problem in found]
    return problems


def newest(desk: Desk, briefing: Briefing) -> dt.date | None:
    """The date of the newest edition with an event in it; none where there is no event to tell."""

    def issued(event: Event) -> dt.date:
        if briefing.schedule is None:
            return event.date.end + dt.timedelta(days=1)
        return cadence.following(briefing.schedule, briefing.first_edition, event.date.end)

    dates = sorted({issued(event) for event in desk.events}, reverse=True)
    for date in dates[:200]:
        try:
            edition = editions.select(desk, briefing.slug, date)
        except BriefError:
            return date  # building it says why
        if not edition.is_empty:
            return date
    return None


def _attempt(action: Callable[[], object]) -> list[Problem]:
    try:
        result = action()
    except BriefError as error:
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
