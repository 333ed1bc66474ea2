"""Make page images of the shipped editions and of made-up ones, to be looked at: `make pages`."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

import made_up

from brief import Builder, issue, load

EDITIONS = [
    ("korea-europe-weekly", dt.date(2024, 11, 11)),
    ("korea-europe-weekly", dt.date(2025, 3, 10)),
    ("korea-europe-weekly", dt.date(2025, 3, 17)),
    ("korea-europe-weekly", dt.date(2025, 3, 31)),
    ("korea-europe-dossier", dt.date(2025, 4, 7)),
]
SIZES = (0, 1, 15, 60)
"""Events in the made-up editions."""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        builder = Builder(load(made_up.REPOSITORY))
        for slug, date in EDITIONS:
            _draw(issue(builder, slug, date, output=work).path, folder, f"{date.isoformat()}-{slug}")
        for events in SIZES:
            builder = Builder(load(made_up.make(work / str(events), events)))
            _draw(issue(builder, made_up.SLUG, made_up.DATE).path, folder, f"made-up-{events:02}-events")
    for page in sorted(folder.glob("*.png")):
        print(page)


def _draw(path: Path | None, folder: Path, name: str) -> None:
    assert path
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", path.parent, path]
    subprocess.run(convert, check=True, capture_output=True)
    subprocess.run(["pdftoppm", "-r", "100", "-png", path.with_suffix(".pdf"), folder / name], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
