"""How things stand: of each briefing what was published, what is due and what is owed, by the records alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from brief import cadence as cadences
from brief import ledger as ledgers
from brief import receipts
from brief.classes import dataclass
from brief.errors import BriefError, Place, Problem
from brief.ledger import Ledger, NewerError
from brief.model import Briefing, Cadence, Desk
from brief.publisher import find
from brief.scheduler import heartbeat, plan

STALE = dt.timedelta(minutes=2)
"""A scheduler that runs has left a sign of life since: it does at every look, each half minute."""

State = Literal["on time", "due", "overdue", "failed", "faulty", "refused", "on demand", "not begun"]

_FINE: tuple[State, ...] = ("on time", "due", "on demand", "not begun")
"""Nobody needs to see to them."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Whether a scheduler is at work, by its last sign of life.

    `stopped` is what one that runs once is after each run; `unknown`: the sign is there, but can't be read.
    """

    state: Literal["alive", "stale", "stopped", "none", "unknown"]
    mode: Literal["service", "once"] | None = None
    looked: dt.datetime | None = None
    pid: int | None = None

    @property
    def is_ok(self) -> bool:
        """Whether nobody needs to see to it; that none has run yet is no fault."""
        return self.state in ("alive", "none") or (self.state == "stopped" and self.mode == "once")


@dataclass(frozen=True, slots=True)
class Last:
    """The edition of the latest date that was published: the file of its latest revision, and whether it is still there.

    `at` is none where it isn't known when: by hand, or by a scheduler whose record is lost.
    """

    date: dt.date
    path: Path
    revision: int | None
    at: dt.datetime | None
    is_there: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """An edition that came due at `at`, and is neither published nor skipped."""

    date: dt.date
    at: dt.datetime
    state: Literal["due", "overdue", "failed"]
    reason: str = ""
    attempts: int = 0
    retry_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one briefing.

    `on time`: nothing is owed. `due`: an edition is, since at most `plan.ON_TIME`. `overdue`: one is for longer, and was not
    tried. `failed`: it was, and could not be made. `faulty`: the briefing's file has problems; what is due is known from the
    record alone. `refused`: the records can't be used. `not begun`: no scheduler has taken it up yet. `reason` says more.
    `owed` are the editions owed, oldest first, `worst` that of which the state tells. `overdue_since` is when the oldest
    was due that is owed for longer than `plan.ON_TIME`, tried or not.
    """

    slug: str
    title: str
    timezone: str
    state: State
    reason: str
    last: Last | None
    next: tuple[dt.date, dt.datetime] | None
    owed: tuple[Owed, ...]
    worst: Owed | None
    overdue_since: dt.datetime | None
    problems: tuple[Problem, ...]
    is_ok: bool


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand with a desk at an instant; `fatal` are the problems that keep that from being known."""

    at: dt.datetime
    scheduler: Sign
    briefings: tuple[Standing, ...]
    fatal: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, those of the briefings in the order of these."""
        return (*self.fatal, *(problem for standing in self.briefings for problem in standing.problems))

    @property
    def is_ok(self) -> bool:
        """Whether nobody needs to see to anything."""
        return not self.fatal and self.scheduler.is_ok and all(standing.is_ok for standing in self.briefings)


def status(desk: Desk, now: dt.datetime) -> Status:
    """How things stand with a desk; it need not have its seeds. Only reads, and waits for no lock."""
    if desk.fatal:  # brief.yaml may say where the state lies
        return Status(now, Sign("unknown"), (), desk.fatal)
    slugs = sorted({*desk.briefings, *desk.faulty_briefings})
    return Status(now, _sign(desk.state, now), tuple(_standing(desk, slug, now) for slug in slugs))


def _sign(state: Path, now: dt.datetime) -> Sign:
    """The last sign of life, judged by its age.

    One of the future is stale too. A scheduler that runs on while the clock is put back leaves a new one within half a
    minute: so either it has died, or it goes by another clock, and publishes at the wrong time.
    """
    last = heartbeat.read(state)
    if last is None:
        return Sign("unknown" if _may_be(state / "heartbeat.json") else "none")
    if last.stopped:
        known: Literal["alive", "stale", "stopped"] = "stopped"
    elif abs(now - last.at) <= STALE:
        known = "alive"
    else:
        known = "stopped" if last.mode == "once" else "stale"
    return Sign(known, last.mode, last.at, last.pid)


