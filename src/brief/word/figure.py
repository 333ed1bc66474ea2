"""Figures as inline groups of native shapes, with a picture in VML for readers that know no such groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt

from brief.classes import dataclass
from brief.figures import COLOURS, Colour, Drawing, Label, Shape, Stroke
from brief.word import scripts
from brief.word.template import Prepared
from brief.word.xml import DRAWING, escape

Write = Callable[[str, bool, str], str]
"""Gives the runs of a text: its characters, whether they are bold, and more of their properties as XML."""

_GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
_NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    f' xmlns:a="{DRAWING}" xmlns:wpg="{_GROUP}"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w10="urn:schemas-microsoft-com:office:word"'
)
_EMU_PER_POINT = 12_700
_TWIPS_PER_POINT = 20
_LEADING = 1.25
"""The height of a line by the size of its text: said exactly, so that a line of any script fits into its box."""


@dataclass(frozen=True, slots=True)
class _Paint:
    """A colour of the theme: its name for shapes and how that is changed, then the same for text."""

    scheme: str
    theme: str
    change: str = ""
    text_change: str = ""


_PAINTS: Mapping[Colour, _Paint] = {
    "text": _Paint("tx1", "text1"),
    "paper": _Paint("bg1", "background1"),
    "ink": _Paint("tx2", "text2"),
    "tint": _Paint("bg2", "background2"),
    # No theme is sure to have a grey among its accents.
    "grey": _Paint("tx1", "text1", '<a:lumMod val="65000"/><a:lumOff val="35000"/>', ' w:themeTint="A6"'),
    "line": _Paint("bg1", "background1", '<a:lumMod val="75000"/>', ' w:themeShade="BF"'),
}
_GEOMETRIES: Mapping[str, str] = {
    "rectangle": '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>',
    "bar": '<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val 50000"/></a:avLst></a:prstGeom>',
    "ellipse": '<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>',
}
_VML_SHAPES: Mapping[str, str] = {
    "rectangle": "rect",
    "bar": 'roundrect arcsize=".5"',
    "ellipse": "oval",
}
_OTHER_SIDE = {"left": "right", "right": "left"}


def figure(drawing: Drawing, number: int, house: Prepared, write: Write) -> str:
    """A run that holds a drawing.

    `number` and the next ones, one for each shape and one more, are unique among the drawings of a file.
    """
    alt, extent = escape(drawing.alt), _extent(drawing.width, drawing.height)
    painter = _Painter(house)
    native, vml = [], []
    # LibreOffice takes the room that the shapes fill for the whole: one of them must be as large as that.
    backdrop = Shape("rectangle", 0, 0, drawing.width, drawing.height)
    for each, shape in enumerate((backdrop, *drawing.shapes), number + 1):
        text = painter.text(shape, write) if isinstance(shape, Label) else ""
        native.append(painter.native(shape, text, each))
        vml.append(_vml(shape, text))
    return (
        f'<w:r><mc:AlternateContent {_NAMESPACES}><mc:Choice Requires="wpg"><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="Figure {number}" descr="{alt}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_GROUP}"><wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext {extent}/><a:chOff x="0" y="0"/><a:chExt {extent}/></a:xfrm>'
        f"</wpg:grpSpPr>{''.join(native)}</wpg:wgp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f'<mc:Fallback><w:pict><v:group alt="{alt}" style="width:{drawing.width:.2f}pt;height:{drawing.height:.2f}pt;'
        'mso-position-horizontal-relative:char;mso-position-vertical-relative:line"'
        f' coordsize="{_twips(drawing.width)},{_twips(drawing.height)}">{"".join(vml)}<w10:anchorlock/></v:group></w:pict>'
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )


class _Painter:
    """Writes shapes in the colours and with the text style of a house."""

    def __init__(self, house: Prepared) -> None:
        self.style = f'<w:pStyle w:val="{house.styles["Figure Text"]}"/>'
        self.has_theme = house.has_theme

    def text(self, label: Label, write: Write) -> str:
        """What the box of a label holds."""
        size = round(label.size * 2)
        # In tables LibreOffice doesn't take the size from the style.
        look = f'{self.text_colour(label.colour)}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        leftward = _is_leftward(label)
        align = _OTHER_SIDE[label.align] if leftward else label.align  # what Word calls left is where a line begins
        return (
            f"<w:txbxContent><w:p><w:pPr>{self.style}{'<w:bidi/>' if leftward else ''}"
            f'<w:spacing w:line="{_twips(label.size * _LEADING)}" w:lineRule="exact"/><w:jc w:val="{align}"/></w:pPr>'
            f"{''.join([write(text, is_bold, look) for text, is_bold in label.runs])}</w:p></w:txbxContent>"
        )

    def text_colour(self, colour: Colour) -> str:
        """The property of a run; the colour of ordinary text is left to the style."""
        if colour == "text":
            return ""
        paint = _PAINTS[colour]
        theme = f' w:themeColor="{paint.theme}"{paint.text_change}' if self.has_theme else ""
        return f'<w:color w:val="{COLOURS[colour]}"{theme}/>'

    def fill(self, colour: Colour | None) -> str:
        if colour is None:
            return "<a:noFill/>"
        if not self.has_theme:
            return f'<a:solidFill><a:srgbClr val="{COLOURS[colour]}"/></a:solidFill>'
        paint = _PAINTS[colour]
        return f'<a:solidFill><a:schemeClr val="{paint.scheme}">{paint.change}</a:schemeClr></a:solidFill>'

    def native(self, shape: Stroke | Shape | Label, text: str, number: int) -> str:
        """A shape of a DrawingML group."""
        name = f'<wps:cNvPr id="{number}" name="{type(shape).__name__} {number}"/>'
        match shape:
            case Stroke():
                return (
                    f"<wps:wsp>{name}<wps:cNvCnPr/><wps:spPr>{_line_place(shape)}"
                    f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="{_emu(shape.width)}">'
                    f"{self.fill(shape.colour)}</a:ln></wps:spPr><wps:bodyPr/></wps:wsp>"
                )
            case Shape():
                return (
                    f"<wps:wsp>{name}<wps:cNvSpPr/><wps:spPr>{_place(shape)}{_GEOMETRIES[shape.kind]}{self.fill(shape.fill)}"
                    f'<a:ln w="{_emu(shape.outline_width)}">{self.fill(shape.outline)}</a:ln></wps:spPr><wps:bodyPr/></wps:wsp>'
                )
            case Label():
                return (
                    f'<wps:wsp>{name}<wps:cNvSpPr txBox="1"/><wps:spPr>{_place(shape)}{_GEOMETRIES["rectangle"]}<a:noFill/>'
                    f"<a:ln><a:noFill/></a:ln></wps:spPr><wps:txbx>{text}</wps:txbx>"
                    f'<wps:bodyPr wrap="{_wrapping(shape)}" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/>'
                    "</wps:bodyPr></wps:wsp>"
                )


def _vml(shape: Stroke | Shape | Label, text: str) -> str:
    """A shape of a VML group, whose units are twips."""
    match shape:
        case Stroke(x1, y1, x2, y2, width, colour):
            return (
                f'<v:line style="position:absolute" from="{_twips(x1)},{_twips(y1)}" to="{_twips(x2)},{_twips(y2)}"'
                f' strokecolor="#{COLOURS[colour]}" strokeweight="{width:.2f}pt"/>'
            )
        case Shape(kind, x, y, width, height, fill, outline, thickness):
            inside = f'fillcolor="#{COLOURS[fill]}"' if fill else 'filled="f"'
            edge = f'strokecolor="#{COLOURS[outline]}" strokeweight="{thickness:.2f}pt"' if outline else 'stroked="f"'
            return f'<v:{_VML_SHAPES[kind]} style="{_vml_place(x, y, width, height)}" {inside} {edge}/>'
        case Label(x, y, width, height):
            # The box of a label is the one that its text has within an oval: some readers, mammoth among them, would
            # make a paragraph of the text in any other shape.
            aside, above = width * (sqrt(2) - 1) / 2, height * (sqrt(2) - 1) / 2
            place = _vml_place(x - aside, y - above, width + 2 * aside, height + 2 * above)
            return (
                f'<v:oval style="{place};v-text-anchor:middle" filled="f" stroked="f">'
                f'<v:textbox inset="0,0,0,0">{text}</v:textbox></v:oval>'
            )


def _wrapping(label: Label) -> str:
    """Text may outrun its box where that can't move it: programs differ in how they align a line that has no end."""
    return "none" if label.align == "left" and not _is_leftward(label) else "square"


