"""What a document asks for that Word can't do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from brief.document import MARK_START, Band, Document, Footnote, Link, Table, Timeline, walk
from brief.errors import Place, Problem
from brief.word import links

MOST_COLUMNS = 63
"""Word opens no file that has a table with more."""
_SHOWN = 100


def exceeded(document: Document, place: Place) -> Iterator[Problem]:
    """An error for each table and drawing that no file can hold, a warning for each address that can't be a link.

    All are at one place.
    """
    for node in document.nodes:
        if node.__class__ in _LIMITED:
            yield from _LIMITED[node.__class__](node, place)


def _link(node: Link, place: Place) -> Iterator[Problem]:
    if not node.target.startswith("#") and MARK_START not in node.target and not links.address(node.target):
        target = node.target if len(node.target) <= _SHOWN else f"{node.target[:_SHOWN]}…"
        yield Problem(place, f"the address {target!r} can't be a link in Word; it is printed as text", severity="warning")


def _table(node: Table, place: Place) -> Iterator[Problem]:
    if len(node.head) > MOST_COLUMNS:
        message = f"a table has {len(node.head)} columns; Word can show {MOST_COLUMNS} at most"
        yield Problem(place, message, hint="split it into several tables")


def _note(node: Footnote, place: Place) -> Iterator[Problem]:
    if any(inner.__class__ in _DRAWINGS for inner in walk(node.content)):
        yield Problem(place, "a drawing stands in a note, where Word allows none", hint="put it into the text")


_DRAWINGS = frozenset({Timeline, Band})
_LIMITED: Mapping[type, Callable[[Any, Place], Iterator[Problem]]] = {Link: _link, Table: _table, Footnote: _note}
