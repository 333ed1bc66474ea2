"""Made-up editions of a briefing that show faults of its template, and of seeds seldom told, before a reader meets them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import cycle
from typing import get_args

from brief import edition as editions
from brief.errors import Place
from brief.model import (
    Briefing,
    Covers,
    Desk,
    Edition,
    Event,
    Horizon,
    Judgement,
    Kind,
    Note,
    PartialDate,
    Participant,
    Period,
    Prose,
    Source,
    Status,
)

_HOSTILE = "# 50% *off* | <b> & ]]> {{ 7*7 }} \\ [x](javascript:1) `한국` 🚀"
_NOWHERE = Place("")
_WEEK = dt.timedelta(days=7)
_DAWN, _DUSK = dt.date(1, 1, 2), dt.date.max
"""Days on which everything lies ahead, and behind."""
MADE_UP = "made-up-"
"""How the id of every made-up item begins."""


def trials(briefing: Briefing, date: dt.date) -> dict[str, Edition]:
    """Made-up editions of a briefing on a date, by name.

    Full: every key is given; sparse: none that may be absent, sources least of all; empty, unless the briefing skips such
    editions: nothing happened.
    """
    window = editions.window(briefing, date)
    empty = Edition(
        briefing=briefing,
        date=date,
        number=None,
        start=window.start,
        end=window.end,
        previous=None,
        events=(),
        upcoming=(),
        background=(),
        outlook=(),
    )
    topics = briefing.select.topics or ("first", "second")
    full = [_event(kind, status, window, topics) for kind in get_args(Kind) for status in get_args(Status)]
    ahead = [_planned(event, date) for event in full[:3]]
    filled = replace(
        _filled(empty, full, ahead),
        number=1,
        previous=date - _WEEK,
        background=(_note(),),
        outlook=(_judgement(briefing, date),),
    )
    citing = cycle(((), *((source,) for source in _vague_sources())))  # those published later than the edition aren't known
    bare = [_bare(event, briefing.select.topics[:1], sources) for event, sources in zip(full, citing, strict=False)]
    note = replace(_note(), topics=(), sources=(), valid_from=None, valid_to=None)
    sparse = replace(
        _filled(empty, bare, [_planned(event, date) for event in bare[:1]]),
        background=(note, replace(note, id=f"{MADE_UP}citing-note", sources=_vague_sources())),
        outlook=(replace(_judgement(briefing, date), resolves_when=Prose(), topics=(), sources=()),),
    )
    made = {"full": filled, "sparse": sparse}
    return made if briefing.when_empty == "skip" else {**made, "empty": empty}


def everything(desk: Desk, briefing: Briefing, date: dt.date) -> Edition:
    """A made-up edition of `date` with all of the desk's own that the briefing could ever select.

    Each event is told as it was known in the end and, unless it was cancelled, as it was planned. Raises `BriefError` as
    `edition.select` does.
    """
    items = desk.archive.everything()
    background = tuple(replace(note, valid_from=date, valid_to=None) for note in items.background)
    outlook = tuple(replace(judgement, made=date, by=_DUSK, outcome=None) for judgement in items.outlook)
    ever = replace(desk, archive=replace(items, background=background, outlook=outlook), faulty=())
    behind = _all(ever, briefing, _DUSK, Horizon())
    ahead = _all(ever, briefing, _DAWN, Horizon(days=(_DUSK - _DAWN).days))
    window = editions.window(briefing, date)
    return replace(behind, briefing=briefing, date=date, start=window.start, end=window.end, upcoming=ahead.upcoming)


def _all(desk: Desk, briefing: Briefing, date: dt.date, horizon: Horizon) -> Edition:
    """What the briefing would select on a date without bounds of time and number."""
    select = replace(briefing.select, limit=None)
    endless = replace(briefing, covers=Covers(since=dt.date.min), horizon=horizon, select=select, schedule=None)
    return editions.select(replace(desk, briefings={briefing.slug: endless}), briefing.slug, date)


def _filled(edition: Edition, events: list[Event], upcoming: list[Event]) -> Edition:
    return replace(edition, events=tuple(events), upcoming=tuple(upcoming))


def _event(kind: Kind, status: Status, window: Period, topics: tuple[str, ...]) -> Event:
    return Event(
        id=f"{MADE_UP}{kind}-{status}",
        title=_HOSTILE,
        kind=kind,
        status=status,
        date=window,
        place=_HOSTILE,
        participants=(Participant(_HOSTILE, "조태열", "Minister", "Republic"), Participant("A plain name")),
        topics=topics,
        significance="high",
        agenda=Prose("What is *expected*."),
        summary=Prose("What **happened**, with a [link](https://example.org)."),
        bottom_line=Prose("The bottom line."),
        outcomes=(Prose("The first outcome."), Prose("The *second* outcome.")),
        sources=_sources(),
        marking="TLP:CLEAR",
        origin=_NOWHERE,
    )


def _bare(event: Event, topics: tuple[str, ...], sources: tuple[Source, ...]) -> Event:
    nothing = Prose()
    return replace(
        event,
        date=Period(event.date.end, event.date.end),
        place="",
        participants=(),
        topics=topics,
        significance="low",
        agenda=event.agenda if event.status == "planned" else nothing,
        summary=nothing if event.status == "planned" else event.summary,
        bottom_line=nothing,
        outcomes=(),
        sources=sources,
    )


def _planned(event: Event, date: dt.date) -> Event:
    nothing = Prose()
    return replace(
        event,
        id=f"{event.id}-ahead",
        status="planned",
        date=Period(date, date),
        summary=nothing,
        bottom_line=nothing,
        outcomes=(),
    )


def _sources() -> tuple[Source, ...]:
    return (
        Source(
            f"{MADE_UP}1",
            "A Publisher",
            _HOSTILE,
            PartialDate(2025, 3, 11),
            "https://example.org/a?b=1&c=2",
            "B2",
            "TLP:CLEAR",
            _NOWHERE,
        ),
        Source(f"{MADE_UP}2", "A Publisher", "Another title", PartialDate(2025, 3), "", "", "TLP:CLEAR", _NOWHERE),
    )


def _vague_sources() -> tuple[Source, ...]:
    """One without a date, and one of which only the year is known."""
    undated = Source(f"{MADE_UP}3", "A Publisher", "A title", None, "", "", "TLP:CLEAR", _NOWHERE)
    return undated, replace(undated, id=f"{MADE_UP}4", published=PartialDate(2025))


def _note() -> Note:
    return Note(
        id=f"{MADE_UP}note",
        title=_HOSTILE,
        topics=("first",),
        text=Prose("A note.\n\n- With a list\n- of two\n"),
        sources=_sources(),
        valid_from=dt.date(2025, 1, 1),
        valid_to=dt.date(2025, 12, 31),
        marking="TLP:CLEAR",
        origin=_NOWHERE,
    )


def _judgement(briefing: Briefing, date: dt.date) -> Judgement:
    return Judgement(
        id=f"{MADE_UP}judgement",
        statement=Prose("Something **will** happen."),
        likelihood=briefing.scale.terms[-1].name,
        confidence="moderate",
        made=date,
        by=date + _WEEK,
        resolves_when=Prose("It has happened."),
        topics=("first",),
        sources=_sources(),
        outcome=None,
        marking="TLP:CLEAR",
        origin=_NOWHERE,
    )
