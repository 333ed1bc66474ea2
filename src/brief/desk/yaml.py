"""YAML read in one pass over the parser's events: plain values, safe from bombs, and the place of every mapping.

Values are those of PyYAML's safe loader (YAML 1.1), except that keys are always text: `on:` is not `true:`. What is wrong
with a single value stands in its place as a `Flaw`; what makes a file unreadable is raised as `UnreadableError`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamStartEvent,
)

from brief.classes import dataclass
from brief.desk.days import day
from brief.desk.text import FORBIDDEN, explain, offset
from brief.patterns import regex

MAX_DEPTH = 50
"""Levels of nesting; the files of a desk need six."""
MAX_ALIASED = 500_000
"""Values that the aliases of one file may stand for."""
_LONGEST_SCALAR = 100
"""Characters; no number, date or word that YAML knows is longer."""

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_INDENTATION = regex("[ -]*")
_constructor: Any = yaml.constructor.SafeConstructor()


class Map(dict[str, Any]):
    """A mapping and where it starts; `borrowed` tells of each key that a merge (`<<`) brought which mapping wrote it."""

    __slots__ = ("borrowed", "column", "line")
    line: int
    column: int
    borrowed: dict[str, Map] | None


@dataclass(frozen=True, slots=True)
class Flaw:
    """Stands for a value that can't be read; `line` and `column` where that is not the value's own place."""

    message: str
    hint: str = ""
    line: int = 0
    column: int = 0


class UnreadableError(Exception):
    """A fault that leaves the rest of a file unread."""

    def __init__(self, mark: Any, message: str, hint: str = "") -> None:
        self.line: int = mark.line + 1
        self.column: int = mark.column + 1
        self.message = message
        self.hint = hint
        super().__init__(message)


class Document(NamedTuple):
    """One document of a file and where its value starts."""

    value: Any
    line: int
    column: int


def documents(text: str) -> Iterator[Document]:
    """The documents of a file, one after the other; raises `UnreadableError`."""
    reader = _Reader(text)
    try:
        while reader.begins_document():
            yield reader.document()
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text) from None
    except (ValueError, OverflowError):  # PyYAML's own parser, where the C parser is missing
        raise UnreadableError(reader.mark(), "not valid YAML: an escape names no character") from None


class _Scalars(dict[str, Any]):
    """What YAML takes an unquoted scalar for; each is worked out once."""

    def __missing__(self, raw: str) -> Any:
        value = self[raw] = _unquoted(raw)
        return value


class _Reader:
    """Builds the values of one file from the parser's events, without recursion."""

    def __init__(self, text: str) -> None:
        self._loader = _Loader(text)
        self._scalars = _Scalars()
        self._anchors: dict[str, Any] = {}
        self._mistagged: dict[int, Flaw] = {}
        self._allowance = MAX_ALIASED

    def begins_document(self) -> bool:
        """Whether there is another document; steps into it."""
        while isinstance(event := self._loader.get_event(), StreamStartEvent):
            pass
        return isinstance(event, DocumentStartEvent)

    def mark(self) -> Any:
        """How far the parser has come."""
        return self._loader.get_mark()

    def document(self) -> Document:
        self._anchors.clear()
        first = self._loader.peek_event().start_mark
        return Document(self._value(), first.line + 1, first.column + 1)

    def _value(self) -> Any:  # the loop that every node passes: as little as possible is called from it
        next_event, scalars = self._loader.get_event, self._scalars
        values: list[Any] = []
        into: Any = values
        in_map = False
        key: Any = None
        outer: list[tuple[Any, bool, Any]] = []
        while (kind := type(event := next_event())) is not DocumentEndEvent:
            if in_map and key is None and kind is not MappingEndEvent:
                key = _key(event)
                continue
            if kind is ScalarEvent:
                value = scalars[event.value] if event.implicit[0] else self._explicit(event)
                if event.anchor:
                    self._anchors[event.anchor] = value
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = self._closed(into)
                into, in_map, key = outer.pop()
            elif kind is AliasEvent:
                value = self._aliased(event, [into, *(entry[0] for entry in outer)])
            else:
                outer.append((into, in_map, key))
                into, in_map, key = self._opened(event, len(outer)), kind is MappingStartEvent, None
                continue
            if not in_map:
                into.append(value)
                continue
            name = key.value
            into[name] = value if name not in into else _repeated(key)
            key = None
        return values[0]

    def _opened(self, event: Any, depth: int) -> Map | list[Any]:
        mark = event.start_mark
        if depth > MAX_DEPTH:
            raise UnreadableError(mark, f"nested more than {MAX_DEPTH} deep")
        value: Map | list[Any]
        if type(event) is MappingStartEvent:
            value = Map()
            value.line, value.column, value.borrowed = mark.line + 1, mark.column + 1, None
        else:
            value = []
        if event.tag not in (None, "!", f"{_CORE}map", f"{_CORE}seq"):
            self._mistagged[id(value)] = _unsupported(event.tag)
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _closed(self, value: Map | list[Any]) -> Any:
        if type(value) is Map and "<<" in value:
            _merge(value)
        return self._mistagged.pop(id(value), value) if self._mistagged else value

    def _explicit(self, event: Any) -> Any:
        """A scalar that is quoted, a block, or tagged."""
        if event.tag not in (None, "!", f"{_CORE}str"):
            return _constructed(event.tag, event.value)
        if event.style == '"' and (found := FORBIDDEN.search(event.value)):  # only an escape can have brought it in
            return Flaw(explain(found[0]), "leave it out")
        return event.value

    def _aliased(self, event: Any, unfinished: list[Any]) -> Any:
        name = event.anchor
        if name not in self._anchors:
            return Flaw(f"nothing above is named &{name}", "a text that begins with * must be put in quotes")
        value = self._anchors[name]
        if any(value is container for container in unfinished):
            return Flaw(f"*{name} stands for a value that contains it")
        self._allowance -= _size(value, self._allowance, event.start_mark)
        return value


