"""Who may write: locks of the operating system, which end with their holder, however it ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from brief.classes import dataclass

try:
    import fcntl
except ImportError:  # Windows locks in another way
    fcntl = None  # type: ignore[assignment]

_MODE = 0o666
"""Whoever may publish may lock: a file that only its maker can open would keep the others out."""


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
    if (descriptor := _taken_at_once(path)) is not None:
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing alone would leave it to a process forked meanwhile
            os.close(descriptor)
        return
    from filelock import FileLock, Timeout

    # Where the file system has no such locks, a file that stays behind after a death would lock for ever: refuse instead.
    lock = FileLock(path, timeout=patience, fallback_to_soft=False, mode=_MODE)
    try:
        lock.acquire(cancel_check=given_up)
    except Timeout:
        raise LockedError(told) from None
    try:
        yield
    finally:
        lock.release()


def _taken_at_once(path: Path) -> int | None:
    """The descriptor of a lock that nobody else holds; none where it takes filelock, which is slow to import, to tell more."""
    if fcntl is None:
        return None
    descriptor = -1
    try:
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, _MODE)
        if is_new:
            with suppress(PermissionError):
                os.fchmod(descriptor, _MODE)  # whatever the umask
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink:  # somebody could have taken it away before it was locked
            return descriptor
    except OSError:
        pass
    if descriptor >= 0:
        os.close(descriptor)
    return None
