"""Citations become notes that name their sources, and the list of sources is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import is_
from typing import Any, TypeVar

from brief.document import (
    Block,
    Box,
    Callout,
    Citation,
    Document,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    Inlines,
    Link,
    List,
    Paragraph,
    Quote,
    Sources,
    Strikethrough,
    Strong,
    Table,
    Text,
)
from brief.model import PartialDate, Source
from brief.words import Words

Node = TypeVar("Node", bound=Block | Inline)
Visit = Callable[[Any], Any]
"""What becomes of a node: itself, another one in its place, or none."""

_LIST_STYLE = "Bibliography"
"""Of the entries of a list of sources: Word's own name for it."""
_BETWEEN_MARKS = Text("\u202f")
"""A narrow space, so that the marks of notes 1 and 2 don't read as 12."""


def cited(nodes: Iterable[Block | Inline]) -> tuple[Source, ...]:
    """The sources that the nodes cite, each once, in the order of their first citation."""
    sources: dict[str, Source] = {}
    for node in nodes:
        if isinstance(node, Citation):
            sources.setdefault(node.source.id, node.source)
    return tuple(sources.values())


def resolve(
    document: Document, sources: tuple[Source, ...], *, format_date: Callable[[PartialDate], str], words: Words | None = None
) -> Document:
    """The document with a note in place of each citation, and a list of `sources`, those cited, in place of each `Sources()`.

    The first note on a source names it in full, later ones refer to that; subtrees without citations are kept as they are.
    """
    return Document(_Resolver(sources, format_date, words or Words()).nodes(document.blocks))


class _Resolver:
    def __init__(self, sources: tuple[Source, ...], format_date: Callable[[PartialDate], str], words: Words) -> None:
        self.sources = sources
        self.format_date = format_date
        self.words = words
        self.first: dict[str, int] = {}  # the number of the note that names a source in full
        self.notes = 0
        self.in_note = False
        self.visits: dict[type, Visit] = {
            **dict.fromkeys((Paragraph, Heading, Quote, Callout, Box, Emphasis, Strong, Strikethrough, Link), self._content),
            List: self._list,
            Table: self._table,
            Footnote: self._footnote,
            Citation: self._citation,
            Sources: self._sources,
        }

    def nodes(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """The nodes after their visit; the same tuple where nothing changes."""
        visited: list[Any] = []
        for node in nodes:
            visit = self.visits.get(node.__class__)
            new = visit(node) if visit else node
            if new is None:
                continue
            if new.__class__ is Footnote and visited and visited[-1].__class__ is Footnote:
                visited.append(_BETWEEN_MARKS)
            visited.append(new)
        return _kept(nodes, tuple(visited))

    def _content(self, node: Any) -> Any:
        content = self.nodes(node.content)
        return node if content is node.content else replace(node, content=content)

    def _list(self, node: List) -> List:
        items = _kept(node.items, tuple(map(self.nodes, node.items)))
        return node if items is node.items else replace(node, items=items)

    def _table(self, node: Table) -> Table:
        head = self._row(node.head)
        rows = _kept(node.rows, tuple(map(self._row, node.rows)))
        return node if head is node.head and rows is node.rows else replace(node, head=head, rows=rows)

    def _row(self, row: tuple[tuple[Block, ...], ...]) -> tuple[tuple[Block, ...], ...]:
        return _kept(row, tuple(map(self.nodes, row)))

    def _footnote(self, node: Footnote) -> Footnote:
        outer, self.in_note = self.in_note, True
        self.notes += not outer
        note: Footnote = self._content(node)
        self.in_note = outer
        return note

    def _citation(self, node: Citation) -> Footnote:
        source = node.source
        self.notes += not self.in_note
        if source.id in self.first:
            number = self.words.see_note.replace("{number}", str(self.first[source.id]))
            content: Inlines = (Text(f"{source.publisher}, {number}."),)
        else:
            self.first[source.id] = self.notes
            content = self._in_full(source)
        return Footnote((Paragraph(content),))

    def _sources(self, _: Sources) -> List | None:
        items = tuple((Paragraph(self._in_full(source), _LIST_STYLE),) for source in self.sources)
        return List(items, start=1) if items else None

    def _in_full(self, source: Source) -> Inlines:
        before, _, after = self.words.source.partition("{title}")
        before = f"{source.publisher}, {before}"
        if source.published:
            after += f", {self.format_date(source.published)}"
        if source.reliability:
            grade = self.words.reliability.replace("{grade}", source.reliability)
            after += f" ({grade})"
        if source.url:
            return Text(before), Link(source.url, (Text(source.title),)), Text(f"{after}.")
        return (Text(f"{before}{source.title}{after}."),)


def _kept(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """The old tuple where the new one holds the same objects."""
    return old if len(old) == len(new) and all(map(is_, old, new)) else new
