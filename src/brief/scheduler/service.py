"""The scheduler of one desk: sees what is due, has it built, publishes it and keeps the record."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from zoneinfo import ZoneInfo

from brief import cadence as cadences
from brief.errors import BriefError, Place, Problem
from brief.ledger import Ledger
from brief.locks import LockedError
from brief.model import Desk
from brief.publisher import Finished, Published, UnrecordedError, find, publish, tidy
from brief.scheduler import heartbeat, plan
from brief.scheduler.alarm import Alarm, Told
from brief.scheduler.book import ADOPTED, Book, RefusedError
from brief.scheduler.heartbeat import Heartbeat
from brief.scheduler.jobs import Answer, Job
from brief.scheduler.journal import Journal, refusal
from brief.scheduler.plan import Due
from brief.scheduler.reading import Reading
from brief.scheduler.world import World

_SHOWN = 20
"""So many of the problems of an edition are told in a line of the log for programs."""
_SOON = 0.2
"""Seconds until a command that tells of a failure is looked after again."""


class Scheduler:
    """Publishes the editions of a desk when they are due: all the state there is between two looks.

    `given_up` says whether it has been asked to end.
    """

    def __init__(self, desk: Desk, world: World, mode: Literal["service", "once"] = "service") -> None:
        self.root, self.output, self.state = desk.root, desk.output, desk.state
        self.mode, self.builds = mode, world.builds
        self.given_up: Callable[[], bool] = lambda: False
        self._world, self._alarm, self._journal = world, Alarm(desk.root), Journal()
        sign = heartbeat.read(self.state)
        self._reading = Reading(desk, world, self._journal, known=sign.files if sign else "")
        self._recorded = dict(sign.looked) if sign else {}
        self._looked = world.clock()
        self._books: dict[str, Book] = {}
        self._dropped: set[str] = set()

    @property
    def failures(self) -> int:
        """How much went wrong till now."""
        return self._journal.errors

    @property
    def pause(self) -> float:
        """Seconds after which it wants to be called again, before the next look is due."""
        return min(self._reading.unrest or float("inf"), _SOON if self._alarm.is_busy else float("inf"))

    @property
    def is_restless(self) -> bool:
        """Whether files have changed, so that it wants to look again soon."""
        return self._reading.unrest > 0

    @property
    def is_idle(self) -> bool:
        """Whether no process is running on its behalf."""
        return not self.builds.jobs and not self._alarm.is_busy

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be done just now, or can be done."""
        is_waiting = self.is_restless or any(book.is_for(self._looked) for book in self._books.values())
        return self._reading.goes_on_changing or (self.is_idle and not is_waiting)

    def begin(self) -> None:
        """Clear away what others have left behind, and look; what was on record is written again where it was taken away."""
        with suppress(LockedError, BriefError):
            tidy(self.output, self.state)
        for book in self._books.values():
            book.is_unsaved = True
        self.look()

    def look(self) -> None:
        """See what has changed, what is due and what has ended, and have done what is to be done."""
        now = self._world.clock()
        with self._apart():
            if self._reading.look():
                self._follow(now)
        for slug in sorted(self._reading.slugs - self._books.keys()):
            with self._apart(slug):
                self._take_up(slug, now)
        if now < self._looked:  # the clock was put back
            self._wake()
        self._looked = now
        for book in sorted(self._books.values(), key=lambda book: (book.is_for(now) and book.is_failing, book.slug)):
            with self._apart(book.slug):
                self._see_to(book, now)
        self.attend()
        self._leave_sign(now)

    def attend(self) -> None:
        """See to the commands that are telling somebody."""
        for told in self._alarm.ended():
            with self._apart(told.slug):
                self._note(told)

    def settle(self, job: Job, answer: Answer) -> None:
        """Do what follows from an answer: publish, record, tell."""
        now = self._world.clock()
        if job.date is None:
            if answer.kind == "checked":
                self._journal.check(answer.problems)
            return
        book = self._books.get(job.slug)
        if book is None or book.at_work is None or book.at_work.date != job.date:
            return  # the briefing was taken away meanwhile
        due, book.at_work = book.at_work, None
        book.wake()
        if answer.kind == "changed":  # to be built anew, once the files have been looked at
            self._reading.doubt()
            return
        with self._apart(job.slug):
            self._conclude(book, due, job, answer, now)
            self._see_to(book, now)

    def drop(self) -> None:
        """Give up what is being made, and whoever is being told."""
        self.builds.stop()
        self._alarm.stop()

    def end(self) -> None:
        """Come to an end: give up what is being made, and leave a record of what was decided."""
        self.drop()
        for book in self._books.values():
            with self._apart(book.slug):
                self._save(book)
        self._leave_sign(self._world.clock(), stopped=True)

    # What is known of the briefings

    def _follow(self, now: dt.datetime) -> None:
        """Go by the briefings as they were just read."""
        for slug in sorted(self._books.keys() - self._reading.slugs):
            self._journal.say("dropped", slug, message="its file is gone")
            book = self._books.pop(slug)
            self._recorded[slug] = book.written_to, book.recorded_to
            self._dropped.add(slug)
        for slug, book in self._books.items():
            if slug in self._reading.cadences and book.follow(self._reading.cadences[slug], now):
                self._journal.say("rescheduled", slug, message=_following(book.ledger, now))
        self._wake()
        if self.mode == "service":
            self.builds.submit(Job(self._reading.files))

    def _take_up(self, slug: str, now: dt.datetime) -> None:
        """Open the record of a briefing; one that can't be used is tried again at the next look."""
        is_sound = slug in self._reading.cadences
        book = Book(slug, self.output, self.state, self._world.proof)
        try:
            warning = book.open(self._reading.cadences.get(slug), now, is_sound=is_sound, looked=self._recorded.get(slug))
        except (RefusedError, BriefError) as error:
            self._journal.persist("record", str(error), slug)
            return
        except OSError as error:
            self._journal.persist("record", f"the record can't be read: {refusal(error)}", slug)
            return
        self._books[slug] = book
        self._journal.over("record", slug)
        if warning:
            self._journal.say("rebuilt", slug, level=logging.WARNING, message=warning)
        if book.ledger.cadence and (book.is_new or slug in self._dropped):
            self._journal.say("taken up", slug, message=_following(book.ledger, now))
        if self.mode == "service" and (gone := book.missing()):
            count = f"{len(gone)} published {'files are' if len(gone) > 1 else 'file is'}"
            told = f"{count} there no more, the last of them {self.output / gone[-1]}"
            self._journal.say("gone", slug, level=logging.WARNING, message=told)

    # What is due

    def _wake(self) -> None:
        for book in self._books.values():
            book.wake()

    def _see_to(self, book: Book, now: dt.datetime) -> None:
        """Decide what is to be done for a briefing, and begin with it."""
        while book.is_for(now) and self._decide(book, now):
            pass
        book.pass_time(now)
        if book.is_unsaved:
            self._save(book)

    def _decide(self, book: Book, now: dt.datetime) -> bool:
        """Record what has come due, and begin with the first; whether more can be decided at once."""
        before, planned = book.ledger, plan.reconcile(book.ledger, now, self._reading.files)
        book.ledger = planned.ledger
        if book.at_work and planned.ledger.entries[book.at_work.date].state == "skipped":  # it will be made all the same
            book.ledger = plan.kept(planned.ledger, before, book.at_work.date)
        book.sleep(planned.next)
        for date, entry in sorted(book.ledger.entries.items()):
            if entry.state == "skipped" and entry is not before.entries.get(date):
                self._pass_over(book, date, now)
        self._save(book)
        for due in planned.owed:
            self._alert(book, due.date)
        return bool(planned.due) and not book.at_work and self._begin(book, planned.due[0], now)

    def _pass_over(self, book: Book, date: dt.date, now: dt.datetime) -> None:
        """Leave an edition out that was missed, unless somebody has made it meanwhile."""
        entry = book.ledger.entries[date]
        with suppress(BriefError):
            if done := book.published(date):
                self._record(book, Due(date, entry.due), done, now)
                return
        self._journal.say("skipped", book.slug, date, message=entry.reason)

    def _begin(self, book: Book, due: Due, now: dt.datetime) -> bool:
        """Have an edition made; or, where that is not needed, or not possible, record it and say that more can be decided."""
        if not self._reading.is_current:
            book.wake()
            return False
        try:
            found = find(book.slug, due.date, self.output, self.state)
            published = book.last_published(due.date)
        except BriefError as error:
            self._fail(book, due, error.problems, self._reading.files, now)
            book.wake()
            return True
        if found:
            self._record(book, due, found, now)
            book.wake()
            return True
        book.at_work = due
        self.builds.submit(Job(self._reading.files, book.slug, due.date, published))
        return False

    def _conclude(self, book: Book, due: Due, job: Job, answer: Answer, now: dt.datetime) -> None:
        """Record what became of an edition."""
        if answer.kind == "empty":
            reason = "nothing happened in its window"
            self._keep(book, plan.skipped(book.ledger, due, now, reason))
            self._journal.say("skipped", book.slug, due.date, message=reason)
        elif answer.finished:
            self._publish(book, due, job, answer.finished, now)
            self._journal.warn(book.slug, due.date, answer.problems)
        elif answer.kind == "faulty":
            self._fail(book, due, answer.problems, job.files, now)

    def _publish(self, book: Book, due: Due, job: Job, finished: Finished, now: dt.datetime) -> None:
        try:
            done = publish(finished, self.output, self.state, proof=book.proof(due.date), given_up=self.given_up)
        except LockedError as error:
            if not self.given_up():
                self._fail(book, due, (Problem(Place(str(self.state)), str(error), passing=True),), job.files, now)
        except UnrecordedError as error:  # it is published all the same
            self._journal.errors += 1
            self._record(book, due, Published(error.path, "published", warnings=error.problems), now)
        except BriefError as error:
            self._fail(book, due, error.problems, job.files, now)
        else:
            self._record(book, due, done, now)

    def _record(self, book: Book, due: Due, done: Published, now: dt.datetime) -> None:
        """Record that an edition is published, by us or by somebody before us."""
        reason = "" if done.action in ("published", "revised", "restored") else ADOPTED
        self._keep(book, plan.published(book.ledger, due, now, *book.place(done), reason))
        event = "adopted" if done.action == "adopted" else "published"
        self._journal.say(event, book.slug, due.date, message=f"{done.path}{reason and f' ({reason})'}", path=str(done.path))
        self._journal.warn(book.slug, due.date, done.warnings)

    def _fail(self, book: Book, due: Due, problems: tuple[Problem, ...], files: str, now: dt.datetime) -> None:
        """Record that an edition can't be made, unless it turns out to have been, by somebody who was cut off."""
        with suppress(BriefError):
            if found := book.published(due.date):
                self._record(book, due, found, now)
                return
        book.problems = problems
        passing, reason = any(problem.passing for problem in problems), _reason(problems)
        self._keep(book, plan.failed(book.ledger, due, now, reason, files, is_passing=passing))
        retry_at = book.ledger.entries[due.date].retry_at
        then = f"next try at {_iso(retry_at)}" if retry_at else "next try when the files change"
        told = [str(problem) for problem in problems[:_SHOWN]]
        self._journal.say(
            "failed", book.slug, due.date, level=logging.ERROR, message=f"{reason}; {then}", retry_at=retry_at, problems=told
        )

    def _keep(self, book: Book, ledger: Ledger) -> None:
        book.ledger = ledger
        self._save(book)

    def _save(self, book: Book) -> None:
        """Write what was decided; what can't be written is kept in mind, and tried again at the next look."""
        if not self._reading.is_there:
            return
        try:
            book.save()
            self._journal.over("writing", book.slug)
        except OSError as error:
            self._journal.persist("writing", f"the record can't be written: {refusal(error)}", book.slug)

    # Who is told

    def _alert(self, book: Book, date: dt.date) -> None:
        """Tell somebody of a failure, once."""
        entry = book.ledger.entries.get(date)
        if (
            not self._reading.on_failure
            or entry is None
            or entry.told == entry.reason
            or self._alarm.tells(book.slug, date.isoformat())
        ):
            return
        failure = {
            "briefing": book.slug,
            "edition": date.isoformat(),
            "due": _iso(entry.due),
            "reason": entry.reason,
            "attempts": entry.attempts,
            "retry_at": _iso(entry.retry_at),
            "desk": str(self.root.resolve()),
            "problems": [problem.as_json() for problem in book.problems],
        }
        self._alarm.tell(self._reading.on_failure, failure)

    def _note(self, told: Told) -> None:
        """Record that somebody was told."""
        date = dt.date.fromisoformat(told.edition)
        if told.fault:
            self._journal.say("unheard", told.slug, date, level=logging.WARNING, message=f"on_failure: {told.fault}")
        else:
            self._journal.say("told", told.slug, date, message="on_failure")
        book = self._books.get(told.slug)
        if book and date in book.ledger.entries:
            self._keep(book, plan.told(book.ledger, date, told.reason))
            book.wake()  # it may have failed for another reason meanwhile
            self._see_to(book, self._world.clock())

    @contextmanager
    def _apart(self, slug: str = "") -> Iterator[None]:
        """Keep a fault of the program that one briefing brings to light from the others."""
        try:
            yield
        except Exception as error:
            if os.environ.get("BRIEF_DEBUG"):
                raise
            if book := self._books.get(slug):
                book.sleep(self._looked + plan.RETRIES[-1])
            self._journal.persist("program", f"a fault of the program: {type(error).__name__}: {error}", slug)

    def _leave_sign(self, now: dt.datetime, *, stopped: bool = False) -> None:
        if not self._reading.is_there:
            return
        looked = {book.slug: (book.written_to, book.recorded_to) for book in self._books.values()}
        try:
            Heartbeat(now, self.mode, self._reading.rested, looked, stopped=stopped).write(self.state)
            self._journal.over("heartbeat")
        except OSError as error:
            self._journal.persist("heartbeat", f"no sign of life can be left: {refusal(error)}")


def _reason(problems: tuple[Problem, ...]) -> str:
    more = len(problems) - 1
    return f"{problems[0]}{f' (and {more} more)' if more else ''}"


def _iso(instant: dt.datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None


def _following(ledger: Ledger, now: dt.datetime) -> str:
    """When the next edition is due, in the briefing's own time."""
    if ledger.cadence is None:
        return "on demand only from now on"
    due = cadences.next_due(ledger.cadence, now)
    if due is None:
        return "no edition will be due"
    at = due[1].astimezone(ZoneInfo(ledger.cadence.timezone))
    return f"the next edition, of {due[0]}, is due at {at:%H:%M} {ledger.cadence.timezone}"
