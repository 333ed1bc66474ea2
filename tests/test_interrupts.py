"""Signals that are put off come later, every one of them, and what they meant before is put back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from brief.interrupts import deferred


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The signals that were heard; SIGINT throws."""
    numbers: list[int] = []

    def throw(number: int, _: object) -> None:
        numbers.append(number)
        raise KeyboardInterrupt

    before = {signal.SIGINT: signal.signal(signal.SIGINT, throw)}
    before[signal.SIGTERM] = signal.signal(signal.SIGTERM, lambda number, _: numbers.append(number))
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("numbers", [(signal.SIGINT, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT)])
def test_each_of_several_is_heard_though_one_throws(heard: list[int], numbers: tuple[int, int]) -> None:
    handlers = [signal.getsignal(number) for number in numbers]
    with pytest.raises(KeyboardInterrupt), deferred():
        list(map(signal.raise_signal, numbers))
    assert heard == [*numbers]
    assert [signal.getsignal(number) for number in numbers] == handlers


def test_one_that_is_ignored_or_ends_the_process_is_left_alone(heard: list[int]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with deferred():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL


def test_another_thread_leaves_them_alone(heard: list[int]) -> None:
    handlers = []

    def look() -> None:
        with deferred():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGINT)]
