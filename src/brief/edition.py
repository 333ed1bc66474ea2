"""Which items of a desk a briefing tells on a date, and as what they were known on that date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from brief import cadence
from brief.classes import dataclass
from brief.errors import BriefError, Place, Problem, nearest
from brief.model import (
    MARKINGS,
    SIGNIFICANCES,
    Briefing,
    Desk,
    Edition,
    Event,
    Faulty,
    Judgement,
    LeftOut,
    Marking,
    Note,
    Participant,
    Period,
    Prose,
    Source,
)

Item = TypeVar("Item", Event, Note, Judgement)


def briefing_of(desk: Desk, slug: str) -> Briefing:
    """The briefing named `slug`; raises `BriefError` where there is none, or it or the whole desk can't be used."""
    if desk.fatal:
        raise BriefError(desk.fatal)
    if slug in desk.faulty_briefings:
        raise BriefError(desk.faulty_briefings[slug])
    if slug not in desk.briefings:
        hint = nearest(slug, [*desk.briefings, *desk.faulty_briefings])
        raise BriefError([Problem(Place("briefings"), f"there is no briefing {slug!r}", hint=hint)])
    return desk.briefings[slug]


def select(desk: Desk, slug: str, date: dt.date, *, published: dt.date | None = None) -> Edition:
    """The edition of briefing `slug` issued on `date`.

    `published` is the date of the last edition published before it, for briefings that cover what is new since then.
    Raises `BriefError` where the briefing, or an item it would tell, can't be used.
    """
    briefing = briefing_of(desk, slug)
    if not has_begun(briefing, date):
        raise BriefError([_untimely(briefing, date)])
    scope = _Scope(briefing, date, window(briefing, date, published), _horizon(briefing, date))
    if stopping := [problem for faulty in desk.faulty if scope.may_hold(faulty) for problem in faulty.problems]:
        raise BriefError(stopping)
    edition = scope.edition(desk)
    if foreign := [judgement for judgement in edition.outlook if not briefing.scale.term(judgement.likelihood)]:
        raise BriefError(_foreign(judgement, briefing) for judgement in foreign)
    return edition


def has_begun(briefing: Briefing, date: dt.date) -> bool:
    """Whether there is a day before `date` that the briefing covers."""
    return briefing.covers.since is None or briefing.covers.since < date


def window(briefing: Briefing, date: dt.date, published: dt.date | None = None) -> Period:
    """The days that the edition of `date` covers: the last of them is the day before it."""
    covers = briefing.covers
    if covers.since_previous:
        start = published or previous(briefing, date) or briefing.first_edition or date
    elif covers.since is not None:
        start = covers.since
    else:
        start = cadence.shift(date, months=-(covers.months or 0), days=-(covers.days or 0))
    end = date - dt.timedelta(days=1)
    return Period(min(start, end), end)


def previous(briefing: Briefing, date: dt.date) -> dt.date | None:
    """The date of the edition before, by the cadence; none where there was none, or the briefing is made on demand."""
    return cadence.latest(briefing.cadence, date - dt.timedelta(days=1)) if briefing.cadence else None


def number(briefing: Briefing, date: dt.date) -> int | None:
    """The number of the edition of `date`; none off the cadence."""
    return cadence.number(briefing.cadence, date) if briefing.cadence else None


def as_of(event: Event, date: dt.date) -> Event:
    """The event as it was known on `date`: planned, with its agenda only, where it had not ended by then."""
    sources = known_sources(event.sources, date)
    if event.status == "cancelled" or event.date.end < date:
        return event if sources == event.sources else replace(event, sources=sources)
    nothing = Prose()
    return replace(event, status="planned", summary=nothing, bottom_line=nothing, outcomes=(), sources=sources)


def known_sources(sources: tuple[Source, ...], date: dt.date) -> tuple[Source, ...]:
    """Those that had been published on `date`, or may have been where the day is not known."""
    return tuple(source for source in sources if source.published is None or source.published.earliest <= date)


