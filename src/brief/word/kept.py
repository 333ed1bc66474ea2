"""Prepared houses kept in a folder between runs: a file each, named by what it was made from, and plain JSON."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from brief import atomic
from brief.word.template import FirstIds, Numbering, Prepared, Slot, Template

T = TypeVar("T")


def path_of(folder: Path, data: bytes, *, is_draft: bool, is_marked: bool) -> Path:
    """Where a house of these bytes is kept, prepared in this way."""
    return folder / f"{sha256(data).hexdigest()}{'-draft' * is_draft}{'-marked' * is_marked}.json"


def read(path: Path) -> Prepared | None:
    """The prepared house in a file; none where there is no such file, or where it is not as it was written."""
    try:
        return _decoded(atomic.kept(path) or b"")
    except (ValueError, TypeError, RecursionError):
        return None


def write(path: Path, prepared: Prepared) -> None:
    """Keep a prepared house in a file, or don't, where the folder takes none."""
    atomic.keep(path, _encoded(prepared))


def _encoded(prepared: Prepared) -> bytes:
    plain = {name: getattr(prepared, name) for name in _READERS}
    return json.dumps(plain, default=_plain, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    match value:
        case bytes():
            return {"base64": b64encode(value).decode()}
        case Slot(key, line, tab):
            return {"key": key, "line": line, "tab": tab}
        case Numbering(abstract, indents):
            return {"abstract": abstract, "indents": indents}
        case FirstIds():
            return {name: getattr(value, name) for name in FirstIds.__slots__}
        case frozenset():
            return sorted(value)
        case Mapping():
            return dict(value)
    raise TypeError(f"no plain form of {value!r}")


def _decoded(content: bytes) -> Prepared:
    """The house that `_encoded` has written; raises `ValueError` or `TypeError` where it has not."""
    plain = _a(dict)(json.loads(content))
    if plain.keys() != _READERS.keys():
        raise ValueError("other keys than those of a prepared house")
    return Prepared(**{name: reader(plain[name]) for name, reader in _READERS.items()})


Reader = Callable[[Any], T]


def _a(kind: type[T]) -> Reader[T]:
    def read(value: object) -> T:
        if value.__class__ is not kind:
            raise TypeError(f"a {value.__class__.__name__} is no {kind.__name__}")
        return value

    return read


def _tuple_of(inner: Reader[T]) -> Reader[tuple[T, ...]]:
    return lambda value: tuple(map(inner, _a(list)(value)))


def _mapping_of(inner: Reader[T]) -> Reader[dict[str, T]]:
    return lambda value: {key: inner(each) for key, each in _a(dict)(value).items()}


_text, _texts, _number, _flag = _a(str), _tuple_of(_a(str)), _a(int), _a(bool)


def _part(value: object) -> bytes | Template:
    if isinstance(value, dict):
        (text,) = _record(value, base64=_text)
        return b64decode(text, validate=True)
    return _tuple_of(_piece)(value)


def _piece(value: object) -> str | Slot:
    return value if isinstance(value, str) else Slot(*_record(value, key=_text, line=_text_or_none, tab=_text))


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _numbering(value: object) -> Numbering:
    return Numbering(*_record(value, abstract=_number, indents=_tuple_of(_indent)))


def _indent(value: object) -> tuple[int, int]:
    left, hanging = _tuple_of(_number)(value)
    return left, hanging


def _first_ids(value: object) -> FirstIds:
    return FirstIds(*_record(value, **dict.fromkeys(FirstIds.__slots__, _number)))


def _record(value: object, **readers: Reader[Any]) -> list[Any]:
    """The values of a mapping that has these keys and no others."""
    found = _a(dict)(value)
    if found.keys() != readers.keys():
        raise ValueError(f"its keys are {', '.join(found)}")
    return [reader(found[key]) for key, reader in readers.items()]


_READERS: Mapping[str, Reader[Any]] = {
    "parts": _mapping_of(_part),
    "fields": _texts,
    "ids": _first_ids,
    "bullets": _numbering,
    "numbers": _numbering,
    "styles": _mapping_of(_text),
    "fallbacks": _mapping_of(_text),
    "paragraph_styles": _mapping_of(_text),
    "table_styles": _mapping_of(_text),
    "style_names": _texts,
    "indents": _mapping_of(_number),
    "boxes": _mapping_of(_text),
    "bookmarks": lambda value: frozenset(_texts(value)),
    "body_style": _text,
    "text_width": _number,
    "text_height": _number,
    "stands_after_table": _flag,
    "stands_before_table": _flag,
    "stands_last": _flag,
    "east_asian": _text,
    "right_to_left": _text,
    "table_scale": _a(float),
    "figure_size": _number,
    "figure_font": _text,
    "has_theme": _flag,
    "unmarked": _texts,
}
"""What each field of a prepared house is read with."""
