"""DRAFT on every page: a line at the head and a watermark behind the text."""

from __future__ import annotations

from lxml import etree

from brief.word import running
from brief.word.fields import Marker
from brief.word.package import Package
from brief.word.template import Slot
from brief.word.xml import MAIN

LABEL = Slot("label draft", "")
"""Where the word stands that says so."""

_WORD_ART = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    "<v:formulas>"
    + "".join(
        f'<v:f eqn="{equation}"/>'
        for equation in (
            "sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0", "if @0 21600 @1",
            "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8", "mid @6 @7", "sum @6 0 @5",
        )
    )
    + '</v:formulas><v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"'
    ' o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight"'
    ' xrange="6629,14971"/></v:handles><o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
)  # fmt: skip
"""The shape type of fitted text, number 136 of those that Word knows."""


def mark(package: Package, marker: Marker, style: str) -> None:
    """Put the mark into each header, and make the headers that pages would otherwise have none of."""
    for number, header in enumerate(running.parts(package, "header"), 1):
        paragraph = etree.fromstring(_paragraph(number, style, marker))
        package.root(header.part).insert(0, paragraph)


def _paragraph(number: int, style: str, marker: Marker) -> str:
    style_of_shape = (
        "position:absolute;margin-left:0;margin-top:0;width:430pt;height:150pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    return (
        f'<w:p xmlns:w="{MAIN}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:rPr><w:noProof/></w:rPr><w:pict>{_WORD_ART}'
        f'<v:shape id="BriefDraft{number}" o:spid="_x0000_s{4096 + number}" type="#_x0000_t136" alt="" style="{style_of_shape}"'
        ' o:allowincell="f" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;Calibri&quot;;font-size:1pt" string="{marker.token(LABEL)}"/></v:shape>'
        "</w:pict></w:r>"
        f'<w:r><w:t xml:space="preserve">{marker.token(LABEL)}</w:t></w:r></w:p>'
    )
