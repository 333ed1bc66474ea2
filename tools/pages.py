"""Make page images of the shipped editions and of made-up ones, to be looked at: `make pages`."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import docx
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
    for page in _lonely(path):
        print(f"{name}: page {page} ends with a heading", file=sys.stderr)


def _lonely(path: Path) -> list[int]:
    """The pages whose text ends with a heading; entries of a table of contents, which come first, are none."""
    reader = ["pdftotext", "-layout", path.with_suffix(".pdf"), "-"]
    text = subprocess.run(reader, check=True, capture_output=True, text=True).stdout
    pages = [_body(page) for page in text.split("\f")[:-1]]
    titles = {" ".join(p.text.split()) for p in docx.Document(str(path)).paragraphs if str(p.style.name).startswith("Heading")}
    lines = [line for page in pages for line in page]
    begin = max((index for index, line in enumerate(lines) if line == "Background"), default=0)  # behind the contents
    found, seen = [], 0
    for number, page in enumerate(pages, 1):
        seen += len(page)
        if seen > begin and any(" ".join(page[-length:]) in titles for length in (1, 2, 3)):
            found.append(number)
    return found


def _body(page: str) -> list[str]:
    """The lines of a page between its header and its notes, or its footer."""
    lines = [" ".join(line.split()) for line in page.split("\n")]
    lines = [line for line in lines if line and not re.search(r"Page \d+ of \d+$|Page \d+ of \d+ TLP:", line)]
    notes = next((index for index, line in enumerate(lines) if re.fullmatch(r"\d+", line)), len(lines))
    return lines[:notes]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
