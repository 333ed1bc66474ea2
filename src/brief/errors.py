"""What is wrong, where it was written, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Literal

from brief.classes import dataclass

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file of the desk.

    `path` is relative to the desk, with forward slashes; line and column count from 1 (0: not known).
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, slots=True)
class Origin:
    """The value an item was given under a key.

    `place` is where the item starts, `key` the path from it to the value (`outcomes[1]`).
    """

    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, told so that its author can mend it.

    `key` is the path of the value within its item, `hint` says what was expected or how to mend it. What is `passing` may
    mend itself: a full disk, another program that failed; the rest waits for an author.
    """

    place: Place
    message: str
    key: str = ""
    hint: str = ""
    severity: Severity = "error"
    passing: bool = False

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.place}: {self.severity}: {key}{self.message}{hint}"

    def as_json(self) -> dict[str, object]:
        """The problem as plain data: path, line, column, severity, key, message, hint."""
        return {**asdict(self.place), "severity": self.severity, "key": self.key, "message": self.message, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault seen after rendering, not yet traced to a file.

    `where` is an offset into the rendered Markdown, a line of a template, or the origin of the seed text it was found in
    (`line` then counts the lines of that text from 1); none where only the template is known.
    """

    message: str
    where: Origin | Place | int | None = None
    hint: str = ""
    severity: Severity = "error"
    line: int = 1


class BriefError(Exception):
    """The problems that keep an edition from being made; never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @property
    def is_passing(self) -> bool:
        """Whether it may be gone at the next try, though nobody edits a file."""
        return any(problem.passing for problem in self.problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by place."""
    return tuple(sorted(set(problems), key=lambda problem: (problem.place, problem.key, problem.message)))


def strict(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problems with every warning an error."""
    return tuple(replace(problem, severity="error") for problem in problems)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest right spelling of `word`, or all of them where they are few; else nothing."""
    from difflib import get_close_matches  # only where somebody has erred

    names = sorted(map(str, known))
    spelled = {name.lower(): name for name in names}
    close = get_close_matches(word.lower(), spelled, n=1, cutoff=0.6)
    if close:
        return f"did you mean {spelled[close[0]]!r}?"
    return f"expected one of {', '.join(names)}" if 0 < len(names) <= 12 else ""
