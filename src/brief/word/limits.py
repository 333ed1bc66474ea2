"""What a document asks for that Word can't do."""

from __future__ import annotations

from collections.abc import Iterator

from brief.document import Blocks, Link, Table, walk
from brief.errors import Place, Problem
from brief.word import links

MOST_COLUMNS = 63
"""Word opens no file that has a table with more."""
_SHOWN = 100


def exceeded(blocks: Blocks, place: Place) -> Iterator[Problem]:
    """An error for each table that no file can hold, a warning for each address that can't be a link; all at one place."""
    for node in walk(blocks):
        if isinstance(node, Link) and not node.target.startswith("#") and not links.address(node.target):
            target = node.target if len(node.target) <= _SHOWN else f"{node.target[:_SHOWN]}…"
            message = f"the address {target!r} can't be a link in Word; it is printed as text"
            yield Problem(place, message, severity="warning")
        elif isinstance(node, Table) and len(node.head) > MOST_COLUMNS:
            message = f"a table has {len(node.head)} columns; Word can show {MOST_COLUMNS} at most"
            yield Problem(place, message, hint="split it into several tables")
