"""A Word file is a zip file whose bytes depend on nothing but its parts."""

from __future__ import annotations

import io
import zipfile
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief.word import archive
from brief.word.archive import pack

PIECE = 256 * 1024


def written(size: int, seed: int) -> bytes:
    """So many bytes that are like text: some of what was before comes again."""
    words = [bytes(Random(seed + number).choices(b"abcdefgh <>", k=9)) for number in range(200)]
    return b"".join(Random(seed).choices(words, k=size // 9 + 1))[:size]


sizes = st.integers(0, 40) | st.integers(-2, 2).map(lambda by: PIECE + by) | st.integers(0, 5 * PIECE)


@given(size=sizes, seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_any_part_is_read_back_as_it_was(size: int, seed: int) -> None:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": written(size, seed)}
    with zipfile.ZipFile(io.BytesIO(pack(parts))) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == parts


def test_however_many_threads_compress_a_part_the_bytes_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {"word/document.xml": written(7 * PIECE + 5, 1)}
    packed = set()
    for threads in (1, 2, 5):
        monkeypatch.setattr(archive, "_THREADS", threads)
        packed.add(pack(parts))
    assert len(packed) == 1


def test_a_large_part_becomes_as_small_as_if_it_were_compressed_in_one_piece() -> None:
    part = written(8 * PIECE, 2)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        file.writestr("word/document.xml", part)
    assert len(pack({"word/document.xml": part})) < 1.01 * len(whole.getvalue())
