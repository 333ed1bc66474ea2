"""Curated event summaries in YAML become a structured Word briefing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brief.builder import Builder as Builder
    from brief.builder import Built as Built
    from brief.builder import build as build
    from brief.checker import check as check
    from brief.desk import load as load
    from brief.document import Document as Document
    from brief.edition import select as select
    from brief.errors import BriefError as BriefError
    from brief.errors import Place as Place
    from brief.errors import Problem as Problem
    from brief.issuer import Issued as Issued
    from brief.issuer import NotDueError as NotDueError
    from brief.issuer import issue as issue
    from brief.locks import LockedError as LockedError
    from brief.markdown import parse as parse
    from brief.model import Briefing as Briefing
    from brief.model import Desk as Desk
    from brief.model import Edition as Edition
    from brief.publisher import Published as Published
    from brief.publisher import UnrecordedError as UnrecordedError
    from brief.publisher import publish as publish
    from brief.receipts import Receipt as Receipt
    from brief.renderer import render as render
    from brief.version import __version__ as __version__
    from brief.word import House as House
    from brief.word import read_house as read_house
    from brief.word import to_word as to_word

_HOMES = {
    "brief.builder": ("Builder", "Built", "build"),
    "brief.checker": ("check",),
    "brief.desk": ("load",),
    "brief.document": ("Document",),
    "brief.edition": ("select",),
    "brief.errors": ("BriefError", "Place", "Problem"),
    "brief.issuer": ("Issued", "NotDueError", "issue"),
    "brief.locks": ("LockedError",),
    "brief.markdown": ("parse",),
    "brief.model": ("Briefing", "Desk", "Edition"),
    "brief.publisher": ("Published", "UnrecordedError", "publish"),
    "brief.receipts": ("Receipt",),
    "brief.renderer": ("render",),
    "brief.version": ("__version__",),
    "brief.word": ("House", "read_house", "to_word"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = list(_HOME_OF)


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the command line starts quickly."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'brief' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)
