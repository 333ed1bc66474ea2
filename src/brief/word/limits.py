"""What a document asks for that Word can't do."""

from __future__ import annotations

from collections.abc import Iterator

from brief.document import Band, Blocks, Footnote, Link, Table, Timeline, walk
from brief.errors import Place, Problem
from brief.word import links

MOST_COLUMNS = 63
"""Word opens no file that has a table with more."""
_SHOWN = 100


def exceeded(blocks: Blocks, place: Place) -> Iterator[Problem]:
    """An error for each table and drawing that no file can hold, a warning for each address that can't be a link.

    All are at one place.
    """
    for node in walk(blocks):
        if isinstance(node, Link) and not node.target.startswith("#") and not links.address(node.target):
            target = node.target if len(node.target) <= _SHOWN else f"{node.target[:_SHOWN]}…"
            message = f"the address {target!r} can't be a link in Word; it is printed as text"
            yield Problem(place, message, severity="warning")
        elif isinstance(node, Table) and len(node.head) > MOST_COLUMNS:
            message = f"a table has {len(node.head)} columns; Word can show {MOST_COLUMNS} at most"
            yield Problem(place, message, hint="split it into several tables")
        elif isinstance(node, Footnote) and any(isinstance(inner, Timeline | Band) for inner in walk(node.content)):
            yield Problem(place, "a drawing stands in a note, where Word allows none", hint="put it into the text")
