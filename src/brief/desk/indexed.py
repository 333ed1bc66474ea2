"""The seeds of a desk beside an index: only what has changed, or is wrong, is read from the files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from typing import TYPE_CHECKING

from brief.classes import dataclass
from brief.desk import files
from brief.desk.archive import Indexed, Stored
from brief.desk.files import File
from brief.desk.gathered import Seeds
from brief.desk.index import Content, Index, Joined, Name, Session, Stamp, UnusableError, digest
from brief.desk.records import is_id
from brief.desk.text import decode
from brief.errors import Problem
from brief.model import Items

if TYPE_CHECKING:
    from brief.desk.seeds import Reading

_AT_ONCE = 50
"""Files that are read before what they say is put into the index."""
_SETTLED = 2 * 10**9
"""Nanoseconds after which a change of a file shows in its times: the coarsest that file systems keep."""


@dataclass(slots=True)
class _Known:
    """What is known of the files: the versions of those in which nothing is wrong by itself, the others as they were read."""

    versions: dict[str, int] = field(default_factory=dict)
    unsound: dict[str, Reading] = field(default_factory=dict)
    sums: list[str] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


def gather(
    found: Sequence[File], index: Index, before: Sequence[Problem], again: Callable[[], Items]
) -> tuple[Seeds, Mapping[str, str]]:
    """The items of the files below seeds/, and the texts of these.

    Some problems were found `before`; `again` reads all items without an index.

    Raises `UnusableError` where the index is of no use now.
    """
    now = time.time_ns()
    known = _Known()
    with index.open() as session:
        stamp, kept = session.stamp(), session.files()
        changed = [file for file in found if not _is_known(file, kept, known)]
        gone = [*kept.keys() - {file.name for file in found}]
        joined = None if changed or gone else session.joined(_key(known))
    for start in range(0, len(changed), _AT_ONCE):
        _examine(changed[start : start + _AT_ONCE], index, known, now)
    if joined is None:
        joined = _join(index, stamp, known, gone)
    quiet = {version: name for name, version in known.versions.items() if name not in joined.apart}
    stored = Stored(index, stamp, quiet)
    readings = sorted([*known.unsound.values(), *_apart_as_read(found, index, known, joined)], key=lambda one: one.name)
    seeds = _seeds(stored, readings, [*before, *known.refused], joined, again)
    return seeds, _Texts(found, known.versions, index, {reading.name: reading.text for reading in readings})


def _is_known(file: File, kept: Mapping[str, tuple[str, int]], known: _Known) -> bool:
    """Whether the file is as it was when it was last read; notes its version."""
    state, version = kept.get(file.name, ("", 0))
    if not state or state != _told(file.state):
        return False
    known.versions[file.name] = version
    return True


def _told(state: tuple[int, ...]) -> str:
    return " ".join(map(str, state))


def _examine(some: Sequence[File], index: Index, known: _Known, now: int) -> None:
    """Read files, and put into the index those in which nothing is wrong by themselves."""
    contents: list[Content] = []
    seen: list[tuple[str, str, int]] = []
    with index.open() as session:
        for file in some:
            data = files.read(file)
            if isinstance(data, Problem):
                known.refused.append(data)
                continue
            content = digest(data)
            if version := session.version(file.name, content):
                seen.append((file.name, _settled(file, now), version))
            else:
                contents += _content(file, data, content, known, now)
    with index.open(writing=True) as session:
        for name, state, version in seen:
            session.see(name, state, version)
            known.versions[name] = version
        for one in contents:
            known.versions[one.path] = session.add(one)
        session.forget([file.name for file in some if file.name not in known.versions])


def _content(file: File, data: bytes, content: str, known: _Known, now: int) -> Iterator[Content]:
    """What the file holds, if nothing is wrong with it by itself."""
    from brief.desk import extract, seeds  # slow to import, and seldom needed

    text = files.text_of(file, data)
    if isinstance(text, Problem):
        known.refused.append(text)
        return
    reading = seeds.read(file.name, text)
    if not reading.is_sound_alone:
        known.unsound[file.name] = reading
        known.sums.append(f"{file.name} {content}")
        return
    items = [(entry.group, extract.record(entry)) for entry in reading.entries]
    yield Content(file.name, _settled(file, now), content, items, reading.topics)


def _settled(file: File, now: int) -> str:
    """The state of the file, if any change since it was found would show in it."""
    try:
        after = files.state_of(os.stat(file.location))  # noqa: PTH116
    except OSError:
        return ""
    is_settled = after == file.state and max(after[1:3]) < now - _SETTLED
    return _told(after) if is_settled else ""


# How the files fit together


def _key(known: _Known) -> str:
    """The sum of all that decides how they do."""
    parts = [*(f"{name} {version}" for name, version in sorted(known.versions.items())), *sorted(known.sums)]
    return digest("\n".join(parts).encode("utf-8", "surrogateescape"))


def _join(index: Index, stamp: Stamp, known: _Known, gone: Collection[str]) -> Joined:
    """How the files fit together, which is noted."""
    with index.open(writing=True) as session:
        if session.stamp()[0] != stamp[0]:  # somebody has begun another one
            raise UnusableError("another index")
        session.forget(gone)
        joined = session.joined(key := _key(known))
        if joined is None:
            apart = _apart(session, known)
            quiet = frozenset(version for name, version in known.versions.items() if name not in apart)
            fits = quiet if not (apart or known.unsound or known.refused) else frozenset[int]()
            joined = Joined(fits, apart, session.topics(quiet))
            session.join(key, joined)
            session.tidy()
    return joined


def _apart(session: Session, known: _Known) -> frozenset[str]:
    """The files of which something may be wrong beside the others, though nothing is by themselves."""
    current = frozenset(known.versions.values())
    last = session.last_fitting()
    if last and not known.unsound and not known.refused and _still_fits(session, last, current):
        return frozenset()
    names = {version: name for name, version in known.versions.items()}
    return frozenset(names[version] for version in _misfits(session, current, known.unsound.values()))


def _still_fits(session: Session, before: frozenset[int], current: frozenset[int]) -> bool:
    """Whether versions in which nothing is wrong are as sound as those before, of which that is known."""
    new, old = current - before, before - current
    named = [name[:2] for name in session.names(new)]
    added, removed = set(named), {name[:2] for name in session.names(old)}
    if len(named) != len(added) or not session.has_all(old):
        return False
    kept = current & before
    if any(not kept.isdisjoint(session.holders(name)) for name in added - removed):
        return False
    if any(not current.isdisjoint(session.needers(name)) for name in removed - added):
        return False
    needs = {need[:2] for need in session.needs(new)}
    return all(_may_lack(need) or not current.isdisjoint(session.holders(need)) for need in needs)


def _misfits(session: Session, current: frozenset[int], unsound: Collection[Reading]) -> Iterator[int]:
    """The versions that share a name with another file, or need one that nobody has, or that can't be used."""
    from brief.desk.checks import is_sound_alone

    holders: dict[Name, int] = {}
    wrong: set[Name] = set()
    entries = [entry for reading in unsound for entry in reading.entries]
    unread = {word for reading in unsound for word in reading.ids_unread}
    beside: set[Name] = set()
    for entry in entries:
        name = entry.group, entry.id
        if name in beside or not is_sound_alone(entry):
            wrong.add(name)
        beside.add(name)
    for group, word, version in session.names():
        name = group, word
        if version not in current:
            continue
        if name in holders or name in beside:
            wrong.add(name)
            yield version
            yield holders.get(name, version)
        holders[name] = version
    for group, word, version in session.needs():
        name = group, word
        is_found = name in holders or name in beside or word in unread or _may_lack(name)
        if version in current and (name in wrong or not is_found):
            yield version


