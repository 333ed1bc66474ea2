"""The sample desk that comes with the program, as a start for a new one."""

from __future__ import annotations

import shutil
from pathlib import Path

_PARTS = ("brief.yaml", "seeds", "briefings", "templates")


def create(directory: Path) -> None:
    """Copy the sample desk to `directory`, a new or empty folder; raises `FileExistsError` where it holds anything."""
    if directory.exists() and any(directory.iterdir()):
        raise FileExistsError(17, "the folder is not empty", str(directory))
    directory.mkdir(parents=True, exist_ok=True)
    for part in _PARTS:
        source = _sample() / part
        if source.is_dir():
            shutil.copytree(source, directory / part, ignore=shutil.ignore_patterns(".*", "~*"))
        else:
            shutil.copyfile(source, directory / part)
    (directory / "output").mkdir()


def _sample() -> Path:
    """Beside the package once it is installed, the repository itself while it is developed."""
    packaged = Path(__file__).parent / "sample"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]
