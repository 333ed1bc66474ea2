"""Signals that are put off come later, every one of them, and what they meant before is put back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from brief import atomic
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


def test_a_file_is_written_whole_and_nothing_left_beside_it_whenever_a_signal_comes(
    heard: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(name: str) -> Callable[..., Any]:
        function = getattr(Path, name)

        def called(*arguments: Any, **options: Any) -> Any:
            signal.raise_signal(signal.SIGINT)
            result = function(*arguments, **options)
            signal.raise_signal(signal.SIGINT)
            return result

        return called

    for number, name in enumerate(("mkdir", "hardlink_to", "unlink")):
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, interrupted(name))
            with pytest.raises(KeyboardInterrupt):
                atomic.write(tmp_path / str(number) / "report", b"whole")
        assert [path.name for path in (tmp_path / str(number)).iterdir()] == ["report"]
        assert (tmp_path / str(number) / "report").read_bytes() == b"whole"


def test_another_thread_leaves_them_alone(heard: list[int]) -> None:
    handlers = []

    def look() -> None:
        with deferred():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGINT)]
