"""A house is made ready once: its parts become templates, and what every body needs is added to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.part import Part
from lxml import etree

from brief.figures import breadth
from brief.word import beside, draft, marking, numbering, properties
from brief.word.archive import UnusableError
from brief.word.fields import Marker
from brief.word.house_styles import HouseStyles
from brief.word.lengths import twips
from brief.word.package import Package, W
from brief.word.template import FirstIds, Numbering, Prepared, Slot
from brief.word.xml import DRAWING, MAIN

_STARTS = tuple(f"{W}{name}" for name in ("bookmarkStart", "commentRangeStart", "permStart"))
_ENDS = tuple(f"{W}{name}" for name in ("bookmarkEnd", "commentRangeEnd", "permEnd"))
_DOC_PR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_AFTER_NOTES = frozenset(
    {
        "endnotePr", "compat", "docVars", "rsids", "mathPr", "attachedSchema", "themeFontLang", "clrSchemeMapping",
        "doNotIncludeSubdocsInStats", "doNotAutoCompressPictures", "forceUpgrade", "captions", "readModeInkLockDown",
        "smartTagType", "schemaLibrary", "shapeDefaults", "doNotEmbedSmartTags", "decimalSymbol", "listSeparator", "docId",
        "chartTrackingRefBased",
    }
)  # fmt: skip
"""What follows `w:footnotePr` in the settings, where order matters."""

_USUAL_SIZE = 19
"""Half-points, of the text in tables."""
_MISPLACED = "{{ body }} must be a paragraph of the main text, not of a table, text box, content control, header or footer"
_CLOSE = '<w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
_EMPTY_NOTES = (
    f'<w:footnotes xmlns:w="{MAIN}">'
    f'<w:footnote w:type="separator" w:id="-1"><w:p>{_CLOSE}<w:r><w:separator/></w:r></w:p></w:footnote>'
    f'<w:footnote w:type="continuationSeparator" w:id="0"><w:p>{_CLOSE}<w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    "</w:footnotes>"
)


def prepare(data: bytes, *, is_draft: bool = False, is_marked: bool = True) -> Prepared:
    """The house in the bytes of a Word file, made ready; `UnusableError` where that is impossible."""
    try:
        return _Preparation(data).prepared(is_draft=is_draft, is_marked=is_marked)
    except UnusableError:
        raise
    except Exception as error:  # a damaged file can break any rule
        raise UnusableError(f"its parts don't fit together as Word's do ({error})") from error


class _Preparation:
    def __init__(self, data: bytes) -> None:
        self.package = Package(data)
        self.document = self.package.root(self.package.document)
        self.marker = Marker()

    def prepared(self, *, is_draft: bool, is_marked: bool) -> Prepared:
        core = self.package.core_properties()
        for part in self.package.with_fields():
            self.marker.mark(self.package.root(part))
        body = self._body()
        beside.set_apart(body)
        before, after = body.getprevious(), body.getnext()
        own_style = body.find(f"{W}pPr/{W}pStyle")
        section = _section_of(body)
        self._cut(body)
        styles = HouseStyles(self._part("styles", CONTENT_TYPE.WML_STYLES, RELATIONSHIP_TYPE.STYLES), self.marker)
        bullets, numbers, first_number = self._numbering(styles)
        notes = self._notes()
        self._settings()
        unmarked = marking.show(self.package, self.marker, styles) if is_marked else ()
        if is_draft:
            draft.mark(self.package, self.marker, styles.ids["Draft Mark"])
        self.package.rewrite(core, properties.core(self.package.root(core), self.marker))
        width, height = _text_area(section)
        if min(width, height) <= 0:
            raise UnusableError("its margins or columns leave no room for text around {{ body }}: narrow them in Word")
        return Prepared(
            parts=self.package.finished(
                self.marker,
                {
                    self.package.document.partname: self.marker.token(Slot("relationships")),
                    notes.partname: self.marker.token(Slot("note relationships")),
                },
            ),
            fields=tuple(self.marker.fields),
            ids=self._first_ids(notes, first_number),
            bullets=bullets,
            numbers=numbers,
            styles=styles.ids,
            fallbacks=styles.fallbacks,
            paragraph_styles=styles.named("paragraph"),
            table_styles=styles.named("table"),
            style_names=styles.names(),
            indents=styles.indents(),
            boxes=styles.boxes(),
            bookmarks=frozenset(self._bookmarks()),
            body_style="" if own_style is None else styles.unless_default(own_style.get(f"{W}val", "")),
            text_width=width,
            text_height=height,
            stands_after_table=before is not None and before.tag == f"{W}tbl",
            stands_before_table=after is not None and after.tag == f"{W}tbl",
            stands_last=after is None or after.tag == f"{W}sectPr",
            east_asian=styles.east_asian,
            right_to_left=styles.right_to_left,
            table_scale=self._table_scale(styles),
            figure_size=styles.size("Figure Text"),
            figure_font=self._font(*styles.font("Figure Text")),
            has_theme=self.package.related(RELATIONSHIP_TYPE.THEME) is not None,
            unmarked=unmarked,
        )

    def _table_scale(self, styles: HouseStyles) -> float:
        font = self._font(*styles.font("Table Text"))
        return styles.size("Table Text") / _USUAL_SIZE * breadth(font) / breadth("Calibri")

    def _font(self, face: str, theme: str) -> str:
        """The name of a font, of the theme's major or minor one where it has none."""
        part = self.package.related(RELATIONSHIP_TYPE.THEME)
        if face or part is None:
            return face
        kind = "majorFont" if theme.startswith("major") else "minorFont"
        latin = self.package.root(part).find(f".//{{{DRAWING}}}{kind}/{{{DRAWING}}}latin")
        return "" if latin is None else latin.get("typeface", "")

    def _body(self) -> etree._Element:
        """The one paragraph `{{ body }}`."""
        container = self.document.find(f"{W}body")
        faults = list(dict.fromkeys(self.marker.faults))
        good = [paragraph for paragraph in self.marker.bodies if paragraph.getparent() is container]
        if len(good) < len(self.marker.bodies):
            faults.append(_MISPLACED)
        if len(good) > 1:
            faults.append(f"{{{{ body }}}} stands in it {len(good)} times, and can only once")
        if not self.marker.bodies and not any("{{ body }}" in fault for fault in faults):
            faults.append("it has no {{ body }}: in Word, put it alone into the paragraph where the briefing's text goes")
        faults.extend(dict.fromkeys(self.package.dangling()))
        if faults:
            raise UnusableError(*faults, fields=tuple(self.marker.fields))
        return good[0]

    def _cut(self, body: etree._Element) -> None:
        """Put the body's token where its paragraph stands; the bookmarks that the paragraph bounds stay."""
        for element in list(body.iter(*_STARTS)):
            body.addprevious(element)
        for element in list(body.iter(*_ENDS)):
            body.addnext(element)
        parent = body.getparent()
        before = body.getprevious()
        token = self.marker.token(Slot("body"))
        if before is not None:
            before.tail = token
        elif parent is not None:
            parent.text = token
        if parent is not None:
            parent.remove(body)

    def _part(self, name: str, content_type: str, kind: str) -> etree._Element:
        part = self.package.related(kind)
        if part is None:
            part, _ = self.package.add(name, content_type, kind, f'<w:{name} xmlns:w="{MAIN}"/>')
        return self.package.root(part)

    def _numbering(self, styles: HouseStyles) -> tuple[Numbering, Numbering, int]:
        """The house's own list definitions where its list styles have full ones, else ours; and the first free number."""
        root = self._part("numbering", CONTENT_TYPE.WML_NUMBERING, RELATIONSHIP_TYPE.NUMBERING)
        found = tuple(
            _definition(root, styles.number_of(name)) or _added_definition(root, bullets=name == "List Bullet")
            for name in ("List Bullet", "List Number")
        )
        numbers = root.findall(f"{W}num")
        last = (numbers or root.findall(f"{W}abstractNum"))[-1]
        last.tail = self.marker.token(Slot("numbers"))
        return found[0], found[1], _first_free(numbers, f"{W}numId")

    def _notes(self) -> Part:
        part = self.package.related(RELATIONSHIP_TYPE.FOOTNOTES)
        if part is None:
            part, _ = self.package.add("footnotes", CONTENT_TYPE.WML_FOOTNOTES, RELATIONSHIP_TYPE.FOOTNOTES, _EMPTY_NOTES)
        root = self.package.root(part)
        root[-1].tail = self.marker.token(Slot("notes"))
        return part

    def _settings(self) -> None:
        """Name the notes' separators, never ask to update fields on opening, and tell the theme the language."""
        root = self._part("settings", CONTENT_TYPE.WML_SETTINGS, RELATIONSHIP_TYPE.SETTINGS)
        for element in root.findall(f"{W}updateFields"):
            root.remove(element)
        if root.find(f"{W}footnotePr") is None:
            notes = etree.Element(f"{W}footnotePr")
            for number in ("-1", "0"):
                etree.SubElement(notes, f"{W}footnote", {f"{W}id": number})
            position = next(
                (index for index, child in enumerate(root) if etree.QName(child).localname in _AFTER_NOTES), len(root)
            )
            root.insert(position, notes)
        language = root.find(f"{W}themeFontLang")
        if language is not None:
            language.set(f"{W}val", self.marker.token(Slot("language", "")))

    def _first_ids(self, notes: Part, number: int) -> FirstIds:
        roots = [self.package.root(part) for part in self.package.stories()]
        bookmarks = [element for root in roots for element in root.iter(f"{W}bookmarkStart")]
        contents = [int(match[1]) for name in self._bookmarks() if (match := re.fullmatch("_Toc([0-9]{1,9})", name))]
        return FirstIds(
            relationship=_first_relationship(self.package.document.rels),
            note_relationship=_first_relationship(notes.rels),
            bookmark=_first_free(bookmarks, f"{W}id"),
            contents_bookmark=max(contents, default=0) + 1,
            drawing=_first_free((element for root in roots for element in root.iter(_DOC_PR)), "id"),
            note=_first_free(self.package.root(notes), f"{W}id"),
            number=number,
        )

    def _bookmarks(self) -> Iterator[str]:
        for part in self.package.stories():
            for element in self.package.root(part).iter(f"{W}bookmarkStart"):
                yield element.get(f"{W}name", "")


