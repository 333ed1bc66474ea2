"""Who may write: locks of the operating system, which end with their holder, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout


class LockedError(Exception):
    """Another process holds the lock, and didn't let go in time."""


@contextmanager
def publishing(state: Path, patience: float, *, given_up: Callable[[], bool] | None = None) -> Iterator[None]:
    """Be the only one who publishes to a desk; waits `patience` seconds for another, or until it is `given_up`."""
    told = f"another process has been publishing, as {state} says, for {patience:g} seconds"
    with _held(state / "publish.lock", patience, told, given_up):
        yield


@dataclass(frozen=True, slots=True)
class Hold:
    """A lock that is held, as long as its file is there."""

    path: Path
    file: tuple[int, int]

    @property
    def is_lost(self) -> bool:
        """Whether the file of the lock was taken away, so that another process could hold one of its name."""
        return _identity(self.path) != self.file


@contextmanager
def scheduling(state: Path) -> Iterator[Hold]:
    """Be a desk's only scheduler."""
    path = state / "scheduler.lock"
    with _held(path, 0, f"another scheduler is running, as {path} says"):
        yield Hold(path, _identity(path))


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


@contextmanager
def _held(path: Path, patience: float, told: str, given_up: Callable[[], bool] | None = None) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Where the file system has no such locks, a file that stays behind after a death would lock for ever: refuse instead.
    # Whoever may publish may lock: a file that only its maker can open would keep the others out.
    lock = FileLock(path, timeout=patience, fallback_to_soft=False, mode=0o666)
    try:
        lock.acquire(cancel_check=given_up)
    except Timeout:
        raise LockedError(told) from None
    try:
        yield
    finally:
        lock.release()
