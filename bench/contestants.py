"""Long-lived processes that make documents when asked, so that runs of several can alternate."""

from __future__ import annotations

import json
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any


class StoppedError(Exception):
    """A contestant took too long, or failed; says which."""


class Contestant:
    """A process that speaks the protocol of `peers/serve.py`; it may spend so many seconds with what it has loaded last.

    Once stopped it is not started again.
    """

    def __init__(self, command: Sequence[str | Path], log: Path, *, seconds: float, environment: Mapping[str, str]) -> None:
        self.log = log
        self.seconds = self.left = seconds
        self.stopped = ""
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                list(map(str, command)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=dict(environment),
                bufsize=0,
            )

    def __enter__(self) -> Contestant:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.communicate()

    def load(self, events: Path, template: Path) -> None:
        """Have it read events and template."""
        self.left = self.seconds
        self._ask({"load": str(events), "template": str(template)})
        self.left = self.seconds

    def run(self, keep: Path | None = None) -> float:
        """The seconds in which it makes one document, by its own clock."""
        return float(self._ask({"run": str(keep or "")})["seconds"])

    def peak(self) -> int:
        """The most memory it has had so far, in bytes.

        Not `ru_maxrss`, which a process inherits from the one that started it.
        """
        lines = Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))

    def _ask(self, question: Mapping[str, str]) -> dict[str, Any]:
        if self.stopped:
            raise StoppedError(self.stopped)
        start = time.monotonic()
        answer = self._answer(json.dumps(question).encode() + b"\n")
        self.left -= time.monotonic() - start
        if not answer:
            self.process.kill()
            self.stopped = f"> {self.seconds:g} s" if self.left <= 0 else f"failed: {self._last_words()}"
            raise StoppedError(self.stopped)
        found: dict[str, Any] = json.loads(answer)
        return found

    def _last_words(self) -> str:
        """The line of its log that most likely tells why it failed."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return next((line.strip() for line in lines if "Error" in line), "without a word")

    def _answer(self, question: bytes) -> bytes:
        assert self.process.stdin
        assert self.process.stdout
        try:
            self.process.stdin.write(question)
        except BrokenPipeError:
            return b""
        ready, _, _ = select.select([self.process.stdout], [], [], max(self.left, 0))
        return self.process.stdout.readline() if ready else b""
