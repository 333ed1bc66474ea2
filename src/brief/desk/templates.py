"""The files below templates/: texts that say what an edition holds, and Word files that give it its look."""

from __future__ import annotations

from pathlib import Path

from brief.classes import dataclass
from brief.desk import files
from brief.desk.text import FORBIDDEN
from brief.errors import Problem

FOLDER = "templates"


@dataclass(frozen=True, slots=True)
class Templates:
    """Texts and Word files by their paths below templates/; `broken` tells what is wrong with those that can't be used."""

    texts: dict[str, str]
    houses: dict[str, bytes]
    broken: dict[str, list[Problem]]
    problems: list[Problem]

    @property
    def names(self) -> dict[str, list[Problem]]:
        """Every file, with what is wrong with it."""
        return {**{name: [] for name in (*self.texts, *self.houses)}, **self.broken}


def read(root: Path) -> Templates:
    """The templates and houses of a desk."""
    found, problems = files.find(root, FOLDER, ".j2", ".docx")
    templates = Templates({}, {}, {}, problems)
    for file in found:
        name = file.name.removeprefix(f"{FOLDER}/")
        faults = _keep_house(file, name, templates) if name.lower().endswith(".docx") else _keep_text(file, name, templates)
        if faults:
            templates.broken[name] = faults
            problems += faults
    return templates


def _keep_house(file: files.File, name: str, templates: Templates) -> list[Problem]:
    data = files.read(file)
    if isinstance(data, Problem):
        return [data]
    templates.houses[name] = data
    return []


def _keep_text(file: files.File, name: str, templates: Templates) -> list[Problem]:
    text = files.read_text(file)
    if isinstance(text, Problem):
        return [text]
    is_plain = text.replace("\n", "").isprintable()  # which is told sooner than that nothing is forbidden
    if not is_plain and (faults := files.forbidden(FORBIDDEN, file.name, text)):
        return faults
    templates.texts[name] = text
    return []
