"""The store in which what was read of a desk's files is kept between runs: the owner of SQLite.

Nothing in it is ever changed or missed: it can be thrown away at any time. A *version* is one content of one file in which
nothing is wrong by itself, with its items, their names, and the names they need. Versions are added and never altered; those
that no file has any more stay for a day, as another process may have begun to read with them.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import stat
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from brief.classes import dataclass
from brief.desk import files
from brief.desk.fields import DamagedError, encode
from brief.model import Marking, Period

_FORM = 1
"""Counts the ways in which an index was laid out: another one is foreign."""
_TABLES = """
CREATE TABLE about (identity TEXT NOT NULL, removed INTEGER NOT NULL);
CREATE TABLE version (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, sum TEXT NOT NULL, topics TEXT NOT NULL, since REAL NOT NULL
);
CREATE UNIQUE INDEX version_content ON version (path, sum);
CREATE TABLE file (path TEXT PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE item (
    version INTEGER NOT NULL, position INTEGER NOT NULL, list TEXT NOT NULL, id TEXT NOT NULL, marking TEXT NOT NULL,
    first TEXT NOT NULL, last TEXT NOT NULL, brief INTEGER, record TEXT NOT NULL, sum INTEGER NOT NULL
);
CREATE INDEX item_version ON item (version);
CREATE INDEX item_id ON item (list, id, version);
CREATE INDEX item_days ON item (list, brief, last, first, version) WHERE brief IS NOT NULL;
CREATE TABLE need (
    list TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (list, id, version)
) WITHOUT ROWID;
CREATE INDEX need_version ON need (version);
CREATE TABLE joined (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, versions TEXT NOT NULL, apart TEXT NOT NULL, topics TEXT NOT NULL
);
CREATE TABLE kept (path TEXT PRIMARY KEY, content TEXT NOT NULL, meaning TEXT NOT NULL) WITHOUT ROWID;
"""
_FOUND = "SELECT version, position, id, marking, first, last, record, sum FROM item"
_BRIEF = dt.timedelta(days=31)
"""What takes no longer is `brief`: of these a window finds its own without a look at all that is later, or earlier."""
_DAY = 24 * 60 * 60
_WAIT = 5.0
"""Seconds to wait for another process that writes."""
_JOINED = 8
"""So many ways in which files were found to fit together are remembered."""
_AT_ONCE = 500
"""Values asked for in one question."""
_DAMAGES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_FORMAT}

Name = tuple[str, str]
"""A list and an id in it."""
Stamp = tuple[str, int]
"""Which index it is, and how often something was removed from it."""


class UnusableError(Exception):
    """The index can't be used: now, or any more."""


class Row(NamedTuple):
    """An item as it was kept: the version it is of, its position in the file, and its record."""

    version: int
    position: int
    record: Any


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds in which nothing is wrong by itself; `state` is empty where the file may yet change unseen."""

    path: str
    state: str
    sum: str
    items: Sequence[tuple[str, Any]]
    topics: Collection[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """How the files of a desk fit together: the paths of those that don't, the topics of the others.

    `versions` are all that there were, where they fit with nothing else beside them; else none.
    """

    versions: frozenset[int]
    apart: frozenset[str]
    topics: frozenset[str]


class Index:
    """The index in a folder; every method raises `UnusableError`, and one that is damaged or foreign is thrown away.

    Beside it lies a *seal*: the size, times and number that its file had when we last wrote to it. A file that has others now
    was written to by somebody else, or by one of us who was killed meanwhile: of that nothing is believed.
    """

    def __init__(self, folder: Path) -> None:
        self._path, self._seal = folder / "desk.sqlite", folder / "desk.seal"

    @contextmanager
    def open(self, *, writing: bool = False) -> Iterator[Session]:
        """A look at it as it is at one moment; what is written is written when it ends without an error."""
        try:
            self._expect_files()
            connection = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)
        except (sqlite3.Error, OSError) as error:
            raise UnusableError(str(error)) from error
        try:
            is_new = _begin(connection, writing=writing)
            if not is_new and self._seal.read_text() != self._state():
                raise DamagedError("it was written to by somebody else")
            yield Session(connection)
            connection.execute("COMMIT")
            if is_new or writing:
                self._seal.write_text(self._state())
        except (sqlite3.Error, OSError, DamagedError, UnicodeDecodeError) as error:
            connection.close()
            if _is_damage(error):
                self._discard()
            raise UnusableError(str(error)) from error
        finally:
            connection.close()

    def _state(self) -> str:
        return " ".join(map(str, files.state_of(os.stat(self._path))))  # noqa: PTH116

    def _paths(self) -> list[Path]:
        beside = [self._path.with_name(self._path.name + suffix) for suffix in ("-journal", "-wal", "-shm")]
        return [self._path, self._seal, *beside]

    def _expect_files(self) -> None:
        """Raise `OSError` where a pipe or the like has the name of one of the files: to open it could take for ever."""
        for path in self._paths():
            with suppress(FileNotFoundError):
                if not stat.S_ISREG(os.lstat(path).st_mode):
                    self._discard()
                    raise OSError(f"{path} is not a file")

    def _discard(self) -> None:
        for path in self._paths():
            with suppress(OSError):
                path.unlink()


def _is_damage(error: Exception) -> bool:
    """Whether the index is no good, rather than out of reach for now."""
    if isinstance(error, sqlite3.Error):
        code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # of some damage it tells none
        return code & 0xFF in _DAMAGES
    return not isinstance(error, OSError) or isinstance(error, FileNotFoundError)  # as where the seal is gone


def _begin(connection: sqlite3.Connection, *, writing: bool) -> bool:
    """Begin a transaction, which keeps others from writing meanwhile; says whether the index is new, and was laid out now."""
    if writing or not _form(connection):
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")  # before the next line: who waits for it in that mode lets nobody write
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # until the connection is closed, and the seal is written
    else:
        connection.execute("BEGIN")
    if form := _form(connection):
        if form != _FORM:
            raise DamagedError("foreign")
        return False
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)
    connection.execute("INSERT INTO about VALUES (?, 0)", [os.urandom(16).hex()])
    connection.execute(f"PRAGMA user_version = {_FORM}")
    return True


def _form(connection: sqlite3.Connection) -> int:
    form: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return form


class Session:
    """What may be asked of an index, and told to it, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ask: Callable[..., sqlite3.Cursor] = connection.execute

    def stamp(self) -> Stamp:
        """Which index it is, and how often versions were removed from it."""
        found: Stamp | None = self._ask("SELECT identity, removed FROM about").fetchone()
        if found is None:
            raise DamagedError("about")
        return found

    # Files and their versions

    def files(self) -> dict[str, tuple[str, int]]:
        """The state and the version that each file had when it was last seen, by path."""
        return {path: (state, version) for path, state, version in self._ask("SELECT path, state, version FROM file")}

    def version(self, path: str, content: str) -> int | None:
        """The version of a file with a content, by its sum."""
        found = self._ask("SELECT id FROM version WHERE path = ? AND sum = ?", [path, content]).fetchone()
        return found[0] if found else None

    def sum(self, version: int) -> str | None:
        """The sum of a version's content."""
        found = self._ask("SELECT sum FROM version WHERE id = ?", [version]).fetchone()
        return found[0] if found else None

    def has_all(self, versions: Iterable[int]) -> bool:
        """Whether all of the versions are still there."""
        return {number for (number,) in self._ask("SELECT id FROM version")}.issuperset(versions)

    def see(self, path: str, state: str, version: int) -> None:
        """Note which version a file has."""
        last = "UPDATE version SET since = ? WHERE id = (SELECT version FROM file WHERE path = ? AND version <> ?)"
        self._ask(last, [time.time(), path, version])
        self._ask("REPLACE INTO file VALUES (?, ?, ?)", [path, state, version])

    def add(self, content: Content) -> int:
        """The version of a content, new or not; the file is noted as having it."""
        number = self.version(content.path, content.sum)
        if number is None:
            topics = json.dumps(sorted(content.topics))
            added = self._ask(
                "INSERT INTO version (path, sum, topics, since) VALUES (?, ?, ?, ?)",
                [content.path, content.sum, topics, time.time()],
            )
            number = added.lastrowid or 0
            self._add_items(number, content.items)
        self.see(content.path, content.state, number)
        return number

    def _add_items(self, version: int, items: Sequence[tuple[str, Any]]) -> None:
        from brief.desk import records

        needs = {need for _, record in items for need in records.needs(record)}
        rows = [_row(version, position, group, record) for position, (group, record) in enumerate(items)]
        self._connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany("INSERT INTO need VALUES (?, ?, ?)", [(*need, version) for need in needs])

    def forget(self, paths: Collection[str]) -> None:
        """Note that files are gone, or have a version no more."""
        last = "UPDATE version SET since = ? WHERE id = (SELECT version FROM file WHERE path = ?)"
        self._connection.executemany(last, [(time.time(), path) for path in paths])
        self._connection.executemany("DELETE FROM file WHERE path = ?", [(path,) for path in paths])

    def tidy(self) -> None:
        """Remove the versions that no file has had for long."""
        old = "FROM version WHERE since < ? AND id NOT IN (SELECT version FROM file)"
        gone = self._ask(f"SELECT id {old}", [time.time() - _DAY]).fetchall()
        for (number,) in gone:
            for table, column in (("item", "version"), ("need", "version"), ("version", "id")):
                self._ask(f"DELETE FROM {table} WHERE {column} = ?", [number])  # noqa: S608
        if gone:
            self._ask("UPDATE about SET removed = removed + 1")

    # How versions fit together

    def names(self, versions: Collection[int] | None = None) -> Iterator[tuple[str, str, int]]:
        """The list, id and version of every item, or of those of some versions."""
        return self._of_versions("SELECT list, id, version FROM item", versions)

    def needs(self, versions: Collection[int] | None = None) -> Iterator[tuple[str, str, int]]:
        """The list and id of every name that is needed, and the version that needs it."""
        return self._of_versions("SELECT list, id, version FROM need", versions)

    def _of_versions(self, question: str, versions: Collection[int] | None) -> Iterator[Any]:
        if versions is None:
            yield from self._ask(question)
            return
        for number in versions:
            yield from self._ask(f"{question} WHERE version = ?", [number])

    def holders(self, name: Name) -> list[int]:
        """The versions that have an item of that name."""
        return [version for (version,) in self._ask("SELECT version FROM item WHERE list = ? AND id = ?", name)]

    def needers(self, name: Name) -> list[int]:
        """The versions that need an item of that name."""
        return [version for (version,) in self._ask("SELECT version FROM need WHERE list = ? AND id = ?", name)]

    def topics(self, versions: Collection[int]) -> frozenset[str]:
        """The topics of the items of some versions."""
        rows = self._ask("SELECT id, topics FROM version")
        return frozenset(topic for number, topics in rows if number in versions for topic in _several(topics, str))

    def joined(self, key: str) -> Joined | None:
        """How files of a known state fit together, if that has been found out."""
        question = "SELECT versions, apart, topics FROM joined WHERE key = ? ORDER BY number DESC LIMIT 1"
        return _joined(self._ask(question, [key]).fetchone())

    def last_fitting(self) -> frozenset[int]:
        """The versions that were last found to fit together, with nothing else beside them."""
        question = "SELECT versions, apart, topics FROM joined WHERE versions <> '[]' ORDER BY number DESC LIMIT 1"
        last = _joined(self._ask(question).fetchone())
        return last.versions if last else frozenset()

    def join(self, key: str, joined: Joined) -> None:
        """Note how files fit together."""
        values = [json.dumps(sorted(part)) for part in (joined.versions, joined.apart, joined.topics)]
        added = self._ask("INSERT INTO joined (key, versions, apart, topics) VALUES (?, ?, ?, ?)", [key, *values])
        self._ask("DELETE FROM joined WHERE number <= ?", [(added.lastrowid or 0) - _JOINED])

    # Items

    def items(self, group: str, versions: Mapping[int, str], days: Period) -> list[Row]:
        """The items of a list and of some versions that may matter on some of the days."""
        first, last = days.start.isoformat(), days.end.isoformat()
        latest = (days.end + _BRIEF if days.end < dt.date.max - _BRIEF else dt.date.max).isoformat()
        question = f"{_FOUND} WHERE list = ? AND brief = ? AND last BETWEEN ? AND ? AND first <= ?"
        brief = self._ask(question, [group, 1, first, latest, last]).fetchall()
        others = self._ask(question, [group, 0, first, dt.date.max.isoformat(), last])
        return [_checked(group, row) for row in chain(brief, others) if row[0] in versions]

    def all_of(self, group: str, versions: Mapping[int, str]) -> list[Row]:
        """The items of a list and of some versions."""
        return [_checked(group, row) for row in self._ask(f"{_FOUND} WHERE list = ?", [group]) if row[0] in versions]

    def named(self, group: str, ids: Iterable[str], versions: Mapping[int, str]) -> list[Row]:
        """The items of a list and of some versions that have one of the ids."""
        wanted, found = sorted(set(ids)), list[Row]()
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            question = f"{_FOUND} WHERE list = ? AND id IN ({marks})"
            found += [_checked(group, row) for row in self._ask(question, [group, *some]) if row[0] in versions]
        return found

    def markings(self, group: str) -> Iterator[tuple[str, Marking, int]]:
        """The id, marking and version of every item of a list."""
        return self._ask("SELECT id, marking, version FROM item WHERE list = ?", [group])

    # Small things

    def kept(self) -> dict[str, tuple[str, str]]:
        """What small files held, by their paths, and what that means."""
        return {path: (content, meaning) for path, content, meaning in self._ask("SELECT path, content, meaning FROM kept")}

    def keep(self, meanings: Mapping[str, tuple[str, str]], paths: Collection[str]) -> None:
        """Keep what small files hold and what that means; of others than the paths, nothing is kept any longer."""
        self._connection.executemany("REPLACE INTO kept VALUES (?, ?, ?)", [(path, *kept) for path, kept in meanings.items()])
        gone = self.kept().keys() - paths
        self._connection.executemany("DELETE FROM kept WHERE path = ?", [(path,) for path in gone])


def digest(data: bytes) -> str:
    """The sum by which contents are told apart."""
    from hashlib import sha256  # slow to import, and not needed where only briefings are read

    return sha256(data).hexdigest()


def _row(version: int, position: int, group: str, record: Any) -> tuple[Any, ...]:
    from brief.desk import records  # slow to import, and not needed where only briefings are read

    span = records.period(record)
    brief = span and span.end - span.start <= _BRIEF
    text = encode(record)
    row = (version, position, record.id, record.marking, *_days(span), text)
    return (version, position, group, *row[2:6], brief, text, _sum(group, row))


def _days(span: Period | None) -> tuple[str, str]:
    return (span.start.isoformat(), span.end.isoformat()) if span else ("", "")


def _checked(group: str, row: tuple[Any, ...]) -> Row:
    """The item in a row, which is what was written."""
    from brief.desk import records

    *written, found = row
    if _sum(group, written) != found:
        raise DamagedError(group)
    record = records.decode(group, row[6])
    if (record.id, record.marking, *_days(records.period(record))) != row[2:6]:
        raise DamagedError(group)
    return Row(row[0], row[1], record)


def _sum(group: str, row: Sequence[Any]) -> int:
    return zlib.crc32("\0".join(map(str, (group, *row))).encode())


def _joined(row: tuple[str, str, str] | None) -> Joined | None:
    if row is None:
        return None
    versions, apart, topics = (_several(text, kind) for text, kind in zip(row, (int, str, str), strict=True))
    return Joined(frozenset(versions), frozenset(apart), frozenset(topics))


def _several(text: str, kind: type) -> list[Any]:
    """The numbers or words that were kept as a list."""
    try:
        found = json.loads(text)
    except (ValueError, TypeError) as error:
        raise DamagedError(text) from error
    if type(found) is not list or not all(type(one) is kind for one in found):
        raise DamagedError(text)
    return found
