"""Who may write: locks of the operating system, which end with their holder, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class LockedError(Exception):
    """Another process holds the lock, and didn't let go in time."""


@contextmanager
def publishing(state: Path, patience: float, *, given_up: Callable[[], bool] | None = None) -> Iterator[None]:
    """Be the only one who publishes to a desk; waits `patience` seconds for another, or until it is `given_up`."""
    told = f"another process has been publishing to {state.parent} for {patience:g} seconds"
    with _held(state / "publish.lock", patience, told, given_up):
        yield


@contextmanager
def scheduling(state: Path) -> Iterator[None]:
    """Be a desk's only scheduler."""
    with _held(state / "scheduler.lock", 0, f"another scheduler is running for {state.parent}"):
        yield


@contextmanager
def _held(path: Path, patience: float, told: str, given_up: Callable[[], bool] | None = None) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Where the file system has no such locks, a file that stays behind after a death would lock for ever: refuse instead.
    lock = FileLock(path, timeout=patience, fallback_to_soft=False)
    try:
        lock.acquire(cancel_check=given_up)
    except Timeout:
        raise LockedError(told) from None
    try:
        yield
    finally:
        lock.release()
