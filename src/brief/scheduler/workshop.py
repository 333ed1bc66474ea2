"""Builds editions in processes of their own: one that hangs, or dies, takes no other with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from brief.scheduler.jobs import Answer, Job, fault

LIMIT = 600
"""Seconds that building one edition may take, unless said otherwise."""
_GRACE = 0.5
"""Seconds a process has to end in when it is told to: less than a second in all, by which the scheduler ends."""
_CHUNK = 1 << 20
_WIDEST = 4
"""Processes at a time, on however large a machine: each holds the desk in memory."""


class Workshop:
    """Processes that build editions of one desk; there are none while there is nothing to build.

    `limit`: seconds that one edition may take, reading the desk included. What was read of the desk is kept for the next
    process, unless each is to read it `anew`.
    """

    def __init__(self, root: Path, outputs: Sequence[Path], limit: float, *, anew: bool = False) -> None:
        self.limit = limit
        told = (root, limit, "anew" if anew else "kept", *outputs)
        self._command = [sys.executable, "-P", "-m", "brief.scheduler.worker", *map(str, told)]
        self._width = min(_WIDEST, max(2, os.cpu_count() or 1))  # two at least: one may hang
        self._waiting: deque[Job] = deque()
        self._benches: list[_Bench] = []

    @property
    def jobs(self) -> list[Job]:
        """Those given and not yet answered."""
        return [*self._waiting, *(bench.job for bench in self._benches if bench.job)]

    def submit(self, job: Job) -> None:
        """Have an edition built, after those submitted before."""
        self._waiting.append(job)

    def wait(self, timeout: float, wake: int) -> Iterator[tuple[Job, Answer]]:
        """The answers that come in within `timeout` seconds; ends early with the first, or when `wake` can be read."""
        if refused := list(self._start()):
            yield from refused
            return
        now = time.monotonic()
        timeout = min([timeout, *(max(0.0, bench.deadline - now) for bench in self._benches)])
        outputs = {bench.output: bench for bench in self._benches}
        # select: poll and epoll keep another time under libfaketime, a condition's wait may never end.
        readable, _, _ = select.select([wake, *outputs], [], [], timeout)
        for output, bench in outputs.items():
            if output in readable:
                yield from self._read(bench)
            elif time.monotonic() >= bench.deadline:
                yield from self._expire(bench)
        yield from self._start()
        self._dismiss()

    def stop(self) -> None:
        """End every process, and forget what was to be built."""
        self._waiting.clear()
        for bench in self._benches:
            bench.end()
        last = time.monotonic() + _GRACE
        for bench in self._benches:
            bench.close(max(0.0, last - time.monotonic()))
        self._benches.clear()

    def _start(self) -> Iterator[tuple[Job, Answer]]:
        """Give each free process a job, and hire as many as there is room for."""
        while self._waiting:
            free = next((bench for bench in self._benches if bench.job is None), None)
            if free is None and len(self._benches) < self._width:
                try:
                    self._benches.append(free := _Bench(self._command))
                except OSError as error:
                    job = self._waiting.popleft()
                    yield job, fault(job.slug, f"no process can be started: {error.strerror or error}")
                    continue
            if free is None:
                return
            free.take(self._waiting.popleft(), self.limit)

    def _dismiss(self) -> None:
        """Let those processes go that have nothing to do."""
        if not self._waiting:
            for bench in [bench for bench in self._benches if bench.job is None]:
                bench.close()
                self._benches.remove(bench)

    def _read(self, bench: _Bench) -> Iterator[tuple[Job, Answer]]:
        job = bench.job
        try:
            answer = bench.read()
        except EOFError:
            self._benches.remove(bench)
            bench.close()
            answer = fault(job.slug if job else "", f"the process that built it ended {bench.ending}")
        except (ValueError, KeyError, TypeError) as error:  # another version of the program, which was installed meanwhile
            self._benches.remove(bench)
            bench.end()
            bench.close()
            answer = fault(job.slug if job else "", f"the process that built it gave no answer to understand: {error}")
        if job and answer:
            bench.job = None
            yield job, answer

    def _expire(self, bench: _Bench) -> Iterator[tuple[Job, Answer]]:
        if bench.job:
            self._benches.remove(bench)
            bench.end()
            bench.close()
            told = f"it was not built within {self.limit:g} seconds, and stopped"
            yield bench.job, fault(bench.job.slug, told, "look at its template; --time-limit gives more time")


class _Bench:
    """One process and what it is at."""

    def __init__(self, command: list[str]) -> None:
        errors = None if os.environ.get("BRIEF_DEBUG") else subprocess.DEVNULL
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True, bufsize=0
        )
        assert self._process.stdin  # noqa: S101
        assert self._process.stdout  # noqa: S101
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self.output = self._stdout.fileno()
        self.job: Job | None = None
        self.deadline = float("inf")
        self._frame = bytearray()

    def take(self, job: Job, limit: float) -> None:
        self.job, self.deadline = job, time.monotonic() + limit
        with suppress(BrokenPipeError):  # it has died, as reading will show
            self._stdin.write(job.to_line())

    def read(self) -> Answer | None:
        """The answer, once it is there whole; raises `EOFError` where the process has ended."""
        chunk = os.read(self.output, _CHUNK)
        if not chunk:
            raise EOFError
        self._frame += chunk
        answer = Answer.from_frame(self._frame)
        if answer:
            self._frame.clear()
            self.deadline = float("inf")
        return answer

    @property
    def ending(self) -> str:
        code = self._process.returncode
        return f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"

    def end(self) -> None:
        """Tell it to end, and what it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)

    def close(self, patience: float = _GRACE) -> None:
        """See it end: without standard input it does; and one that won't is killed."""
        self._stdin.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._stdout.close()
