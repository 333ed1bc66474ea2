"""One rendering while it lasts: the values put aside so far, the templates used, and the bounds it must keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import field, fields, is_dataclass
from time import monotonic, thread_time
from typing import Any, cast

from jinja2 import Undefined, UndefinedError

from brief import language
from brief.classes import dataclass
from brief.document import Block, Inline
from brief.errors import Place
from brief.model import PartialDate, Participant, Period, Prose
from brief.patterns import NOT_IN_XML, regex
from brief.rendered import (
    TOKEN,
    TOKEN_END,
    TOKEN_PART,
    TOKEN_START,
    BoxValue,
    Fragment,
    Markdown,
    Part,
    StyledValue,
    TableValue,
    Value,
)

SECONDS = 10.0
"""How long a template may run, in processor time."""
STEPS = 5_000_000
"""How many turns of loops and calls it may take."""
SIZE = 50_000_000
"""How many characters it may write, or hold in one value."""


_VALUES = (Markdown, TableValue, BoxValue, StyledValue)


class ExcessError(Exception):
    """A template that runs too long or grows too large."""


class UnprintableError(Exception):
    """A value that has no one way to be printed; the message says how to choose one."""


class Output(str):
    """What a template has written, tokens and all: a macro's result, a block's, a `{% set %}` block's."""

    __slots__ = ()

    def strip(self, chars: str | None = None, /) -> Output:  # noqa: D102
        return Output(super().strip(chars))

    def __eq__(self, other: object) -> bool:
        if TOKEN_PART.search(self):
            raise UnprintableError("a template's own output can't be compared: compare the value itself")
        return str.__eq__(self, other) if isinstance(other, str) else False

    def __getitem__(self, _key: object) -> str:
        raise UnprintableError("a template's own output can't be cut: cut the value itself")

    __hash__ = str.__hash__


@dataclass(slots=True)
class Run:
    """The state of one rendering, in the language of its briefing: `names` are those a template may use."""

    language: str
    names: frozenset[str] = frozenset()
    noted: list[tuple[Place | None, str]] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)
    steps: int = 0
    written: int = 0
    deadline: float = field(default_factory=lambda: monotonic() + SECONDS)
    allowance: float = field(default_factory=lambda: thread_time() + SECONDS)

    def weigh(self, text: str) -> None:
        """Refuse an output whose values, put back in their places, would be gigantic: captured output may print one often."""
        if text.count(TOKEN_START) <= len(self.values):
            return
        sizes = [_size(value) for value in self.values]
        if sum(sizes[int(found[1])] for found in TOKEN.finditer(text)) > SIZE:
            raise ExcessError(f"the template writes more than {SIZE:,} characters")

    def step(self) -> None:
        """Count a turn of a loop or a call."""
        self.steps += 1
        if self.steps > STEPS:
            raise ExcessError(f"the template takes more than {STEPS:,} steps; does a loop or a macro never end?")
        # The processor's time decides, as a machine may be busy with other things; the clock is quicker to ask.
        if not self.steps % 8 and monotonic() > self.deadline and thread_time() > self.allowance:
            raise ExcessError(f"the template runs for more than {SECONDS:g} seconds; does a loop or a macro never end?")

    def put(self, value: Any) -> str:
        """The token of a value that a template prints; what the template itself has written stays as it is."""
        kind = value.__class__
        if kind is Output:
            return cast("str", value)
        is_sound = kind is Prose or (kind is str and value.isprintable())
        if is_sound and value.isascii() and len(value) <= SIZE:  # most of what is printed
            printed = value if kind is str else str(value)
            size = len(printed)
        else:
            printed = self.printed(value)
            size = _size(printed)
        self.written += size
        if self.written > SIZE:
            raise ExcessError(f"the template writes more than {SIZE:,} characters")
        values = self.values
        values.append(printed)
        return f"{TOKEN_START}{len(values) - 1}{TOKEN_END}"  # a call of `token` would take longer

    def printed(self, value: object) -> Value:
        """The value as the document shows it; raises `UnprintableError` where the template has to say how."""
        if isinstance(value, (str, Period, dt.date)):
            return self.text(value)
        if isinstance(value, _VALUES) or _is_nodes(value):
            return value  # type: ignore[return-value]
        return self.text(value)

    def text(self, value: object) -> str:
        """The value as literal text."""
        match value:
            case str():
                return _whole(value)
            case Period():
                return _period(value, self.language)
            case dt.date():
                return language.date(value, self.language)
            case None:
                return ""
            case Undefined():
                return str(value)  # raises, with the undefined name
            case bool():
                raise UnprintableError("a truth value can't be printed; use {% if … %} to say it in words")
            case int() | float():
                return str(value)
            case PartialDate():
                return language.partial_date(value, self.language)
            case Participant():
                return value.name
        raise UnprintableError(_advice(value))

    def parts(self, value: object) -> tuple[Part, ...]:
        """The value as a table's cell shows it; a list is a paragraph an item."""
        if isinstance(value, Output):
            return (Fragment(str(value)),)
        if isinstance(value, (*_VALUES, Fragment)):
            return (value,)
        if _is_nodes(value):
            return (value,)  # type: ignore[return-value]
        if isinstance(value, (list, tuple)):
            return tuple(part for item in value for part in self.parts(item))
        return (self.text(value),)


