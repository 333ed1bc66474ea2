"""What the scheduler says: a line of the log for each transition, and once of what goes on being wrong."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from brief.errors import Problem

log = logging.getLogger("brief.scheduler")


class Journal:
    """Writes to the log; `errors` counts what went wrong, also where it was said before."""

    def __init__(self) -> None:
        self.errors = 0
        self._said: dict[tuple[str, str], str] = {}
        self._problems: frozenset[str] = frozenset()

    def say(
        self,
        event: str,
        slug: str = "",
        date: dt.date | None = None,
        *,
        message: str,
        level: int = logging.INFO,
        **more: object,
    ) -> None:
        """Say what happened to which edition, as text and as values."""
        self.errors += level >= logging.ERROR
        log.log(level, message, extra={"values": {"event": event, "briefing": slug, "edition": date, **more}})

    def warn(self, slug: str, date: dt.date, problems: Iterable[Problem]) -> None:
        """Say what is not as it should be with an edition that was made all the same."""
        for problem in problems:
            self.say("warning", slug, date, level=logging.WARNING, message=str(problem))

    def persist(self, about: str, message: str, slug: str = "") -> None:
        """Say that something is wrong; while it goes on, or until it is over, only once."""
        if self._said.get((about, slug)) == message:
            self.errors += 1
            return
        self._said[about, slug] = message
        self.say("fault", slug, level=logging.ERROR, message=message)

    def over(self, about: str, slug: str = "") -> None:
        """What was wrong is so no more."""
        self._said.pop((about, slug), None)

    def check(self, problems: Iterable[Problem]) -> None:
        """Say which errors an edit has brought to the desk, and when the last is gone."""
        errors = frozenset(str(problem) for problem in problems if problem.severity == "error")
        for error in sorted(errors - self._problems):
            self.say("problem", level=logging.ERROR, message=error)
        if self._problems and not errors:
            self.say("mended", message="no problems are left in the desk")
        self._problems = errors


def refusal(error: OSError) -> str:
    """What the system refused, and why."""
    return f"{error.filename}: {error.strerror or error}"
