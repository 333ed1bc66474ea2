"""Figures become shapes: lengths in points, from the top left corner; colours by the names that a house's theme gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, groupby
from math import inf
from operator import itemgetter
from typing import Literal
from unicodedata import category, east_asian_width, normalize

from brief.classes import dataclass
from brief.document import Band, Figure, Moment, Tick, Timeline

Colour = Literal["text", "paper", "ink", "tint", "grey", "line"]
"""`text` and `paper` are black and white unless the house says otherwise; `ink` and `tint` its dark and pale second colours."""

COLOURS: Mapping[Colour, str] = {
    "text": "000000",
    "paper": "FFFFFF",
    "ink": "1F3552",
    "tint": "EEF2F7",
    "grey": "5A6572",
    "line": "BFC8D4",
}
"""The colours, as six hexadecimal digits, where no house gives its own."""

Runs = tuple[tuple[str, bool], ...]
"""Runs of characters, and whether each is bold."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled or empty rectangle, rounded bar or ellipse, with an outline or none."""

    kind: Literal["rectangle", "bar", "ellipse"]
    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    outline: Colour | None = None
    outline_width: float = 0.75


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text in a box of its own, no longer than the box: runs of characters, and whether each is bold."""

    x: float
    y: float
    width: float
    height: float
    runs: Runs
    size: float
    align: Literal["left", "right"] = "left"
    colour: Colour = "text"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes from the back to the front, and what they show in words."""

    width: float
    height: float
    shapes: tuple[Stroke | Shape | Label, ...]
    alt: str


def draw(figure: Figure, width: float, size: float = 8.5, font: str = "") -> Drawing:
    """The shapes of a figure in the room of a `width`, with text of a `size` in a font, where that is known."""
    match figure:
        case Timeline():
            return _timeline(figure, width, size, size * breadth(font))
        case Band():
            return _band(figure, width)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The room in points that a line of `text` takes in the broadest of the usual fonts, rather too much than too little."""
    return sum(map(_ems, text)) * size * (_BOLD if bold else 1)


def breadth(font: str) -> float:
    """How broad the letters of a font are beside those by which text is measured; 1, which is safe, where it isn't known."""
    return _BREADTHS.get(font, 1.0)


_HEADER = 1.5
_ROW = 1.55
_DOT = 0.7
_WIDE_BAR = 1.2
_BESIDE = 0.4
_WITHIN = 0.6
_APART = 1.5
"""The measures of a timeline: heights, and gaps between marker, text and neighbour, by the size of the text."""

_OUTLINE = 1.0
_BAND_WIDTH, _BAND_HEIGHT = 72.0, 9.0


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where days are: `first` begins at `left`, and each is `day` wide."""

    first: dt.date
    last: dt.date
    left: float
    day: float

    def start(self, date: dt.date) -> float:
        return self.left + (date - self.first).days * self.day


@dataclass(frozen=True, slots=True)
class _Spot:
    """Room for a line of text, and the end of it that the text keeps to."""

    left: float
    right: float
    align: Literal["left", "right"]

    @property
    def room(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class _Entry:
    """A moment's marker, from `left` to `right`, and its line of text: beside the marker or, in a wide bar, within it."""

    moment: Moment
    left: float
    right: float
    text: _Spot
    runs: Runs

    @property
    def is_within(self) -> bool:
        return self.left < self.text.left < self.right


def _timeline(timeline: Timeline, width: float, size: float, em: float) -> Drawing:
    """`em` is the size by which text is measured."""
    base = _HEADER * size
    if not timeline.moments:
        return Drawing(width, base, (), timeline.alt)
    moments = sorted(timeline.moments, key=lambda moment: moment.start)
    axis = _axis(moments, width, size)
    entries = [_entry(moment, axis, width, size, em) for moment in moments]
    rows = _rows(entries, _APART * size)
    top = base + 0.3 * size
    height = top + (max(rows) + 1) * _ROW * size
    shapes: list[Stroke | Shape | Label] = [*_scale(timeline.ticks, axis, width, size, em, height)]
    for entry, row in zip(entries, rows, strict=True):
        shapes += _shapes(entry, top + row * _ROW * size, size)
    return Drawing(width, height, tuple(shapes), timeline.alt)


