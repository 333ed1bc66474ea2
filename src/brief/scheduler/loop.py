"""Keeps a scheduler going: a look every half minute, until it is done or asked to end."""

from __future__ import annotations

import os
from contextlib import suppress

import schedule

from brief import locks
from brief.scheduler.journal import Journal
from brief.scheduler.service import Scheduler
from brief.scheduler.signals import Stop

TICK = 30
"""Seconds between two looks."""


def run(scheduler: Scheduler, stop: Stop) -> None:
    """Look and publish: once, where that is the scheduler's mode, else until the `stop` is asked for.

    Raises `LockedError` where the desk has another scheduler.
    """
    scheduler.given_up = stop.is_asked
    ticker = schedule.Scheduler()
    ticker.every(TICK).seconds.do(scheduler.look)
    try:
        while not _serve(scheduler, ticker, stop):
            pass  # once more, as the lock was taken away, with its folder, under our hands
    finally:
        scheduler.drop()


def _serve(scheduler: Scheduler, ticker: schedule.Scheduler, stop: Stop) -> bool:
    """Be the desk's scheduler until it is over, or the lock is lost; says whether it is over."""
    journal = Journal()
    with locks.scheduling(scheduler.state) as hold:  # who doesn't hold it writes nothing, not even that it has stopped
        if scheduler.mode == "service":
            journal.say("started", message=f"looking after {scheduler.root.resolve()} every {TICK} seconds")
        scheduler.begin()
        while not (is_over := _is_over(scheduler, stop)) and not hold.is_lost:
            _wait(scheduler, ticker, stop)
        if is_over:
            scheduler.end()
            if scheduler.mode == "service":
                journal.say("stopped", message="as it was asked to")
        return is_over


def _is_over(scheduler: Scheduler, stop: Stop) -> bool:
    return stop.asked or (scheduler.mode == "once" and scheduler.is_done)


def _wait(scheduler: Scheduler, ticker: schedule.Scheduler, stop: Stop) -> None:
    """Wait for what comes first: an answer, a signal, the next look."""
    pause = max(0.0, min(ticker.idle_seconds or 0.0, TICK, scheduler.pause))
    for job, answer in scheduler.builds.wait(pause, stop.fileno()):
        scheduler.settle(job, answer)
        if stop.asked:
            return
    stop.calm()
    scheduler.attend()
    if os.getpid() == 1 and scheduler.is_idle:
        _bury()
    # The ticker reckons by the wall clock: put back by a day, or an hour in autumn, it would not ring until then.
    if scheduler.is_restless or (ticker.idle_seconds or 0.0) > TICK:
        ticker.run_all()
    else:
        ticker.run_pending()


def _bury() -> None:
    """As the first process of a container, see off those processes whose parents died before them."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
