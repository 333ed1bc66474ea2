"""What became of each due edition of a briefing: one JSON file a briefing, kept by the scheduler."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from brief import cadence as cadences
from brief.classes import dataclass
from brief.model import Cadence, Schedule

VERSION = 1
"""Of the ledgers' format."""

State = Literal["due", "published", "skipped", "failed"]
"""An edition that is `due` is at work, or was when the scheduler was cut off; in the end it is one of the others."""


class NewerError(ValueError):
    """The file was written by a later version of the program, which knows more than this one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one edition, `due` and `at` being instants in UTC.

    Of a published one, `file` is relative to the output folder. Of a failed one: after so many `attempts` the next is at
    `retry_at`, or, where that is none, when the desk's `files` have another fingerprint; `told` is the reason of which
    somebody was told.
    """

    due: dt.datetime
    state: State
    at: dt.datetime
    reason: str = ""
    file: str = ""
    sha256: str = ""
    attempts: int = 0
    retry_at: dt.datetime | None = None
    files: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The record of a briefing since it was first seen.

    Every edition due from `since` to the last look, `looked`, has its entry. `reached` are the looks after which the clock
    was put far back, the last time to `put_back`, as long as that is not believed. `cadence` is the one last read, none while
    the briefing is on demand.
    """

    briefing: str
    since: dt.datetime
    looked: dt.datetime
    reached: tuple[dt.datetime, ...]
    put_back: dt.datetime
    cadence: Cadence | None
    entries: Mapping[dt.date, Entry] = field(default_factory=dict)

    @classmethod
    def begun(cls, slug: str, at: dt.datetime, cadence: Cadence | None) -> Ledger:
        """A new record of a briefing, which owes nothing from before an instant."""
        return cls(slug, since=at, looked=at, reached=(), put_back=at, cadence=cadence)

    def to_json(self) -> str:
        """The ledger as the text of its file."""
        head = {
            "version": VERSION,
            "briefing": self.briefing,
            "since": self.since,
            "looked": self.looked,
            "reached": self.reached,
            "put_back": self.put_back,
            "cadence": self.cadence and _filled(asdict(self.cadence)),
        }
        lines = [f"{_json(name)}: {_json(value)}" for name, value in head.items()]
        editions = ",\n".join(_line(date, self.entries[date]) for date in sorted(self.entries))
        return "{" + ",\n".join([*lines, f'"editions": {{\n{editions}\n}}']) + "}\n"

    @classmethod
    def from_json(cls, text: str) -> Ledger:
        """The ledger that a file holds; raises `NewerError`, and `ValueError` where it is damaged."""
        try:
            data: dict[str, Any] = json.loads(text)
            if type(data["version"]) is not int or data["version"] < 1:
                raise ValueError("it is damaged (no version)")
            if data["version"] > VERSION:
                raise NewerError(f"its format is {data['version']}; this version of brief knows {VERSION}")
            reached = data["reached"]
            return cls(
                briefing=str(data["briefing"]),
                since=instant(data["since"]),
                looked=instant(data["looked"]),
                reached=tuple(map(instant, [reached] if isinstance(reached, str) else reached)),  # before 0.1.0 there was one
                put_back=instant(data.get("put_back", data["looked"])),
                cadence=data["cadence"] and _cadence(data["cadence"]),
                entries={dt.date.fromisoformat(date): _entry(entry) for date, entry in data["editions"].items()},
            )
        except (AttributeError, KeyError, TypeError, RecursionError, OSError) as error:
            raise ValueError(f"it is damaged ({error})") from error


def path_of(state: Path, slug: str) -> Path:
    """Where the ledger of a briefing is kept."""
    return state / slug / "ledger.json"


def read(state: Path, slug: str) -> Ledger | None:
    """The ledger of a briefing, none where there is none yet.

    Raises `NewerError`, and `ValueError` where it is damaged, and `OSError`.
    """
    try:
        ledger = Ledger.from_json(path_of(state, slug).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    if ledger.briefing != slug:
        raise ValueError(f"it is that of another briefing, {ledger.briefing}")
    return ledger


def published_dates(state: Path, slug: str) -> list[dt.date]:
    """The dates of the editions that were published by the ledger, so far as it can be read."""
    try:
        ledger = read(state, slug)
    except (ValueError, OSError):
        return []
    return [date for date, entry in ledger.entries.items() if entry.state == "published"] if ledger else []


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: _filled(value) if isinstance(value, dict) else value for key, value in data.items() if value or value == 0}


@lru_cache(maxsize=1 << 13)
def _line(date: dt.date, entry: Entry) -> str:
    """An edition in one line, which is the same every time the growing record is written."""
    return f'"{date}": {_json(_filled({item.name: getattr(entry, item.name) for item in fields(entry)}))}'


def _json(value: object) -> str:
    return json.dumps(value, default=_iso, ensure_ascii=False)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def instant(text: str) -> dt.datetime:
    """The instant written in ISO 8601 with its offset; raises `ValueError` where it is none, or beyond all calendars."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None or not 1900 <= found.year <= 2300:
        raise ValueError(f"it is damaged (no instant: {text})")
    return found


def _entry(data: dict[str, Any]) -> Entry:
    entry = Entry(**data | {key: instant(data[key]) for key in ("due", "at", "retry_at") if key in data})
    texts = (entry.reason, entry.file, entry.sha256, entry.files, entry.told)
    if entry.state not in get_args(State) or not all(type(text) is str for text in texts) or type(entry.attempts) is not int:
        raise ValueError(f"it is damaged (an edition that is {data})")
    return entry


def _cadence(data: dict[str, Any]) -> Cadence:
    schedule = dict(data["schedule"])
    days = {key: dt.date.fromisoformat(schedule[key]) for key in ("not_before", "until") if schedule.get(key)}
    exceptions = tuple(map(dt.date.fromisoformat, schedule.get("exceptions", ())))
    at = dt.time.fromisoformat(schedule["at"])
    first = data.get("first")
    cadence = Cadence(
        Schedule(**schedule | days | {"at": at, "exceptions": exceptions}),
        data["timezone"],
        dt.date.fromisoformat(first) if first else None,
    )
    cadences.next_due(cadence, dt.datetime.now(dt.UTC))  # raises where no due date can be told
    return cadence
