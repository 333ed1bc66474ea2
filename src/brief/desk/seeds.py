"""The files below seeds/ together: what is sound becomes nouns, the rest is told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from brief.desk import entries as written
from brief.desk import nouns
from brief.desk.checks import check
from brief.desk.entries import LISTS, Entry
from brief.desk.faults import problems
from brief.desk.files import File
from brief.desk.pages import pages
from brief.desk.yaml import Map
from brief.errors import Problem, in_order
from brief.model import Event, Faulty, Judgement, Note, Period, Person, Source

_Cause = tuple[Entry | None, Sequence[Problem]]
"""An item that can't be used, where it could be read at all, and why."""

_words_in = re.compile("[a-z0-9][a-z0-9-]*").findall
_ids_in = re.compile(r"""\bid:[ \t]*["']?([a-z0-9][a-z0-9-]*)""").findall


@dataclass(frozen=True, slots=True)
class Seeds:
    """The items of a desk, the sound ones as nouns; `fatal` are problems that belong to none, `topics` words in use."""

    sources: tuple[Source, ...]
    people: tuple[Person, ...]
    events: tuple[Event, ...]
    background: tuple[Note, ...]
    outlook: tuple[Judgement, ...]
    faulty: tuple[Faulty, ...]
    fatal: tuple[Problem, ...]
    topics: frozenset[str]


def gather(found: Mapping[File, str | Problem], fatal: list[Problem]) -> Seeds:
    """The items of the files below seeds/; `fatal` are problems found before."""
    entries: list[Entry] = []
    unread = ""
    for file, text in found.items():
        if isinstance(text, Problem):
            fatal.append(text)
            continue
        of_file, loose = _read(file.name, text)
        entries += of_file
        fatal += loose
        if loose:
            unread += text
    ids_unread = set(_ids_in(unread))
    check(entries, ids_unread)
    _tell(entries)
    causes: dict[tuple[str, str], _Cause] = {(name, word): (None, fatal) for name in LISTS for word in ids_unread}
    causes |= {(entry.group, entry.id): (entry, entry.problems) for entry in entries}
    _inherit(entries, {named: cause for named, cause in causes.items() if cause[1]})
    return _seeds(entries, fatal, _words_in(unread))


def _read(name: str, text: str) -> tuple[list[Entry], list[Problem]]:
    """The items of a file, and the problems that belong to none of them: because of these it may hold more."""
    entries: list[Entry] = []
    found, loose = pages(name, text)
    for page in found:
        of_page, faults = written.read(page)
        entries += of_page
        loose += problems(page, faults)
    return entries, loose


def _tell(entries: Iterable[Entry]) -> None:
    """Turns the faults of the items into problems, page by page."""
    for _, group in groupby((entry for entry in entries if entry.faults), key=lambda entry: id(entry.page)):
        broken = list(group)
        told = iter(problems(broken[0].page, [fault for entry in broken for fault in entry.faults], depth=2))
        for entry in broken:
            entry.problems += [next(told) for _ in entry.faults]


def _inherit(entries: Iterable[Entry], causes: Mapping[tuple[str, str], _Cause]) -> None:
    """Gives each sound item the problems of the sources and people that it names and that can't be used.

    Those marked higher than the item are kept apart: a briefing that may not tell them need not stop for them.
    """
    if not causes:
        return
    for entry in entries:
        if not entry.problems:
            named = [("sources", word) for _, word in entry.texts("sources")]
            named += [("people", word) for _, word in entry.texts("participants")]
            found = [causes[name] for name in named if name in causes]
            told = [problems for cause, problems in found if not (cause and cause.is_above(entry))]
            entry.problems += in_order(chain.from_iterable(told))
            entry.withheld += [cause for cause, _ in found if cause and cause.is_above(entry)]


def _seeds(entries: Iterable[Entry], fatal: Iterable[Problem], topics: Iterable[str]) -> Seeds:
    sound: dict[str, list[Entry]] = {name: [] for name in LISTS}
    for entry in entries:
        if not entry.problems:
            sound[entry.group].append(entry)
    sources = {entry.id: nouns.source(entry) for entry in sound["sources"]}
    people = {entry.id: nouns.person(entry) for entry in sound["people"]}
    usable = tuple(sources.values()), tuple(people.values())
    withheld = [(entry, cause) for entry in entries for cause in entry.withheld]
    sources |= {cause.id: nouns.unusable_source(cause) for _, cause in withheld if cause.group == "sources"}
    people |= {cause.id: nouns.unusable_person(cause) for _, cause in withheld if cause.group == "people"}
    broken = [(entry, entry) for entry in entries if entry.problems] + withheld
    return Seeds(
        sources=usable[0],
        people=usable[1],
        events=tuple(nouns.event(entry, sources, people) for entry in sound["events"]),
        background=tuple(nouns.note(entry, sources) for entry in sound["background"]),
        outlook=tuple(nouns.judgement(entry, sources) for entry in sound["outlook"]),
        faulty=tuple(_faulty(entry, cause) for entry, cause in broken),
        fatal=in_order(fatal),
        topics=frozenset([*topics, *(word for entry in entries for _, word in entry.texts("topics"))]),
    )


def _faulty(entry: Entry, cause: Entry) -> Faulty:
    """The item with the problems of `cause`: it stops the briefings that may tell both."""
    if not isinstance(entry.raw, Map):
        return Faulty(entry.group, "", None, None, None, tuple(entry.problems))
    return Faulty(entry.group, entry.id, _topics(entry), _period(entry), cause.marking, tuple(cause.problems))


def _topics(entry: Entry) -> tuple[str, ...] | None:
    if "topics" not in entry.raw:
        return None if any(fault.at == "key" for fault in entry.faults) else ()  # they may stand under a key misspelt
    written, words = entry.raw["topics"], [word for _, word in entry.texts("topics")]
    return tuple(words) if isinstance(written, list) and len(words) == len(written) else None


def _period(entry: Entry) -> Period | None:
    """The days that decide whether a briefing selects it."""
    match entry.group:
        case "events":
            day = entry.day("date")
            return _span(day or entry.day("date", "from"), day or entry.day("date", "to"))
        case "outlook":
            return _span(entry.day("made"), entry.day("by"))
        case "background":
            first = dt.date.min if entry.get("valid_from") is None else entry.day("valid_from")
            last = dt.date.max if entry.get("valid_to") is None else entry.day("valid_to")
            return _span(first, last)
    return None


def _span(start: dt.date | None, end: dt.date | None) -> Period | None:
    return Period(start, end) if start and end and start <= end else None
