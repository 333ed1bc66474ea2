"""Reads a desk: its YAML files, checked and resolved, its templates and its Word files, with all that is wrong with them."""

from __future__ import annotations

import os
import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from brief.desk import files, series, templates
from brief.desk.files import File
from brief.desk.gathered import Seeds
from brief.desk.index import Index, UnusableError
from brief.desk.settings import Known
from brief.desk.text import line_at
from brief.errors import BriefError, Origin, Place, Problem, in_order
from brief.model import Desk, Items

__all__ = ["load", "pinpoint"]

_SETTINGS = "brief.yaml"
_YAML = (".yaml", ".yml")
_NEW_DESK = "`brief init DIR` makes a new desk"


def load(path: Path, *, whole: bool = True, cache: Path | None = None) -> Desk:
    """The desk in the folder `path`, with every problem of every file; not `whole`, it lacks the seeds.

    `cache` is a folder that nobody else may write to (see `cache.folder`): what was read is kept there, and only what has
    changed is read again. The result is the same without.

    Raises `BriefError` only where the folder is no desk at all.
    """
    root = Path(path)
    _check_is_desk(root)
    index = Index(cache) if cache else None
    setting_files, settings_refused = _texts(root, _SETTINGS) if os.path.lexists(root / _SETTINGS) else ({}, [])
    briefing_files, briefings_refused = _texts(root, "briefings", deep=False)
    memory = series.Memory(index, setting_files, briefing_files)
    defaults, settings_faults = series.settings(setting_files, memory)
    found, seeds_refused = files.find(root, "seeds", *_YAML) if whole else ([], [])
    before = [*settings_refused, *settings_faults, *seeds_refused]
    items, texts = _items(root, found, before, index) if found else (Seeds(Items(), (), in_order(before), frozenset()), {})
    house = templates.read(root)
    known = Known(house.names, items.topics if whole else None)
    briefings = series.gather(briefing_files, briefings_refused, defaults, known, memory)
    memory.save()
    faults = [item.problems for item in items.faulty]
    told = [items.fatal, *faults, *briefings.faulty.values(), briefings.warnings, house.problems]
    return Desk(
        root=root,
        output=root / "output",
        state=root / defaults.state,
        archive=items.archive,
        briefings=briefings.sound,
        templates=house.texts,
        houses=house.houses,
        texts=ChainMap(_sound({**setting_files, **briefing_files}), texts),  # type: ignore[arg-type]
        problems=in_order(problem for some in told for problem in some),
        fatal=items.fatal,
        faulty=items.faulty,
        faulty_briefings=briefings.faulty,
        on_failure=defaults.on_failure,
    )


def pinpoint(desk: Desk, origin: Origin, line: int = 1) -> Place:
    """Where the value of `origin` is written; where it is a block that keeps its lines (`|`), its given line, from 1."""
    from brief.desk.yaml import spots  # slow to import, and seldom needed

    path = tuple(int(step[1:-1]) if step.startswith("[") else step for step in re.findall(r"\[\d+\]|[^.\[]+", origin.key))
    try:
        text = desk.texts[origin.place.path]
    except KeyError:  # it has changed since
        return origin.place
    known = spots(text, origin.place.line, origin.place.column, {path[:length] for length in range(1, len(path) + 1)})
    if not known:
        return origin.place
    spot = known[max(known, key=len)]
    if spot.style != "|":
        return Place(origin.place.path, spot.line, spot.column)
    written = line_at(text, spot.line + line)
    return Place(origin.place.path, spot.line + line, len(written) - len(written.lstrip(" ")) + 1)


def _check_is_desk(root: Path) -> None:
    if not root.is_dir():
        raise BriefError([Problem(Place(str(root)), "there is no such folder", hint=_NEW_DESK)])
    if not (root / "seeds").is_dir() and not (root / "briefings").is_dir():
        raise BriefError([Problem(Place(str(root)), "this is no desk: it has neither seeds/ nor briefings/", hint=_NEW_DESK)])


def _texts(root: Path, name: str, *, deep: bool = True) -> tuple[series.Texts, list[Problem]]:
    """The YAML files below a name with their texts, and the problems of those refused."""
    found, refused = files.find(root, name, *_YAML, deep=deep)
    return {file: files.read_text(file) for file in found}, refused


def _sound(texts: series.Texts) -> dict[str, str]:
    return {file.name: text for file, text in texts.items() if isinstance(text, str)}


def _items(
    root: Path, found: Sequence[File], before: Sequence[Problem], index: Index | None
) -> tuple[Seeds, Mapping[str, str]]:
    """The items of the files below seeds/, beside an index where there is one that can be used, and the texts of the files."""
    from brief.desk import indexed  # slow to import, and not needed where only briefings are read

    if index:
        with suppress(UnusableError):
            return indexed.gather(found, index, before, partial(_all_items, root, found))
    return _read_whole(found, before)


def _read_whole(found: Sequence[File], before: Sequence[Problem]) -> tuple[Seeds, Mapping[str, str]]:
    from brief.desk import seeds  # slow to import, and seldom needed

    texts = {file: files.read_text(file) for file in found}
    unread = [text for text in texts.values() if isinstance(text, Problem)]
    readings = [seeds.read(name, text) for name, text in _sound(texts).items()]
    return seeds.gather(readings, [*before, *unread]), _sound(texts)


def _all_items(root: Path, found: Sequence[File]) -> Items:
    """All items of the files, if these are what they were when they were found; else raises `BriefError`."""
    items = _read_whole(found, ())[0].archive.everything()
    if files.find(root, "seeds", *_YAML)[0] != list(found):
        raise BriefError(
            [Problem(Place("seeds"), "the files have changed since they were read", hint="run it again", passing=True)]
        )
    return items
