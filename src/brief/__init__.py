"""Curated event summaries in YAML become a structured Word briefing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brief.builder import Builder, Built, build
    from brief.checker import check
    from brief.desk import load
    from brief.document import Document
    from brief.edition import select
    from brief.errors import BriefError, Place, Problem
    from brief.issuer import Issued, NotDueError, issue
    from brief.markdown import parse
    from brief.model import Briefing, Desk, Edition
    from brief.publisher import LockedError, Published, UnrecordedError, publish
    from brief.receipts import Receipt
    from brief.renderer import render
    from brief.word import House, read_house, to_word

_HOMES = {
    "brief.builder": ("Builder", "Built", "build"),
    "brief.checker": ("check",),
    "brief.desk": ("load",),
    "brief.document": ("Document",),
    "brief.edition": ("select",),
    "brief.errors": ("BriefError", "Place", "Problem"),
    "brief.issuer": ("Issued", "NotDueError", "issue"),
    "brief.markdown": ("parse",),
    "brief.model": ("Briefing", "Desk", "Edition"),
    "brief.publisher": ("LockedError", "Published", "UnrecordedError", "publish"),
    "brief.receipts": ("Receipt",),
    "brief.renderer": ("render",),
    "brief.word": ("House", "read_house", "to_word"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [  # noqa: RUF022  (by module, as above)
    "Builder", "Built", "build", "check", "load", "Document", "select", "BriefError", "Place", "Problem", "Issued", "NotDueError", "issue",
    "parse", "Briefing", "Desk", "Edition", "LockedError", "Published", "UnrecordedError", "publish", "Receipt", "render", "House", "read_house",
    "to_word",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the command line starts quickly."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'brief' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)
