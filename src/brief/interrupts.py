"""Signals that end the program, put off while to be thrown out of something would leave it locked for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_ENDING = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}


@contextmanager
def deferred() -> Iterator[None]:
    """While this lasts, a signal whose handler is a function waits; at the end it is raised anew."""
    if threading.current_thread() is not threading.main_thread():  # elsewhere none is heard
        yield
        return
    heard: list[int] = []
    with ExitStack() as stack:  # which does all that is asked of it, also where some of it throws
        stack.callback(_raise_each, heard)
        for number in _ENDING:
            if callable(handler := signal.getsignal(number)):
                stack.callback(signal.signal, number, handler)
                signal.signal(number, lambda number, _: heard.append(number))
        yield


def _raise_each(heard: list[int]) -> None:
    with ExitStack() as stack:
        for number in reversed(heard):
            stack.callback(signal.raise_signal, number)