def _may_lack(name: Name) -> bool:
    """Whether it may be a name that is no id."""
    return name[0] == "people" and not is_id(name[1])


# What comes of it


def _seeds(
    stored: Stored, readings: Sequence[Reading], problems: Sequence[Problem], joined: Joined, again: Callable[[], Items]
) -> Seeds:
    """The items that are stored, and those that were read."""
    if not readings and not problems:
        return Seeds(Indexed(stored, Items(), again), (), (), joined.topics)
    from brief.desk import seeds

    read = seeds.gather(readings, problems, stored)
    return Seeds(Indexed(stored, read.archive.everything(), again), read.faulty, read.fatal, read.topics | joined.topics)


def _apart_as_read(found: Sequence[File], index: Index, known: _Known, joined: Joined) -> Iterator[Reading]:
    """The files that don't fit, read once more; raises `UnusableError` where one has changed meanwhile."""
    if not joined.apart:
        return
    from brief.desk import seeds

    for file in found:
        if file.name in joined.apart:
            data = files.read(file)
            with index.open() as session:
                expected = session.sum(known.versions[file.name])
            if isinstance(data, Problem) or digest(data) != expected:
                raise UnusableError(f"{file.name} has changed")
            yield seeds.read(file.name, decode(data))


class _Texts(Mapping[str, str]):
    """The texts of the files, read when they are asked for; of one that has changed since there is none."""

    def __init__(self, found: Sequence[File], versions: Mapping[str, int], index: Index, known: Mapping[str, str]) -> None:
        self._files = {file.name: file for file in found if file.name in versions or file.name in known}
        self._versions, self._index, self._known = versions, index, known

    def __getitem__(self, name: str) -> str:
        if name in self._known:
            return self._known[name]
        data = files.read(self._files[name])
        with suppress(UnusableError), self._index.open() as session:
            if isinstance(data, bytes) and session.sum(self._versions[name]) == digest(data):
                return decode(data)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