def _axis(moments: Sequence[Moment], width: float, size: float) -> _Axis:
    first, last = moments[0].start, max(moment.end for moment in moments)
    left = (_DOT * size + _OUTLINE) / 2
    # A few days aren't spread over the whole width: what happened on them needs the room for its text.
    days = max((last - first).days + 1, 7)
    return _Axis(first, last, left, (width - 2 * left) / days)


def _entry(moment: Moment, axis: _Axis, width: float, size: float, em: float) -> _Entry:
    start, end = axis.start(moment.start), axis.start(moment.end) + axis.day
    half = _DOT * size / 2 if moment.start == moment.end else max(_DOT * size, end - start) / 2
    left, right = (start + end) / 2 - half, (start + end) / 2 + half
    beside, within = _BESIDE * size, _WITHIN * size
    spots = (
        _Spot(right + beside, width, "left"),
        _Spot(0, left - beside, "right"),
        _Spot(left + within, right - within, "left"),
    )
    runs, begin = _runs(moment)
    wanted = _length(runs, em)
    spot = next((spot for spot in spots if wanted <= spot.room), None) or max(spots, key=lambda spot: spot.room)
    runs = _cut(runs, begin, spot.room, em)
    taken = _length(runs, em)
    left_end = spot.left if spot.align == "left" else spot.right - taken
    return _Entry(moment, left, right, _Spot(left_end, left_end + taken, spot.align), runs)


def _rows(entries: Sequence[_Entry], gap: float) -> list[int]:
    """The row of each entry: that of the entry before where there is room behind it, else a new one."""
    # Earlier rows with room are left alone: what happened later never stands above what came before it.
    rows: list[int] = []
    row, free = -1, inf
    for entry in entries:
        if min(entry.left, entry.text.left) < free:
            row += 1
        free = max(entry.right, entry.text.right) + gap
        rows.append(row)
    return rows


def _scale(ticks: Sequence[Tick], axis: _Axis, width: float, size: float, em: float, height: float) -> list[Stroke | Label]:
    """A light line down from each tick under its label, where that has room, and the line that parts them from the rows."""
    base, small = _HEADER * size, 0.9 * size
    shapes: list[Stroke | Label] = []
    free = 0.0
    for tick in sorted(ticks, key=lambda tick: tick.date):
        x, taken = axis.start(tick.date), text_width(tick.label, 0.9 * em)
        begin = min(x, width - taken)
        if axis.first <= tick.date <= axis.last and free <= begin:
            shapes.append(Stroke(x, base, x, height, 0.5, "line"))
            shapes.append(Label(begin, 0, taken, base, ((tick.label, False),), small, "left", "grey"))
            free = begin + taken + size
    return [*shapes, Stroke(axis.left, base, width - axis.left, base, 0.75, "grey")]


def _shapes(entry: _Entry, top: float, size: float) -> list[Shape | Label]:
    """The marker and the text of an entry in the row that begins at `top`."""
    moment, row, text = entry.moment, _ROW * size, entry.text
    tall = (_WIDE_BAR if entry.is_within else _DOT) * size
    kind: Literal["ellipse", "bar"] = "ellipse" if moment.start == moment.end else "bar"
    fill: Colour = "ink" if moment.is_firm else "paper"
    colour: Colour = "paper" if moment.is_firm and entry.is_within else "text"
    marker = Shape(kind, entry.left, top + (row - tall) / 2, entry.right - entry.left, tall, fill, "ink", _OUTLINE)
    if not entry.runs:
        return [marker]
    return [marker, Label(text.left, top, text.room, row, entry.runs, size, text.align, colour)]


def _runs(moment: Moment) -> tuple[Runs, int]:
    """When in bold, then what, and where that begins; the gap between them is one that no format closes up."""
    when, text = (" ".join(part.split()) for part in (moment.when, moment.text))
    when += "\N{NO-BREAK SPACE} " if when and text else ""
    return _joined([(when, True), (text, moment.is_strong)]), len(when)