def _horizon(briefing: Briefing, date: dt.date) -> dt.date:
    return cadence.shift(date, months=briefing.horizon.months, days=briefing.horizon.days)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What one edition looks at: its briefing, its date, its window and the last day of its horizon."""

    briefing: Briefing
    date: dt.date
    window: Period
    horizon: dt.date

    def edition(self, desk: Desk) -> Edition:
        items = desk.archive.within(Period(min(self.window.start, self.date), max(self.horizon, self.date)))
        events, withheld_events = _split(filter(self.is_near, items.events), self.is_open)
        notes, withheld_notes = _split(filter(self.is_valid, items.background), self.is_open)
        judgements, withheld_judgements = _split(filter(self.is_forecast, items.outlook), self.is_open)
        told, left_out = self.limited([event for event in events if self.covers(event)])
        upcoming = sorted((event for event in events if self.is_ahead(event)), key=_by_date)
        withheld = [event for event in withheld_events if self.covers(event) or self.is_ahead(event)]
        edition = Edition(
            briefing=self.briefing,
            date=self.date,
            number=number(self.briefing, self.date),
            start=self.window.start,
            end=self.window.end,
            previous=previous(self.briefing, self.date),
            events=tuple(as_of(event, self.date) for event in told),
            upcoming=tuple(as_of(event, self.date) for event in upcoming),
            background=tuple(map(self.note_as_of, notes)),
            outlook=tuple(map(self.judgement_as_of, sorted(judgements, key=_by_deadline))),
            left_out=(*left_out, *self.below(events)),
            withheld=len(withheld) + len(withheld_notes) + len(withheld_judgements),
        )
        return _redacted(edition, self.is_open_mark)

    def is_open(self, item: Event | Note | Judgement) -> bool:
        return self.is_open_mark(item.marking)

    def is_open_mark(self, marking: Marking) -> bool:
        return MARKINGS.index(marking) <= MARKINGS.index(self.briefing.marking)

    def is_near(self, event: Event) -> bool:
        return event.date.end >= self.window.start and event.date.start <= self.horizon

    def covers(self, event: Event) -> bool:
        return self.is_in_window(event.date) and self.is_chosen(event)

    def is_ahead(self, event: Event) -> bool:
        ahead = event.status != "cancelled" and event.date.end >= self.date and event.date.start <= self.horizon
        return ahead and self.is_chosen(event)

    def is_in_window(self, period: Period) -> bool:
        return self.window.start <= period.end <= self.window.end

    def is_chosen(self, event: Event) -> bool:
        return self.is_of_subject(event) and not self.is_below(event)

    def is_of_subject(self, event: Event) -> bool:
        select = self.briefing.select
        kind = not select.kinds or event.kind in select.kinds
        return kind and event.kind not in select.exclude.kinds and self.is_on_topic(event.topics)

    def is_below(self, event: Event) -> bool:
        return SIGNIFICANCES.index(event.significance) < SIGNIFICANCES.index(self.briefing.select.significance)

    def is_on_topic(self, topics: tuple[str, ...]) -> bool:
        select = self.briefing.select
        wanted = not select.topics or any(topic in select.topics for topic in topics)
        return wanted and not any(topic in select.exclude.topics for topic in topics)

    def is_valid(self, note: Note) -> bool:
        begun = note.valid_from is None or note.valid_from <= self.date
        return begun and (note.valid_to is None or self.date <= note.valid_to) and self.is_on_topic(note.topics)

    def is_forecast(self, judgement: Judgement) -> bool:
        still_open = judgement.outcome is None or judgement.outcome.on >= self.date
        ahead = judgement.made <= self.date <= judgement.by <= self.horizon
        return still_open and ahead and self.is_on_topic(judgement.topics)

    def limited(self, events: list[Event]) -> tuple[list[Event], list[LeftOut]]:
        """The events told, in the briefing's order: of too many the most significant, of those the latest."""
        limit = self.briefing.select.limit
        ranked = sorted(
            events, key=lambda event: (-SIGNIFICANCES.index(event.significance), -event.date.end.toordinal(), event.id)
        )
        kept = ranked[:limit]
        left_out = [LeftOut(event.id, f"limit: {limit}") for event in ranked[len(kept) :]]
        if self.briefing.select.order == "most significant first":
            return kept, left_out
        return sorted(kept, key=_by_date, reverse=self.briefing.select.order == "newest first"), left_out

    def below(self, events: Iterable[Event]) -> list[LeftOut]:
        """Those on the briefing's subject that are not significant enough for it."""
        reason = f"significance: below {self.briefing.select.significance}"
        return [
            LeftOut(event.id, reason)
            for event in events
            if self.is_below(event) and self.is_in_window(event.date) and self.is_of_subject(event)
        ]

    def note_as_of(self, note: Note) -> Note:
        return replace(note, sources=known_sources(note.sources, self.date))

    def judgement_as_of(self, judgement: Judgement) -> Judgement:
        return replace(judgement, outcome=None, sources=known_sources(judgement.sources, self.date))

    def may_hold(self, faulty: Faulty) -> bool:
        """Whether the edition might tell the item, as far as that is known."""
        if faulty.group not in ("events", "background", "outlook"):
            return False  # a source or person that can't be used makes the items faulty that name it
        if faulty.marking is not None and not self.is_open_mark(faulty.marking):
            return False
        if faulty.topics is not None and not self.is_on_topic(faulty.topics):
            return False
        period = faulty.period
        return period is None or (period.end >= self.window.start and period.start <= self.horizon)


