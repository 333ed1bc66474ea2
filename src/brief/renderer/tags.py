"""Tags of a template that are not closed, and blocks that nobody prints: what Jinja tells elsewhere, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from jinja2 import nodes

from brief.classes import dataclass

_PAIRED = frozenset(("for", "if", "macro", "call", "filter", "block", "with", "set"))
"""Tags that have another at their end; a `set` only without a value."""

Token = tuple[int, str, str]
"""Line, kind and text, as Jinja's lexer gives them."""


@dataclass(frozen=True, slots=True)
class Unclosed:
    """A tag that is still open where another ends, in line `end` (none: where the template does)."""

    name: str
    line: int
    other: str = ""
    end: int = 0

    @property
    def message(self) -> str:
        """What is wrong, in words for an editor."""
        end = f"before {{% {self.other} %}} in line {self.end}" if self.other else "before the end of the file"
        return f"{{% {self.name} %}} is not closed {end}: {{% end{self.name} %}} is missing"


def unclosed(tokens: Iterable[Token]) -> Unclosed | None:
    """The innermost tag that is open where the template goes wrong; none where no tag is."""
    opened: list[tuple[str, int]] = []
    for line, name in _paired(tokens):
        if not name.startswith("end"):
            opened.append((name, line))
        elif opened and opened[-1][0] == name.removeprefix("end"):
            opened.pop()
        elif opened:
            return Unclosed(*opened[-1], name, line)
        else:
            return None
    return Unclosed(*opened[-1]) if opened else None


def _paired(tokens: Iterable[Token]) -> Iterator[tuple[int, str]]:
    """The tags that open and close something, with their lines."""
    tag: list[Token] = []
    for token in tokens:
        if token[1] == "block_begin":
            tag = []
        elif token[1] == "block_end" and tag:
            line, _, name = tag[0]
            is_value = name == "set" and any(piece == "=" for _, _, piece in tag)
            if name.removeprefix("end") in _PAIRED and not is_value:
                yield line, name
        elif token[1] != "whitespace":
            tag.append(token)


def unprinted(tree: nodes.Template, parsed: Callable[[str], nodes.Template | None]) -> tuple[list[nodes.Block], list[str]]:
    """The blocks of a template that none of those it extends prints, and the names that these do.

    `parsed` gives a template by its name; where it isn't known which is extended, or that one can't be had, all may be printed.
    """
    known: list[str] = []
    above, seen = _parent(tree), set[str]()
    if above is None:
        return [], []
    while above is not None:
        parent = None if above in seen else parsed(above)
        if parent is None:
            return [], []
        seen.add(above)
        known += [block.name for block in parent.find_all(nodes.Block)]
        above = _parent(parent)
    return [block for block in _outermost(tree) if block.name not in known], known


def _parent(tree: nodes.Template) -> str | None:
    """The name of the template that this one extends; empty where it isn't known before it runs."""
    extended = [node.template for node in tree.find_all(nodes.Extends)]
    if not extended:
        return None
    name = extended[0].value if len(extended) == 1 and isinstance(extended[0], nodes.Const) else ""
    return name if isinstance(name, str) else ""


def _outermost(node: nodes.Node) -> Iterator[nodes.Block]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Block):
            yield child
        else:
            yield from _outermost(child)
