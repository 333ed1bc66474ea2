"""What the seeds of a desk came to."""

from __future__ import annotations

from brief.classes import dataclass
from brief.errors import Problem
from brief.model import Archive, Faulty


@dataclass(frozen=True, slots=True)
class Seeds:
    """The items of a desk, the sound ones as nouns; `fatal` are problems that belong to none, `topics` words in use."""

    archive: Archive
    faulty: tuple[Faulty, ...]
    fatal: tuple[Problem, ...]
    topics: frozenset[str]