def _untimely(briefing: Briefing, date: dt.date) -> Problem:
    message = f"the edition of {date} would cover nothing: the briefing tells what happened from {briefing.covers.since} on"
    return Problem(briefing.origin, message, key="covers.since", hint="give a later date, or an earlier day here")


def _foreign(judgement: Judgement, briefing: Briefing) -> Problem:
    terms = "; ".join(f"{term.name} {term.low}–{term.high}%" for term in briefing.scale.terms)
    message = f"{judgement.likelihood!r} is no term of {briefing.scale.name}, the scale of {briefing.slug}"
    hint = f"its terms are {terms}; or name another scale in the briefing"
    return Problem(judgement.origin, message, key="likelihood", hint=hint)


def _split(items: Iterable[Item], is_open: Callable[[Item], bool]) -> tuple[list[Item], list[Item]]:
    open_items: list[Item] = []
    closed: list[Item] = []
    for item in items:
        (open_items if is_open(item) else closed).append(item)
    return open_items, closed


def _redacted(edition: Edition, is_open: Callable[[Marking], bool]) -> Edition:
    """The edition without the sources and people whose marking is above the briefing's; each is counted as withheld."""
    hidden: set[str] = set()

    def open_ones(things: tuple[Source, ...]) -> tuple[Source, ...]:
        hidden.update(f"source {thing.id}" for thing in things if not is_open(thing.marking))
        return tuple(thing for thing in things if is_open(thing.marking))

    def open_people(people: tuple[Participant, ...]) -> tuple[Participant, ...]:
        hidden.update(f"person {person.person}" for person in people if not is_open(person.marking))
        return tuple(person for person in people if is_open(person.marking))

    def open_event(event: Event) -> Event:
        return replace(event, participants=open_people(event.participants), sources=open_ones(event.sources))

    redacted = replace(
        edition,
        events=tuple(map(open_event, edition.events)),
        upcoming=tuple(map(open_event, edition.upcoming)),
        background=tuple(replace(note, sources=open_ones(note.sources)) for note in edition.background),
        outlook=tuple(replace(judgement, sources=open_ones(judgement.sources)) for judgement in edition.outlook),
    )
    return replace(redacted, withheld=edition.withheld + len(hidden)) if hidden else edition


def _by_date(event: Event) -> tuple[dt.date, dt.date, str]:
    return event.date.start, event.date.end, event.id


def _by_deadline(judgement: Judgement) -> tuple[dt.date, str]:
    return judgement.by, judgement.id
