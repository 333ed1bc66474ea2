"""The items of a desk: those that were read, and beside them those that lie in an index and are read when they are needed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from typing import Any, TypeVar

from brief.classes import dataclass
from brief.desk import nouns
from brief.desk.index import Index, Row, Session, Stamp, UnusableError
from brief.desk.records import LISTS, is_id, needs
from brief.model import Event, Items, Judgement, Marking, Note, Period, Person, Source

Noun = TypeVar("Noun", Source, Person, Event, Note, Judgement)

_ALWAYS = Period(dt.date.min, dt.date.max)


@dataclass(frozen=True, slots=True)
class Stored:
    """The items of some versions in an index, by the paths of their files: what others name is looked for among them."""

    index: Index
    stamp: Stamp
    versions: Mapping[int, str]

    @contextmanager
    def open(self) -> Iterator[Session]:
        """A look at them; raises `UnusableError` where another index has taken the place of theirs."""
        with self.index.open() as session:
            stamp = session.stamp()
            if stamp != self.stamp and (stamp[0] != self.stamp[0] or not session.has_all(self.versions)):
                raise UnusableError("another index")
            yield session

    def has(self, name: str, word: str) -> bool:
        """Whether a list holds an id."""
        with self.open() as session:
            return any(version in self.versions for version in session.holders((name, word)))

    def ids(self, name: str) -> list[tuple[str, Marking]]:
        """The ids of a list, each with its marking."""
        with self.open() as session:
            return [(word, marking) for word, marking, version in session.markings(name) if version in self.versions]

    def sources(self, words: Iterable[str]) -> dict[str, Source]:
        """The sources among ids."""
        with self.open() as session:
            return self.sources_of(session, words)

    def people(self, words: Iterable[str]) -> dict[str, Person]:
        """The people among ids and names."""
        with self.open() as session:
            return self.people_of(session, words)

    def sources_of(self, session: Session, words: Iterable[str]) -> dict[str, Source]:
        """The sources among ids, as one look at the index shows them."""
        rows = session.named("sources", words, self.versions)
        return {row.record.id: nouns.source(row.record, self.versions[row.version]) for row in rows}

    def people_of(self, session: Session, words: Iterable[str]) -> dict[str, Person]:
        """The people among ids and names, as one look at the index shows them."""
        rows = session.named("people", words, self.versions)
        return {row.record.id: nouns.person(row.record, self.versions[row.version]) for row in rows}


@dataclass(frozen=True, slots=True)
class Indexed:
    """An archive of `stored` items, and of those that were `read` as they are not stored.

    Where the index is gone, `again` reads all items from the files.
    """

    stored: Stored
    read: Items
    again: Callable[[], Items]
    _whole: list[Items] = field(default_factory=list)

    def everything(self) -> Items:
        """All items."""
        if not self._whole:
            self._whole.append(self._found(_ALWAYS, whole=True))
        return self._whole[0]

    def within(self, days: Period) -> Items:
        """The events, notes and judgements whose own days touch those given; of the stored ones no others."""
        return self._whole[0] if self._whole else self._found(days, whole=False)

    def _found(self, days: Period, *, whole: bool) -> Items:
        try:
            with self.stored.open() as session:
                return self._joined(session, days, whole=whole)
        except (UnusableError, KeyError):  # damaged, or it lacks what an item names
            self._whole[:] = [self.again()]
        return self._whole[0]

    def _joined(self, session: Session, days: Period, *, whole: bool) -> Items:
        versions, read = self.stored.versions, self.read
        rows = {name: session.items(name, versions, days) for name in LISTS[2:]}
        named = {need for some in rows.values() for row in some for need in needs(row.record)}
        sources = {source.id: source for source in read.sources}
        sources |= self.stored.sources_of(session, (word for name, word in named if name == "sources" and word not in sources))
        people = {person.id: person for person in read.people}
        people |= self.stored.people_of(session, (word for name, word in named if name == "people" and word not in people))
        if any(name == "people" and word not in people and is_id(word) for name, word in named):
            raise KeyError("people")
        return Items(
            sources=self._merged(read.sources, session.all_of("sources", versions), nouns.source) if whole else (),
            people=self._merged(read.people, session.all_of("people", versions), nouns.person) if whole else (),
            events=self._merged(read.events, rows["events"], nouns.event, sources, people),
            background=self._merged(read.background, rows["background"], nouns.note, sources),
            outlook=self._merged(read.outlook, rows["outlook"], nouns.judgement, sources),
        )

    def _merged(self, read: tuple[Noun, ...], rows: list[Row], noun: Callable[..., Noun], *named: Any) -> tuple[Noun, ...]:
        """Those that were read and those that are stored, in the order of their files and within them."""
        by_file: dict[str, list[Noun]] = defaultdict(list)
        for one in read:
            by_file[one.origin.path].append(one)
        for row in sorted(rows, key=lambda row: (row.version, row.position)):
            file = self.stored.versions[row.version]
            by_file[file].append(noun(row.record, file, *named))
        return tuple([one for file in sorted(by_file) for one in by_file[file]])
