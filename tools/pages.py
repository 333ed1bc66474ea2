"""Make page images of the shipped editions, to be looked at: `make pages`. Needs LibreOffice and pdftoppm."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

from brief import Builder, issue, load

EDITIONS = [
    ("korea-europe-weekly", dt.date(2024, 11, 11)),
    ("korea-europe-weekly", dt.date(2025, 3, 10)),
    ("korea-europe-weekly", dt.date(2025, 3, 17)),
    ("korea-europe-weekly", dt.date(2025, 3, 31)),
    ("korea-europe-dossier", dt.date(2025, 4, 7)),
]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    builder = Builder(load(Path(__file__).parent.parent))
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        for slug, date in EDITIONS:
            path = issue(builder, slug, date, output=work).path
            profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
            convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", work, str(path)]
            subprocess.run(convert, check=True, capture_output=True)
            name = f"{date.isoformat()}-{slug}"
            subprocess.run(["pdftoppm", "-r", "100", "-png", work / f"{name}.pdf", folder / name], check=True)
    for page in sorted(folder.glob("*.png")):
        print(page)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
