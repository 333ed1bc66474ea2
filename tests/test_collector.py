"""While an edition is built, Python's garbage collector looks seldom; the program around keeps its own thresholds."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from brief.collector import held_back


@pytest.fixture(autouse=True)
def _thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_it_looks_seldom_meanwhile_and_as_before_afterwards() -> None:
    with held_back():
        assert gc.get_threshold()[0] > 10_000
    assert gc.get_threshold() == (700, 10, 10)


def test_whatever_goes_wrong_it_looks_as_before_afterwards() -> None:
    with pytest.raises(ValueError, match="wrong"), held_back():
        raise ValueError("wrong")
    assert gc.get_threshold() == (700, 10, 10)


def test_of_two_threads_that_build_the_last_one_restores_it() -> None:
    one, other = held_back(), held_back()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert gc.get_threshold()[0] > 10_000
    other.__exit__(None, None, None)
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("own", [0, 1_000_000])
def test_a_program_that_has_it_look_less_often_keeps_that(own: int) -> None:
    gc.set_threshold(own, 10, 10)
    with held_back():
        assert gc.get_threshold()[0] == own
    assert gc.get_threshold()[0] == own
