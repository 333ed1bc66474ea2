"""The items of the files below seeds/ as they are written, each with what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import field
from typing import Any

from brief.classes import dataclass
from brief.desk.faults import Fault
from brief.desk.pages import Page
from brief.desk.records import LISTS
from brief.desk.schema import SeedsModel, validate
from brief.desk.values import as_day
from brief.desk.yaml import Map, Path
from brief.errors import Place, Problem
from brief.model import MARKINGS, Marking


@dataclass(slots=True)
class Entry:
    """The item at `index` of the list `group` of a page: `raw` as read, `model` as checked or none where it is not sound.

    `withheld` are the sources and people it names that can't be used and are marked higher than itself.
    """

    page: Page
    group: str
    index: int
    raw: Any
    model: Any
    faults: list[Fault] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    withheld: list[Entry] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id, or nothing where it has none."""
        return self.text("id")

    @property
    def place(self) -> Place:
        """Where a mapping starts."""
        return self.page.place(self.raw)

    @property
    def marking(self) -> Marking | None:
        """The marking; none where it can't be read."""
        word = self.raw.get("marking", "TLP:CLEAR") if isinstance(self.raw, Map) else None
        return next((marking for marking in MARKINGS if marking == word), None)

    def is_above(self, other: Entry) -> bool:
        """Whether it is known to be marked higher than another item."""
        return (own := self.marking) is not None and other.is_below(own)

    def is_below(self, marking: Marking) -> bool:
        """Whether it is known to be marked lower."""
        return (own := self.marking) is not None and MARKINGS.index(own) < MARKINGS.index(marking)

    def get(self, *path: str) -> Any:
        """The value at a path of keys, or none."""
        value = self.raw
        for key in path:
            value = value.get(key) if isinstance(value, Map) else None
        return value

    def text(self, *path: str) -> str:
        """The text at a path of keys, or nothing."""
        value = self.get(*path)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> Any:
        """The texts of the list under a key, each with its index."""
        value = self.get(key)
        return [(index, word) for index, word in enumerate(value) if isinstance(word, str)] if isinstance(value, list) else ()

    def day(self, *path: str) -> dt.date | None:
        """The day at a path of keys, if there is one."""
        return as_day(self.get(*path))

    def fault(self, *path: str | int, **told: Any) -> Fault:
        """A fault of the value at a path of the item."""
        return Fault((self.group, self.index, *path), **told)


def read(page: Page) -> tuple[list[Entry], list[Fault]]:
    """The items of a page, and the faults that belong to none of them."""
    value = page.document.value
    valid, faults = validate(SeedsModel, value)
    own: dict[Path, list[Fault]] = defaultdict(list)
    for fault in faults:
        own[fault.path[:2] if len(fault.path) > 1 and fault.path[0] in LISTS else ()].append(fault)
    loose = own.pop((), [])
    lists = {name: value[name] for name in LISTS if isinstance(value.get(name), list)} if isinstance(value, Map) else {}
    if valid is None:
        sound = {name: [raw for index, raw in enumerate(raws) if (name, index) not in own] for name, raws in lists.items()}
        valid, _ = validate(SeedsModel, sound)
    return [entry for name, raws in lists.items() for entry in _entries(page, name, raws, getattr(valid, name), own)], loose


def _entries(page: Page, name: str, raws: list[Any], models: list[Any], own: dict[Path, list[Fault]]) -> list[Entry]:
    sound = iter(models)
    return [
        Entry(page, name, index, raw, None, own[name, index])
        if (name, index) in own
        else Entry(page, name, index, raw, next(sound))
        for index, raw in enumerate(raws)
    ]
