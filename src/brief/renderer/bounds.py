"""What templates may do with values: make nothing gigantic of them, and not take their own output for data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from brief.patterns import regex
from brief.renderer.run import CURRENT, SIZE, ExcessError, Output, UnprintableError

_ITEMS = 1_000_000
"""How long a list may grow."""
_BITS = 10_000
"""How large a number may grow."""
_WIDE = regex(r"[%:.][^%{}]{0,9}?[0-9]{8}")
"""A width in a format that makes a text gigantic."""
_TEXTUAL = frozenset(
    (
        "capitalize",
        "center",
        "format",
        "indent",
        "lower",
        "replace",
        "string",
        "title",
        "trim",
        "truncate",
        "upper",
        "urlencode",
    )
) | {"wordcount", "wordwrap"}
"""Jinja's filters that make a text of anything; here the value is first what would be printed."""
_FOR_OUTPUT = frozenset(("d", "default", "join", "trim"))
"""The filters that output may go through."""
_MIXED = "a template's own output can be printed, trimmed and joined with ~, but not changed: apply this to the value itself"


def guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """One of Jinja's filters, within bounds."""
    before = 1 if hasattr(function, "jinja_pass_arg") else 0  # the environment or context comes first

    @wraps(function)
    def guard(*args: Any, **kwargs: Any) -> Any:
        passed, value, others = args[:before], args[before], args[before + 1 :]
        if name not in _FOR_OUTPUT:
            refuse_output((value, *others, *kwargs.values()))
        if name in _TEXTUAL and not isinstance(value, str):
            value = CURRENT.get().text(value)
        if name == "format":
            others, kwargs = plain(others), dict(zip(kwargs, plain(kwargs.values()), strict=True))
        bound_growth(value, (*others, *kwargs.values()))
        return function(*passed, value, *others, **kwargs)

    return guard


def check_call(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call, within bounds; those of a text's `format` as they would be printed."""
    method = getattr(function, "__wrapped__", function)  # str.format comes wrapped
    owner = getattr(method, "__self__", None)
    for argument in (*args, *kwargs.values()):
        if isinstance(argument, int):
            bound(abs(argument))
    if not isinstance(owner, str):
        return args, kwargs
    if method.__name__ == "format":
        args, kwargs = plain(args), dict(zip(kwargs, plain(kwargs.values()), strict=True))
    listed = [list(argument) if isinstance(argument, Iterable) else [argument] for argument in (*args, *kwargs.values())]
    refuse_output([owner, *(item for items in listed for item in items)])
    bound_growth(owner, (*args, *kwargs.values()))
    if method.__name__ == "join":
        bound(sum(len(str(item)) + len(owner) for items in listed for item in items))
    return args, kwargs


def check_operation(operator: str, left: Any, right: Any) -> Any:
    """The right operand of `+`, `*`, `**` or `%`, within bounds; that of a text's `%` as it would be printed."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length()
        if bits > _BITS:
            raise ExcessError("a number grows too large")
        return right
    refuse_output((left, right))
    if operator == "%" and isinstance(left, str):
        right = plain(right if isinstance(right, tuple) else (right,))
        bound_growth(left, right)
    elif operator == "*":
        _bound_repetition(left, right)
        _bound_repetition(right, left)
    elif operator == "+" and isinstance(left, (str, list, tuple)) and isinstance(right, (str, list, tuple)):
        bound(len(left) + len(right), SIZE if isinstance(left, str) else _ITEMS)
    return right


def plain(values: Iterable[Any]) -> tuple[Any, ...]:
    """The values as they would be printed, numbers as they are."""
    run = CURRENT.get()
    return tuple(value if isinstance(value, (str, int, float)) else run.text(value) for value in values)


def refuse_output(values: Iterable[Any]) -> None:
    """Refuse to work on what the template has written: it is full of tokens, and no longer data."""
    if any(isinstance(value, Output) for value in values):
        raise UnprintableError(_MIXED)


def bound(size: int, most: int = SIZE) -> None:
    """Refuse what would be larger than any briefing."""
    if size > most:
        raise ExcessError(f"a value grows beyond {most:,} characters or items")


def bound_growth(value: Any, others: Iterable[Any]) -> None:
    """Refuse to make much of little: to pad, repeat or replace a text beyond bounds."""
    largest = 1
    for other in others:
        if isinstance(other, int):
            bound(abs(other))
            largest = max(largest, other)
        elif isinstance(other, str):
            largest = max(largest, len(other))
    for text in (value, *others):
        if isinstance(text, str) and ("%" in text or "{" in text) and _WIDE.search(text):
            raise ExcessError(f"a text is padded beyond {SIZE:,} characters")
    if isinstance(value, str):
        bound(len(value) * largest // 10)


def _bound_repetition(many: Any, times: Any) -> None:
    if isinstance(many, (str, list, tuple)) and isinstance(times, int):
        bound(len(many) * times, SIZE if isinstance(many, str) else _ITEMS)
