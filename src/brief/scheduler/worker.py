"""A process that builds editions for the scheduler, so that one that never ends can be ended: `python -m` runs it."""

from __future__ import annotations

import faulthandler
import os
import queue
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from brief import cache
from brief import edition as editions
from brief.builder import Builder
from brief.checker import check
from brief.desk import load
from brief.errors import BriefError
from brief.recorder import record
from brief.scheduler.jobs import Answer, Job, fault, faulty
from brief.scheduler.watch import fingerprint

_GRACE = 5.0
"""Seconds that what was started, such as LibreOffice, has to end."""


class Worker:
    """Builds editions of the desk in `root`, which is read again when its files have changed, those in `outputs` aside.

    `anew`: nothing is kept between two processes.
    """

    def __init__(self, root: Path, outputs: Sequence[Path], *, anew: bool = False) -> None:
        self.root, self.outputs, self.anew = root, outputs, anew
        self._builder: Builder | None = None
        self._files = ""

    def answer(self, job: Job) -> Answer:
        """Build the edition, if the desk is still what it was when the job was given, and is so to the end."""
        try:
            made = self._answer(job)
        except BriefError as error:
            made = faulty(error)
        except Exception as error:
            if os.environ.get("BRIEF_DEBUG"):
                raise
            made = fault(job.slug, f"a fault of the program: {type(error).__name__}: {error}")
        if fingerprint(self.root, *self.outputs) == job.files:
            return made
        self._builder = None
        return Answer("changed")

    def _answer(self, job: Job) -> Answer:
        if self._builder is None or self._files != job.files:
            kept = None if self.anew else cache.folder(self.root)
            self._builder, self._files = Builder(load(self.root, cache=kept), cache=kept), job.files
        desk = self._builder.desk
        if job.date is None:
            return Answer("checked", problems=check(desk))
        edition = editions.select(desk, job.slug, job.date, published=job.published)
        if edition.is_empty and edition.briefing.when_empty == "skip":
            return Answer("empty")
        built = self._builder.make(edition)
        return Answer("built", record(desk, built), built.warnings)


def main() -> None:
    """Answer the jobs on standard input, until there are no more or nobody is waiting for the answer."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the scheduler, which will tell us
    root, limit, kept, *outputs = sys.argv[1:]
    worker = Worker(Path(root), tuple(map(Path, outputs)), anew=kept == "anew")
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = open(os.devnull, "wb")  # noqa: SIM115, PTH123  (kept to the end)
    os.dup2(nowhere.fileno(), sys.stdout.fileno())  # whatever prints is not to garble the answers
    while True:
        job = Job.from_line(jobs.get())
        # The scheduler ends us in time; if it is gone, this does, even where no Python code gets its turn any more.
        faulthandler.dump_traceback_later(float(limit) + 2 * _GRACE, exit=True, file=nowhere)
        answers.write(worker.answer(job).to_frame())
        answers.flush()
        faulthandler.cancel_dump_traceback_later()


def _listen(jobs: queue.SimpleQueue[bytes]) -> None:
    """Hand the jobs on, and end the process where the scheduler has closed the pipe, or died."""
    left = b""
    while chunk := os.read(0, 1 << 16):  # unbuffered: the lock of sys.stdin would be ours at the end of the interpreter
        *lines, left = (left + chunk).split(b"\n")
        for line in lines:
            jobs.put(line)
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)  # to the thread that waits, or is at work
    faulthandler.dump_traceback_later(_GRACE, exit=True)


if __name__ == "__main__":
    main()
