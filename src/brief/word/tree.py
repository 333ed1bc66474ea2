"""Walking down the blocks of a document."""

from __future__ import annotations

from collections.abc import Iterator

from brief.document import Block, Blocks, Box, Callout, Heading, List, Quote, Table


def within(block: Block) -> Iterator[Blocks]:
    """The sequences of blocks directly inside a block, in the order they are written; those of notes left out."""
    match block:
        case Quote(content) | Callout(content=content) | Box(content=content):
            yield content
        case List(items=items):
            yield from items
        case Table(head=head, rows=rows):
            for cells in (head, *rows):
                yield from cells


def every(blocks: Blocks) -> Iterator[Block]:
    """Each block and those inside it, in the order they are written."""
    for block in blocks:
        yield block
        if isinstance(block, Quote | Callout | Box | List | Table):
            for inner in within(block):
                yield from every(inner)


def headings(blocks: Blocks) -> Iterator[Heading]:
    """Every heading, in the order they are written."""
    return (block for block in every(blocks) if isinstance(block, Heading))
