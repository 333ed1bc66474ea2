"""Made-up editions of a briefing, full and sparse, that show a template's faults before real news does."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import get_args

from brief import edition as editions
from brief.errors import Place
from brief.model import (
    Briefing,
    Edition,
    Event,
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


def trials(briefing: Briefing, date: dt.date) -> dict[str, Edition]:
    """Made-up editions of a briefing on a date, by name.

    Full: every key is given; sparse: none that may be absent; empty: nothing happened.
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
    bare = [_bare(event, briefing.select.topics[:1]) for event in full]
    sparse = replace(
        _filled(empty, bare, [_planned(event, date) for event in bare[:1]]),
        background=(replace(_note(), topics=(), sources=(), valid_from=None, valid_to=None),),
        outlook=(replace(_judgement(briefing, date), resolves_when=Prose(), topics=(), sources=()),),
    )
    return {"full": filled, "sparse": sparse, "empty": empty}


def _filled(edition: Edition, events: list[Event], upcoming: list[Event]) -> Edition:
    return replace(edition, events=tuple(events), upcoming=tuple(upcoming))


def _event(kind: Kind, status: Status, window: Period, topics: tuple[str, ...]) -> Event:
    return Event(
        id=f"made-up-{kind}-{status}",
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


def _bare(event: Event, topics: tuple[str, ...]) -> Event:
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
        sources=(),  # those published later than the edition are not known to it
    )


def _planned(event: Event, date: dt.date) -> Event:
    nothing = Prose()
    return replace(event, status="planned", date=Period(date, date), summary=nothing, bottom_line=nothing, outcomes=())


def _sources() -> tuple[Source, ...]:
    return (
        Source(
            "made-up-1",
            "A Publisher",
            _HOSTILE,
            PartialDate(2025, 3, 11),
            "https://example.org/a?b=1&c=2",
            "B2",
            "TLP:CLEAR",
            _NOWHERE,
        ),
        Source("made-up-2", "A Publisher", "Another title", PartialDate(2025, 3), "", "", "TLP:CLEAR", _NOWHERE),
    )


def _note() -> Note:
    return Note(
        id="made-up-note",
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
        id="made-up-judgement",
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
