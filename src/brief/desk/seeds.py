"""The files below seeds/ together: what is sound becomes nouns, the rest is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby
from typing import Any, Protocol

from brief.classes import dataclass
from brief.desk import checks, extract, nouns, records
from brief.desk import entries as written
from brief.desk.checks import check, is_sound_alone
from brief.desk.entries import Entry
from brief.desk.faults import problems
from brief.desk.gathered import Seeds
from brief.desk.pages import pages
from brief.desk.records import LISTS
from brief.desk.yaml import Map
from brief.errors import Problem, in_order
from brief.model import MARKINGS, Faulty, Items, Period, Person, Source
from brief.patterns import regex

_Cause = tuple[Entry | None, Sequence[Problem]]
"""An item that can't be used, where it could be read at all, and why."""

_WORD = regex("[a-z0-9][a-z0-9-]*")
_ID = regex(r"""\bid:[ \t]*["']?([a-z0-9][a-z0-9-]*)""")


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read: its items, and the problems that belong to none of them: because of these it may hold more."""

    name: str
    text: str
    entries: list[Entry]
    loose: list[Problem]

    @property
    def ids_unread(self) -> list[str]:
        """Ids that it seems to give, where not all of it could be read."""
        return _ID.findall(self.text) if self.loose else []

    @property
    def topics(self) -> set[str]:
        """The words for topics in it."""
        unread = _WORD.findall(self.text) if self.loose else ()
        return {word for entry in self.entries for _, word in entry.texts("topics")}.union(unread)

    @property
    def is_sound_alone(self) -> bool:
        """Whether nothing is wrong with it as far as that shows without the other files."""
        names = [(entry.group, entry.id) for entry in self.entries]
        return not self.loose and len(set(names)) == len(names) and all(map(is_sound_alone, self.entries))


class Beside(checks.Beside, Protocol):
    """The sound items that are kept in an index, as those that are read name them."""

    def sources(self, words: Iterable[str]) -> dict[str, Source]:
        """The sources among ids."""

    def people(self, words: Iterable[str]) -> dict[str, Person]:
        """The people among ids and names."""


class _Nothing(checks.Nothing):
    def sources(self, words: Iterable[str]) -> dict[str, Source]:  # noqa: ARG002
        return {}

    def people(self, words: Iterable[str]) -> dict[str, Person]:  # noqa: ARG002
        return {}


def gather(readings: Sequence[Reading], before: Iterable[Problem], beside: Beside = _Nothing()) -> Seeds:  # noqa: B008
    """The items of the files below seeds/, beside those that are kept in an index; some problems were found `before`."""
    entries = [entry for reading in readings for entry in reading.entries]
    fatal = [*before, *(problem for reading in readings for problem in reading.loose)]
    ids_unread = {word for reading in readings for word in reading.ids_unread}
    check(entries, ids_unread, beside)
    _tell(entries)
    causes: dict[tuple[str, str], _Cause] = {(name, word): (None, fatal) for name in LISTS for word in ids_unread}
    causes |= {(entry.group, entry.id): (entry, entry.problems) for entry in entries}
    _inherit(entries, {named: cause for named, cause in causes.items() if cause[1]})
    return _seeds(entries, fatal, frozenset().union(*(reading.topics for reading in readings)), beside)


def read(name: str, text: str) -> Reading:
    """The items of a file, each by itself."""
    entries: list[Entry] = []
    found, loose = pages(name, text)
    for page in found:
        of_page, faults = written.read(page)
        entries += of_page
        loose += problems(page, faults)
    return Reading(name, text, entries, loose)


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


def _seeds(entries: Iterable[Entry], fatal: Iterable[Problem], topics: frozenset[str], beside: Beside) -> Seeds:
    sound: dict[str, list[tuple[Any, str]]] = {name: [] for name in LISTS}
    for entry in entries:
        if not entry.problems:
            sound[entry.group].append((extract.record(entry), entry.page.name))
    sources = {record.id: nouns.source(record, file) for record, file in sound["sources"]}
    people = {record.id: nouns.person(record, file) for record, file in sound["people"]}
    usable = tuple(sources.values()), tuple(people.values())
    withheld = [(entry, cause) for entry in entries for cause in entry.withheld]
    sources |= {cause.id: _unusable_source(cause) for _, cause in withheld if cause.group == "sources"}
    people |= {cause.id: _unusable_person(cause) for _, cause in withheld if cause.group == "people"}
    needed = {need for name in LISTS for record, _ in sound[name] for need in records.needs(record)}
    sources |= beside.sources(word for name, word in needed if name == "sources" and word not in sources)
    people |= beside.people(word for name, word in needed if name == "people" and word not in people)
    broken = [(entry, entry) for entry in entries if entry.problems] + withheld
    return Seeds(
        archive=Items(
            sources=usable[0],
            people=usable[1],
            events=tuple([nouns.event(record, file, sources, people) for record, file in sound["events"]]),
            background=tuple([nouns.note(record, file, sources) for record, file in sound["background"]]),
            outlook=tuple([nouns.judgement(record, file, sources) for record, file in sound["outlook"]]),
        ),
        faulty=tuple(_faulty(entry, cause) for entry, cause in broken),
        fatal=in_order(fatal),
        topics=topics,
    )


def _unusable_source(entry: Entry) -> Source:
    """A source of which only id and marking are known: a place holder, withheld wherever an edition may be made."""
    return Source(entry.id, "", "", None, "", "", entry.marking or MARKINGS[-1], entry.place)


def _unusable_person(entry: Entry) -> Person:
    """A person of whom only id and marking are known: a place holder, withheld wherever an edition may be made."""
    return Person(entry.id, "", "", (), entry.marking or MARKINGS[-1], entry.place)


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