def _key(event: Any) -> Any:
    if type(event) is not ScalarEvent:
        raise UnreadableError(event.start_mark, "a key must be a single word", "did you mean a text? put it in quotes")
    return event


def _repeated(key: Any) -> Flaw:
    mark = key.start_mark
    return Flaw("the key is given twice", "keep one of them", mark.line + 1, mark.column + 1)


def _unsupported(tag: str) -> Flaw:
    return Flaw(f"the tag {tag.replace(_CORE, '!!')} is not supported", "a text that begins with ! must be put in quotes")


def _unquoted(raw: str) -> Any:
    if len(raw) > _LONGEST_SCALAR:
        return raw
    for tag, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(raw[:1], ()):
        if pattern.match(raw):
            return _constructed(tag, raw)
    return raw


def _constructed(tag: str, raw: str) -> Any:
    """The value that a scalar with a tag of YAML 1.1 stands for."""
    kind = tag.removeprefix(_CORE)
    if kind in ("merge", "value"):  # a lone << or =
        return raw
    if kind not in ("bool", "int", "float", "null", "timestamp") or len(raw) > _LONGEST_SCALAR:
        return _unsupported(tag)
    try:
        return _constructor.yaml_constructors[tag](_constructor, yaml.ScalarNode(tag, raw))
    except (ValueError, KeyError, IndexError, AttributeError, OverflowError):  # PyYAML's answers to what does not fit
        return _misread(kind, raw)


def _misread(kind: str, raw: str) -> Flaw:
    try:
        day(raw[:10])
    except ValueError as error:
        if kind == "timestamp" and not str(error).startswith("this is no"):
            return Flaw(str(error), "mend the date, or put it in quotes where it is a text")
    return Flaw(f"{raw!r} is no {kind}", "put it in quotes where it is a text")


def _merge(into: Map) -> None:
    """Takes over the keys of the mappings under `<<` that `into` does not give itself."""
    value = into.pop("<<")
    lenders = value if isinstance(value, list) else [value]
    into.borrowed = {}
    for lender in lenders:
        if not isinstance(lender, Map):
            into["<<"] = lender if isinstance(lender, Flaw) else Flaw("<< takes over the keys of a mapping, as in `<<: *name`")
            return
        for key in lender.keys() - into.keys():
            into[key] = lender[key]
            into.borrowed[key] = (lender.borrowed or {}).get(key, lender)


def _size(value: Any, allowance: int, mark: Any) -> int:
    """How many values an alias stands for; raises `UnreadableError` where they are too many or too deep."""
    count = 1
    layer = [value]
    for _ in range(MAX_DEPTH):
        count += sum(len(_children(node)) for node in layer)
        if count > allowance:
            raise UnreadableError(mark, f"the aliases of this file stand for more than {MAX_ALIASED:,} values")
        layer = [child for node in layer for child in _children(node)]
        if not layer:
            return count
    raise UnreadableError(mark, f"nested more than {MAX_DEPTH} deep")


def _children(node: Any) -> Collection[Any]:
    if isinstance(node, Map):
        return node.values()
    return node if isinstance(node, list) else ()


