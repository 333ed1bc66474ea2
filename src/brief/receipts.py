"""What was published, from what, and what it says: one JSON file a revision."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from brief.classes import dataclass
from brief.errors import BriefError, Place, Problem
from brief.model import LeftOut
from brief.patterns import regex

VERSION = 1
"""Of the receipts' format."""

_SUFFIX = regex("(?:-r([0-9]+))?")

_KINDS: dict[str, Any] = {
    "briefing": str,
    "revision": int,
    "number": int | None,
    "file": str,
    "sha256": str,
    "size": int,
    "tool": str,
    "content": str,
    "inputs": dict,
    "printed": dict,
    "left_out": list,
    "withheld": int,
    "layout": str,
}
"""What the keys hold in JSON, beside the dates."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The record of one published revision.

    `file` is relative to the output folder, and `sha256` its sum; `content` is the sum of what was selected, `inputs` are
    those of the templates, the house and the pictures by path; `printed` lists the ids of what the file tells. `layout`
    names the program, and its version, that laid out the pages; empty, and absent from the file, where none was needed.
    """

    briefing: str
    date: dt.date
    revision: int
    number: int | None
    start: dt.date
    end: dt.date
    file: str
    sha256: str
    size: int
    tool: str
    content: str
    inputs: Mapping[str, str]
    printed: Mapping[str, tuple[str, ...]]
    left_out: tuple[LeftOut, ...]
    withheld: int
    layout: str = ""

    def to_json(self) -> str:
        """The receipt as the text of its file."""
        import json  # those who only list receipts do without

        data = {"version": VERSION, **asdict(self)}
        if not self.layout:
            del data["layout"]
        return json.dumps(data, default=str, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """The receipt that a file holds; raises `ValueError` where it is damaged or of a later format."""
        import json

        try:
            data: dict[str, Any] = json.loads(text)
            if data.pop("version") != VERSION:
                raise ValueError("it was written by another version of brief")
            data.setdefault("layout", "")
            if wrong := [key for key, kind in _KINDS.items() if not isinstance(data[key], kind)]:
                raise ValueError(f"it is damaged ({', '.join(wrong)})")
            for key in ("date", "start", "end"):
                data[key] = dt.date.fromisoformat(data[key])
            data["printed"] = {name: tuple(ids) for name, ids in data["printed"].items()}
            data["left_out"] = tuple(LeftOut(**entry) for entry in data["left_out"])
            return cls(**data)
        except (AttributeError, KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"it is damaged ({error})") from error


def path_of(state: Path, slug: str, date: dt.date, revision: int) -> Path:
    """Where the receipt of a revision is kept."""
    return state / slug / f"{date.isoformat()}{suffix(revision)}.json"


def suffix(revision: int) -> str:
    """What a revision adds to a file's name: nothing for the first, then `-r2`, `-r3`, …"""
    return "" if revision == 1 else f"-r{revision}"


def revisions(folder: Path, stem: str, ending: str) -> list[int]:
    """The revisions whose files lie in `folder`, named by a stem, the revision's suffix and an ending."""
    found = [name[len(stem) : -len(ending)] for name in names(folder) if name.startswith(stem) and name.endswith(ending)]
    return sorted(int(match[1] or 1) for match in map(_SUFFIX.fullmatch, found) if match)


def published_dates(state: Path, slug: str) -> list[dt.date]:
    """The issue dates of a briefing that have a receipt, oldest first; raises `BriefError` where they can't be read."""
    return dates(state / slug, r"{}(?:-r[0-9]+)?\.json")


def dates(folder: Path, pattern: str) -> list[dt.date]:
    """The dates of files in `folder`, oldest first; in `pattern`, a regular expression, `{}` stands for the date."""
    shape = re.compile(pattern.replace("{}", "([0-9]{4}-[0-9]{2}-[0-9]{2})"))
    found: set[dt.date] = set()
    for match in map(shape.fullmatch, names(folder)):
        if match:
            with suppress(ValueError):  # somebody else's 2025-13-45.json
                found.add(dt.date.fromisoformat(match[1]))
    return sorted(found)


def names(folder: Path) -> list[str]:
    """The names in a folder, none where it isn't there; raises `BriefError` where they can't be read."""
    try:
        return os.listdir(folder)  # noqa: PTH208  (five times as fast, and there may be thousands)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise BriefError([Problem(Place(str(folder)), f"the folder can't be read: {error.strerror}", passing=True)]) from error
