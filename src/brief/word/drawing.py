"""Pictures as inline drawings."""

from __future__ import annotations

from brief.document import Image, Picture
from brief.word.xml import DRAWING, escape

_EMU_PER_INCH = 914_400
_EMU_PER_TWIP = 635
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_PLACE = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_USUAL_DPI = 96.0


def fitted(picture: Picture, width: int, height: int, share: float | None = None) -> tuple[int, int]:
    """A picture's width and height in EMU: its natural size, or a share of the width of the room (in twips).

    It is scaled down where that exceeds the room.
    """
    dpi = picture.dpi if picture.dpi > 0 else _USUAL_DPI
    natural = picture.width / dpi * _EMU_PER_INCH, picture.height / dpi * _EMU_PER_INCH
    wanted = 1.0 if share is None else share * width * _EMU_PER_TWIP / max(natural[0], 1)
    scale = min(wanted, width * _EMU_PER_TWIP / max(natural[0], 1), height * _EMU_PER_TWIP / max(natural[1], 1))
    return max(round(natural[0] * scale), 1), max(round(natural[1] * scale), 1)


def drawing(number: int, relationship: str, size: tuple[int, int], image: Image) -> str:
    """A run that holds the picture behind a relationship; `number` is unique among the drawings of a file."""
    width, height = size
    title = f' title="{escape(image.title)}"' if image.title else ""
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_PLACE}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="Picture {number}" descr="{escape(image.alt)}"{title}/>'
        f'<wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a="{DRAWING}" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic xmlns:a="{DRAWING}"><a:graphicData uri="{_PICTURE}"><pic:pic xmlns:pic="{_PICTURE}">'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
