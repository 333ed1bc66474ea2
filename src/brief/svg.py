"""A drawing becomes SVG: text that an HTML page holds as it is, or that stands as a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from brief.figures import COLOURS, Colour, Drawing, Label, Shape, Stroke

_ANCHORS = {"left": "start", "right": "end"}


def svg(drawing: Drawing, colours: Mapping[Colour, str] | None = None) -> str:
    """The drawing as an `svg` element, a point being its unit; `colours` replace those of `COLOURS` that they name."""
    palette = {**COLOURS, **(colours or {})}
    width, height, alt = _number(drawing.width), _number(drawing.height), escape(drawing.alt)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt}" width="{width}pt" height="{height}pt"'
        f' viewBox="0 0 {width} {height}" font-family="Calibri, Carlito, Arial, sans-serif"><title>{alt}</title>'
    )
    return "".join((head, *(_element(shape, palette) for shape in drawing.shapes), "</svg>"))


def _element(shape: Stroke | Shape | Label, palette: Mapping[Colour, str]) -> str:
    match shape:
        case Stroke():
            return _stroke(shape, palette)
        case Shape():
            return _shape(shape, palette)
        case Label():
            return _label(shape, palette)


def _stroke(stroke: Stroke, palette: Mapping[Colour, str]) -> str:
    ends = _attributes(x1=stroke.x1, y1=stroke.y1, x2=stroke.x2, y2=stroke.y2)
    return f"<line{ends}{_outline(stroke.colour, stroke.width, palette)}/>"


def _shape(shape: Shape, palette: Mapping[Colour, str]) -> str:
    x, y, width, height = shape.x, shape.y, shape.width, shape.height
    fill = f' fill="#{palette[shape.fill]}"' if shape.fill else ' fill="none"'
    look = fill + (_outline(shape.outline, shape.outline_width, palette) if shape.outline else "")
    if shape.kind == "ellipse":
        return f"<ellipse{_attributes(cx=x + width / 2, cy=y + height / 2, rx=width / 2, ry=height / 2)}{look}/>"
    radius = _attributes(rx=min(width, height) / 2) if shape.kind == "bar" else ""
    return f"<rect{_attributes(x=x, y=y, width=width, height=height)}{radius}{look}/>"


def _label(label: Label, palette: Mapping[Colour, str]) -> str:
    x = label.x if label.align == "left" else label.x + label.width
    # The capitals of the usual fonts are about 0.7 of their size high: half of that below the middle is the base line.
    place = _attributes(x=x, y=label.y + label.height / 2 + 0.35 * label.size, **{"font-size": label.size})
    look = f' text-anchor="{_ANCHORS[label.align]}" fill="#{palette[label.colour]}"'
    return f"<text{place}{look}>{''.join(_run(text, bold) for text, bold in label.runs)}</text>"


def _run(text: str, bold: bool) -> str:
    return f'<tspan font-weight="bold">{escape(text)}</tspan>' if bold else escape(text)


def _outline(colour: Colour, width: float, palette: Mapping[Colour, str]) -> str:
    return f' stroke="#{palette[colour]}" stroke-width="{_number(width)}"'


def _attributes(**lengths: float) -> str:
    return "".join(f' {name}="{_number(length)}"' for name, length in lengths.items())


def _number(length: float) -> str:
    """At most two decimals, and no trace of the others."""
    text = f"{length:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
