"""What shows only when an item is held beside the other items, or one of its values beside another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from brief.desk.entries import Entry
from brief.desk.faults import Fault
from brief.desk.records import LISTS, is_id
from brief.desk.schema import TEXT_NEEDED
from brief.desk.text import quoted
from brief.desk.yaml import Map
from brief.errors import nearest
from brief.model import Marking

_HINTED = 200
"""Unknown ids that are compared with all known ones: it takes long, and nobody mends more at once."""
_MEANT = {"planned": "say what is expected of it", "held": "say what happened, in the desk's own words"}
"""What the text that an event needs is to say, by its status."""


class Beside(Protocol):
    """The sound items of a desk that are kept in an index: some of them are named by those that are read."""

    def has(self, name: str, word: str) -> bool:
        """Whether a list holds an id."""

    def ids(self, name: str) -> Iterable[tuple[str, Marking]]:
        """The ids of a list, each with its marking."""


class Nothing:
    """What stands beside a desk that is read whole."""

    def has(self, name: str, word: str) -> bool:  # noqa: ARG002
        """No."""
        return False

    def ids(self, name: str) -> Iterable[tuple[str, Marking]]:  # noqa: ARG002
        """None."""
        return ()


def is_sound_alone(entry: Entry) -> bool:
    """Whether nothing is wrong with an item as far as that shows without the others."""
    if entry.faults or not isinstance(entry.raw, Map):
        return False
    return not any(fault for check_one in _ALONE[entry.group] for fault in check_one(entry, _ANYTHING))


def check(entries: Iterable[Entry], ids_unread: set[str], beside: Beside) -> None:
    """Adds to the items what is wrong with them. Ids in `ids_unread` are known to be somewhere in a file that can't be read."""
    known = _Ids(entries, ids_unread, beside)
    for entry in entries:
        if isinstance(entry.raw, Map):
            for check_one in _CHECKS[entry.group]:
                entry.faults += check_one(entry, known)
    for first, *others in known.repeated():
        for entry, other in [(first, others[0]), *((entry, first) for entry in others)]:
            told = f"the id {quoted(entry.id)} is also given at {other.place}"
            entry.faults.append(entry.fault("id", message=told, hint="an id belongs to one item of its list"))


class _Ids:
    """The ids of all items, list by list."""

    def __init__(self, entries: Iterable[Entry], ids_unread: set[str], beside: Beside) -> None:
        self._entries: dict[str, dict[str, list[Entry]]] = {name: defaultdict(list) for name in LISTS}
        self._unread = ids_unread
        self._beside = beside
        self._hints = 0
        for entry in entries:
            if entry.id:
                self._entries[entry.group][entry.id].append(entry)

    def has(self, name: str, word: str) -> bool:
        return word in self._entries[name] or word in self._unread or self._beside.has(name, word)

    def nearest(self, name: str, word: str, namer: Entry) -> str:
        """The id meant by `namer`, unless it is of an item marked higher: who may read of the one may not read of the other."""
        self._hints += 1
        if self._hints > _HINTED:
            return ""
        read = [known for known, (item, *_) in self._entries[name].items() if not item.is_above(namer)]
        kept = [known for known, marking in self._beside.ids(name) if not namer.is_below(marking)]
        return nearest(word, read + kept)

    def repeated(self) -> Iterator[list[Entry]]:
        for ids in self._entries.values():
            yield from (same for same in ids.values() if len(same) > 1)


def _text_is_there(event: Entry, known: _Ids) -> Iterator[Fault]:  # noqa: ARG001
    status = event.text("status")
    keys = TEXT_NEEDED.get(status, ())
    if keys and all(_is_blank(event.get(key)) for key in keys):
        told = (
            f"is required while an event is {status}"
            if len(keys) == 1
            else f"this or an agenda is required of an event that is {status}"
        )
        hint = _MEANT.get(status, "say what is known of it")
        yield event.fault(keys[0], message=told, hint=hint, at="value" if keys[0] in event.raw else "parent")


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _sources_are_known(item: Entry, known: _Ids) -> Iterator[Fault]:
    for index, word in item.texts("sources"):
        if not known.has("sources", word):
            told = f"no source has the id {quoted(word)}"
            yield item.fault("sources", index, message=told, hint=known.nearest("sources", word, item))


def _participants_are_known(event: Entry, known: _Ids) -> Iterator[Fault]:
    for index, word in event.texts("participants"):
        if not known.has("people", word) and is_id(word):
            told = f"no person has the id {quoted(word)}"
            hint = known.nearest("people", word, event) or "write a name that is no id with capitals"
            yield event.fault("participants", index, message=told, hint=hint)


def _validity_is_in_order(note: Entry, known: _Ids) -> Iterator[Fault]:  # noqa: ARG001
    yield from _in_order(note, ("valid_from",), ("valid_to",))


def _judgement_is_in_order(judgement: Entry, known: _Ids) -> Iterator[Fault]:  # noqa: ARG001
    yield from _in_order(judgement, ("made",), ("by",))
    yield from _in_order(judgement, ("made",), ("outcome", "on"))


def _in_order(item: Entry, first: tuple[str, ...], last: tuple[str, ...]) -> Iterator[Fault]:
    start, end = item.day(*first), item.day(*last)
    if start and end and end < start:
        told = f"{end} lies before {first[0]}, {start}"
        yield item.fault(*last, message=told, hint="exchange the two, or mend one")


def _outcome_is_known(judgement: Entry, known: _Ids) -> Iterator[Fault]:
    word = judgement.text("outcome", "event")
    if word and not known.has("events", word):
        told = f"no event has the id {quoted(word)}"
        yield judgement.fault("outcome", "event", message=told, hint=known.nearest("events", word, judgement))


_ANYTHING = _Ids((), set(), Nothing())
_Checks = dict[str, tuple[Callable[[Entry, _Ids], Iterator[Fault]], ...]]
_ALONE: _Checks = {
    "sources": (),
    "people": (),
    "events": (_text_is_there,),
    "background": (_validity_is_in_order,),
    "outlook": (_judgement_is_in_order,),
}
_CHECKS: _Checks = {
    "sources": (),
    "people": (),
    "events": (*_ALONE["events"], _sources_are_known, _participants_are_known),
    "background": (*_ALONE["background"], _sources_are_known),
    "outlook": (*_ALONE["outlook"], _outcome_is_known, _sources_are_known),
}
