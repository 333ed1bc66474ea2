"""What the sound items of a page say, as plain records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from brief.desk.entries import Entry
from brief.desk.records import (
    EventRecord,
    JudgementRecord,
    Lenders,
    NoteRecord,
    OutcomeRecord,
    PersonRecord,
    Place,
    Record,
    RoleRecord,
    SourceRecord,
)


def record(entry: Entry) -> Any:
    """The record of a sound item."""
    return _OF[entry.group](entry, entry.model)


def _source(entry: Entry, model: Any) -> SourceRecord:
    return SourceRecord(
        model.id,
        model.marking,
        _place(entry.raw),
        model.publisher,
        model.title,
        model.published,
        model.url or "",
        model.reliability or "",
    )


def _person(entry: Entry, model: Any) -> PersonRecord:
    roles = tuple([RoleRecord(role.title, role.of or "", role.start, role.end) for role in model.roles or ()])
    return PersonRecord(model.id, model.marking, _place(entry.raw), model.name, model.native or "", roles)


def _event(entry: Entry, model: Any) -> EventRecord:
    date = model.date
    start, end = (date, date) if isinstance(date, dt.date) else (date.start, date.end)
    return EventRecord(
        model.id,
        model.marking,
        _place(entry.raw),
        _lenders(entry),
        model.title,
        model.kind,
        model.status,
        start,
        end,
        model.place or "",
        tuple(model.participants or ()),
        tuple(model.topics or ()),
        model.significance,
        model.agenda or "",
        model.summary or "",
        model.bottom_line or "",
        tuple(model.outcomes or ()),
        tuple(model.sources),
    )


def _note(entry: Entry, model: Any) -> NoteRecord:
    return NoteRecord(
        model.id,
        model.marking,
        _place(entry.raw),
        _lenders(entry),
        model.title,
        tuple(model.topics or ()),
        model.text,
        tuple(model.sources or ()),
        model.valid_from,
        model.valid_to,
    )


def _judgement(entry: Entry, model: Any) -> JudgementRecord:
    ended = model.outcome
    return JudgementRecord(
        model.id,
        model.marking,
        _place(entry.raw),
        _lenders(entry),
        model.statement,
        model.likelihood,
        model.confidence,
        model.made,
        model.by,
        model.resolves_when or "",
        tuple(model.topics or ()),
        tuple(model.sources or ()),
        OutcomeRecord(ended.result, ended.on, ended.event or "", ended.note or "") if ended else None,
    )


_OF: dict[str, Callable[[Entry, Any], Record]] = {
    "sources": _source,
    "people": _person,
    "events": _event,
    "background": _note,
    "outlook": _judgement,
}


def _place(mapping: Any) -> Place:
    return mapping.line, mapping.column


def _lenders(entry: Entry) -> Lenders:
    return {key: _place(lender) for key, lender in (entry.raw.borrowed or {}).items()}