_UNWRITABLE = regex(f"[{NOT_IN_XML}]")

CURRENT: ContextVar[Run] = ContextVar("rendering")
"""The rendering that goes on in this thread."""


def _period(value: Period, tag: str) -> str:
    # Most are one day, which is quicker to find among the dates written before.
    return language.date(value.start, tag) if value.start == value.end else language.period(value, tag)


def _size(value: Value) -> int:
    if value.__class__ is str:
        return len(value)
    if isinstance(value, Markdown):
        return len(value.text)
    if isinstance(value, TableValue):
        return sum(_size_of(cell) for row in (value.head, *value.rows) for cell in row)
    if isinstance(value, (BoxValue, StyledValue)):
        return _size_of(value.content)
    return 1


def _size_of(parts: tuple[Part, ...]) -> int:
    return sum(len(part) if isinstance(part, str) else 10 for part in parts)


def _is_nodes(value: object) -> bool:
    """Whether it is a sequence of nodes that stand within a line, or of blocks."""
    return isinstance(value, tuple) and any(value and all(isinstance(node, kind) for node in value) for kind in (Inline, Block))


def _whole(text: str) -> str:
    if len(text) > SIZE:
        raise ExcessError(f"a value is longer than {SIZE:,} characters")
    if not text.isascii() and TOKEN_PART.search(text):
        raise UnprintableError("a macro's output was changed or mixed into a text; print it as it is, or join it with ~")
    if not text.isprintable() and (found := _UNWRITABLE.search(text)):
        raise UnprintableError(f"the character U+{ord(found[0]):04X} can't stand in a Word file; leave it out")
    return text if text.__class__ is str else str(text)


def _advice(value: object) -> str:
    if isinstance(value, (*_VALUES, Fragment)):
        return "this is no longer a text: apply the filter to the value, before markdown, style, cite or table"
    if isinstance(value, (list, tuple)):
        return "a list can't be printed as such; use a filter, such as | join(', ') or | names, or a {% for %} loop"
    if is_dataclass(value):
        keys = ", ".join(item.name for item in fields(value) if item.name != "origin")
        return f"{noun(value)} can't be printed as such; print one of its keys: {keys}"
    return f"{noun(value)} can't be printed"


_NOUNS = {"str": "text", "Prose": "text", "int": "number", "tuple": "list", "EditionView": "edition"}


def listed(things: Any, kind: type | tuple[type, ...], wanted: str) -> list[Any]:
    """The things as a list, where they are one and all of a kind; `wanted` begins the sentence that says so."""
    if isinstance(things, (str, Mapping)) or not isinstance(things, Iterable):
        raise UnprintableError(f"{wanted}, not {known_noun(things)}")
    found = list(things)
    for thing in found:
        if not isinstance(thing, kind):
            raise UnprintableError(f"{wanted}, not one that holds {known_noun(thing)}")
    return found


def whole(value: Any, most: int, wanted: str) -> int:
    """A whole number from 1 to `most`; `wanted` begins the sentence that says so."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnprintableError(f"{wanted}, not {known_noun(value)}")
    if not 1 <= value <= most:
        raise UnprintableError(f"{wanted}, not {value}")
    return value


def style_name(value: Any) -> str:
    """The name of a style as an editor wrote it, or nothing."""
    if not isinstance(value, str) or TOKEN_PART.search(value):
        raise UnprintableError(f"a style is the name of one in quotes, not {known_noun(value)}")
    return str(value)


def known_noun(value: object) -> str:
    """What to call a value; an undefined one raises the error that says so."""
    if isinstance(value, Undefined):
        raise UndefinedError(value._undefined_message)
    return noun(value)


def noun(value: object) -> str:
    """What to call a value when speaking to an editor."""
    if value is None:
        return "nothing (none)"
    name = type(value).__name__
    word = _NOUNS.get(name, name).lower()
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
