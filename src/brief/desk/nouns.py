"""Sound items made into the nouns of the model, with what they name in place of its id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from brief.desk.entries import Entry
from brief.desk.schema import EventModel, JudgementModel, NoteModel, PersonModel, SourceModel, SpanModel
from brief.errors import Origin
from brief.model import MARKINGS, Event, Judgement, Note, Outcome, Participant, Period, Person, Prose, Role, Source

_NOTHING = Prose()
_NO_OFFICE = Role("", "", None, None)


def source(entry: Entry) -> Source:
    """The source that a sound item is."""
    model: SourceModel = entry.model
    return Source(
        id=model.id,
        publisher=model.publisher,
        title=model.title,
        published=model.published,
        url=model.url or "",
        reliability=model.reliability or "",
        marking=model.marking,
        origin=entry.place,
    )


def unusable_source(entry: Entry) -> Source:
    """A source of which only id and marking are known: a place holder, withheld wherever an edition may be made."""
    return Source(entry.id, "", "", None, "", "", entry.marking or MARKINGS[-1], entry.place)


def unusable_person(entry: Entry) -> Person:
    """A person of whom only id and marking are known: a place holder, withheld wherever an edition may be made."""
    return Person(entry.id, "", "", (), entry.marking or MARKINGS[-1], entry.place)


def person(entry: Entry) -> Person:
    """The person that a sound item is."""
    model: PersonModel = entry.model
    return Person(
        id=model.id,
        name=model.name,
        native=model.native or "",
        roles=tuple(Role(role.title, role.of or "", role.start, role.end) for role in model.roles or ()),
        marking=model.marking,
        origin=entry.place,
    )


def event(entry: Entry, sources: Mapping[str, Source], people: Mapping[str, Person]) -> Event:
    """The event that a sound item is."""
    model: EventModel = entry.model
    date = Period(model.date.start, model.date.end) if isinstance(model.date, SpanModel) else Period(model.date, model.date)
    return Event(
        id=model.id,
        title=model.title,
        kind=model.kind,
        status=model.status,
        date=date,
        place=model.place or "",
        participants=tuple([_participant(word, people.get(word), date.end) for word in model.participants or ()]),
        topics=tuple(model.topics or ()),
        significance=model.significance,
        agenda=_prose(entry, model.agenda, "agenda"),
        summary=_prose(entry, model.summary, "summary"),
        bottom_line=_prose(entry, model.bottom_line, "bottom_line"),
        outcomes=tuple([_prose(entry, text, f"outcomes[{index}]") for index, text in enumerate(model.outcomes or ())]),
        sources=tuple([sources[word] for word in model.sources]),
        marking=model.marking,
        origin=entry.place,
    )


def note(entry: Entry, sources: Mapping[str, Source]) -> Note:
    """The background note that a sound item is."""
    model: NoteModel = entry.model
    return Note(
        id=model.id,
        title=model.title,
        topics=tuple(model.topics or ()),
        text=_prose(entry, model.text, "text"),
        sources=tuple(sources[word] for word in model.sources or ()),
        valid_from=model.valid_from,
        valid_to=model.valid_to,
        marking=model.marking,
        origin=entry.place,
    )


def judgement(entry: Entry, sources: Mapping[str, Source]) -> Judgement:
    """The judgement that a sound item is."""
    model: JudgementModel = entry.model
    return Judgement(
        id=model.id,
        statement=_prose(entry, model.statement, "statement"),
        likelihood=model.likelihood,
        confidence=model.confidence,
        made=model.made,
        by=model.by,
        resolves_when=_prose(entry, model.resolves_when, "resolves_when"),
        topics=tuple(model.topics or ()),
        sources=tuple(sources[word] for word in model.sources or ()),
        outcome=_outcome(entry, model.outcome) if model.outcome else None,
        marking=model.marking,
        origin=entry.place,
    )


def _outcome(entry: Entry, model: Any) -> Outcome:
    return Outcome(model.result, model.on, model.event or "", _prose(entry, model.note, "outcome.note"))


def _participant(word: str, known: Person | None, day: dt.date) -> Participant:
    """The participant with the office held on a day: of several the one begun last."""
    if known is None:
        return Participant(word)
    held = [role for role in known.roles if (role.start or day) <= day <= (role.end or day)]
    office = max(held, key=lambda role: role.start or dt.date.min, default=_NO_OFFICE)
    return Participant(known.name, known.native, office.title, office.of, known.id, known.marking)


def _prose(entry: Entry, text: str | None, key: str) -> Prose:
    if not text:
        return _NOTHING
    place = entry.place
    if entry.raw.borrowed and (lender := entry.raw.borrowed.get(key.partition("[")[0].partition(".")[0])):
        place = entry.page.place(lender)
    return Prose(text, Origin(place, key))
