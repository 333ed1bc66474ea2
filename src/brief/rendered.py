"""A template's output on its way to the tree: Markdown in which every value is a short private token.

Tokens are made of Unicode noncharacters, which the desk's loader refuses in every file: nothing a curator or an editor
writes can look like one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from brief.classes import dataclass
from brief.document import Align, Blocks, Inlines
from brief.errors import Origin
from brief.patterns import regex

TOKEN_START, TOKEN_END = "\ufdd0", "\ufdd1"
TOKEN = regex(f"{TOKEN_START}([0-9]+){TOKEN_END}")
"""A token; its number is the index of the value it stands for."""

TOKEN_PART = regex("[\ufdd0-\ufdef]")
"""A character that only tokens are made of."""


def token(index: int) -> str:
    """The token of the value at `index`: to a Markdown parser a word, neither space nor punctuation."""
    return f"\ufdd0{index}\ufdd1"


@dataclass(frozen=True, slots=True)
class Markdown:
    """A text to be read as Markdown: blocks where it stands alone, one flowing paragraph within a line of text."""

    text: str
    origin: Origin | None = None
    is_cut: bool = False
    """Only its first sentence is wanted."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Output of a template (a macro's, say) used as a value: Markdown that holds tokens of the same rendering."""

    text: str


Part: TypeAlias = "str | Markdown | Fragment | TableValue | BoxValue | StyledValue | Inlines | Blocks"
"""What a cell may hold; text is literal."""


@dataclass(frozen=True, slots=True)
class TableValue:
    """A table asked for by a template: each cell is a sequence of parts, each a paragraph of its own."""

    head: tuple[tuple[Part, ...], ...]
    rows: tuple[tuple[tuple[Part, ...], ...], ...]
    aligns: tuple[Align, ...]
    widths: tuple[float, ...] = ()
    style: str = ""


@dataclass(frozen=True, slots=True)
class BoxValue:
    """Parts set apart from the text under a title."""

    title: str
    content: tuple[Part, ...]
    style: str = ""


@dataclass(frozen=True, slots=True)
class StyledValue:
    """Parts whose paragraphs have a style of the house."""

    content: tuple[Part, ...]
    style: str


Value = str | Markdown | TableValue | BoxValue | StyledValue | Inlines | Blocks
"""What a token stands for: literal text, a text to be parsed, or nodes of the tree (never mixed; a tuple is never empty)."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The Markdown of one edition, the values its tokens stand for, the house's fields filled in, the templates used."""

    text: str
    values: tuple[Value, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    templates: tuple[str, ...] = ()