def _joined(runs: Sequence[tuple[str, bool]]) -> Runs:
    written = (run for run in runs if run[0])
    return tuple(("".join(text for text, _ in alike), bold) for bold, alike in groupby(written, key=itemgetter(1)))


def _length(runs: Runs, size: float) -> float:
    return sum(text_width(text, size, bold) for text, bold in runs)


def _cut(runs: Runs, begin: int, room: float, size: float) -> Runs:
    """As much of the runs as has room, cut at a word behind `begin`, or within the first one where that has no room."""
    if _length(runs, size) <= room:
        return runs
    letters = [(letter, bold) for text, bold in runs for letter in text]
    lengths = accumulate(text_width(letter, size, bold) for letter, bold in letters)
    most = sum(length <= room - text_width("…", size, bold=True) for length in lengths)
    end = next((at for at in range(most, begin, -1) if _may_break(letters[at - 1][0], letters[at][0])), most)
    while end > begin and _joins(letters[end][0]):
        end -= 1
    return _joined([*letters[:end], ("…", letters[max(end, 1) - 1][1])])


def _joins(letter: str) -> bool:
    """Whether a letter is but a part of the one before it."""
    return category(letter).startswith("M") or letter == "\N{ZERO WIDTH JOINER}"


def _may_break(before: str, after: str) -> bool:
    return not before.isspace() and (after.isspace() or _is_wide(before) or _is_wide(after))


def _band(band: Band, width: float) -> Drawing:
    """A track with its ends and middle marked, and the part that is meant filled."""
    width, left = min(width, _BAND_WIDTH), 0.5
    share = (width - 2 * left) / 100
    low, high = (min(max(value, 0), 100) * share for value in (band.low, band.high))
    part = max(high - low, 1.5)
    begin = left + min(low, 100 * share - part)
    marks = (Stroke(left + at * share, 0.5, left + at * share, _BAND_HEIGHT - 0.5, 0.5, "grey") for at in (0, 50, 100))
    track = Shape("rectangle", left, 3, 100 * share, 3, "tint", "grey", 0.5)
    return Drawing(width, _BAND_HEIGHT, (*marks, track, Shape("rectangle", begin, 1.5, part, 6, "ink")), band.alt)


_EMS = {
    letter: ems
    for ems, letters in (
        (0.3, "ijl|'‘’"),
        (0.38, "ft,. \N{NO-BREAK SPACE}"),
        (0.44, "Ir!/:;\\()[]-J"),
        (0.54, 'cszL?"“”„°*'),
        (0.6, "aekvxyFP"),
        (0.64, "0123456789bdghnopquTYE$€£–_"),
        (0.7, "ABCKRSVXZ&«»"),
        (0.78, "DGHNOQU"),
        (0.84, "wM+<=>~#"),
        (1.0, "mW@%"),
    )
    for letter in letters
}
"""Widths of letters, by the size of the text, as Verdana has them, the broadest of the usual fonts."""

_BREADTHS: Mapping[str, float] = {
    **dict.fromkeys(("Calibri", "Carlito", "Garamond", "Times New Roman", "Liberation Serif"), 0.84),
    **dict.fromkeys(("Cambria", "Caladea", "Gill Sans MT", "Corbel", "Candara", "Constantia"), 0.9),
    **dict.fromkeys(("Arial", "Helvetica", "Liberation Sans", "Aptos", "Segoe UI", "Tahoma", "Georgia"), 0.95),
}
"""How broad fonts are beside that."""

_WIDE, _EMOJI, _CAPITAL, _OTHER = 1.03, 1.35, 0.8, 0.66
_BOLD = 1.12


def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"


@cache
def _ems(letter: str) -> float:
    """The width of a letter by the size of the text."""
    if _is_wide(letter):
        return _WIDE if category(letter) != "So" else _EMOJI
    if category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    plain = normalize("NFD", letter)[0]
    if plain in _EMS:
        return _EMS[plain]
    if category(letter) in {"So", "Pd", "Po"}:
        return _WIDE
    return _CAPITAL if letter.isupper() else _OTHER
