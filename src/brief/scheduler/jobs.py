"""What the scheduler asks of its workers, what they answer, and how both are written to a pipe."""

from __future__ import annotations

import datetime as dt
import json
import struct
from dataclasses import asdict
from typing import Any, Literal

from brief.classes import dataclass
from brief.errors import BriefError, Place, Problem
from brief.publisher import Finished
from brief.receipts import Receipt

LENGTH = struct.Struct(">Q")
"""Stands before an answer: how many bytes it has."""

Kind = Literal["built", "empty", "faulty", "changed", "checked"]


@dataclass(frozen=True, slots=True)
class Job:
    """An edition to be built from the desk's files of a fingerprint; `published` is the last one published before it.

    Without a `slug` and a `date` the desk is checked instead.
    """

    files: str
    slug: str = ""
    date: dt.date | None = None
    published: dt.date | None = None

    def to_line(self) -> bytes:
        """The job as one line of JSON."""
        return json.dumps(asdict(self), default=str).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Job:
        """The job that a line holds."""
        data = json.loads(line)
        days = {key: dt.date.fromisoformat(data[key]) for key in ("date", "published") if data[key]}
        return cls(**data | days)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a job.

    `built`: the Word file is `finished`. `empty`: nothing happened, and the briefing wants no file then. `faulty`: the problems
    tell why there is none. `changed`: the desk's files changed meanwhile. `checked`: the problems are those of the desk.
    `problems` of what was built are warnings.
    """

    kind: Kind
    finished: Finished | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_passing(self) -> bool:
        """Whether another try may end otherwise though no file changes."""
        return any(problem.passing for problem in self.problems)

    def to_frame(self) -> bytes:
        """The answer as bytes: how many follow, a line of JSON, the file."""
        data = self.finished.data if self.finished else b""
        head = {
            "kind": self.kind,
            "receipt": self.finished.receipt.to_json() if self.finished else None,
            "problems": [asdict(problem) for problem in self.problems],
        }
        content = json.dumps(head).encode() + b"\n" + data
        return LENGTH.pack(len(content)) + content

    @classmethod
    def from_frame(cls, frame: bytearray) -> Answer | None:
        """The answer that the bytes read so far hold; none while some are lacking."""
        if len(frame) < LENGTH.size or len(frame) < LENGTH.size + LENGTH.unpack_from(frame)[0]:
            return None
        line, _, data = bytes(frame[LENGTH.size :]).partition(b"\n")
        head = json.loads(line)
        receipt = head["receipt"]
        finished = Finished(Receipt.from_json(receipt), data) if receipt else None
        return cls(head["kind"], finished, tuple(_problem(problem) for problem in head["problems"]))


def fault(slug: str, message: str, hint: str = "") -> Answer:
    """The answer where it isn't the desk's files that are at fault."""
    return Answer("faulty", problems=(Problem(Place(f"briefings/{slug}"), message, hint=hint, passing=True),))


def faulty(error: BriefError) -> Answer:
    """The answer where an edition can't be made."""
    return Answer("faulty", problems=error.problems)


def _problem(data: dict[str, Any]) -> Problem:
    return Problem(**data | {"place": Place(**data["place"])})
