"""Many editions at once, each built by a worker of an executor; a worker that dies takes no edition with it but its own."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import closing
from functools import cache, partial
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from brief import language
from brief.builder import Builder
from brief.classes import dataclass
from brief.errors import Place, Problem
from brief.interrupts import deferred
from brief.issuer import Answer, Answers, Order, attempt, fault

_AHEAD = 3
"""Editions a worker that are given out at a time: enough to be busy, few enough to hold in memory."""
_MOST = 61
"""Processes: Windows can wait for no more, and no publisher keeps up with as many."""
_BEAT = 0.1
"""Seconds until a signal is heard, while nothing is done."""
_GRACE = 1.0
"""Seconds a process has to end in when it is told to."""
_TOLD = "look whether memory ran out; --jobs 1 builds in the command's own process"


@dataclass(frozen=True, slots=True)
class Engine:
    """Where editions are built: by an executor of so many `workers`, which `open` starts, again where one broke.

    `work` is submitted with an order; `fetch` turns what it returns into the answer. Where no executor can be opened at all,
    each order is built `here`.
    """

    workers: int
    open: Callable[[int], Executor]
    work: Callable[[Order], Any]
    fetch: Callable[[Any], Answer]
    here: Callable[[Order], Answer] | None = None


def processes(builder: Builder, workers: int, load: Callable[[], Builder]) -> Engine:
    """So many processes of this machine: forked, they share the `builder`; else each calls `load`, which can be pickled."""
    here = partial(attempt, lambda: builder)
    return Engine(min(workers, _MOST), partial(_Pool, builder=builder, load=load), _work, _fetch, here)


def build_each(engine: Engine, orders: Iterable[Order]) -> Answers:
    """Each order with its answer, exactly once, as they are built.

    Where an executor breaks, nobody can tell which order did it: each that was given out is built again, by itself.
    """
    waiting, suspects = deque(orders), deque[Order]()
    while waiting or suspects:
        alone = bool(suspects)
        with closing(_built(suspects if alone else waiting, 1 if alone else engine.workers, engine)) as built:
            for order, answer in built:
                if not isinstance(answer, _Death):
                    yield order, answer
                elif alone:
                    yield order, answer.problems(order)
                else:
                    suspects.append(order)


@dataclass(frozen=True, slots=True)
class _Death:
    """What became of an order whose executor broke."""

    ending: str

    def problems(self, order: Order) -> tuple[Problem, ...]:
        told = f"the process that built it ended {self.ending}"
        return (Problem(Place(f"briefings/{order.slug}"), told, hint=_TOLD, passing=True),)


def _built(orders: deque[Order], workers: int, engine: Engine) -> Generator[tuple[Order, Answer | _Death], None, None]:
    """The orders as they are built by one executor; once it broke, those not given out are left in `orders`."""
    room = workers * _AHEAD if workers > 1 else 1
    running: dict[Future[Any], Order] = {}
    try:
        executor = engine.open(workers)
    except OSError:  # as where the system has no room for its locks
        if engine.here is None:
            raise
        while orders:
            order = orders.popleft()
            yield order, engine.here(order)
        return
    try:
        while running or (orders and room):
            while orders and len(running) < room:
                order = orders.popleft()
                future = _submitted(executor, engine.work, order)
                running[future] = order
                if future.done() and isinstance(future.exception(), BrokenExecutor):
                    room = 0
            for future in _done(running):
                order = running.pop(future)
                answer = _answer(order, future, engine, executor)
                if isinstance(answer, _Death):
                    room = 0
                yield order, answer
    except BaseException:
        room = 0
        raise
    finally:
        with deferred():
            executor.shutdown(cancel_futures=not room)  # what goes on beside one that broke it is not wanted


# An exception that is thrown into the midst of an executor may leave it locked, and waiting for itself for ever.


def _done(running: Iterable[Future[Any]]) -> set[Future[Any]]:
    """Those that are done, at least one."""
    done = set[Future[Any]]()
    while not done:
        with deferred():
            done = wait(running, _BEAT, FIRST_COMPLETED).done
    return done


def _submitted(executor: Executor, work: Callable[[Order], Any], order: Order) -> Future[Any]:
    try:
        with deferred():
            return executor.submit(work, order)
    except (BrokenExecutor, OSError) as error:  # as where no process can be started
        future: Future[Any] = Future()
        future.set_exception(error)
        return future


def _answer(order: Order, future: Future[Any], engine: Engine, executor: Executor) -> Answer | _Death:
    try:
        return engine.fetch(future.result())
    except BrokenExecutor:
        return _Death(executor.ending if isinstance(executor, _Pool) else "unexpectedly")
    except Exception as error:
        return fault(order, error)


class _Pool(ProcessPoolExecutor):
    """Processes that have a builder in common; they end with the caller, however it ends.

    An answer is left in a file and its path sent: of a long message half might be sent by a process that is killed, and
    the caller would wait for the other half for ever.
    """

    def __init__(self, workers: int, *, builder: Builder, load: Callable[[], Builder]) -> None:
        self._hired: set[BaseProcess] = set()
        self._answers = TemporaryDirectory(prefix="brief-", ignore_cleanup_errors=True)
        forks = sys.platform == "linux" and threading.active_count() == 1  # a fork has no other thread to let go of a lock
        context = get_context("fork" if forks else "spawn")
        super().__init__(workers, context, _begin, ((lambda: builder) if forks else load, self._answers.name))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have it called by one of the processes."""
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            self._notice()  # also of those that were started before one could not be

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002  (as it says)
        """End; where the futures are to be cancelled, also those that run.

        It always waits: the pool's thread would go on using what Python closes when it exits.
        """
        if cancel_futures or self._executor_manager_thread is None:  # without that thread nobody tells them to end
            self._end()
        super().shutdown(wait=True, cancel_futures=cancel_futures)
        self._answers.cleanup()

    @property
    def ending(self) -> str:
        """How a process ended, of several any."""
        last = time.monotonic() + _GRACE
        while not (codes := [process.exitcode for process in self._hired if process.exitcode]) and time.monotonic() < last:
            time.sleep(0.01)
        return f"{'by signal' if codes[0] < 0 else 'with exit code'} {abs(codes[0])}" if codes else "unexpectedly"

    def _notice(self) -> None:
        self._hired.update((self._processes or {}).values())  # before Python 3.14 nothing public tells or ends them

    def _end(self) -> None:
        """End the processes in the midst of what they do."""
        self._notice()
        for process in self._hired:
            process.terminate()
        last = time.monotonic() + _GRACE
        for process in self._hired:
            process.join(max(0.0, last - time.monotonic()))
            if process.is_alive():
                process.kill()


