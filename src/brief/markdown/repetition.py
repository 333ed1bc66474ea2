"""What the loops of a template write again and again is parsed once: lines that differ only in their values fold into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from itertools import groupby, pairwise
from typing import Any, cast

from brief.classes import dataclass
from brief.document import (
    MARK,
    Block,
    Blocks,
    Emphasis,
    Inline,
    Link,
    List,
    Paragraph,
    Series,
    Strikethrough,
    Strong,
    Table,
    Text,
    mark,
    walk,
)
from brief.patterns import regex
from brief.rendered import TOKEN, TOKEN_END, TOKEN_START, Rendered, Value, token

FEWEST_LINES = 16
"""So many alike lines are folded."""

_LONGEST_NUMBER = 10
_HOLE = TOKEN_START
"""Stands for any token, where only the form of a line matters."""
_TANGLED = ("`", "~~~", "<", "[^", "]:", "\r", "\t")
"""What may make the meaning of a line depend on others far from it: a text that holds it is parsed as it is."""
_WORDS = rf"(?:\*\*|\*|\[)?(?:{_HOLE}|[^\W\d_])[^\n]*"
_PARAGRAPH = regex(_WORDS)
_ITEM = regex(rf"[-*+] {_WORDS}")
_ROW = regex(r"\|[^\n]*")
_SCHEME = "https://"
"""Before the mark of an address, so that it is taken for one."""
_ADDRESS = regex(
    r"https?://(?=[a-z0-9.-]{1,63}(?:[/?#]|$))[a-z0-9]+(?:[.-][a-z0-9]+)*(?:[/?#][A-Za-z0-9/?#&=.,;:+~_@!$'()*-]{,900})?"
)
"""An address that any program takes; of others each is looked at."""
_MARKED = frozenset({Paragraph, Text, Strong, Emphasis, Strikethrough, Link})
"""The classes of nodes that a series may be made of."""

_Texts = tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Folded:
    """A rendering with each run of alike lines as one, whose values are marks, and the texts they stand for.

    `kinds` tells of what each run is a series: paragraphs, items of a list or rows of a table.
    """

    rendered: Rendered
    kinds: list[type]
    texts: list[_Texts]

    def unfold(self, blocks: Blocks) -> Blocks | None:
        """The blocks with a series for each run; nothing where one turns out to be something else than it looked like."""
        met: list[int] = []
        made = tuple([self._unfolded(block, met) for block in blocks])
        return made if sorted(met) == [*range(len(self.texts))] else None

    def _unfolded(self, block: Block, met: list[int]) -> Block:
        match block:
            case Paragraph():
                series = self._series((block,), Paragraph, met)
                return series if series.__class__ is Series else block
            case List(items, start, tight):
                return List(tuple([self._series(item, List, met) for item in items]), start, tight)
            case Table(head, rows, aligns, widths, style):
                return Table(head, tuple([self._series(row, Table, met) for row in rows]), aligns, widths, style)
        return block

    def _series(self, pattern: Any, kind: type, met: list[int]) -> Any:
        """A paragraph, item or row, or the series that it is the pattern of."""
        nodes = walk([block for cell in pattern for block in cell] if kind is Table else pattern)
        marks = [(int(run), int(index)) for text in map(_text, nodes) for run, index in MARK.findall(text)]
        if not marks:
            return pattern
        run = marks[0][0]
        if run >= len(self.texts):  # no mark of ours
            met.append(-1)
            return pattern
        is_whole = sorted(marks) == [(run, index) for index in range(len(self.texts[run][0]))]
        is_usual = all(node.__class__ in _MARKED for node in nodes)
        met.append(run if is_whole and is_usual and self.kinds[run] is kind else -1)
        return Series(pattern, self.texts[run])


def fold(rendered: Rendered) -> Folded | None:
    """The rendering with its repetitions folded; nothing where there are none, or might be more to them."""
    text = rendered.text
    tokens = text.count(TOKEN_START)
    if any(sign in text for sign in _TANGLED):
        return None
    pieces = TOKEN.split(text)
    numbers = pieces[1::2]
    if not len(numbers) == tokens == text.count(TOKEN_END) or max(map(len, numbers)) > _LONGEST_NUMBER:  # some are damaged
        return None
    folding = _Folding(rendered.values, [*map(int, numbers)])
    shortened = "\n\n".join(folding.chunks(_HOLE.join(pieces[::2]).rstrip("\n").split("\n\n")))
    if not folding.texts:
        return None
    return Folded(Rendered(shortened, (*rendered.values, *folding.marks)), folding.kinds, folding.texts)


@dataclass(slots=True)
class _Folding:
    """Goes through a text whose tokens are holes; `numbers` are those of its tokens, and it is `at` the next of them."""

    values: Sequence[Value]
    numbers: list[int]
    at: int = 0
    kinds: list[type] = field(default_factory=list)
    texts: list[_Texts] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    def chunks(self, chunks: Sequence[str]) -> Iterator[str]:
        """What empty lines part, folded."""
        done = 0
        for chunk, times in _runs(chunks):
            done += times
            if _PARAGRAPH.fullmatch(chunk) and (line := self.line(chunk, times, Paragraph)):
                yield line
                continue
            for following in range(done - times + 1, done + 1):
                goes_on = following < len(chunks) and not chunks[following][:1].strip()
                yield self.lines(chunk, goes_on=goes_on) if "\n" in chunk else self.restored(chunk)

    def lines(self, chunk: str, *, goes_on: bool) -> str:
        """Lines without an empty one between them, folded; `goes_on`: what follows may belong to the last of them."""
        lines = chunk.split("\n")
        written: list[str] = []
        done = 0
        for line, times in _runs(lines):
            done += times
            is_last = not goes_on and done >= len(lines) - (not lines[-1])
            kind = Table if _ROW.fullmatch(line) else List if is_last and _ITEM.fullmatch(line) else None
            folded = kind and self.line(line, times, kind)
            written += [folded] if folded else [self.restored(line) for _ in range(times)]
        return "\n".join(written)

    def line(self, line: str, times: int, kind: type) -> str:
        """A line that comes so many times, with marks for its values; nothing where that isn't worth while or not sure."""
        around = line.split(_HOLE)
        holes = len(around) - 1
        if times < FEWEST_LINES or not holes:
            return ""
        numbers = self.numbers[self.at : self.at + holes * times]
        addresses = _addresses(around)
        if addresses is None or max(numbers) >= len(self.values):
            return ""
        texts = [self.values[number] for number in numbers]
        if not _are_words(texts, holes, addresses):
            return ""
        self.at += len(numbers)
        first, run = len(self.values) + len(self.marks), len(self.texts)
        self.marks += [f"{_SCHEME if index in addresses else ''}{mark(run, index)}" for index in range(holes)]
        self.kinds.append(kind)
        self.texts.append(tuple(zip(*[iter(cast("list[str]", texts))] * holes, strict=True)))
        return _filled(around, range(first, first + holes))

    def restored(self, shape: str) -> str:
        """A text with its tokens instead of holes."""
        around = shape.split(_HOLE)
        start, self.at = self.at, self.at + len(around) - 1
        return _filled(around, self.numbers[start : self.at])


