"""The styles a body is made of: their names, what may stand in for them, and their looks where a house has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from brief.classes import dataclass

StyleKind = Literal["paragraph", "character", "table"]


@dataclass(frozen=True, slots=True)
class Style:
    """A named look. `fallbacks` are names that serve as well, in order; `built_in` says that Word knows the name itself,
    `is_offered` that it is one to choose by hand.

    `base` and `following` are names of other styles; `paragraph`, `run` and `rest` are the insides of `w:pPr` and `w:rPr`
    and what follows them.
    """

    name: str
    kind: StyleKind = "paragraph"
    base: str = "Normal"
    following: str = ""
    paragraph: str = ""
    run: str = ""
    rest: str = ""
    fallbacks: tuple[str, ...] = ()
    built_in: bool = True
    is_offered: bool = True

    def xml(self, style_id: str, id_of: Callable[[str], str]) -> str:
        """The definition under an id of the house; `id_of` gives the ids of the styles it builds on."""
        custom = "" if self.built_in else ' w:customStyle="1"'
        base, following = (id_of(name) if name else "" for name in (self.base, self.following))
        return (
            f'<w:style w:type="{self.kind}" w:styleId="{style_id}"{custom}><w:name w:val="{self.name}"/>'
            + (f'<w:basedOn w:val="{base}"/>' if base else "")
            + (f'<w:next w:val="{following}"/>' if following else "")
            + '<w:uiPriority w:val="10"/>'
            + ("<w:qFormat/>" if self.is_offered else "")
            + (f"<w:pPr>{self.paragraph}</w:pPr>" if self.paragraph else "")
            + (f"<w:rPr>{self.run}</w:rPr>" if self.run else "")
            + f"{self.rest}</w:style>"
        )


INK = "1F3552"
"""The dark blue of headings and rules."""
_LINE = "BFC8D4"
_TINT = "EEF2F7"


def _heading(level: int, size: int, before: int, after: int, extra: str = "") -> Style:
    return Style(
        f"heading {level}",
        following="Normal",
        paragraph=(
            f'<w:keepNext/><w:keepLines/><w:spacing w:before="{before}" w:after="{after}" w:line="240" w:lineRule="auto"/>'
            f'<w:outlineLvl w:val="{level - 1}"/>'
        ),
        run=f'<w:b/><w:bCs/>{extra}<w:color w:val="{INK}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>',
    )


def _contents(level: int) -> Style:
    return Style(
        f"toc {level}",
        paragraph=f'<w:spacing w:before="{60 if level == 1 else 0}" w:after="40"/><w:ind w:left="{(level - 1) * 220}"/>',
        fallbacks=(f"Contents {level}",),
        is_offered=False,
    )


def _callout(kind: str, colour: str, tint: str) -> Style:
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{shade}"/>'
        for side, size, space, shade in (
            ("top", 4, 5, tint), ("left", 36, 8, colour), ("bottom", 4, 5, tint), ("right", 4, 8, tint)
        )
    )  # fmt: skip
    return Style(
        f"Callout {kind}",
        paragraph=(
            f'<w:keepLines/><w:pBdr>{borders}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{tint}"/>'
            '<w:spacing w:before="40" w:after="100"/><w:ind w:left="250" w:right="170"/>'
        ),
        fallbacks=("Callout",),
        built_in=False,
    )


_TABLE_LOOK = (
    '<w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblStyleColBandSize w:val="1"/><w:tblBorders>'
    f'<w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>'
    f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>'
    f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/></w:tblBorders>'
    '<w:tblCellMar><w:top w:w="50" w:type="dxa"/><w:left w:w="100" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>'
    '<w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>'
    f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders>'
    f'<w:shd w:val="clear" w:color="auto" w:fill="D9E1EC"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    f'<w:tblStylePr w:type="band2Horz"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="F6F8FB"/></w:tcPr></w:tblStylePr>'
)

_FONT = "Default Paragraph Font"
_MONO = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'
_LIST = '<w:spacing w:after="80"/><w:contextualSpacing/>'

STYLES: Mapping[str, Style] = {
    style.name: style
    for style in (
        _heading(1, 30, 320, 100),
        _heading(2, 25, 240, 80),
        _heading(3, 22, 200, 60),
        _heading(4, 21, 180, 60, "<w:i/><w:iCs/>"),
        _heading(5, 20, 160, 40),
        _heading(6, 20, 160, 40, "<w:i/><w:iCs/>"),
        Style("List Bullet", paragraph=_LIST, fallbacks=("List Paragraph",)),
        Style("List Number", paragraph=_LIST, fallbacks=("List Paragraph",)),
        Style("List Continue", paragraph=_LIST, fallbacks=("List Paragraph",)),
        Style(
            "Quote",
            paragraph=(
                f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="12" w:color="{_LINE}"/></w:pBdr>'
                '<w:spacing w:before="60" w:after="120"/><w:ind w:left="480" w:right="240"/>'
            ),
            run='<w:color w:val="404A57"/>',
            fallbacks=("Block Text", "Intense Quote"),
        ),
        _callout("Note", "2F6DB5", "EAF1FA"),
        _callout("Tip", "2E7D4F", "E9F5EE"),
        _callout("Important", "6A4FB3", "F0EDF9"),
        _callout("Warning", "B7791F", "FDF5E4"),
        _callout("Caution", "B3372F", "FBECEA"),
        Style("Callout Label", "character", _FONT, run="<w:b/><w:bCs/>", fallbacks=("Strong",), built_in=False),
        Style(
            "Box",
            paragraph=(
                f'<w:keepLines/><w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="{_TINT}"/>'
                f'<w:left w:val="single" w:sz="36" w:space="10" w:color="{INK}"/>'
                f'<w:bottom w:val="single" w:sz="4" w:space="6" w:color="{_TINT}"/>'
                f'<w:right w:val="single" w:sz="4" w:space="8" w:color="{_TINT}"/></w:pBdr>'
                f'<w:shd w:val="clear" w:color="auto" w:fill="{_TINT}"/>'
                '<w:spacing w:before="60" w:after="60"/><w:ind w:left="290" w:right="170"/>'
            ),
            fallbacks=("Callout Note",),
            built_in=False,
        ),
        Style(
            "Box Title",
            "character",
            _FONT,
            run=f'<w:b/><w:bCs/><w:color w:val="{INK}"/><w:sz w:val="23"/><w:szCs w:val="23"/>',
            fallbacks=("Strong",),
            built_in=False,
        ),
        Style(
            "Dateline",
            following="Normal",
            paragraph='<w:keepNext/><w:keepLines/><w:spacing w:before="0" w:after="60"/>',
            run='<w:i/><w:iCs/><w:color w:val="5A6572"/>',
            built_in=False,
        ),
        Style(
            "Figure Text",
            paragraph=(
                '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
                '<w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="left"/>'
            ),
            run='<w:noProof/><w:sz w:val="17"/><w:szCs w:val="17"/>',
            built_in=False,
            is_offered=False,
        ),
        Style(
            "Source Code",
            paragraph=(
                f'<w:shd w:val="clear" w:color="auto" w:fill="{_TINT}"/>'
                '<w:spacing w:before="60" w:after="120" w:line="240" w:lineRule="auto"/><w:ind w:left="120" w:right="120"/>'
            ),
            run=f'{_MONO}<w:noProof/><w:sz w:val="18"/><w:szCs w:val="18"/>',
            fallbacks=("HTML Preformatted", "Preformatted Text", "Plain Text"),
            built_in=False,
        ),
        Style(
            "Verbatim Char",
            "character",
            _FONT,
            run=(
                f'{_MONO}<w:noProof/><w:sz w:val="19"/><w:szCs w:val="19"/>'
                f'<w:shd w:val="clear" w:color="auto" w:fill="{_TINT}"/>'
            ),
            fallbacks=("HTML Code", "Source Text"),
            built_in=False,
        ),
        Style(
            "Horizontal Line",
            following="Normal",
            paragraph=(
                f'<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="{_LINE}"/></w:pBdr>'
                '<w:spacing w:before="0" w:after="200" w:line="240" w:lineRule="auto"/>'
            ),
            run='<w:sz w:val="12"/><w:szCs w:val="12"/>',
            built_in=False,
        ),
        Style(
            "Table Text",
            paragraph='<w:spacing w:before="0" w:after="40" w:line="245" w:lineRule="auto"/>',
            run='<w:sz w:val="19"/><w:szCs w:val="19"/>',
            fallbacks=("Table Contents",),
            built_in=False,
        ),
        Style(
            "Table Heading",
            base="Table Text",
            paragraph="<w:keepNext/>",
            run=f'<w:color w:val="{INK}"/>',  # bold comes from the table's style: Word takes both together for neither
            built_in=False,
        ),
        Style("Briefing Table", "table", "Normal Table", rest=_TABLE_LOOK, built_in=False),
        Style(
            "Hyperlink",
            "character",
            _FONT,
            run='<w:color w:val="1F5FA8"/><w:u w:val="single"/>',
            fallbacks=("Internet Link",),
        ),
        Style(
            "footnote text",
            paragraph='<w:spacing w:after="40" w:line="240" w:lineRule="auto"/>',
            run='<w:sz w:val="17"/><w:szCs w:val="17"/>',
            fallbacks=("Footnote",),
            is_offered=False,
        ),
        Style(
            "footnote reference",
            "character",
            _FONT,
            run='<w:vertAlign w:val="superscript"/>',
            fallbacks=("Footnote Anchor", "Footnote Characters"),
            is_offered=False,
        ),
        Style(
            "Bibliography",
            paragraph='<w:keepLines/><w:spacing w:after="40" w:line="245" w:lineRule="auto"/>',
            run='<w:sz w:val="19"/><w:szCs w:val="19"/>',
            fallbacks=("List Number",),
        ),
        *(_contents(level) for level in range(1, 7)),
        Style(
            "TOC Heading",
            following="Normal",
            paragraph='<w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="80"/>',
            run=f'<w:b/><w:bCs/><w:color w:val="{INK}"/><w:sz w:val="25"/><w:szCs w:val="25"/>',
            fallbacks=("Contents Heading",),
        ),
        Style(
            "Figure",
            paragraph='<w:keepNext/><w:spacing w:before="200" w:after="60" w:line="240" w:lineRule="auto"/>',
            built_in=False,
        ),
        Style(
            "caption",
            following="Normal",
            paragraph='<w:keepLines/><w:spacing w:before="0" w:after="160" w:line="240" w:lineRule="auto"/>',
            run='<w:color w:val="5A6572"/><w:sz w:val="18"/><w:szCs w:val="18"/>',
        ),
        Style("Table Caption", base="caption", paragraph="<w:keepNext/>", fallbacks=("caption",), built_in=False),
        Style(
            "Draft Mark",
            paragraph='<w:spacing w:before="0" w:after="60" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>',
            run='<w:b/><w:bCs/><w:color w:val="B3261E"/><w:spacing w:val="60"/><w:sz w:val="24"/><w:szCs w:val="24"/>',
            built_in=False,
            is_offered=False,
        ),
    )
}
"""Every style that the writer uses, by name."""


def key(name: str) -> str:
    """A style's name as an editor may write it in a template, where it can hold no space: `key-point` for `Key Point`."""
    return "".join(character for character in name.casefold() if character not in " -_")
