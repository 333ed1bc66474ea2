"""How wide the columns of a table become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from brief.classes import dataclass
from brief.document import (
    Band,
    Blocks,
    CodeBlock,
    Heading,
    Image,
    Inline,
    Paragraph,
    Series,
    Table,
    Text,
    Timeline,
    text_of,
    walk,
)
from brief.patterns import regex
from brief.word import scripts
from brief.word.tree import every

MARGINS = 200
"""Left and right margin of a cell together, in twips."""

_CHARACTER = 100
"""A character's mean width at the size of text in tables, in twips."""
_BOLD_CHARACTER = 115
_FIGURES: Mapping[type, int] = {Band: 1_240, Timeline: 4_000, Image: 1_200}
"""The least width of pictures, in twips."""
_SHORT = 18
"""So many characters (a date, a name) are kept on one line, where it can be done."""
_READABLE = 15
"""A column of longer text is wide enough for so many."""
_RAGGED = 350
"""So much of a line's width is left empty where the next word doesn't fit any more."""
_LONGEST_WORD = 24
_BREAKS = regex(r"[\s/-]+|–|—")
_EAST_ASIAN_BREAKS = regex(r"[\s/-]+|–|—|(?=[^\x00-\u10ff])")
"""Where Word may begin a new line."""
_SAMPLE = 40
"""So many rows are measured at most."""
_STRIPS = 30
"""Into so many strips the width is cut that is given away piece by piece."""


def widths(table: Table, total: int, scale: float = 1.0) -> list[int]:
    """The width of each column in twips; together exactly `total`.

    `scale` is how large the letters are beside those of 9.5 points in Calibri.
    """
    if table.widths:
        return _rounded([share * total for share in table.widths], total)
    rows = _rows(table, scale)
    columns = list(zip(*rows, strict=True))
    least = [max(cell.word for cell in cells) + MARGINS for cells in columns]
    wanted = [max(cell.line for cell in cells) + MARGINS for cells in columns]
    if sum(wanted) <= total or sum(least) >= total:
        shares = wanted if sum(wanted) <= total else least
        return _rounded([share * total / sum(shares) for share in shares], total)
    return _rounded(_filled(rows, least, wanted, total), total)


@dataclass(frozen=True, slots=True)
class _Cell:
    """Widths in twips: of the longest piece that should stay whole, of the longest line, of each line."""

    word: int
    line: int
    lines: tuple[int, ...]

    def height(self, width: float) -> float:
        """In lines, were text divisible like sand."""
        room = width - MARGINS
        filled = max(room - _RAGGED, _CHARACTER)
        height = 0.0
        for line in self.lines:
            height += line / filled if line > room else 1.0
        return height


def _rows(table: Table, scale: float) -> list[tuple[_Cell, ...]]:
    times = [(row, time) for row in table.rows for time in range(len(row.texts) if isinstance(row, Series) else 1)]
    step = max(1, -(-len(times) // _SAMPLE))
    rows = [row.at(time) if isinstance(row, Series) else row for row, time in times[::step]]
    head = tuple(_measured(cell, round(_BOLD_CHARACTER * scale)) for cell in table.head)
    character = round(_CHARACTER * scale)
    return [head, *(tuple(_measured(cell, character) for cell in row) for row in rows)]


def _measured(cell: Blocks, character: int) -> _Cell:
    word, lengths, figure = 1, [0], 0
    for line in _lines(cell):
        if isinstance(line, str):
            lengths.append(length := _length(line))
            breaks = _EAST_ASIAN_BREAKS if scripts.is_uncommon(line) else _BREAKS
            word = max(word, length if length <= _SHORT else max(_READABLE, *map(len, breaks.split(line))))
        else:
            figure = max(figure, _FIGURES[line.__class__])
    least = max(min(word, _LONGEST_WORD) * character, figure)
    lines = tuple(length * character for length in lengths if length)
    return _Cell(least, max([*lines, least]), lines)


def _filled(rows: list[tuple[_Cell, ...]], least: list[int], wanted: list[int], total: int) -> list[float]:
    """The least widths, and each strip of what is left given to the column that makes the table shortest by it."""
    widths: list[float] = [*least]
    strip = (total - sum(least)) / _STRIPS
    heights = [[cell.height(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    gains = [_gain(row, height, widths, strip) for row, height in zip(rows, heights, strict=True)]
    for _ in range(_STRIPS):
        together = [0.0] * len(widths)
        for column, gain in gains:
            together[column] += gain
        hungry = [index for index, width in enumerate(widths) if width < wanted[index]]
        fed = max(hungry, key=lambda index: (together[index], wanted[index] - widths[index]))
        widths[fed] += strip
        for index, (row, height) in enumerate(zip(rows, heights, strict=True)):
            before, height[fed] = height[fed], row[fed].height(widths[fed])
            if height[fed] != before or gains[index][0] == fed:
                gains[index] = _gain(row, height, widths, strip)
    return widths


def _gain(row: tuple[_Cell, ...], height: list[float], widths: list[float], strip: float) -> tuple[int, float]:
    """The column in which a row is tallest, and by how much a further strip there would lower the row."""
    tallest = max(height)
    column = height.index(tallest)
    if tallest <= 1:
        return column, 0.0
    lower = row[column].height(widths[column] + strip)
    return column, tallest - max([lower, *height[:column], *height[column + 1 :]])


def _length(text: str) -> int:
    """The length of a text in letters; East Asian ones are twice as wide."""
    return len(text) + scripts.east_asian(text)


def _lines(blocks: Blocks) -> Iterator[str | Inline]:
    """The lines of text in a cell, and the pictures, whose alternative texts nobody sees."""
    for block in every(blocks):
        if isinstance(block, CodeBlock):
            yield from block.text.split("\n")
        elif not isinstance(block, Paragraph | Heading):
            continue
        elif len(block.content) == 1 and isinstance(block.content[0], Text):
            yield from block.content[0].text.split("\n")
        else:
            nodes = walk(block.content)
            figures = [node for node in nodes if node.__class__ in _FIGURES]
            yield from figures  # type: ignore[misc]
            shown = text_of(block.content)
            for figure in figures:
                shown = shown.replace(figure.alt, "", 1)  # type: ignore[union-attr]
            yield from shown.split("\n")


def _rounded(lengths: Sequence[float], total: int) -> list[int]:
    """Whole numbers that sum to `total`, each as near to its length as that allows, and none below 1."""
    edges = [0]
    for index in range(len(lengths)):
        edges.append(max(round(sum(lengths[: index + 1])), edges[-1] + 1))
    edges[-1] = max(total, edges[-2] + 1)
    return [right - left for left, right in pairwise(edges)]
