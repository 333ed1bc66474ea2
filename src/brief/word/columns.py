"""How wide the columns of a table become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from brief.document import Blocks, CodeBlock, Heading, Paragraph, Table, text_of
from brief.word import scripts
from brief.word.tree import every

MARGINS = 200
"""Left and right margin of a cell together, in twips."""

_CHARACTER = 105
"""A character's mean width at the size of text in tables, in twips."""
_LONGEST_WORD = 24
_LONGEST_LINE = 64
"""Longer texts don't ask for more width: they break into lines anyway."""
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
    word = line = 1
    for cell in cells:
        for text in _lines(cell):
            wide = 0 if text.isascii() else len(scripts.SPECIAL.findall(text))
            line = max(line, len(text) + wide)
            word = max(word, max(map(len, text.split()), default=0) if not wide else min(len(text), 8))
    return min(word, _LONGEST_WORD) * _CHARACTER + MARGINS, min(max(line, word), _LONGEST_LINE) * _CHARACTER + MARGINS


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