_HINTS = {
    "tab character": "indent with spaces",
    "mapping values are not allowed": "a text that holds ': ' must be put in quotes; or the line is indented wrongly",
    "unexpected end of stream": "the closing quote is missing",
    "unexpected document separator": "the closing quote is missing",
    "did not find expected ',' or ']'": "the closing ] is missing, or a text in the list needs quotes",
    "expected ',' or ']'": "the closing ] is missing, or a text in the list needs quotes",
    "did not find expected ',' or '}'": "the closing } is missing, or a text in it needs quotes",
    "expected ',' or '}'": "the closing } is missing, or a text in it needs quotes",
    "did not find expected key": "check the indentation, and quotes within a quoted text",
    "expected <block end>": "check the indentation, and quotes within a quoted text",
    "did not find expected '-'": "each item of a list begins with '- ', all of them equally far in",
    "expected node content": "a value, or the closing ] or }, is missing",
    "could not find expected ':'": "a key is followed by ': ' and its value",
    "unknown escape character": "within double quotes write \\\\ for a backslash, or use single quotes",
    "invalid Unicode character escape": "within double quotes write \\\\ for a backslash, or use single quotes",
    "expected alphabetic or numeric": "a text that begins with * or & must be put in quotes",
    "undefined tag handle": "a text that begins with ! must be put in quotes",
    "expected <document start>": "documents are parted by a line ---",
    "incompatible YAML document": "leave out the line %YAML",
}
_WHERE_IT_BEGAN = ("unexpected end of stream", "unexpected document separator", "expected alphabetic or numeric")


def _explained(error: yaml.MarkedYAMLError, text: str) -> UnreadableError:
    problem = error.problem or "not valid YAML"
    mark: Any = error.problem_mark or error.context_mark
    rest = text[offset(text, mark.line + 1, mark.column + 1) :]
    if error.context_mark and (any(part in problem for part in _WHERE_IT_BEGAN) or not rest.strip()):
        mark = error.context_mark
    if "cannot start any token" in problem:
        return _stray(mark, rest[0])
    hint = next((hint for part, hint in _HINTS.items() if part in problem), "")
    context = f" ({error.context} that begins in line {error.context_mark.line + 1})" if error.context_mark else ""
    return UnreadableError(mark, f"not valid YAML: {problem}{context}", hint)


def _stray(mark: Any, character: str) -> UnreadableError:
    if character == "\t":
        return UnreadableError(mark, "not valid YAML: a tab can't indent a line", "use spaces")
    return UnreadableError(mark, f"not valid YAML: a text can't begin with {character!r}", "put it in quotes")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is written, and its key if it has one; `raw` is the text of a scalar, `style` its kind of quotes."""

    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    raw: str | None = None
    style: str = ""


def spots(text: str, line: int, column: int, wanted: Collection[Path]) -> dict[Path, Spot]:
    """Where the wanted values are written within the value that starts at `line` and `column`.

    A key given twice is where it stands first; what an alias or a merge brought in is not found. The text must have been
    read before.
    """
    missing = set(wanted)
    found: dict[Path, Spot] = {}
    tail = _Tail(text, line, column)
    for path, key, event in _walk(iter(_Loader(tail).get_event, None)):
        if path in missing:
            found[path] = _spot(tail, key, event)
            missing.remove(path)
        if not missing:
            break
    return found


def _spot(tail: _Tail, key: Any, event: Any) -> Spot:
    raw, style = getattr(event, "value", None), getattr(event, "style", None)
    return Spot(*tail.place(event.start_mark), *tail.place((key or event).start_mark), raw, style or "")


class _Tail:
    """A text from a place on, as a stream: no more of it is parsed than is looked at.

    Where only indentation stands before the place, it is kept, since the lines that follow are indented as deep.
    """

    def __init__(self, text: str, line: int, column: int) -> None:
        self._text = text
        self._line = line
        self._next = offset(text, line, column)
        indented = _INDENTATION.fullmatch(text, offset(text, line, 1), self._next)
        self._padding = " " * (column - 1) if indented else ""
        self._skipped = column - 1 - len(self._padding)

    def read(self, size: int) -> str:
        chunk = self._padding or self._text[self._next : self._next + size]
        if not self._padding:
            self._next += size
        self._padding = ""
        return chunk

    def place(self, mark: Any) -> tuple[int, int]:
        """The line and column in the whole text, from 1."""
        return self._line + mark.line, mark.column + 1 + (0 if mark.line else self._skipped)


class _Frame:
    """A collection on the way down: `step` is the key or index of the value at hand."""

    __slots__ = ("in_map", "key", "step")

    def __init__(self, in_map: bool) -> None:
        self.in_map = in_map
        self.key: Any = None
        self.step: str | int = -1

    def takes_as_key(self, event: Any) -> bool:
        """Steps on to `event`; whether that is the key of the value to come."""
        if not self.in_map:
            self.step = int(self.step) + 1
            return False
        if self.key is None:
            self.key, self.step = event, event.value
            return True
        return False


def _walk(events: Iterator[Any]) -> Iterator[tuple[Path, Any, Any]]:
    """Each value of the first collection with its path and the event of its key, in the order of the file."""
    frames: list[_Frame] = []
    for event in events:
        if isinstance(event, CollectionEndEvent):
            frames.pop()
        elif isinstance(event, NodeEvent):
            if frames and frames[-1].takes_as_key(event):
                continue
            yield tuple(frame.step for frame in frames), frames[-1].key if frames else None, event
            if frames:
                frames[-1].key = None
            if isinstance(event, CollectionStartEvent):
                frames.append(_Frame(isinstance(event, MappingStartEvent)))
        else:
            continue
        if not frames:
            return
