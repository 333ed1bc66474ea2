"""Zip files: what may be opened, and how one is written so that the same parts always give the same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache, partial
from io import BytesIO
from struct import Struct
from typing import TYPE_CHECKING

from brief.patterns import regex

if TYPE_CHECKING:  # it takes long to import, and only reading needs it
    from zipfile import ZipFile, ZipInfo

MOST_BYTES = 200 * 1024 * 1024
"""How large the parts of a house may be together, unpacked."""
MOST_XML_BYTES = 20 * 1024 * 1024
"""How large one part of XML may be, unpacked: once read, its elements may take some twenty times as much memory."""
MOST_XML_BYTES_TOGETHER = 40 * 1024 * 1024
MOST_PARTS = 5_000

CONTENT_TYPES = "[Content_Types].xml"
_LEVEL = 6
"""Of what zlib can do; 9 takes twice the time for a file a twentieth smaller, 1 makes it a quarter larger."""
_PIECE, _WINDOW = 256 * 1024, 32 * 1024
"""The bytes that are compressed at a time, and how far back they may refer (RFC 1951)."""
_THREADS = 4
_PACKED = (".png", ".jpeg", ".jpg", ".gif")
_OF_HOUSE = regex(r"word/(styles|settings|webSettings|fontTable|theme/|fonts/)")
"""Parts that are the same in every document of a house, and packed once; pictures are stored as they are."""
_STORED, _DEFLATED, _UTF8, _VERSION, _DATE, _MODE = 0, 8, 0x800, 20, 1 << 5 | 1, 0o600 << 16
_ENTRY, _LISTED, _END = Struct("<4s5H3L2H"), Struct("<4s6H3L5H2L"), Struct("<4s4H2LH")
"""How an entry begins, how the directory lists it, and how the file ends (PKWARE's APPNOTE 4.3.7, 4.3.12, 4.3.16)."""
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1
_BEGINNING = 256
_BEFORE_XML = b"\xef\xbb\xbf\xfe\xff\0 \t\r\n"
"""Byte order marks in any encoding, and spaces."""


class UnusableError(Exception):
    """Says why a file can't serve as a house, one sentence per fault, and which fields were found in it all the same."""

    def __init__(self, *faults: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
        self.fields = fields


def inspect(data: bytes) -> None:
    """Raise UnusableError unless `data` is a zip file of bounded size whose XML brings no document type of its own."""
    if data.startswith(_COMPOUND_FILE):
        raise UnusableError(
            "this is a Word file with a password, or one in the old .doc format: save it as .docx without a password"
        )
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(data)) as archive:
            _inspect_entries(archive.infolist())
            _inspect_xml(archive)
    except (BadZipFile, EOFError, NotImplementedError, ValueError, OSError, zlib.error) as error:
        raise UnusableError(f"this is not a Word file, or a damaged one ({error})") from error


def _inspect_xml(archive: ZipFile) -> None:
    entries = [entry for entry in archive.infolist() if _is_xml(archive, entry)]
    for entry in entries:
        if entry.file_size > MOST_XML_BYTES:
            raise UnusableError(f"its part {entry.filename} is larger than {_megabytes(MOST_XML_BYTES)} when unpacked")
    if sum(entry.file_size for entry in entries) > MOST_XML_BYTES_TOGETHER:
        raise UnusableError(f"its text and styles are larger than {_megabytes(MOST_XML_BYTES_TOGETHER)} when unpacked")
    for entry in entries:
        if _has_document_type(archive.read(entry)):
            raise UnusableError(f"its part {entry.filename} holds a document type declaration, which Word never writes")


def _is_xml(archive: ZipFile, entry: ZipInfo) -> bool:
    """Whether a part is XML by its name or its first character: Word reads parts of any name."""
    if entry.filename.endswith((".xml", ".rels")):
        return True
    with archive.open(entry) as file:
        return file.read(_BEGINNING).lstrip(_BEFORE_XML)[:1] in {b"<", b""}


def _megabytes(size: int) -> str:
    return f"{size // 1024 // 1024} MB"


def read(data: bytes, name: str) -> bytes:
    """One entry of a zip file, empty where there is none of that name."""
    from zipfile import ZipFile

    with ZipFile(BytesIO(data)) as archive:
        return archive.read(name) if name in archive.namelist() else b""


def _inspect_entries(entries: list[ZipInfo]) -> None:
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > MOST_PARTS:
        raise UnusableError(f"it holds {len(entries):,} parts; {MOST_PARTS:,} are the most")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise UnusableError(f"it is larger than {_megabytes(MOST_BYTES)} when unpacked")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnusableError("it is encrypted: save it without a password")
    if len(set(names)) < len(names):
        raise UnusableError("it is damaged: it holds two parts of the same name")
    if CONTENT_TYPES.lower() not in names:
        raise UnusableError("this is a zip file, but not a Word file")


def _has_document_type(xml: bytes) -> bool:
    return b"<!DOCTYPE" in xml.replace(b"\0", b"")  # in UTF-16 every other byte is zero


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a zip file: sorted, the content types first, without times or a trace of the system.

    Equal bytes on every machine, as long as its zlib is the usual one.
    """
    written: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in sorted(parts, key=lambda name: (name != CONTENT_TYPES, name)):
        method, crc, size, packed = (_packed_once if _OF_HOUSE.match(name) else _packed)(parts[name], _method(name))
        path = name.encode()
        said = (_VERSION, 0 if name.isascii() else _UTF8, method, 0, _DATE, crc, len(packed), size, len(path), 0)
        head = _ENTRY.pack(b"PK\3\4", *said)
        written += head, path, packed
        directory += _LISTED.pack(b"PK\1\2", _VERSION, *said, 0, 0, 0, _MODE, offset), path
        offset += len(head) + len(path) + len(packed)
    listed = b"".join(directory)
    end = _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(listed), offset, 0)
    return b"".join([*written, listed, end])


def _method(name: str) -> int:
    return _STORED if name.endswith(_PACKED) else _DEFLATED


def _packed(data: bytes, method: int) -> tuple[int, int, int, bytes]:
    """Method, checksum and size of a part, and its bytes as they stand in the file."""
    if method == _STORED:
        return method, zlib.crc32(data), len(data), data
    return method, zlib.crc32(data), len(data), _deflated(data)


def _deflated(data: bytes) -> bytes:
    """A part compressed, a large one in pieces by several processors: however many there are, the bytes are the same."""
    starts = range(0, len(data), _PIECE)
    if len(starts) < 2:
        return _deflated_piece(data, 0)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(len(starts), _THREADS)) as threads:  # zlib lets other threads run meanwhile
        return b"".join(threads.map(partial(_deflated_piece, data), starts))


def _deflated_piece(data: bytes, start: int) -> bytes:
    """One piece, which refers back to what is before it as if they had been compressed together."""
    before, end = memoryview(data)[max(start - _WINDOW, 0) : start], start + _PIECE
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=before)  # without a header of zlib's own
    return deflater.compress(memoryview(data)[start:end]) + deflater.flush(
        zlib.Z_FINISH if end >= len(data) else zlib.Z_SYNC_FLUSH
    )


_packed_once = lru_cache(maxsize=128)(_packed)
