"""Commands that make one edition of a desk: with brief, and with a minimal script around docxtpl."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path

from bench import environment, templates
from bench.environment import BRIEF, FOLDER, HERE, PYTHON
from bench.processes import seconds

DATE = "2025-03-10"


class Desk:
    """A desk under measurement: whatever is made of it goes into new folders below `folder`, caches included."""

    def __init__(self, root: Path, folder: Path, cache: str = "cache") -> None:
        self.root = root
        self.folder = folder
        self.variables: Mapping[str, str] = environment.variables(folder / cache)
        self._numbers = count()

    def brief(self, *words: str) -> float:
        """The seconds of a command of brief on this desk."""
        return seconds([BRIEF, "--desk", self.root, *words], self.variables)

    def generate(self, *words: str) -> float:
        """The seconds of `brief generate` with these words, into a new folder."""
        return self.brief("generate", *words, "--date", DATE, "--output", str(self.new("output")))

    def new(self, name: str) -> Path:
        """A path where nothing is yet."""
        return self.folder / f"{name}-{next(self._numbers)}"

    def template(self, slug: str) -> Path:
        """A Word template for `docxtpl`, in the look of the edition that brief makes."""
        output, path = self.new("look"), self.folder / "template.docx"
        self.brief("generate", slug, "--date", DATE, "--output", str(output))
        path.write_bytes(templates.edition(next(output.rglob("*.docx")).read_bytes()))
        return path

    def docxtpl(self, slug: str, template: Path) -> float:
        """The seconds of the script around docxtpl."""
        script = HERE / "peers" / "one_edition.py"
        target = self.new("docxtpl").with_suffix(".docx")
        return seconds([PYTHON, script, self.root, slug, DATE, template, target], environment.variables(FOLDER / "cache"))
