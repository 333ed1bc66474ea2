"""Issuing an edition: which date is meant, whether it is worth a file, building it and publishing it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from brief import cadence
from brief import edition as editions
from brief.builder import Builder
from brief.errors import BriefError, Problem
from brief.model import Briefing
from brief.publisher import Action, last_published, publish, publish_draft
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


def issue(builder: Builder, slug: str, date: dt.date, *, output: Path | None = None, draft: bool = False) -> Issued:
    """Build the edition of `date` and publish it, to the desk's output folder or to `output`.

    Raises `BriefError` with all that keeps it from being made, and `locks.LockedError`.
    """
    desk = builder.desk
    folder, state = (output, output / ".brief") if output else (desk.output, desk.state)
    briefing = editions.briefing_of(desk, slug)
    published = last_published(state, slug, date) if briefing.covers.since_previous else None
    edition = editions.select(desk, slug, date, published=published)
    if edition.is_empty and briefing.when_empty == "skip":
        return Issued(slug, date, "skipped", reason="nothing happened in its window")
    built = builder.make(edition, draft=draft)
    done = (publish_draft if draft else publish)(record(desk, built), folder, state)
    receipt = done.receipt
    return Issued(
        briefing=slug,
        date=date,
        action=done.action,
        path=done.path,
        revision=receipt.revision if receipt else 0,
        sha256=receipt.sha256 if receipt else "",
        warnings=(*built.warnings, *done.warnings),
    )


def current_date(briefing: Briefing, now: dt.datetime) -> dt.date:
    """The date of the edition last due at `now`; of a briefing on demand, the day it is in the briefing's zone.

    Raises `NotDueError` where no edition has been due yet.
    """
    if briefing.cadence is None:
        return now.astimezone(ZoneInfo(briefing.timezone)).date()
    if date := cadence.last_due(briefing.cadence, now):
        return date
    if first := cadence.next_due(briefing.cadence, now):
        raise NotDueError(briefing, first[0])
    raise BriefError([Problem(briefing.origin, f"no edition of {briefing.slug} is ever due", key="schedule")])