def _is_leftward(label: Label) -> bool:
    return scripts.begins_leftward("".join([text for text, _ in label.runs]))


def _line_place(line: Stroke) -> str:
    flips = (' flipH="1"' if line.x2 < line.x1 else "") + (' flipV="1"' if line.y2 < line.y1 else "")
    left, top = _emu(min(line.x1, line.x2)), _emu(min(line.y1, line.y2))
    across, down = _emu(abs(line.x2 - line.x1)), _emu(abs(line.y2 - line.y1))
    return f'<a:xfrm{flips}><a:off x="{left}" y="{top}"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'


def _place(box: Shape | Label) -> str:
    return f'<a:xfrm><a:off x="{_emu(box.x)}" y="{_emu(box.y)}"/><a:ext {_extent(box.width, box.height)}/></a:xfrm>'


def _vml_place(x: float, y: float, width: float, height: float) -> str:
    return f"position:absolute;left:{_twips(x)};top:{_twips(y)};width:{_twips(width)};height:{_twips(height)}"


def _extent(width: float, height: float) -> str:
    return f'cx="{max(_emu(width), 1)}" cy="{max(_emu(height), 1)}"'


def _emu(points: float) -> int:
    return round(points * _EMU_PER_POINT)


def _twips(points: float) -> int:
    return round(points * _TWIPS_PER_POINT)
