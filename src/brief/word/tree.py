"""Walking down the blocks of a document."""

from __future__ import annotations

from collections.abc import Sequence

from brief.document import Block, Blocks, Box, Callout, Heading, List, Quote, Table


def every(blocks: Blocks) -> list[Block]:
    """Each block and those inside it, in the order they are written; those of notes left out."""
    found: list[Block] = []
    ahead: list[Block] = [*reversed(blocks)]
    while ahead:
        block = ahead.pop()
        found.append(block)
        if block.__class__ in _HOLDERS:
            ahead.extend(reversed(_within(block)))
    return found


def headings(blocks: Blocks) -> Sequence[Heading]:
    """Every heading, in the order they are written."""
    return [block for block in every(blocks) if isinstance(block, Heading)]


_HOLDERS = frozenset({Quote, Callout, Box, List, Table})


def _within(block: Block) -> Sequence[Block]:
    match block:
        case Quote(content) | Callout(content=content) | Box(content=content):
            return content
        case List(items=items):
            return [block for item in items for block in item]
        case Table(head=head, rows=rows):
            return [block for row in (head, *rows) for cell in row for block in cell]
    return ()