# In the processes

_builder_of: Callable[[], Builder]
_folder: str


def _begin(builder_of: Callable[[], Builder], folder: str) -> None:
    global _builder_of, _folder
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for number in {signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)}:
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C, or a terminal that is closed, is for the caller, who will tell us
    _builder_of, _folder = cache(builder_of), folder
    gc.freeze()  # to look through what all have in common would copy it
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    """End with the caller, and leave nothing behind."""
    if caller := parent_process():
        caller.join()
        shutil.rmtree(_folder, ignore_errors=True)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE)
        os._exit(1)


def _work(order: Order) -> str:
    """The path of the file with the answer."""
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that what it has started, such as LibreOffice, ends too
        known = len(language.remembered())
        answer = attempt(_builder_of, order)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        learned = dict(islice(language.remembered().items(), known, None))
        path = Path(_folder, f"{order.slug}-{order.date}")
        path.write_bytes(pickle.dumps((answer, learned)))
        return str(path)
    except SystemExit:  # the pool would send it to the caller and have us go on
        os._exit(128 + signal.SIGTERM)


def _fetch(name: str) -> Answer:
    path = Path(name)
    answer: Answer
    answer, learned = pickle.loads(path.read_bytes())  # noqa: S301  (written by our own process, where nobody else can)
    path.unlink()
    language.remembered().update(learned)
    return answer
