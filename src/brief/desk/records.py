"""Sound items as plain records: what nouns are made of, and what an index keeps of them, read back as strictly as seeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from brief.classes import dataclass
from brief.desk import fields
from brief.desk.fields import Check, by_key, day, filled, maybe, number, one_of, several, shape, string
from brief.model import Confidence, Kind, Marking, PartialDate, Period, Result, Significance, Status
from brief.patterns import regex

LISTS = ("sources", "people", "events", "background", "outlook")
"""The lists that a file of seeds may hold."""
Place = tuple[int, int]
"""A line and a column."""
Lenders = Mapping[str, Place]
"""Where the mapping starts that lent a key to an item (`<<`), by key."""

ID_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
_ID = regex(ID_PATTERN)


def is_id(word: str) -> bool:
    """Whether `word` is written like an id."""
    return _ID.match(word) is not None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source."""

    id: str
    marking: Marking
    place: Place
    publisher: str
    title: str
    published: PartialDate | None
    url: str
    reliability: str


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """An office."""

    title: str
    of: str
    start: dt.date | None
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person."""

    id: str
    marking: Marking
    place: Place
    name: str
    native: str
    roles: tuple[RoleRecord, ...]


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event; participants are ids or names, sources ids."""

    id: str
    marking: Marking
    place: Place
    lenders: Lenders
    title: str
    kind: Kind
    status: Status
    start: dt.date
    end: dt.date
    where: str
    participants: tuple[str, ...]
    topics: tuple[str, ...]
    significance: Significance
    agenda: str
    summary: str
    bottom_line: str
    outcomes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A background note; sources are ids."""

    id: str
    marking: Marking
    place: Place
    lenders: Lenders
    title: str
    topics: tuple[str, ...]
    text: str
    sources: tuple[str, ...]
    valid_from: dt.date | None
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """How a judgement ended; the event is an id, or empty."""

    result: Result
    on: dt.date
    event: str
    note: str


@dataclass(frozen=True, slots=True)
class JudgementRecord:
    """A judgement; sources are ids."""

    id: str
    marking: Marking
    place: Place
    lenders: Lenders
    statement: str
    likelihood: str
    confidence: Confidence
    made: dt.date
    by: dt.date
    resolves_when: str
    topics: tuple[str, ...]
    sources: tuple[str, ...]
    outcome: OutcomeRecord | None


Record = SourceRecord | PersonRecord | EventRecord | NoteRecord | JudgementRecord


def period(record: Record) -> Period | None:
    """The days on which it may matter; none where it has no days of its own."""
    match record:
        case EventRecord():
            return Period(record.start, record.end)
        case NoteRecord():
            return Period(record.valid_from or dt.date.min, record.valid_to or dt.date.max)
        case JudgementRecord():
            return Period(record.made, record.by)
    return None


def needs(record: Record) -> list[tuple[str, str]]:
    """The items that it names, each with its list; among the people there are plain names."""
    found = [("sources", word) for word in getattr(record, "sources", ())]
    if isinstance(record, EventRecord):
        found += [("people", word) for word in record.participants]
    elif isinstance(record, JudgementRecord) and record.outcome and record.outcome.event:
        found.append(("events", record.outcome.event))
    return found


def decode(group: str, text: str) -> Any:
    """The record of an item of a list; raises `fields.DamagedError` where no seeds could have made it."""
    return fields.decode(_RECORDS[group], text)


_at = shape(lambda line, column: (line, column), number, number)
_marked = one_of(Marking)
_words = several(filled)
_RECORDS: dict[str, Check] = {
    "sources": shape(SourceRecord, filled, _marked, _at, filled, filled, maybe(fields.partial), fields.address, string),
    "people": shape(
        PersonRecord,
        filled,
        _marked,
        _at,
        filled,
        string,
        several(shape(RoleRecord, filled, string, maybe(day), maybe(day))),
    ),
    "events": shape(
        EventRecord,
        filled,
        _marked,
        _at,
        by_key(_at),
        filled,
        one_of(Kind),
        one_of(Status),
        day,
        day,
        string,
        _words,
        _words,
        one_of(Significance),
        string,
        string,
        string,
        _words,
        _words,
    ),
    "background": shape(NoteRecord, filled, _marked, _at, by_key(_at), filled, _words, filled, _words, maybe(day), maybe(day)),
    "outlook": shape(
        JudgementRecord,
        filled,
        _marked,
        _at,
        by_key(_at),
        filled,
        filled,
        one_of(Confidence),
        day,
        day,
        string,
        _words,
        _words,
        maybe(shape(OutcomeRecord, one_of(Result), day, string, string)),
    ),
}
