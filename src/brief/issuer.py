"""Issuing an edition: which date is meant, whether it is worth a file, building it and publishing it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

from brief import cadence
from brief import edition as editions
from brief.builder import Builder
from brief.classes import dataclass
from brief.errors import BriefError, Place, Problem
from brief.model import Briefing, Desk
from brief.publisher import Action, Finished, last_published, publish, publish_draft
from brief.recorder import record


class NotDueError(BriefError):
    """No edition of the briefing has been due yet; the first one is of `first`."""

    def __init__(self, briefing: Briefing, first: dt.date) -> None:
        self.first = first
        message = f"no edition of {briefing.slug} has been due yet; the first one is of {first}"
        super().__init__([Problem(briefing.origin, message, key="first_edition", hint="give a date with --date")])


@dataclass(frozen=True, slots=True)
class Issued:
    """What became of an edition: `path` is none where it was skipped, `reason` says why."""

    briefing: str
    date: dt.date
    action: Action | Literal["skipped"]
    path: Path | None = None
    reason: str = ""
    revision: int = 0
    sha256: str = ""
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """An edition to be built; `published` is the date of the last one before it, where the briefing asks for it."""

    slug: str
    date: dt.date
    published: dt.date | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What was built; `finished` is none where nothing happened and the briefing wants no file then."""

    finished: Finished | None
    warnings: tuple[Problem, ...] = ()


Answer = Made | tuple[Problem, ...]
"""What was built, or why nothing was."""
Answers = Generator[tuple[Order, Answer], None, None]
"""Orders with their answers, each once, in the order in which they are built."""
Build = Callable[[Sequence[Order]], Answers]
"""Builds editions, here or elsewhere."""


def issue(builder: Builder, slug: str, date: dt.date, *, output: Path | None = None, draft: bool = False) -> Issued:
    """Build the edition of `date` and publish it, to the desk's output folder or to `output`.

    Raises `BriefError` with all that keeps it from being made, and `locks.LockedError`.
    """
    order = _order(builder.desk, slug, date, output, draft)
    return _publish(builder.desk, order, _make(builder, order), output)


def issue_all(
    desk: Desk, editions: Mapping[str, dt.date], build: Build, *, output: Path | None = None, draft: bool = False
) -> Generator[tuple[str, Issued | BriefError], None, None]:
    """Have editions built, of each briefing one, and publish them one by one as they are ready.

    Gives each briefing with what became of its edition. Raises `locks.LockedError`: those not given yet are not published.
    """
    orders: list[Order] = []
    for slug, date in editions.items():
        try:
            orders.append(_order(desk, slug, date, output, draft))
        except BriefError as error:
            yield slug, error
    with closing(build(orders)) as answers:
        for order, answer in answers:
            yield order.slug, _published(desk, order, answer, output)


def build_here(builder: Builder, orders: Iterable[Order]) -> Answers:
    """Each order with its answer, built one after the other."""
    for order in orders:
        yield order, attempt(lambda: builder, order)


def attempt(builder_of: Callable[[], Builder], order: Order) -> Answer:
    """Build the edition: whatever goes wrong is in the answer, which can be pickled."""
    try:
        return _make(builder_of(), order)
    except BriefError as error:
        return error.problems
    except Exception as error:
        return fault(order, error)


def fault(order: Order, error: Exception) -> tuple[Problem, ...]:
    """The answer where the machine or the program is at fault; raises the error where BRIEF_DEBUG is set."""
    if os.environ.get("BRIEF_DEBUG"):
        raise error
    if isinstance(error, MemoryError):
        hint = "let it have more, or do with fewer --jobs at once"
        return (Problem(Place(f"briefings/{order.slug}"), "memory ran out", hint=hint, passing=True),)
    if isinstance(error, OSError):
        message = f"the edition can't be built: {error.strerror or error}"
        return (Problem(Place(str(error.filename or f"briefings/{order.slug}")), message, passing=True),)
    message = f"a fault of the program: {type(error).__name__}: {error}"
    hint = "set BRIEF_DEBUG=1 and run it again to see where, and please report it"
    return (Problem(Place(f"briefings/{order.slug}"), message, hint=hint),)


def _order(desk: Desk, slug: str, date: dt.date, output: Path | None, draft: bool) -> Order:
    briefing = editions.briefing_of(desk, slug)
    _, state = _folders(desk, output)
    published = last_published(state, slug, date) if briefing.covers.since_previous else None
    return Order(slug, date, published, draft)


def _make(builder: Builder, order: Order) -> Made:
    edition = editions.select(builder.desk, order.slug, order.date, published=order.published)
    if edition.is_empty and edition.briefing.when_empty == "skip":
        return Made(None)
    built = builder.make(edition, draft=order.draft)
    return Made(record(builder.desk, built), built.warnings)


def _published(desk: Desk, order: Order, answer: Answer, output: Path | None) -> Issued | BriefError:
    if not isinstance(answer, Made):
        return BriefError(answer)
    try:
        return _publish(desk, order, answer, output)
    except BriefError as error:
        return error


def _publish(desk: Desk, order: Order, made: Made, output: Path | None) -> Issued:
    if made.finished is None:
        return Issued(order.slug, order.date, "skipped", reason="nothing happened in its window")
    done = (publish_draft if order.draft else publish)(made.finished, *_folders(desk, output))
    receipt = done.receipt
    return Issued(
        briefing=order.slug,
        date=order.date,
        action=done.action,
        path=done.path,
        revision=receipt.revision if receipt else 0,
        sha256=receipt.sha256 if receipt else "",
        warnings=(*made.warnings, *done.warnings),
    )


def _folders(desk: Desk, output: Path | None) -> tuple[Path, Path]:
    """Where the editions and their receipts go."""
    return (output, output / ".brief") if output else (desk.output, desk.state)


def current_date(briefing: Briefing, now: dt.datetime) -> dt.date:
    """The date of the edition last due at `now`; of a briefing on demand, the day it is in the briefing's zone.

    Raises `NotDueError` where no edition has been due yet.
    """
    if briefing.cadence is None:
        from zoneinfo import ZoneInfo

        return now.astimezone(ZoneInfo(briefing.timezone)).date()
    if date := cadence.last_due(briefing.cadence, now):
        return date
    if first := cadence.next_due(briefing.cadence, now):
        raise NotDueError(briefing, first[0])
    raise BriefError([Problem(briefing.origin, f"no edition of {briefing.slug} is ever due", key="schedule")])
