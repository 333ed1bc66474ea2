"""The first sentence of a text, its marks kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brief.document import (
    Blocks,
    Box,
    Callout,
    Citation,
    Code,
    CodeBlock,
    Emphasis,
    Footnote,
    Heading,
    Inlines,
    Link,
    List,
    Paragraph,
    Quote,
    Strikethrough,
    Strong,
    Text,
    text_of,
)
from brief.patterns import regex

_END = regex(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s++(\S))|[。！？।]++[”’」』）]*+|$", re.DOTALL)
"""Where a sentence may end; the group is the character that the next one would begin with."""
_NO_END = regex(
    r"(?:^|[\s(\[“„«‘'\"/–-])(?:\w|\w\.\w|\w\.\w\.\w|\d{1,2}|[IVX]{1,4}"
    r"|Mr|Mrs|Ms|Mme|Mlle|Dr|Prof|St|Mt|Gen|Brig|Lt|Col|Maj|Capt|Cmdr|Adm|Sgt|Pres|Sen|Rep|Gov|Amb|Sec|Min|Hon|Rev"
    r"|Hr|Fr|Sr|Jr|Sra|Dra"
    r"|No|Nos|Nr|nr|vs|etc|e\.g|i\.e|cf|ca|approx|bzw|ggf|usw|vgl|bspw|Art|art|Abs|Ph\.D|Inc|Ltd|Co|Corp"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Okt|Nov|Dec|Dez)$"
)
"""What stands before a full stop that belongs to an abbreviation, an initial or an ordinal."""
_LONGEST = 12
"""No such word, with what is before it, is longer."""


def first_sentence(blocks: Blocks) -> Blocks:
    """The first sentence of the first paragraph, wherever it stands; where there is none, of the first heading or code."""
    lines = list(_lines(blocks))
    for kind in (Paragraph, Heading, CodeBlock):
        for line in lines:
            content = line.content if isinstance(line, Paragraph | Heading) else (Text(line.text),)
            if isinstance(line, kind) and (text := text_of(content)):
                return (Paragraph(_cut(content, _length(text))[0]),)
    return ()


def _lines(blocks: Blocks) -> Iterator[Paragraph | Heading | CodeBlock]:
    """What may hold a sentence; what notes and tables say is none of the text's own."""
    for block in blocks:
        match block:
            case Paragraph() | Heading() | CodeBlock():
                yield block
            case Quote(content) | Callout(content=content) | Box(content=content):
                yield from _lines(content)
            case List(items):
                for item in items:
                    yield from _lines(item)


def _length(text: str) -> int:
    """How many characters the first sentence of a text has; where that is doubtful, rather more."""
    for end in _END.finditer(text):
        mark = text[end.start() : end.end()]
        following = end[1] or ""
        if following.islower() or (mark.startswith(".") and mark[1:2] != "." and _is_short_form(text, end.start())):
            continue
        return end.end()
    return len(text)


def _is_short_form(text: str, end: int) -> bool:
    """Whether a word that ends there is one that a full stop belongs to."""
    return _NO_END.search(text, max(end - _LONGEST, 0), end) is not None


def _cut(content: Inlines, room: int) -> tuple[Inlines, int]:
    """The first `room` characters of the content, and how many of them are left; marks of notes take none."""
    kept: list[Any] = []
    for node in content:
        if room <= 0 and not isinstance(node, Footnote | Citation):
            break
        match node:
            case Text(text) | Code(text):
                kept.append(replace(node, text=text[:room]))
                room -= len(text)
            case Footnote() | Citation():
                kept.append(node)
            case Emphasis() | Strong() | Strikethrough() | Link():
                inner, room = _cut(node.content, room)
                kept.append(replace(node, content=inner))
            case _:
                kept.append(node)
                room -= len(text_of((node,)))
    return tuple(kept), room
