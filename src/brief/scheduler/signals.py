"""The wish to end: SIGTERM, SIGINT and SIGHUP are noted, never acted upon in the midst of something."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Stop:
    """Whether we have been asked to end; its file descriptor can be read from then on, so that a wait ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)

    def fileno(self) -> int:
        """What a wait watches, beside what it waits for."""
        return self._read.fileno()

    def is_asked(self) -> bool:
        """Whether we have been asked to end."""
        return self.asked

    def ask(self) -> None:
        """Ask for the end."""
        self.asked = True

    def calm(self) -> None:
        """Let the descriptor fall silent after a signal that was none to end, as of a child."""
        with suppress(BlockingIOError):
            self._read.recv(4096)

    def close(self) -> None:
        """Let go of the descriptors."""
        self._read.close()
        self._write.close()

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """While this lasts, SIGTERM, SIGINT and SIGHUP ask for the end."""
        wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {number: signal.signal(number, lambda *_: self.ask()) for number in wanted}
        descriptor = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(descriptor)
            for number, handler in before.items():
                signal.signal(number, handler)