def _runs(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each line, and how often it comes in a row."""
    return ((line, sum(1 for _ in alike)) for line, alike in groupby(lines))


def _filled(around: Sequence[str], numbers: Iterable[int]) -> str:
    return "".join([around[0], *(token(number) + after for number, after in zip(numbers, around[1:], strict=True))])


def _addresses(around: Sequence[str]) -> frozenset[int] | None:
    """Which values are addresses of links; nothing where one is only a part of an address."""
    inside = [index for index, before in enumerate(around[:-1]) if ")" not in before.rpartition("](")[2] and "](" in before]
    whole = [index for index, (before, after) in enumerate(pairwise(around)) if before.endswith("](") and after.startswith(")")]
    return frozenset(whole) if whole == inside else None


def _are_words(values: Sequence[Value], holes: int, addresses: frozenset[int]) -> bool:
    """Whether each value is a text that can be seen, and each address one that a link may go to."""
    if {*map(type, values)} != {str} or not all(map(str.strip, cast("Sequence[str]", values))):
        return False
    return all(all(map(_ADDRESS.fullmatch, cast("Sequence[str]", values[index::holes]))) for index in addresses)


def _text(node: Block | Inline) -> str:
    """Where marks may stand in a node."""
    return node.text if isinstance(node, Text) else node.target + node.title if isinstance(node, Link) else ""
