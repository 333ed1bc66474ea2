"""A house made ready: its parts as text with slots, and what the writer of a body must know of it; plain data only."""

from __future__ import annotations

from collections.abc import Mapping

from brief.classes import dataclass
from brief.word.xml import escape


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap in a part: `line` and `tab` are what a line feed and a tab of the value become; none: the value is XML already."""

    key: str
    line: str | None = None
    tab: str = "\t"

    def fill(self, values: Mapping[str, str]) -> str:
        """The XML that stands here; a missing key is a KeyError."""
        value = values[self.key]
        return value if self.line is None else escape(value, self.line, self.tab)


Template = tuple[str | Slot, ...]


def fill(template: Template, values: Mapping[str, str]) -> bytes:
    """The text of a part with every slot filled, in UTF-8."""
    # Each piece is encoded by itself: one wide letter in a text makes Python hold all of it in wide ones.
    return b"".join([(part if isinstance(part, str) else part.fill(values)).encode() for part in template])


@dataclass(frozen=True, slots=True)
class Numbering:
    """A list definition of the house: its id, and each level's left indent and hanging, in twips."""

    abstract: int
    indents: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FirstIds:
    """The first number of each sort that the house leaves free."""

    relationship: int
    note_relationship: int
    bookmark: int
    contents_bookmark: int
    drawing: int
    note: int
    number: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A house made ready for any number of documents.

    `parts` maps names within the zip file to bytes that never change or to text with slots. `styles` maps the names of
    `styles.STYLES` to ids in the house, `paragraph_styles` and `table_styles` every name and id an editor may write (as
    `styles.key` gives it) to ids; `fallbacks` the names that the house lacked to the names that stand in (empty: a built-in
    look was added); `indents` ids of paragraph styles to their left indent, `boxes` those
    with border or tint to what a cell has that looks like them. `body_style` is the id of
    the style of the paragraph `{{ body }}`, empty for the usual one, `table_scale` how large the letters in
    tables are (see `columns.widths`), `figure_size` and `figure_font` those of the text in
    figures (in half points), `has_theme` says whether the house has colours of its own for them; `unmarked` tells in words
    which headers and footers the house leaves without the marking. Lengths are in twips.
    """

    parts: Mapping[str, bytes | Template]
    fields: tuple[str, ...]
    ids: FirstIds
    bullets: Numbering
    numbers: Numbering
    styles: Mapping[str, str]
    fallbacks: Mapping[str, str]
    paragraph_styles: Mapping[str, str]
    table_styles: Mapping[str, str]
    style_names: tuple[str, ...]
    indents: Mapping[str, int]
    boxes: Mapping[str, str]
    bookmarks: frozenset[str]
    body_style: str
    text_width: int
    text_height: int
    stands_after_table: bool
    stands_before_table: bool
    stands_last: bool
    east_asian: str
    right_to_left: str
    table_scale: float
    figure_size: int
    figure_font: str
    has_theme: bool
    unmarked: tuple[str, ...]