def _first_free(elements: Iterable[etree._Element], attribute: str) -> int:
    """A number from which on none is taken; beyond a thousand million Word itself draws lots, and nobody gets there."""
    texts = (element.get(attribute, "") for element in elements)
    return max((int(text) for text in texts if re.fullmatch("[0-9]{1,9}", text)), default=0) + 1


def _first_relationship(names: Iterable[str]) -> int:
    return max((int(match[1]) for name in names if (match := re.fullmatch("rId([0-9]+)", name))), default=0) + 1


def _section_of(paragraph: etree._Element) -> etree._Element | None:
    """The properties of the section that a paragraph of the main text stands in."""
    for element in (paragraph, *paragraph.itersiblings()):
        section = element if element.tag == f"{W}sectPr" else element.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            return section
    return None


def _text_area(section: etree._Element | None) -> tuple[int, int]:
    """Width and height of a section's column of text, in twips; A4 with margins of 2.5 cm where it doesn't say."""

    def length(path: str, attribute: str, default: int) -> int:
        element = None if section is None else section.find(path)
        return abs(twips(None if element is None else element.get(f"{W}{attribute}"), default))

    width = length(f"{W}pgSz", "w", 11906) - sum(length(f"{W}pgMar", side, 1417) for side in ("left", "right"))
    height = length(f"{W}pgSz", "h", 16838) - sum(length(f"{W}pgMar", side, 1417) for side in ("top", "bottom"))
    columns = max(length(f"{W}cols", "num", 1), 1)
    gutter = length(f"{W}pgMar", "gutter", 0)
    return (width - gutter - length(f"{W}cols", "space", 720) * (columns - 1)) // columns, height


