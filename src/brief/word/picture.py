"""The size of a picture, read from a file that must be whole."""

from __future__ import annotations

import struct
from zlib import crc32

from brief.document import Picture

_USUAL_DPI = 96.0
_SCREEN_DPI = 72.0
"""What programs write that don't know better."""
_CM_PER_INCH = 2.54
_PNG = b"\x89PNG\r\n\x1a\n"
_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})
"""JPEG markers among those of frames (C0 to CF) that begin none."""
_SCAN = 0xDA
_DAMAGED = "this picture is damaged: {}"
_NO_END = "its end is missing"


def picture(data: bytes) -> Picture:
    """The picture in the bytes of a PNG, JPEG or GIF file; ValueError, with a reason for its author, for any other."""
    try:
        if data.startswith(_PNG):
            found = _png(data)
        elif data.startswith(b"\xff\xd8\xff"):
            found = _jpeg(data)
        elif data.startswith((b"GIF87a", b"GIF89a")):
            found = _gif(data)
        else:
            raise ValueError("a picture must be a PNG, JPEG or GIF file")
    except (struct.error, IndexError):
        raise ValueError(_DAMAGED.format(_NO_END)) from None
    if not (found.width and found.height):
        raise ValueError(_DAMAGED.format("it has no size"))
    return found


def _png(data: bytes) -> Picture:
    if data[12:16] != b"IHDR":
        raise ValueError(_DAMAGED.format("it has no size"))
    width, height = struct.unpack_from(">II", data, 16)
    dpi, position, kind = _USUAL_DPI, len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, position)
        start, position = position + 8, position + 12 + length
        if struct.unpack_from(">I", data, position - 4) != (crc32(data[start - 4 : position - 4]),):
            raise ValueError(_DAMAGED.format("a checksum in it is wrong"))
        if kind == b"pHYs":
            per_metre, _, unit = struct.unpack_from(">IIB", data, start)
            dpi = _resolution(per_metre * _CM_PER_INCH / 100 if unit == 1 else 0)
    return Picture(data, "png", width, height, dpi)


def _jpeg(data: bytes) -> Picture:
    width, height, dpi, position, marker = 0, 0, _USUAL_DPI, 2, 0
    while marker != _SCAN:
        if data[position] != 0xFF:
            raise ValueError(_DAMAGED.format("its parts don't follow each other"))
        while data[position + 1] == 0xFF:  # padding
            position += 1
        marker = data[position + 1]
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker == 0xE0 and data[position + 4 : position + 9] == b"JFIF\0":
            unit, density = struct.unpack_from(">BH", data, position + 11)
            dpi = _resolution(density * {1: 1.0, 2: _CM_PER_INCH}.get(unit, 0))
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 5)
        position += length + 2
    if b"\xff\xd9" not in data[position:]:
        raise ValueError(_DAMAGED.format(_NO_END))
    return Picture(data, "jpeg", width, height, dpi)


def _gif(data: bytes) -> Picture:
    width, height = struct.unpack_from("<HH", data, 6)
    if not data[13:].rstrip(b"\0").endswith(b";"):
        raise ValueError(_DAMAGED.format(_NO_END))
    return Picture(data, "gif", width, height)


def _resolution(dpi: float) -> float:
    return dpi if dpi > _SCREEN_DPI + 1 else _USUAL_DPI
