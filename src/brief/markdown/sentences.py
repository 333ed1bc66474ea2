"""The first sentence of a text, its marks kept."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from brief.document import (
    Blocks,
    Citation,
    Code,
    Emphasis,
    Footnote,
    Inlines,
    Link,
    Paragraph,
    Strikethrough,
    Strong,
    Text,
    text_of,
)

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+(\S))|[。！？]+[”’」』）]*|$", re.DOTALL)
"""Where a sentence may end; the group is the character that the next one would begin with."""
_NO_END = re.compile(
    r"(?:^|[\s(\[“„«‘'\"/–-])(?:\w|\w\.\w|\w\.\w\.\w|\d{1,2}|[IVX]{1,4}"
    r"|Mr|Mrs|Ms|Mme|Mlle|Dr|Prof|St|Gen|Lt|Col|Maj|Capt|Adm|Sgt|Sen|Rep|Gov|Amb|Min|Hr|Fr|Sr|Jr|Sra|Dra"
    r"|No|Nos|Nr|nr|vs|etc|e\.g|i\.e|cf|ca|approx|bzw|ggf|usw|vgl|bspw|Art|art|Abs|Ph\.D|Inc|Ltd|Co|Corp"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Okt|Nov|Dec|Dez)$"
)
"""What stands before a full stop that belongs to an abbreviation, an initial or an ordinal."""


def first_sentence(blocks: Blocks) -> Blocks:
    """The first sentence of the first paragraph; nothing where the blocks begin otherwise."""
    match blocks:
        case (Paragraph(content, style), *_):
            return (Paragraph(_cut(content, _length(text_of(content)))[0], style),)
    return ()


def _length(text: str) -> int:
    """How many characters the first sentence of a text has; where that is doubtful, rather more."""
    for end in _END.finditer(text):
        mark = text[end.start() : end.end()]
        following = end[1] or ""
        if following.islower() or (mark.startswith(".") and mark[1:2] != "." and _NO_END.search(text, 0, end.start())):
            continue
        return end.end()
    return len(text)


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
