"""Tells somebody of a failure: the command that brief.yaml names, with the failure as JSON on its standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from brief.classes import dataclass

PATIENCE = 30.0
"""Seconds the command may take."""
_AT_ONCE = 4
"""So many commands run at a time: one fault may stop hundreds of briefings."""
_MOST = 16 * 1024 * 1024
"""Bytes that a command may print."""
_SHOWN = 200
"""So many characters of what the command says last are told."""


@dataclass(frozen=True, slots=True)
class Told:
    """That a command has ended: of which edition's failure it told, and, unless it did so well, what went wrong."""

    slug: str
    edition: str
    reason: str
    fault: str = ""


class Alarm:
    """Commands that are telling somebody just now; they run beside the scheduler, which looks after them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._calls: list[_Call] = []
        self._waiting: deque[tuple[Sequence[str], Mapping[str, object], Told]] = deque()

    @property
    def is_busy(self) -> bool:
        """Whether a command is still at it."""
        return bool(self._calls or self._waiting)

    def tells(self, slug: str, edition: str) -> bool:
        """Whether somebody is being told of this edition just now."""
        all_told = [*(call.told for call in self._calls), *(told for _, _, told in self._waiting)]
        return any((told.slug, told.edition) == (slug, edition) for told in all_told)

    def tell(self, command: Sequence[str], failure: Mapping[str, object]) -> None:
        """Have the command run, as soon as there is room for it."""
        told = Told(str(failure["briefing"]), str(failure["edition"]), str(failure["reason"]))
        self._waiting.append((command, failure, told))

    def ended(self) -> list[Told]:
        """Those that have ended since, or can't be run; one that takes too long is stopped. Others follow in their place."""
        ended = [told for call in self._calls if (told := call.ended())]
        self._calls = [call for call in self._calls if call.is_running]
        while self._waiting and len(self._calls) < _AT_ONCE:
            command, failure, told = self._waiting.popleft()
            try:
                self._calls.append(_Call(command, failure, told, self.folder))
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                ended.append(Told(told.slug, told.edition, told.reason, f"{command[0]} can't be run: {reason}"))
        return ended

    def stop(self) -> None:
        """End those that are still at it: nobody will look after them."""
        for call in self._calls:
            call.stop()
        self._calls.clear()
        self._waiting.clear()


class _Call:
    def __init__(self, command: Sequence[str], failure: Mapping[str, object], told: Told, folder: Path) -> None:
        self.told = told
        self.is_running = True
        with ExitStack() as files:
            failing = files.enter_context(tempfile.TemporaryFile())  # not a pipe: who reads nothing is not to block us
            self._output: IO[bytes] = files.enter_context(tempfile.TemporaryFile())
            failing.write(json.dumps(failure, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
            failing.seek(0)
            self._process = subprocess.Popen(  # noqa: S603  (as the operator asks)
                command, cwd=folder, stdin=failing, stdout=self._output, stderr=self._output, start_new_session=True
            )
            files.pop_all()
        failing.close()
        self._deadline = time.monotonic() + PATIENCE

    def ended(self) -> Told | None:
        code, size = self._process.poll(), os.fstat(self._output.fileno()).st_size
        if code is None and size <= _MOST and time.monotonic() < self._deadline:
            return None
        if code is not None:
            fault = "" if code == 0 else f"the command ended with exit code {code}{self._last_words(size)}"
        else:
            self._kill()
            fault = f"the command took more than {PATIENCE:g} seconds, or printed too much, and was stopped"
        self.is_running = False
        self._output.close()
        return Told(self.told.slug, self.told.edition, self.told.reason, fault)

    def stop(self) -> None:
        self._kill()
        self._output.close()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _last_words(self, size: int) -> str:
        self._output.seek(max(0, size - 4096))
        lines = self._output.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f": {last[:_SHOWN]}" if last else ""
