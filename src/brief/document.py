"""The tree of a document: what it says and in which order, free of any file format."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal

from brief.classes import dataclass
from brief.errors import Origin, Place
from brief.model import Marking, Source
from brief.patterns import regex

Align = Literal["left", "center", "right"]
CalloutKind = Literal["note", "tip", "important", "warning", "caution"]
Where = Origin | Place | int | None
"""Where a node was written, as in `Finding`."""


@dataclass(frozen=True, slots=True)
class Text:
    """Literal characters; a line feed in them is a line break, a tab a tab."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed text, usually italic."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Strong:
    """Strongly stressed text, usually bold."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Strikethrough:
    """Text struck out."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Code:
    """Characters of a program, spaces kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an address, or to the anchor of a heading (`#anchor`)."""

    target: str
    content: Inlines
    title: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the desk, by its path relative to the desk.

    `share` is its width as a share of the room it stands in; none: its own size, or as much of it as there is room for.
    """

    path: str
    alt: str
    title: str = ""
    where: Where = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break within a paragraph."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """A reference mark whose note says `content`."""

    content: Blocks


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference mark whose note names a source; `citations` turns it into a footnote."""

    source: Source


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry of a timeline: what happened from `start` to `end` (both included), and how its days are written.

    `is_firm`: it did happen; what is planned, or was not held, is drawn in outline. `is_strong`: it matters most.
    """

    start: dt.date
    end: dt.date
    when: str
    text: str
    is_firm: bool = True
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A day that a timeline's axis names."""

    date: dt.date
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A picture of moments, in order of their start, along an axis of days; `alt` tells what it shows."""

    moments: tuple[Moment, ...]
    ticks: tuple[Tick, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Band:
    """A picture of the part from `low` to `high` of a scale from 0 to 100; `alt` tells what it shows."""

    low: float
    high: float
    alt: str


Figure = Timeline | Band
"""A picture that is drawn from what it shows, by `figures.draw`."""

Inline = Text | Emphasis | Strong | Strikethrough | Code | Link | Image | LineBreak | Footnote | Citation | Figure
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`style` names a style of the house, empty for the usual one."""

    content: Inlines
    style: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6; `anchor` is unique in the document, or empty."""

    level: int
    content: Inlines
    style: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class List:
    """A bulleted list, or one numbered from `start`; a tight one has no space between its items."""

    items: tuple[Blocks, ...]
    start: int | None = None
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quote."""

    content: Blocks


@dataclass(frozen=True, slots=True)
class Callout:
    """An alert: a box that stands out from the text."""

    kind: CalloutKind
    content: Blocks


@dataclass(frozen=True, slots=True)
class Box:
    """Blocks set apart from the text under a title; `style` names a style of the house, empty for the usual one."""

    title: str
    content: Blocks
    style: str = ""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of a program, spaces kept."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row; `widths` are shares of the text width (they sum to 1), or empty: as the content asks."""

    head: tuple[Blocks, ...]
    rows: tuple[tuple[Blocks, ...], ...]
    aligns: tuple[Align, ...]
    widths: tuple[float, ...] = ()
    style: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of contents: the headings of the whole document down to `depth`."""

    depth: int = 3


@dataclass(frozen=True, slots=True)
class Sources:
    """The place of the list of the sources cited; `citations` fills it."""


@dataclass(frozen=True, slots=True)
class Series:
    """A paragraph, an item of a list or a row of a table that comes again and again with other texts.

    `pattern` holds a mark in the place of each text (behind `https://` where it is an address), `texts` the texts of each
    time. To whom only the form matters, it is its pattern: one paragraph, the blocks of an item or the cells of a row.
    """

    pattern: tuple[Any, ...]
    texts: tuple[tuple[str, ...], ...]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.pattern)

    def __len__(self) -> int:
        return len(self.pattern)

    def at(self, time: int) -> tuple[Any, ...]:
        """What stands there one of the times, counted from 0."""
        filled: tuple[Any, ...] = _filled(self.pattern, self.texts[time])
        return filled


MARK_START = "\ufdd4"
MARK = regex(f"{MARK_START}([0-9]+)\\.([0-9]+)\ufdd5")
"""A mark in a series: the number of the series, and which of its texts stands there."""


def mark(series: int, index: int) -> str:
    """The mark of a text in a series."""
    return f"{MARK_START}{series}.{index}\ufdd5"


Block = Series | Paragraph | Heading | List | Quote | Callout | Box | CodeBlock | Rule | Table | Contents | Sources
Blocks = tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole document, in reading order."""

    blocks: Blocks

    @cached_property
    def nodes(self) -> Sequence[Block | Inline]:
        """Every node, as `walk` finds them."""
        return walk(self.blocks)

    @cached_property
    def kinds(self) -> frozenset[type]:
        """The classes of its nodes."""
        return frozenset(map(type, self.nodes))


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself: `date` is the issue date, `identifier` names the edition (`slug/2025-03-10`).

    `marking` stands in the header and the footer of every page; empty: no marking.
    """

    title: str
    identifier: str
    language: str
    date: dt.date
    subject: str = ""
    author: str = ""
    keywords: str = ""
    marking: Marking | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture read from the desk: PNG, JPEG or GIF bytes, size in pixels and resolution in dots per inch."""

    data: bytes
    format: Literal["png", "jpeg", "gif"]
    width: int
    height: int
    dpi: float = 96.0


def text_of(content: Inlines) -> str:
    """The characters a reader sees, marks of notes left out."""
    parts: list[str] = []
    for node in content:
        match node:
            case Text(text) | Code(text):
                parts.append(text)
            case Emphasis(inner) | Strong(inner) | Strikethrough(inner) | Link(content=inner):
                parts.append(text_of(inner))
            case LineBreak():
                parts.append("\n")
            case Image(alt=alt) | Timeline(alt=alt) | Band(alt=alt):
                parts.append(alt)
    return "".join(parts)


def _filled(thing: Any, texts: tuple[str, ...]) -> Any:
    """A pattern with the texts in the places of its marks."""
    match thing:
        case tuple():
            return tuple([_filled(inner, texts) for inner in thing])
        case Text(text):
            return Text(MARK.sub(lambda found: texts[int(found[2])], text))
        case Link(target, content, title):
            found = MARK.search(target)
            return Link(texts[int(found[2])] if found else target, _filled(content, texts), title)
    return dataclasses.replace(thing, content=_filled(thing.content, texts))


def walk(nodes: Sequence[Block | Inline]) -> list[Block | Inline]:
    """Every node of `nodes` and below, in reading order; what a note says follows its mark, and a series is its pattern."""
    found: list[Block | Inline] = []
    ahead: list[Block | Inline] = [*reversed(nodes)]
    while ahead:
        node = ahead.pop()
        found.append(node)
        below = _BELOW.get(node.__class__)
        if below:
            ahead.extend(reversed(below(node)))
    return found


def _in_table(table: Table) -> list[Block]:
    return [block for row in (table.head, *table.rows) for cell in row for block in cell]


_BELOW: dict[type, Callable[[Any], Sequence[Block | Inline]]] = {
    **dict.fromkeys(
        (Paragraph, Heading, Quote, Callout, Box, Emphasis, Strong, Strikethrough, Link, Footnote), attrgetter("content")
    ),
    Series: attrgetter("pattern"),
    List: lambda list_: [block for item in list_.items for block in item],
    Table: _in_table,
}
"""Where to find what is directly below a node."""
