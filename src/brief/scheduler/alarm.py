"""Tells somebody of a failure: the command that brief.yaml names, with the failure as JSON on its standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PATIENCE = 30.0
"""Seconds the command may take."""
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

    @property
    def is_busy(self) -> bool:
        """Whether a command is still at it."""
        return bool(self._calls)

    def tells(self, slug: str, edition: str) -> bool:
        """Whether somebody is being told of this edition just now."""
        return any((call.told.slug, call.told.edition) == (slug, edition) for call in self._calls)

    def tell(self, command: Sequence[str], failure: Mapping[str, object]) -> Told | None:
        """Start the command; where that is not possible, say why."""
        told = Told(str(failure["briefing"]), str(failure["edition"]), str(failure["reason"]))
        try:
            self._calls.append(_Call(command, failure, told, self.folder))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            return Told(told.slug, told.edition, told.reason, f"{command[0]} can't be run: {reason}")
        return None

    def ended(self) -> list[Told]:
        """Those that have ended since; one that takes too long is stopped."""
        ended = [told for call in self._calls if (told := call.ended())]
        self._calls = [call for call in self._calls if call.is_running]
        return ended

    def stop(self) -> None:
        """End those that are still at it: nobody will look after them."""
        for call in self._calls:
            call.stop()
        self._calls.clear()


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
        code = self._process.poll()
        if code is None and time.monotonic() < self._deadline:
            return None
        fault = "" if code == 0 else f"the command ended with exit code {code}{self._last_words()}"
        if code is None:
            self._kill()
            fault = f"the command took more than {PATIENCE:g} seconds, and was stopped"
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

    def _last_words(self) -> str:
        self._output.seek(0)
        lines = self._output.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f": {last[:_SHOWN]}" if last else ""
