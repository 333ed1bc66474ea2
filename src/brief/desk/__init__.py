"""Reads a desk: its YAML files, checked and resolved, its templates and its Word files, with all that is wrong with them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from brief.desk import briefings, files, seeds, templates
from brief.desk.faults import problems
from brief.desk.pages import pages
from brief.desk.schema import DeskModel, schema, validate
from brief.desk.text import line_at
from brief.desk.yaml import spots
from brief.errors import BriefError, Origin, Place, Problem, in_order
from brief.model import Desk

__all__ = ["load", "pinpoint", "schema"]

_SETTINGS = "brief.yaml"
_YAML = (".yaml", ".yml")
_NO_SETTINGS = DeskModel.model_validate({})
_NEW_DESK = "`brief init DIR` makes a new desk"


def load(path: Path, *, whole: bool = True) -> Desk:
    """The desk in the folder `path`, with every problem of every file; not `whole`, it lacks the seeds.

    Raises `BriefError` only where the folder is no desk at all.
    """
    root = Path(path)
    _check_is_desk(root)
    settings, settings_refused = _texts(root, _SETTINGS) if os.path.lexists(root / _SETTINGS) else ({}, [])
    seed_files, seeds_refused = _texts(root, "seeds") if whole else ({}, [])
    briefing_files, briefings_refused = _texts(root, "briefings", deep=False)
    defaults, settings_faults = _defaults(settings)
    items = seeds.gather(seed_files, [*settings_refused, *settings_faults, *seeds_refused])
    house = templates.read(root)
    series = briefings.gather(briefing_files, briefings_refused, defaults, briefings.Known(house.names, items.topics))
    found = [items.fatal, *(item.problems for item in items.faulty), *series.faulty.values(), series.warnings, house.problems]
    return Desk(
        root=root,
        output=root / "output",
        state=root / defaults.state,
        sources=items.sources,
        people=items.people,
        events=items.events,
        background=items.background,
        outlook=items.outlook,
        briefings=series.sound,
        templates=house.texts,
        houses=house.houses,
        texts={file.name: text for file, text in (settings | seed_files | briefing_files).items() if isinstance(text, str)},
        problems=in_order(problem for some in found for problem in some),
        fatal=items.fatal,
        faulty=items.faulty,
        faulty_briefings=series.faulty,
        on_failure=tuple(defaults.on_failure),
    )


def pinpoint(desk: Desk, origin: Origin, line: int = 1) -> Place:
    """Where the value of `origin` is written; where it is a block that keeps its lines (`|`), its given line, from 1."""
    path = tuple(int(step[1:-1]) if step.startswith("[") else step for step in re.findall(r"\[\d+\]|[^.\[]+", origin.key))
    text = desk.texts[origin.place.path]
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


def _texts(root: Path, name: str, *, deep: bool = True) -> tuple[dict[files.File, str | Problem], list[Problem]]:
    """The YAML files below a name with their texts, and the problems of those refused."""
    found, refused = files.find(root, name, *_YAML, deep=deep)
    return {file: files.read_text(file) for file in found}, refused


def _defaults(settings: dict[files.File, str | Problem]) -> tuple[DeskModel, list[Problem]]:
    """What holds for every briefing that doesn't say otherwise, and what is wrong with the file that says it."""
    for file, text in settings.items():
        if isinstance(text, Problem):
            return _NO_SETTINGS, [text]
        found, faults = pages(file.name, text)
        for page in found:
            model, wrong = validate(DeskModel, page.document.value)
            faults += problems(page, wrong)
            if model and len(found) == 1:
                return model, faults
        if len(found) > 1:
            second = found[1].document
            faults.append(
                Problem(Place(file.name, second.line, second.column), "a second document", hint="one holds all settings")
            )
        return _NO_SETTINGS, faults
    return _NO_SETTINGS, []
