"""The marking in the header and the footer of every page, in its TLP 2.0 colour on black, whatever the house."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from brief.patterns import regex
from brief.word import running
from brief.word.fields import Marker, remove
from brief.word.house_styles import HouseStyles
from brief.word.package import Package, W
from brief.word.template import Slot
from brief.word.xml import MAIN

_SMALLEST = 24
"""Half-points: TLP asks for 12 points or more."""
_PAD = "\u2005"
"""A quarter of an em: LibreOffice paints a gap beside a no-break space."""
_FIELD = regex(r"\{\{\s*briefing\.marking\s*\}\}")
_RUNNING = frozenset({f"{W}hdr", f"{W}ftr"})
_T, _R, _RPR = f"{W}t", f"{W}r", f"{W}rPr"
_KEPT = frozenset({f"{W}rStyle", f"{W}rFonts"})


def show(package: Package, marker: Marker, styles: HouseStyles) -> tuple[str, ...]:
    """Give the marking its look where the house shows it, and add it to each header and footer that doesn't.

    Returns in words the headers and footers that lacked it.
    """
    marked: set[str] = set()
    for part in package.stories():
        for run in _runs(package.root(part), marker):
            _colour(run, marker, max(styles.size_of(run), _SMALLEST))
            marked.add(part.partname)
    unmarked: list[str] = []
    for sort in ("header", "footer"):
        lacking = [found for found in running.parts(package, sort) if found.part.partname not in marked]
        for found in lacking:
            _add(package.root(found.part), marker, first=sort == "header")
        unmarked += [found.where for found in lacking]
    return tuple(unmarked)


def _runs(root: etree._Element, marker: Marker) -> Iterator[etree._Element]:
    """The runs that show nothing but the marking; in headers and footers it is given such a one."""
    for run in list(root.iter(_R)):
        if root.tag in _RUNNING or _shows_only(run, marker):
            yield from _cut_out(run, marker)


def _shows_only(run: etree._Element, marker: Marker) -> bool:
    text = "".join(child.text or "" for child in run if child.tag == _T).strip()
    return marker.spans(text, _FIELD.fullmatch) == [(0, len(text))] and all(child.tag in {_T, _RPR} for child in run)


def _cut_out(run: etree._Element, marker: Marker) -> Iterator[etree._Element]:
    """Each marking in a run, with the no-break spaces beside it, as a run of its own."""
    found = next(((text, span) for text in run.findall(_T) for span in marker.spans(text.text or "", _FIELD.fullmatch)), None)
    if found is None:
        return
    text, (start, end) = found
    characters, position = text.text or "", run.index(text)
    start = len(characters[:start].rstrip("\u00a0"))
    end = len(characters) - len(characters[end:].lstrip("\u00a0"))
    before = _piece(run, range(position + 1), position, characters[:start])
    alone = _piece(run, range(position, position + 1), position, characters[start:end].replace("\u00a0", _PAD))
    after = _piece(run, range(position, len(run)), position, characters[end:])
    for piece in (before, alone, after):
        if any(child.text if child.tag == _T else child.tag != _RPR for child in piece):
            run.addprevious(piece)
    remove(run)
    yield alone
    yield from _cut_out(after, marker)


def _piece(run: etree._Element, kept: range, position: int, characters: str) -> etree._Element:
    """A copy of a run with some of its children, and with other characters in the text at `position`."""
    copy = deepcopy(run)
    copy.tail, copy[position].text = None, characters
    for index, child in enumerate(list(copy)):
        if index not in kept and child.tag != _RPR:
            copy.remove(child)
    return copy


def _colour(run: etree._Element, marker: Marker, size: int) -> None:
    """Give a run direct formatting, which no style of the house outdoes."""
    own = run.find(_RPR)
    look = etree.fromstring(_look(marker, size))
    if own is not None:
        look[:0] = [child for child in own if child.tag in _KEPT]
        run.remove(own)
    run.insert(0, look)


def _look(marker: Marker, size: int) -> str:
    colour = marker.token(Slot("marking colour", ""))
    return (
        f'<w:rPr xmlns:w="{MAIN}"><w:b/><w:bCs/><w:noProof/><w:vanish w:val="0"/><w:color w:val="{colour}"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/><w:highlight w:val="none"/>'
        '<w:shd w:val="clear" w:color="auto" w:fill="000000"/></w:rPr>'
    )


def _add(root: etree._Element, marker: Marker, *, first: bool) -> None:
    """A paragraph of its own at the right, before or after all others."""
    label = marker.token(Slot("marking", ""))
    xml = (
        f'<w:p xmlns:w="{MAIN}"><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
        '<w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="right"/></w:pPr>'
        f'<w:r>{_look(marker, _SMALLEST)}<w:t xml:space="preserve">{_PAD}{label}{_PAD}</w:t></w:r></w:p>'
    )
    root.insert(0 if first else len(root), etree.fromstring(xml))
