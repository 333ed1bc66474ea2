"""How wide the columns of a table become."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import sqrt

from brief.document import Blocks, CodeBlock, Heading, Paragraph, Table, text_of
from brief.word import scripts
from brief.word.tree import every

MARGINS = 200
"""Left and right margin of a cell together, in twips."""

_CHARACTER = 105
"""A character's mean width at the size of text in tables, in twips."""
_SHORT = 18
"""So many characters (a date, a name) are kept on one line, where it can be done."""
_LONGEST_WORD = 24
_LONG = 40
"""A text of so many characters asks for a line of its own; a longer one breaks into lines, and asks for little more."""
_BREAKS = re.compile(r"[\s–—/-]+|(?=[\u1100-\uffff])")
"""Where Word may begin a new line."""
_SAMPLE = 200
"""So many rows are measured at most."""


def widths(table: Table, total: int) -> list[int]:
    """The width of each column in twips; together exactly `total`."""
    if table.widths:
        return _rounded([share * total for share in table.widths], total)
    least, wanted = zip(*(_asked(cells) for cells in _columns(table)), strict=True)
    if sum(wanted) <= total or sum(least) >= total:
        shares = wanted if sum(wanted) <= total else least
        return _rounded([share * total / sum(shares) for share in shares], total)
    spare = (total - sum(least)) / (sum(wanted) - sum(least))
    return _rounded([low + (high - low) * spare for low, high in zip(least, wanted, strict=True)], total)


def _columns(table: Table) -> list[tuple[Blocks, ...]]:
    step = max(1, len(table.rows) // _SAMPLE)
    return list(zip(table.head, *table.rows[::step], strict=True))


def _asked(cells: Sequence[Blocks]) -> tuple[int, int]:
    """The width below which a column's words would be broken, and the one that it would like to have."""
    word, line = 1, 1
    for cell in cells:
        for text in _lines(cell):
            length = _length(text)
            line = max(line, length)
            word = max(word, length if length <= _SHORT else max(map(len, _BREAKS.split(text))))
    wanted = min(line, _LONG) + 4 * sqrt(max(line - _LONG, 0))
    least = min(word, _LONGEST_WORD)
    return least * _CHARACTER + MARGINS, round(max(wanted, least)) * _CHARACTER + MARGINS


def _length(text: str) -> int:
    """The length of a text in letters; East Asian ones are twice as wide."""
    return len(text) if text.isascii() else len(text) + len(scripts.EAST_ASIAN.findall(text))


def _lines(blocks: Blocks) -> Iterator[str]:
    for block in every(blocks):
        if isinstance(block, Paragraph | Heading):
            yield from text_of(block.content).split("\n")
        elif isinstance(block, CodeBlock):
            yield from block.text.split("\n")


def _rounded(lengths: Sequence[float], total: int) -> list[int]:
    """Whole numbers that sum to `total`, each as near to its length as that allows, and none below 1."""
    edges = [0]
    for index in range(len(lengths)):
        edges.append(max(round(sum(lengths[: index + 1])), edges[-1] + 1))
    edges[-1] = max(total, edges[-2] + 1)
    return [right - left for left, right in pairwise(edges)]
