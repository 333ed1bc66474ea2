"""Pieces of a line of text on their way to inline nodes: neighbouring texts become one, line ends become spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

from brief.classes import dataclass
from brief.document import Block, Inline, Inlines, LineBreak, Text, text_of
from brief.rendered import Markdown, Value


@dataclass(frozen=True, slots=True)
class SoftBreak:
    """The end of a line within a paragraph."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that may be blocks; what becomes of it depends on what stands beside it. `start` is its byte in the text."""

    value: Value
    start: int

    @property
    def is_text(self) -> bool:
        """Whether it is a text that could also flow within a line."""
        return isinstance(self.value, Markdown)


Piece = str | Inline | SoftBreak | Slot

BLOCKS = frozenset(get_args(Block))
"""The classes of the nodes that are blocks."""

BREAKS = frozenset({SoftBreak, LineBreak})
"""The classes of line ends."""
BLANK = " \t\r\n"
"""What a reader doesn't see at the end of a line; a no-break space is there on purpose."""
_UNSPACED = (
    "[\u2e80-\u303f\u3040-\u30ff\u31c0-\u31ff\u3220-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003fffd]"
)
"""Chinese and Japanese characters, which lines are broken between at will; Korean has spaces between its words."""


def trimmed(pieces: list[Piece]) -> list[Piece]:
    """The pieces without line ends before the first and after the last of them."""
    first, last = 0, len(pieces)
    while first < last and pieces[first].__class__ in BREAKS:
        first += 1
    while first < last and pieces[last - 1].__class__ in BREAKS:
        last -= 1
    return pieces if last - first == len(pieces) else pieces[first:last]


def merged(pieces: Sequence[Any]) -> Inlines:
    """The nodes that the pieces, none of them a slot any more, make."""
    return joined(_without_line_ends(pieces) if SoftBreak in map(type, pieces) else pieces)


def joined(pieces: Sequence[Any]) -> Inlines:
    """The nodes that texts and nodes make."""
    nodes: list[Any] = []
    text = ""
    for piece in pieces:
        if piece.__class__ is str:
            text += piece
        elif piece.__class__ is Text:
            text += piece.text
        else:
            if text:
                nodes.append(Text(text))
                text = ""
            nodes.append(piece)
    if text:
        nodes.append(Text(text))
    return tuple(nodes)


def _without_line_ends(pieces: Sequence[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for index, piece in enumerate(pieces):
        if not isinstance(piece, SoftBreak):
            kept.append(piece)
        elif index and pieces[index - 1].__class__ in BREAKS:
            continue
        elif not (_is_unspaced(_beside(pieces, index, -1)[-1:]) and _is_unspaced(_beside(pieces, index, 1)[:1])):
            kept.append(" ")
    return kept


def _is_unspaced(letter: str) -> bool:
    return not letter.isascii() and re.match(_UNSPACED, letter) is not None  # compiled where it is needed, as that takes long


def _beside(pieces: Sequence[Piece], index: int, step: int) -> str:
    """The text on one side of a line end; marks of notes are passed over."""
    while 0 <= (index := index + step) < len(pieces):
        piece = pieces[index]
        if isinstance(piece, SoftBreak | Slot):
            break
        text = piece if isinstance(piece, str) else text_of((piece,))
        if text:
            return text
    return ""


def is_blank(content: Inlines) -> bool:
    """Whether a reader would see nothing."""
    return not content or (len(content) == 1 and isinstance(content[0], Text) and not content[0].text.strip(BLANK))


def stand_alone(pieces: Sequence[Piece]) -> bool:
    """Whether slots are all there is, so that each may become blocks; two texts on one line flow on instead."""
    text_on_line = False
    for piece in pieces:
        if isinstance(piece, SoftBreak | LineBreak):
            text_on_line = False
        elif isinstance(piece, Slot):
            if text_on_line and piece.is_text:
                return False
            text_on_line = piece.is_text
        elif not (isinstance(piece, str) and not piece.strip(BLANK)):
            return False
    return True
