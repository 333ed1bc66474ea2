"""What briefings have in common: the settings of their desk, and what is there for them to name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from brief.classes import dataclass
from brief.errors import Problem
from brief.model import Marking


@dataclass(frozen=True, slots=True)
class Settings:
    """What `brief.yaml` says; each key has the value that holds where it is absent."""

    timezone: str = "UTC"
    language: str = "en-GB"
    marking: Marking = "TLP:CLEAR"
    state: str = "output/.brief"
    on_failure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What briefings may name: the files below templates/, with what is wrong with each; topics of items, if they are known."""

    templates: Mapping[str, Collection[Problem]]
    topics: Collection[str] | None
