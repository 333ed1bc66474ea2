"""Markdown becomes the tree of a document; values that were carried around the parser take their places in it."""

from __future__ import annotations

from brief.document import Blocks, Document, Image
from brief.errors import Finding
from brief.markdown.nodes import GRAMMAR
from brief.markdown.reader import Reader, Session
from brief.rendered import TOKEN_START, Rendered

__all__ = ["parse"]

MANY = 200
"""A text with fewer values is parsed as it is, which takes no longer than to look for repetitions."""


def parse(rendered: Rendered) -> tuple[Document, tuple[Finding, ...]]:
    """The tree that a rendered template stands for, and what is wrong with it; never raises, whatever the text.

    Where a finding is an error its part of the tree is left out or printed as plain text: the document is fit for
    looking for more faults, not for publishing.
    """
    if rendered.text.count(TOKEN_START) >= MANY and (blocks := _folded(rendered)) is not None:
        return Document(blocks), ()
    return _parsed(rendered)


def _folded(rendered: Rendered) -> Blocks | None:
    """The tree with what is repeated as series; nothing where nothing is, or where more is to be told of it than its form."""
    from brief.markdown import repetition

    if not (folded := repetition.fold(rendered)):
        return None
    document, findings = _parsed(folded.rendered)
    # What is wrong, or looked for in the desk, must be told with its place in the whole text.
    return None if findings or Image in document.kinds else folded.unfold(document.blocks)


def _parsed(rendered: Rendered) -> tuple[Document, tuple[Finding, ...]]:
    session = Session(GRAMMAR, rendered.values)
    blocks = Reader(session, rendered.text).blocks()
    anchors = frozenset(session.anchors.taken)
    if not session.linked <= anchors:
        session = Session(GRAMMAR, rendered.values, anchors)
        blocks = Reader(session, rendered.text).blocks()
    return Document(blocks), session.findings.all()
