"""Signals that end the program, put off while to be thrown out of something would leave it locked for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ENDING = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}


@contextmanager
def deferred() -> Iterator[None]:
    """While this lasts, a signal whose handler is a function waits; at the end it is raised anew."""
    if threading.current_thread() is not threading.main_thread():  # elsewhere none is heard
        yield
        return
    heard: list[int] = []
    handlers = {number: handler for number in _ENDING if callable(handler := signal.getsignal(number))}
    try:
        for number in handlers:
            signal.signal(number, lambda number, _: heard.append(number))
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in heard:
            signal.raise_signal(number)