def _definition(root: etree._Element, number: str | None) -> Numbering | None:
    """The definition behind a number instance, if it says how each of the nine levels looks."""
    if number is None:
        return None
    instance = root.find(f"{W}num[@{W}numId='{number}']/{W}abstractNumId")
    abstract = None if instance is None else instance.get(f"{W}val", "")
    definition = root.find(f"{W}abstractNum[@{W}abstractNumId='{abstract}']")
    if definition is None or len(levels := definition.findall(f"{W}lvl")) < numbering.LEVELS:
        return None
    return Numbering(int(definition.get(f"{W}abstractNumId", "0")), tuple(map(_indent, levels)))


def _indent(level: etree._Element) -> tuple[int, int]:
    indent = level.find(f"{W}pPr/{W}ind")
    if indent is None:
        return 0, 0
    return twips(indent.get(f"{W}left") or indent.get(f"{W}start")), twips(indent.get(f"{W}hanging"))


def _added_definition(root: etree._Element, *, bullets: bool) -> Numbering:
    definitions = root.findall(f"{W}abstractNum")
    abstract = _first_free(definitions, f"{W}abstractNumId")
    xml = f'<w:x xmlns:w="{MAIN}">{numbering.abstract_definition(abstract, bullets=bullets)}</w:x>'
    # Definitions stand after the pictures of bullets and before the number instances.
    position = len(root.findall(f"{W}numPicBullet")) + len(definitions)
    root.insert(position, etree.fromstring(xml)[0])
    return Numbering(abstract, numbering.indents())
