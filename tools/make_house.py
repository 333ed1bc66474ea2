"""Makes the first `templates/house.docx`; from then on editors own that file, so an existing one is left alone."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from brief.word import archive, numbering
from brief.word.styles import INK, STYLES, Style
from brief.word.xml import DECLARATION, MAIN, RELATIONSHIPS, escape

HOUSE = Path(__file__).parent.parent / "templates" / "house.docx"

_OFFICE = "application/vnd.openxmlformats-officedocument"
_NAMESPACES = f'xmlns:w="{MAIN}" xmlns:r="{RELATIONSHIPS}"'
_PAGE = (11906, 16838)
_MARGIN = 1304
_WIDTH = _PAGE[0] - 2 * _MARGIN
_GREY = "5A6572"
_RIGHT = f'<w:tab w:val="right" w:pos="{_WIDTH}"/>'
_CENTRE = f'<w:tab w:val="center" w:pos="{_WIDTH // 2}"/>'
_MAJOR = '<w:rFonts w:asciiTheme="majorHAnsi" w:hAnsiTheme="majorHAnsi" w:eastAsia="Malgun Gothic" w:cs="Arial"/>'
_MINOR = _MAJOR.replace("major", "minor")


def _sized(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


_DETAIL = 1020
_TITLES = (
    Style(
        "Title",
        following="Subtitle",
        paragraph=(
            f'<w:keepNext/><w:pBdr><w:top w:val="single" w:sz="36" w:space="10" w:color="{INK}"/></w:pBdr>'
            '<w:spacing w:before="0" w:after="20" w:line="240" w:lineRule="auto"/>'
        ),
        run=f'{_MAJOR}<w:b/><w:bCs/><w:color w:val="{INK}"/>{_sized(50)}',
    ),
    Style(
        "Subtitle",
        following="Briefing Details",
        paragraph='<w:keepNext/><w:spacing w:before="0" w:after="100" w:line="240" w:lineRule="auto"/>',
        run=f'<w:color w:val="{INK}"/>{_sized(28)}',
    ),
    Style(
        "Briefing Details",
        paragraph=(
            f'<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="7" w:color="BFC8D4"/></w:pBdr>'
            f'<w:tabs><w:tab w:val="left" w:pos="{_DETAIL}"/></w:tabs>'
            '<w:spacing w:before="0" w:after="0" w:line="264" w:lineRule="auto"/>'
        ),
        run=f'<w:color w:val="{_GREY}"/>{_sized(19)}',
        built_in=False,
    ),
    Style(
        "header",
        paragraph=f'<w:tabs>{_RIGHT}</w:tabs><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>',
        run=f'<w:color w:val="{_GREY}"/>{_sized(18)}',
        is_offered=False,
    ),
    Style(
        "footer",
        paragraph=(
            f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="BFC8D4"/></w:pBdr><w:tabs>{_CENTRE}{_RIGHT}</w:tabs>'
            '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
        ),
        run=f'<w:color w:val="{_GREY}"/>{_sized(18)}',
        is_offered=False,
    ),
    Style(
        "Marking",
        "character",
        "Default Paragraph Font",
        run=(
            f'<w:b/><w:bCs/><w:noProof/><w:color w:val="FFFFFF"/>{_sized(24)}'
            '<w:shd w:val="clear" w:color="auto" w:fill="000000"/>'
        ),
        built_in=False,
        is_offered=False,
    ),
)

_DEFAULTS = f"""\
<w:docDefaults><w:rPrDefault><w:rPr>{_MINOR}{_sized(21)}\
<w:lang w:val="en-GB" w:eastAsia="ko-KR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>\
<w:pPrDefault><w:pPr><w:widowControl/><w:spacing w:after="110" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault>\
</w:docDefaults>\
<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1" w:defQFormat="0"\
 w:count="376"/>\
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>\
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>\
<w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>\
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>\
<w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>\
<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>\
</w:style>\
<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/>\
<w:semiHidden/><w:unhideWhenUsed/></w:style>"""


def _id(name: str) -> str:
    return {"Normal Table": "TableNormal"}.get(name, name.title().replace(" ", ""))


def _styles() -> str:
    lists = {"List Bullet": 1, "List Number": 2}
    all_styles = [
        replace(style, paragraph=f'<w:numPr><w:numId w:val="{lists[name]}"/></w:numPr>{style.paragraph}')
        if name in lists
        else style
        for name, style in STYLES.items()
    ]
    definitions = "".join(style.xml(_id(style.name), _id) for style in (*_TITLES, *map(_own, all_styles)))
    return f"<w:styles {_NAMESPACES}>{_DEFAULTS}{_themed(definitions)}</w:styles>"


def _own(style: Style) -> Style:
    """Headings of level 1 in the font of the title, with a rule below."""
    if style.name != "heading 1":
        return style
    rule = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="2" w:color="BFC8D4"/></w:pBdr>'
    return replace(style, paragraph=style.paragraph.replace("<w:spacing", f"{rule}<w:spacing"), run=_MAJOR + style.run)


_THEME = {
    INK: 'w:{}="text2"',
    "EEF2F7": 'w:{}="background2"',
    "D9E1EC": 'w:{}="text2" w:{}Tint="33"',
    "BFC8D4": 'w:{}="text2" w:{}Tint="4D"',
    "1F5FA8": 'w:{}="hyperlink"',
    _GREY: 'w:{}="accent6"',
}
"""The colours of the styles as colours of the theme, so that another theme changes all of them at once."""


def _themed(xml: str) -> str:
    for colour, theme in _THEME.items():
        for attribute, name in (("val", "themeColor"), ("color", "themeColor"), ("fill", "themeFill")):
            themed = theme.format(name, name.replace("Color", ""))
            xml = xml.replace(f' w:{attribute}="{colour}"/>', f' w:{attribute}="{colour}" {themed}/>')
    return xml


def _numbering() -> str:
    first = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{0}"/>'
    definitions = [
        numbering.abstract_definition(number, bullets=kind == "bullet").replace(
            first.format(kind), f'{first.format(kind)}<w:pStyle w:val="{style}"/>'
        )
        for number, kind, style in ((1, "bullet", "ListBullet"), (2, "decimal", "ListNumber"))
    ]
    instances = [numbering.instance(number, number) for number in (1, 2)]
    return f"<w:numbering {_NAMESPACES}>{''.join(definitions + instances)}</w:numbering>"


def _run(text: str, style: str = "") -> str:
    look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _field(instruction: str) -> str:
    kinds = ('<w:fldChar w:fldCharType="begin"/>', f'<w:instrText xml:space="preserve"> {instruction} </w:instrText>',
             '<w:fldChar w:fldCharType="separate"/>', "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>')  # fmt: skip
    return "".join(f"<w:r>{kind}</w:r>" for kind in kinds)


def _paragraph(style: str, *runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


_TAB = "<w:r><w:tab/></w:r>"


def _ptab(alignment: str) -> str:
    """A tab to a place between the margins, whatever the page; LibreOffice goes to the next tab stop of the style instead."""
    return f'<w:r><w:ptab w:alignment="{alignment}" w:relativeTo="margin" w:leader="none"/></w:r>'


_MARK = _run("\u2005{{ briefing.marking }}\u2005", "Marking")
_NUMBER = '{{ "No. %s · " % edition.number if edition.number else "" }}'
_AFTER_TITLE = '{{ " · No. %s" % edition.number if edition.number else "" }}'
_NAME = _run(f"{{{{ briefing.title }}}}{_AFTER_TITLE}")
_PAGES = (_run("Page "), _field("PAGE"), _run(" of "), _field("NUMPAGES"))
_HEADER = f"<w:hdr {_NAMESPACES}>{_paragraph('Header', _NAME, _ptab('right'), _MARK)}</w:hdr>"
_FIRST_HEADER = f"<w:hdr {_NAMESPACES}>{_paragraph('Header', _ptab('right'), _MARK)}</w:hdr>"
_FOOT = (_run("{{ edition.date | date }}"), _ptab("center"), *_PAGES, _ptab("right"), _MARK)
_FOOTER = f"<w:ftr {_NAMESPACES}>{_paragraph('Footer', *_FOOT)}</w:ftr>"
_DOCUMENT = (
    f"<w:document {_NAMESPACES}><w:body>"
    + _paragraph("Title", _run("{{ briefing.title }}"))
    + _paragraph("Subtitle", _run(f"{_NUMBER}{{{{ edition.start | period(edition.end) }}}}"))
    + _paragraph(
        "BriefingDetails",
        _run("Issued"),
        _TAB,
        _run("{{ edition.date | date }}\u2003"),
        _run("\u00a0{{ briefing.marking }}\u00a0"),
        _run(r'{{ "\nFor\t" ~ briefing.audience if briefing.audience else "" }}'),
    )
    + _paragraph("Normal", _run("{{ body }}"))
    + '<w:sectPr><w:headerReference w:type="default" r:id="rId5"/><w:headerReference w:type="first" r:id="rId6"/>'
    '<w:footerReference w:type="default" r:id="rId7"/><w:footerReference w:type="first" r:id="rId7"/>'
    f'<w:pgSz w:w="{_PAGE[0]}" w:h="{_PAGE[1]}"/><w:pgMar w:top="1474" w:right="{_MARGIN}" w:bottom="1247" w:left="{_MARGIN}"'
    ' w:header="680" w:footer="624" w:gutter="0"/><w:cols w:space="708"/><w:titlePg/></w:sectPr></w:body></w:document>'
)  # fmt: skip
_SETTINGS = (
    f'<w:settings {_NAMESPACES}><w:zoom w:percent="100"/><w:hideSpellingErrors/><w:hideGrammaticalErrors/>'
    '<w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    + "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
            ("differentiateMultirowTableHeaders", 1),
        )
    )
    + '</w:compat><w:themeFontLang w:val="en-GB" w:eastAsia="ko-KR"/><w:clrSchemeMapping w:bg1="light1" w:t1="dark1"'
    ' w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" w:accent4="accent4"'
    ' w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/>'
    '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
)
_FONT_TABLE = (
    f"<w:fonts {_NAMESPACES}>"
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{stand_in}"/><w:family w:val="{family}"/></w:font>'
        for name, stand_in, family in (
            ("Calibri", "Carlito", "swiss"),
            ("Cambria", "Caladea", "roman"),
            ("Consolas", "Inconsolata", "modern"),
            ("Malgun Gothic", "Noto Sans CJK KR", "swiss"),
        )
    )
    + "</w:fonts>"
)


def _theme() -> str:
    """Colours and fonts as Word's own menus offer them."""
    colours = {
        "dk1": "000000", "lt1": "FFFFFF", "dk2": INK, "lt2": "EEF2F7", "accent1": "2F6DB5", "accent2": "2E7D4F",
        "accent3": "6A4FB3", "accent4": "B7791F", "accent5": "B3372F", "accent6": "5A6572", "hlink": "1F5FA8",
        "folHlink": "6A4FB3",
    }  # fmt: skip
    scheme = "".join(f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>' for name, colour in colours.items())
    font = '<a:latin typeface="{}"/><a:ea typeface="Malgun Gothic"/><a:cs typeface="Arial"/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}<a:prstDash val="solid"/></a:ln>'
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Briefing"><a:themeElements>'
        f'<a:clrScheme name="Briefing">{scheme}</a:clrScheme><a:fontScheme name="Briefing">'
        f"<a:majorFont>{font.format('Cambria')}</a:majorFont><a:minorFont>{font.format('Calibri')}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Briefing"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>'
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{{ briefing.title }}, {{ edition.date | date }}</dc:title>'
    "</cp:coreProperties>"
)
_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Microsoft Office Word</Application></Properties>"
)


