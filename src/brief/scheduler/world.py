"""What a scheduler has around it, so that tests can put another world in its place."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from brief.classes import dataclass
from brief.scheduler.jobs import Answer, Job

REST = 3.0
"""Seconds for which a desk's files must not have changed before they are read."""


class Builds(Protocol):
    """What builds editions: `workshop.Workshop`."""

    @property
    def jobs(self) -> list[Job]:
        """Those given and not yet answered."""

    def submit(self, job: Job) -> None:
        """Have an edition built, or the desk checked."""

    def wait(self, timeout: float, wake: int) -> Iterator[tuple[Job, Answer]]:
        """The answers that come in within some seconds."""

    def stop(self) -> None:
        """Give up what is being built."""


@dataclass(frozen=True, slots=True)
class World:
    """The clock (the time in UTC, and seconds that never go back) and what builds editions.

    `proof` tells whether the bytes of a Word file are those of an edition, named `briefing/date`.
    """

    clock: Callable[[], dt.datetime]
    builds: Builds
    proof: Callable[[str, bytes], bool]
    seconds: Callable[[], float] = time.monotonic
    rest: float = REST
