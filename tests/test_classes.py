"""Our quick dataclasses behave as the standard ones do."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, field, replace
from functools import cached_property
from itertools import product
from typing import ClassVar

import pytest

from brief.classes import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Ours:
    """A noun."""

    name: str
    size: int = 3
    parts: list[str] = field(default_factory=list)

    @property
    def shout(self) -> str:
        return self.name.upper()


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Theirs:
    """A noun."""

    name: str
    size: int = 3
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Alone:
    value: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Other:
    value: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    pass


VALUES = [("a",), ("a", 4), ("b", 3, ["x"]), ("b", 3, ["y"])]


@pytest.mark.parametrize("values", VALUES)
def test_it_is_made_shown_and_taken_apart_as_a_standard_one(values: tuple[object, ...]) -> None:
    ours, theirs = Ours(*values), Theirs(*values)  # type: ignore[arg-type]
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert Ours.__match_args__ == Theirs.__match_args__
    assert list(inspect.signature(Ours).parameters) == list(inspect.signature(Theirs).parameters)
    assert ours.shout == ours.name.upper()


@pytest.mark.parametrize(("first", "second"), list(product(VALUES, VALUES)))
def test_two_are_equal_and_in_order_as_standard_ones(first: tuple[object, ...], second: tuple[object, ...]) -> None:
    a, b = Ours(*first), Ours(*second)  # type: ignore[arg-type]
    x, y = Theirs(*first), Theirs(*second)  # type: ignore[arg-type]
    assert [a == b, a != b, a < b, a <= b, a > b, a >= b] == [x == y, x != y, x < y, x <= y, x > y, x >= y]


def test_only_those_of_one_class_are_equal_or_in_order() -> None:
    nouns: list[object] = [Alone((1,)), Other((1,)), (1,), ((1,),)]
    assert [noun for noun in nouns if noun == Alone((1,))] == nouns[:1]
    with pytest.raises(TypeError, match="not supported"):
        assert Ours("a") < Theirs("b")  # type: ignore[operator]


def test_equal_ones_have_the_same_hash_and_one_that_holds_a_list_has_none() -> None:
    assert {Alone((1,)), Alone((1,)), Alone((2,)), Empty(), Empty()} == {Alone((2,)), Alone((1,)), Empty()}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Ours("a"))


def test_nothing_of_it_can_be_changed_added_or_taken_away() -> None:
    noun = Ours("a")
    for name in ("name", "other"):
        with pytest.raises(FrozenInstanceError):
            setattr(noun, name, "b")
        with pytest.raises(FrozenInstanceError):
            delattr(noun, name)
    assert noun == Ours("a")


def test_what_is_made_by_default_is_made_for_each() -> None:
    assert Ours("a").parts is not Ours("a").parts


def test_missing_and_unknown_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        Ours()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        Ours("a", colour="red")  # type: ignore[call-arg]


@pytest.mark.parametrize("noun", [Ours("a", 4, ["x"]), Alone((1, 2)), Empty()])
def test_it_is_pickled_and_copied_whole(noun: object) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(noun, protocol)) == noun
    assert copy.copy(noun) == copy.deepcopy(noun) == noun


def test_one_is_made_from_another() -> None:
    assert replace(Ours("a", 4), name="b") == Ours("b", 4)


@dataclass(slots=True)
class Worker:
    done: int = 0
    _seen: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wide:
    name: str
    parts: tuple[str, ...] = ()

    @cached_property
    def size(self) -> int:
        return len(self.name) + len(self.parts)


def test_one_that_is_not_frozen_can_be_changed_and_has_no_hash() -> None:
    worker = Worker()
    worker.done += 1
    worker._seen.append("a")
    assert worker == Worker(1, ["a"]) != Worker(1)
    assert repr(worker) == f"{Worker.__qualname__}(done=1, _seen=['a'])"
    assert pickle.loads(pickle.dumps(worker)) == copy.deepcopy(worker) == worker
    with pytest.raises(TypeError, match="unhashable"):
        hash(worker)
    with pytest.raises(AttributeError):
        worker.other = 1  # type: ignore[attr-defined]


def test_one_without_slots_can_remember_what_it_has_found_out() -> None:
    wide = Wide("abc", parts=("d",))
    assert wide.size == 4
    assert "size" in vars(wide)
    assert wide == Wide("abc", ("d",))
    assert {wide, Wide("abc", ("d",))} == {wide}
    assert pickle.loads(pickle.dumps(wide)) == replace(wide) == wide
    with pytest.raises(FrozenInstanceError):
        wide.name = "b"  # type: ignore[misc]


def test_what_it_can_not_make_is_refused() -> None:
    class Checked:
        def __post_init__(self) -> None:
            pass

    class Counted:
        number: ClassVar[int] = 0

    class Derived(Alone):
        more: int

    class Odd:
        name: str = field(compare=False)

    class Spoken:
        name: str
        size: int

        def __repr__(self) -> str:
            return "a noun"

    class Shared:
        name: str
        parts: list[str] = []  # noqa: RUF012

    for plain in (Checked, Counted, Derived, Odd, Spoken, Shared):
        for slots in (False, True):
            with pytest.raises(TypeError, match="standard library"):
                dataclass(frozen=True, slots=slots)(plain)


def test_the_standard_library_knows_its_fields() -> None:
    assert dataclasses.is_dataclass(Ours)
    assert [(field.name, field.type, field.default) for field in dataclasses.fields(Ours)] == [
        (field.name, field.type, field.default) for field in dataclasses.fields(Theirs)
    ]
    assert dataclasses.fields(Empty) == ()
    assert dataclasses.astuple(Worker(2, ["a"])) == (2, ["a"])