def _relationships(*targets: tuple[str, str]) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets, 1)
        )
        + "</Relationships>"
    )


def _parts() -> dict[str, str]:
    kinds = {
        "word/document.xml": (f"{_OFFICE}.wordprocessingml.document.main+xml", _DOCUMENT),
        "word/styles.xml": (f"{_OFFICE}.wordprocessingml.styles+xml", _styles()),
        "word/numbering.xml": (f"{_OFFICE}.wordprocessingml.numbering+xml", _numbering()),
        "word/settings.xml": (f"{_OFFICE}.wordprocessingml.settings+xml", _SETTINGS),
        "word/fontTable.xml": (f"{_OFFICE}.wordprocessingml.fontTable+xml", _FONT_TABLE),
        "word/theme/theme1.xml": (f"{_OFFICE}.theme+xml", _theme()),
        "word/header1.xml": (f"{_OFFICE}.wordprocessingml.header+xml", _HEADER),
        "word/header2.xml": (f"{_OFFICE}.wordprocessingml.header+xml", _FIRST_HEADER),
        "word/footer1.xml": (f"{_OFFICE}.wordprocessingml.footer+xml", _FOOTER),
        "docProps/core.xml": ("application/vnd.openxmlformats-package.core-properties+xml", _CORE),
        "docProps/app.xml": (f"{_OFFICE}.extended-properties+xml", _APP),
    }
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (kind, _) in kinds.items())
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    return {
        archive.CONTENT_TYPES: types,
        "_rels/.rels": _relationships(
            (f"{RELATIONSHIPS}/officeDocument", "word/document.xml"),
            ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{RELATIONSHIPS}/extended-properties", "docProps/app.xml"),
        ),
        "word/_rels/document.xml.rels": _relationships(
            (f"{RELATIONSHIPS}/styles", "styles.xml"),
            (f"{RELATIONSHIPS}/numbering", "numbering.xml"),
            (f"{RELATIONSHIPS}/settings", "settings.xml"),
            (f"{RELATIONSHIPS}/fontTable", "fontTable.xml"),
            (f"{RELATIONSHIPS}/header", "header1.xml"),
            (f"{RELATIONSHIPS}/header", "header2.xml"),
            (f"{RELATIONSHIPS}/footer", "footer1.xml"),
            (f"{RELATIONSHIPS}/theme", "theme/theme1.xml"),
        ),
        **{name: xml for name, (_, xml) in kinds.items()},
    }


def main() -> int:
    """Write the file, unless there is one."""
    if HOUSE.exists():
        print(f"{HOUSE} is there already, and its editors' own", file=sys.stderr)
        return 1
    HOUSE.write_bytes(archive.pack({name: (DECLARATION + xml).encode() for name, xml in _parts().items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
