"""The styles that a document asks for and a house lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from brief.classes import dataclass
from brief.document import (
    Block,
    Box,
    Callout,
    Code,
    CodeBlock,
    Contents,
    Document,
    Footnote,
    Heading,
    Inline,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Table,
    Timeline,
)
from brief.errors import Place, Problem, nearest
from brief.word.styles import STYLES, key
from brief.word.template import Prepared


@dataclass(frozen=True, slots=True)
class _Asked:
    """A style that an editor named in a template, and the one that is used in its stead."""

    name: str
    kind: str
    instead: str


_OWN_NAMES = {key(name): name for name in STYLES}


def missing(document: Document, house: Prepared, path: str) -> tuple[Problem, ...]:
    """A warning for each style that a document needs and the house at `path` lacks, each once, in order of first need."""
    needs = dict.fromkeys(_needs(document.nodes))
    problems = [_named(need, house, path) if isinstance(need, _Asked) else _built_in(need, house, path) for need in needs]
    return tuple(problem for problem in problems if problem)


def unmarked(house: Prepared, path: str) -> tuple[Problem, ...]:
    """A warning for each header and footer that the house at `path` leaves without the marking."""
    hint = "in Word, put {{ briefing.marking }} there"
    return tuple(
        Problem(Place(path), f"the marking is missing from {where}; it is added there", hint=hint, severity="warning")
        for where in house.unmarked
    )


def _named(asked: _Asked, house: Prepared, path: str) -> Problem | None:
    known = house.table_styles if asked.kind == "table" else house.paragraph_styles
    if key(asked.name) in known:
        return _built_in(_OWN_NAMES.get(key(asked.name), ""), house, path)
    hint = nearest(asked.name, house.style_names)
    message = f"the template asks for the {asked.kind} style {asked.name!r}, which this house lacks; {asked.instead} is used"
    return Problem(Place(path), message, hint=hint, severity="warning")


def _built_in(name: str, house: Prepared, path: str) -> Problem | None:
    instead = house.fallbacks.get(name)
    if instead is None:
        return None
    used = f"{instead!r} is used" if instead else "a built-in look is used"
    hint = "in Word, add a style of this name to give it the house's look"
    return Problem(Place(path), f"the style {name!r} is missing; {used}", hint=hint, severity="warning")


def _needs(nodes: Iterable[Block | Inline]) -> Iterator[str | _Asked]:
    for node in nodes:
        kind = node.__class__
        if kind in _SIMPLE:
            yield from _SIMPLE[kind]
        if kind in _OWN and (kind is not Paragraph or node.style):  # type: ignore[union-attr]  # most have none
            yield from _own(node)


_SIMPLE: Mapping[type, tuple[str, ...]] = {
    Quote: ("Quote",),
    CodeBlock: ("Source Code",),
    Rule: ("Horizontal Line",),
    Table: ("Table Heading", "Table Text"),
    Callout: ("Callout Label",),
    Link: ("Hyperlink",),
    Code: ("Verbatim Char",),
    Footnote: ("footnote reference", "footnote text"),
    Timeline: ("Figure Text",),
}
_OWN = frozenset({Paragraph, Heading, Table, List, Callout, Box, Contents})
"""The nodes whose needs depend on what they hold."""


def _own(block: Block | Inline) -> Iterator[str | _Asked]:
    match block:
        case Paragraph(style=style):
            yield _Asked(style, "paragraph", "the usual style")
        case Heading(level, style=style):
            yield _Asked(style, "paragraph", f"'heading {level}'") if style else f"heading {level}"
        case Table(style=style):
            yield _Asked(style, "table", "'Briefing Table'") if style else "Briefing Table"
        case List(items, start):
            yield "List Bullet" if start is None else "List Number"
            if any(len(item) > 1 for item in items):
                yield "List Continue"
        case Box(style=style):
            yield "Box Title"
            yield _Asked(style, "paragraph", "'Box'") if style else "Box"
        case Callout(kind):
            yield f"Callout {kind.capitalize()}"
        case Contents(depth):
            yield from (f"toc {level}" for level in range(1, depth + 1))