def _may_be(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True


@dataclass(frozen=True, slots=True)
class _Records:
    """What the records of a briefing hold: its ledger, the dates that have a receipt, and what is wrong with them."""

    ledger: Ledger | None
    published: frozenset[dt.date]
    last: Last | None
    problems: tuple[Problem, ...]


def _standing(desk: Desk, slug: str, now: dt.datetime) -> Standing:
    briefing, faults = desk.briefings.get(slug), desk.faulty_briefings.get(slug, ())
    records = _records(desk, slug)
    cadence = _cadence(briefing, records.ledger)
    owed = tuple(_owed(records, slug, cadence, now)) if cadence else ()
    worst = _worst(owed)
    state = _state(faults, records, cadence, worst)
    late = [edition.at for edition in owed if now - edition.at > plan.ON_TIME]
    problems = (*faults, *records.problems)
    # Of a faulty briefing without a record it isn't known whether it has a schedule: it may.
    was_on_demand = cadence is None and records.ledger is not None
    return Standing(
        slug=slug,
        title=briefing.title if briefing else "",
        timezone=cadence.timezone if cadence else briefing.timezone if briefing else "",
        state=state,
        reason=_reason(state, problems, records, worst),
        last=records.last,
        next=cadences.next_due(cadence, now) if cadence else None,
        owed=owed,
        worst=worst,
        overdue_since=min(late, default=None),
        problems=problems,
        is_ok=state in _FINE or (state == "faulty" and was_on_demand),
    )


def _records(desk: Desk, slug: str) -> _Records:
    ledger, published, last = None, list[dt.date](), None
    problems: list[Problem] = []
    try:
        ledger = ledgers.read(desk.state, slug)
    except (ValueError, OSError) as error:
        problems.append(_refusal(ledgers.path_of(desk.state, slug), error))
    try:
        published = receipts.published_dates(desk.state, slug)
        last = _last(desk, slug, published, ledger)
    except BriefError as error:
        problems += error.problems
    if last and not last.is_there:
        hint = f"put it back, or run brief generate {slug} --date {last.date} to have it made again"
        problems.append(Problem(Place(str(last.path)), "the published file is gone", hint=hint, severity="warning"))
    return _Records(ledger, frozenset(published), last, tuple(problems))


def _refusal(path: Path, error: ValueError | OSError) -> Problem:
    if isinstance(error, OSError):
        return Problem(Place(str(path)), f"the record can't be read: {error.strerror or error}", passing=True)
    if isinstance(error, NewerError):
        hint = "use that version, or move the file away to begin a new record"
        return Problem(Place(str(path)), f"the record was written by a later version of brief: {error}", hint=hint)
    hint = "a scheduler that is started sets it aside, and makes it anew from the published files"
    return Problem(Place(str(path)), f"the record can't be used: {error}", hint=hint)


def _last(desk: Desk, slug: str, published: list[dt.date], ledger: Ledger | None) -> Last | None:
    """The edition of the latest date that has a receipt, or that the ledger calls published; raises `BriefError`."""
    entries = {date: entry for date, entry in ledger.entries.items() if entry.state == "published"} if ledger else {}
    for date in sorted({*published, *entries}, reverse=True):
        entry = entries.get(date)
        # What the ledger calls published needs no further proof.
        found = find(slug, date, desk.output, desk.state, proof=(lambda _: True) if entry else None)
        if found or entry:
            path = found.path if found else desk.output / entries[date].file
            revision = found.receipt.revision if found and found.receipt else None
            at = entry.at if entry and not entry.reason else None
            return Last(date, path, revision, at, is_there=found is not None and path.exists())
    return None


def _cadence(briefing: Briefing | None, ledger: Ledger | None) -> Cadence | None:
    """The cadence a briefing has, or had when its file was last read without problems."""
    if briefing:
        return briefing.cadence
    return ledger.cadence if ledger else None


def _owed(records: _Records, slug: str, cadence: Cadence, now: dt.datetime) -> Iterator[Owed]:
    """The editions owed now, oldest first: what a scheduler would find, that looked now."""
    if records.ledger is None:
        return
    planned = plan.reconcile(plan.take_up(records.ledger, slug, cadence, now), now, "")
    entries = records.ledger.entries
    for due in planned.owed or _missed(planned.ledger, records.ledger):
        entry = entries.get(due.date)
        if due.date in records.published:  # by hand, and no scheduler has seen it yet
            continue
        if entry and entry.state == "failed":
            yield Owed(due.date, due.at, "failed", entry.reason, entry.attempts, entry.retry_at)
        else:
            yield Owed(due.date, due.at, "overdue" if now - due.at > plan.ON_TIME else "due")


def _missed(planned: Ledger, ledger: Ledger) -> list[plan.Due]:
    """The newest edition that would be given up now; no scheduler has done so, which ought to have made it."""
    newest = max(planned.entries, default=None)
    return [plan.Due(newest, planned.entries[newest].due)] if newest and newest not in ledger.entries else []


def _worst(owed: tuple[Owed, ...]) -> Owed | None:
    """The oldest that nobody has tried in time, else the last that failed, else the last."""
    overdue = [edition for edition in owed if edition.state == "overdue"]
    failed = [edition for edition in owed if edition.state == "failed"]
    return next(iter((*overdue, *reversed(failed), *reversed(owed))), None)


def _state(faults: tuple[Problem, ...], records: _Records, cadence: Cadence | None, worst: Owed | None) -> State:
    if faults:
        return "faulty"
    if _errors(records.problems):
        return "refused"
    if cadence is None:
        return "on demand"
    if records.ledger is None:
        return "not begun"
    return worst.state if worst else "on time"


def _reason(state: State, problems: tuple[Problem, ...], records: _Records, worst: Owed | None) -> str:
    errors = _errors(problems)
    if state in ("faulty", "refused"):
        told = str(errors[0]) if state == "faulty" else errors[0].message  # where the records lie is no news
        return told if len(errors) == 1 else f"{told} (and {len(errors) - 1} more)"
    if state == "not begun":
        return "no scheduler has looked yet"
    return _skipped(records) if state == "on time" else worst.reason if worst else ""


def _skipped(records: _Records) -> str:
    """Why the last edition due was skipped, if it was."""
    entries = records.ledger.entries if records.ledger else {}
    newest = max(entries, default=None)
    if newest is None or entries[newest].state != "skipped" or newest in records.published:
        return ""
    return f"{newest} was skipped: {entries[newest].reason}"


def _errors(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]
