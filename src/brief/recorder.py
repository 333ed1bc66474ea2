"""What an edition was made from and what it tells: the part of its receipt that is known before it is published."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, cast

from brief.builder import Built
from brief.model import Desk, Edition, Prose
from brief.publisher import Finished
from brief.receipts import Receipt
from brief.renderer import FOLDER
from brief.version import __version__

_LISTS = ("events", "upcoming", "background", "outlook")
_UNTOLD = {"origin", "schedule", "first_edition", "when_empty", "select", "horizon", "left_out", "withheld"}
"""Keys that don't change what an edition tells."""


def record(desk: Desk, built: Built) -> Finished:
    """What was built, with all that its receipt says of it."""
    house = built.edition.briefing.house
    inputs = {
        FOLDER + house: _sha256(desk.houses[house]),
        **{FOLDER + name: _sha256(desk.templates[name].encode()) for name in built.templates},
        **{path: _sha256(picture.data) for path, picture in built.pictures.items()},
    }
    told = {name: tuple(item.id for item in getattr(built.edition, name)) for name in _LISTS}
    printed = {**told, "sources": tuple(source.id for source in built.sources)}
    edition = built.edition
    receipt = Receipt(
        briefing=edition.briefing.slug,
        date=edition.date,
        revision=0,
        number=edition.number,
        start=edition.start,
        end=edition.end,
        file="",
        sha256=_sha256(built.data),
        size=len(built.data),
        tool=f"brief {__version__}",
        content=digest(edition),
        inputs=inputs,
        printed=printed,
        left_out=edition.left_out,
        withheld=edition.withheld,
        layout=built.layout,
    )
    return Finished(receipt, built.data)


def digest(edition: Edition) -> str:
    """The SHA-256 sum of what an edition tells: not of where it was written, nor of when the briefing is due.

    What is empty doesn't count, so that a new version of the tool that knows more keys changes nothing.
    """
    return _sha256(json.dumps(_plain(edition), default=str, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _plain(value: object) -> object:
    kind = value.__class__
    if kind is str or kind is Prose:
        return value
    if kind is tuple:
        return [_plain(inner) for inner in cast("tuple[object, ...]", value)]
    if not is_dataclass(kind):
        return value
    names, values = _told_of(kind)
    return {name: _plain(inner) for name, inner in zip(names, values(value), strict=False) if inner}


@cache
def _told_of(noun: type) -> tuple[tuple[str, ...], attrgetter[Any]]:
    names = tuple(sorted(item.name for item in fields(noun) if item.name not in _UNTOLD))
    return names, attrgetter(*names, "__class__")  # two at least, so that it gives a tuple


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
