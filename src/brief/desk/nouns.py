"""The records of sound items made into the nouns of the model, with what they name in place of its id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from brief.desk.records import EventRecord, JudgementRecord, Lenders, NoteRecord, OutcomeRecord, PersonRecord, SourceRecord
from brief.errors import Origin, Place
from brief.model import Event, Judgement, Note, Outcome, Participant, Period, Person, Prose, Role, Source

_NOTHING = Prose()
_NO_OFFICE = Role("", "", None, None)


def source(record: SourceRecord, file: str) -> Source:
    """The source that a record of a file is."""
    return Source(
        id=record.id,
        publisher=record.publisher,
        title=record.title,
        published=record.published,
        url=record.url,
        reliability=record.reliability,
        marking=record.marking,
        origin=Place(file, *record.place),
    )


def person(record: PersonRecord, file: str) -> Person:
    """The person that a record of a file is."""
    return Person(
        id=record.id,
        name=record.name,
        native=record.native,
        roles=tuple([Role(role.title, role.of, role.start, role.end) for role in record.roles]),
        marking=record.marking,
        origin=Place(file, *record.place),
    )


def event(record: EventRecord, file: str, sources: Mapping[str, Source], people: Mapping[str, Person]) -> Event:
    """The event that a record of a file is."""
    start, end = record.start, record.end
    place, lenders = Place(file, *record.place), record.lenders
    return Event(
        id=record.id,
        title=record.title,
        kind=record.kind,
        status=record.status,
        date=Period(start, end),
        place=record.where,
        participants=tuple([_participant(word, people.get(word), end) for word in record.participants]),
        topics=record.topics,
        significance=record.significance,
        agenda=_prose(record.agenda, "agenda", place, lenders),
        summary=_prose(record.summary, "summary", place, lenders),
        bottom_line=_prose(record.bottom_line, "bottom_line", place, lenders),
        outcomes=tuple([_prose(text, f"outcomes[{index}]", place, lenders) for index, text in enumerate(record.outcomes)]),
        sources=tuple([sources[word] for word in record.sources]),
        marking=record.marking,
        origin=place,
    )


def note(record: NoteRecord, file: str, sources: Mapping[str, Source]) -> Note:
    """The background note that a record of a file is."""
    place = Place(file, *record.place)
    return Note(
        id=record.id,
        title=record.title,
        topics=record.topics,
        text=_prose(record.text, "text", place, record.lenders),
        sources=tuple([sources[word] for word in record.sources]),
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        marking=record.marking,
        origin=place,
    )


def judgement(record: JudgementRecord, file: str, sources: Mapping[str, Source]) -> Judgement:
    """The judgement that a record of a file is."""
    place, lenders = Place(file, *record.place), record.lenders
    return Judgement(
        id=record.id,
        statement=_prose(record.statement, "statement", place, lenders),
        likelihood=record.likelihood,
        confidence=record.confidence,
        made=record.made,
        by=record.by,
        resolves_when=_prose(record.resolves_when, "resolves_when", place, lenders),
        topics=record.topics,
        sources=tuple([sources[word] for word in record.sources]),
        outcome=_outcome(record.outcome, place, lenders) if record.outcome else None,
        marking=record.marking,
        origin=place,
    )


def _outcome(record: OutcomeRecord, place: Place, lenders: Lenders) -> Outcome:
    return Outcome(record.result, record.on, record.event, _prose(record.note, "outcome.note", place, lenders))


def _participant(word: str, known: Person | None, day: dt.date) -> Participant:
    """The participant with the office held on a day: of several the one begun last."""
    if known is None:
        return Participant(word)
    held = [role for role in known.roles if (role.start or day) <= day <= (role.end or day)]
    office = max(held, key=lambda role: role.start or dt.date.min, default=_NO_OFFICE)
    return Participant(known.name, known.native, office.title, office.of, known.id, known.marking)


def _prose(text: str, key: str, place: Place, lenders: Lenders) -> Prose:
    if not text:
        return _NOTHING
    if lenders and (lender := lenders.get(key.partition("[")[0].partition(".")[0])):
        place = Place(place.path, *lender)
    return Prose(text, Origin(place, key))
