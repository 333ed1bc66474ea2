"""The styles of a house: which of them serve, and the built-in looks added for those it lacks."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from brief.word.fields import Marker
from brief.word.lengths import twips
from brief.word.styles import STYLES, Style, StyleKind, key
from brief.word.template import Slot
from brief.word.xml import MAIN, escape

_W = f"{{{MAIN}}}"
_SIZE = f"{_W}rPr/{_W}sz"
_USUAL_SIZE = 20
"""Of text where a file doesn't say, in half points."""
_READABLE = range(8, 73)


class HouseStyles:
    """The `w:styles` of a house, complete for every document after construction.

    `ids` maps the names of STYLES to ids of the house, `fallbacks` those it lacked to the names of what
    stands in for them, empty where a built-in look was added.
    """

    def __init__(self, root: etree._Element, marker: Marker) -> None:
        self._root = root
        self._known: dict[tuple[str, str], etree._Element] = {}
        for style in root.findall(f"{_W}style"):
            self._learn(style)
        self.ids: dict[str, str] = {}
        self.fallbacks: dict[str, str] = {}
        for name, wanted in STYLES.items():
            self.ids[name] = self._id_for(wanted)
        self.east_asian, self.right_to_left = self._set_languages(marker)

    def named(self, kind: StyleKind) -> dict[str, str]:
        """The ids of the styles of a kind, by `key` of their names and ids, and of those in STYLES that others stand in for."""
        own = {key(name): self.ids[name] for name, style in STYLES.items() if style.kind == kind}
        return own | {known: _id(style) for (of_kind, known), style in self._known.items() if of_kind == kind}

    def names(self) -> tuple[str, ...]:
        """The names of paragraph and table styles, written as an editor writes them in a template."""
        kinds = {"paragraph", "table"}
        return tuple(sorted({_name(s).lower().replace(" ", "-") for (kind, _), s in self._known.items() if kind in kinds}))

    def indents(self) -> dict[str, int]:
        """The left indent of each paragraph style that has one, by id, in twips."""
        found = {}
        for style in self._root.findall(f"{_W}style[@{_W}type='paragraph']"):
            indent = self._inherited(style, f"{_W}pPr/{_W}ind")
            if indent is not None and (left := indent.get(f"{_W}left") or indent.get(f"{_W}start")):
                found[_id(style)] = twips(left)
        return found

    def size(self, name: str) -> int:
        """The size of the text in a paragraph style of STYLES, in half points."""
        own = self._inherited(self._known["paragraph", key(self.ids[name])], _SIZE)
        return next((size for size in map(_half_points, (own, self._default(_SIZE))) if size), _USUAL_SIZE)

    def font(self, name: str) -> tuple[str, str]:
        """The font of the text in a paragraph style of STYLES: its name, or else which one of the theme it is."""
        path = f"{_W}rPr/{_W}rFonts"
        own = self._inherited(self._known["paragraph", key(self.ids[name])], path)
        for fonts in (own, self._default(path)):
            if fonts is not None and (theme := fonts.get(f"{_W}asciiTheme")):
                return "", theme
            if fonts is not None and (face := fonts.get(f"{_W}ascii")):
                return face, ""
        return "", ""

    def size_of(self, run: etree._Element) -> int:
        """The size of a run's text in half points; 0 where it isn't known."""
        paragraph = next(run.iterancestors(f"{_W}p"), run)
        of_run = self._known.get(("character", key(_value(run, f"{_W}rPr/{_W}rStyle"))))
        of_paragraph = _value(paragraph, f"{_W}pPr/{_W}pStyle") or self._default_id("paragraph")
        sizes = (
            run.find(_SIZE),
            self._inherited(of_run, _SIZE),
            self._inherited(self._known.get(("paragraph", key(of_paragraph))), _SIZE),
            self._default(_SIZE),
        )
        return next(filter(None, map(_half_points, sizes)), 0)

    def _default(self, path: str) -> etree._Element | None:
        """The element at a path of what all text has that no style says otherwise of."""
        return self._root.find(f"{_W}docDefaults/{_W}rPrDefault/{path}")

    def boxes(self) -> dict[str, str]:
        """The left border and the tint of each paragraph style that has one, by id, as a cell has them."""
        styles = self._root.findall(f"{_W}style[@{_W}type='paragraph']")
        return {_id(style): box for style in styles if (box := self._box(style))}

    def _box(self, style: etree._Element) -> str:
        border = self._inherited(style, f"{_W}pPr/{_W}pBdr/{_W}left")
        tint = self._inherited(style, f"{_W}pPr/{_W}shd")
        borders = "" if border is None else f"<w:tcBorders>{_copy(border)}</w:tcBorders>"
        return borders + ("" if tint is None else _copy(tint))

    def _inherited(self, style: etree._Element | None, path: str) -> etree._Element | None:
        """The nearest element at a path, of a style or of those that it builds on."""
        seen = set[str]()
        while style is not None and _id(style) not in seen:
            found = style.find(path)
            if found is not None:
                return found
            seen.add(_id(style))
            base = style.find(f"{_W}basedOn")
            kind = style.get(f"{_W}type", "paragraph")
            style = None if base is None else self._known.get((kind, key(base.get(f"{_W}val", ""))))
        return None

    def number_of(self, name: str) -> str | None:
        """The id of the number instance that a style of STYLES gives its paragraphs."""
        style = self._known[STYLES[name].kind, key(self.ids[name])]
        number = style.find(f"{_W}pPr/{_W}numPr/{_W}numId")
        return None if number is None else number.get(f"{_W}val")

    def unless_default(self, style_id: str) -> str:
        """The id of a paragraph style, or nothing where it is the one that paragraphs have anyway."""
        return "" if style_id == self._default_id("paragraph") else style_id

    def _learn(self, style: etree._Element) -> None:
        kind = style.get(f"{_W}type", "paragraph")
        for word in (_id(style), _name(style)):
            self._known.setdefault((kind, key(word)), style)

    def _find(self, kind: str, name: str) -> str | None:
        style = self._known.get((kind, key(name)))
        return None if style is None else _id(style)

    def _id_for(self, style: Style) -> str:
        found = self._find(style.kind, style.name)
        if found is not None:
            return found
        for fallback in style.fallbacks:
            if instead := self._find(style.kind, fallback):
                self.fallbacks[style.name] = fallback
                return instead
        self.fallbacks[style.name] = ""
        return self._add(style)

    def _add(self, style: Style) -> str:
        taken = {_id(other).lower() for other in self._root.findall(f"{_W}style")}
        style_id = style.name.title().replace(" ", "")
        while style_id.lower() in taken:
            style_id += "0"
        xml = f'<w:x xmlns:w="{MAIN}">{style.xml(style_id, self._base_id(style))}</w:x>'
        added = etree.fromstring(xml)[0]
        self._root.append(added)
        self._learn(added)
        return style_id

    def _base_id(self, style: Style) -> Callable[[str], str]:
        return lambda name: self._find(style.kind, name) or self._default_id(style.kind)

    def _default_id(self, kind: str) -> str:
        default = self._root.find(f"{_W}style[@{_W}type='{kind}'][@{_W}default='1']")
        return "" if default is None else _id(default)

    def _set_languages(self, marker: Marker) -> tuple[str, str]:
        """Make the document's language the default of all text; returns the house's own East Asian and right-to-left ones."""
        defaults = _child(_child(self._root, "docDefaults", 0), "rPrDefault", 0)
        language = _child(_child(defaults, "rPr", 0), "lang")
        own = language.get(f"{_W}eastAsia", "ko-KR"), language.get(f"{_W}bidi", "ar-SA")
        for attribute, slot in (("val", "language"), ("eastAsia", "East Asian language"), ("bidi", "right-to-left language")):
            language.set(f"{_W}{attribute}", marker.token(Slot(slot, "")))
        normal = self._root.find(f"{_W}style[@{_W}type='paragraph'][@{_W}default='1']/{_W}rPr")
        if normal is not None:
            for override in normal.findall(f"{_W}lang"):
                normal.remove(override)
        return own


def _child(parent: etree._Element, name: str, position: int | None = None) -> etree._Element:
    """The child of a name, made (last, or at a position) where there is none."""
    child = parent.find(f"{_W}{name}")
    if child is None:
        child = etree.Element(f"{_W}{name}")
        parent.insert(len(parent) if position is None else position, child)
    return child


def _copy(element: etree._Element) -> str:
    """An empty element of Word's own as text, the distance of a border to the text left out."""
    attributes = ((etree.QName(name), value) for name, value in element.attrib.items())
    kept = "".join(f' w:{name.localname}="{escape(str(value))}"' for name, value in attributes if name.localname != "space")
    return f"<w:{etree.QName(element).localname}{kept}/>"


def _half_points(size: etree._Element | None) -> int:
    """A size that text can be read in; 0 where there is none."""
    text = "" if size is None else size.get(f"{_W}val", "")
    found = twips(text) if text.isdecimal() else twips(text) // 10
    return found if found in _READABLE else 0


def _value(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else found.get(f"{_W}val", "")


def _id(style: etree._Element) -> str:
    return style.get(f"{_W}styleId", "")


def _name(style: etree._Element) -> str:
    name = style.find(f"{_W}name")
    return "" if name is None else name.get(f"{_W}val", "")
