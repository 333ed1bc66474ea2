"""Make the pictures of `docs/templates.md`: each block as LibreOffice lays out the lines that stand below its picture."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import docx
from docx.shared import Pt

from brief import build, load

REPOSITORY = Path(__file__).parent.parent
PAGE = REPOSITORY / "docs" / "templates.md"
PICTURES = PAGE.parent / "blocks"
OF_HOUSE = ("title-block", "header-footer")
"""Blocks that stand in the house, and have no lines of a template."""

_WEEKLY = ("korea-europe-weekly", dt.date(2025, 3, 10))
_DOSSIER = ("korea-europe-dossier", dt.date(2025, 4, 7))
_TALL = 1500
"""Of a page in points: high enough for any block."""
_DPI = 110
_ROOM = 12
"""Pixels left around a block."""
_GAP = 100
"""So many empty rows of pixels part a block from its notes, which stand at the foot of the page."""


def blocks() -> dict[str, str]:
    """The blocks that the page shows, and the lines that make each; empty for those of the house."""
    parts = re.split(r"!\[[^]]*\]\(blocks/([a-z-]+)\.png\)", PAGE.read_text("utf-8"))[1:]
    return {name: "" if name in OF_HOUSE else _first_listing(text) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def _first_listing(text: str) -> str:
    return text.split("```jinja\n")[1].split("```")[0]


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        house = docx.Document(str(REPOSITORY / "templates" / "house.docx")).sections[0]
        sides = (house.left_margin, house.top_margin, house.right_margin, house.bottom_margin)
        margins = tuple(side.pt for side in sides if side)
        for name, lines in blocks().items():
            picture = PICTURES / f"{name}.png"
            if name == "header-footer":
                _draw_edges(_page(_built(work / name, None, None), work, 2), margins, picture)
            elif name == "title-block":
                _draw(_page(_built(work / name, "{# Nothing below the title. #}", None), work), margins, picture)
            else:
                text = lines if name != "contents" else lines + _sections()
                _draw(_page(_built(work / name, text, name), work), margins, picture)
            print(f"{picture.relative_to(REPOSITORY)}: {picture.stat().st_size:,} bytes")


def _sections() -> str:
    """All that has headings, for contents to list."""
    base = (REPOSITORY / "templates" / "base.md.j2").read_text("utf-8")
    return "\n\n" + base[base.index("{% block background %}") :]


def _built(root: Path, template: str | None, block: str | None) -> Path:
    """The shipped edition of a block on a desk of its own: with another template, and a house that holds nothing else."""
    shutil.copytree(REPOSITORY / "seeds", root / "seeds")
    shutil.copytree(REPOSITORY / "briefings", root / "briefings")
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    slug, date = _DOSSIER if block == "timeline" else _WEEKLY
    if template is not None:
        for name in ("weekly", "dossier"):
            (root / "templates" / f"{name}.md.j2").write_text(template, "utf-8")
    if block is not None:
        (root / "templates" / "house.docx").write_bytes(_bare_house())
    draw_map(root / "images" / "map.png")
    path = root / "block.docx"
    path.write_bytes(build(load(root), slug, date).data)
    return path


def _bare_house() -> bytes:
    """The house without its title block, on pages high enough for any block, where each section begins a new one."""
    house = docx.Document(str(REPOSITORY / "templates" / "house.docx"))
    for paragraph in house.paragraphs[:-1]:
        house.element.body.remove(paragraph._p)
    section = house.sections[0]
    section.page_height = Pt(_TALL)
    house.styles["Heading 1"].paragraph_format.page_break_before = True
    data = io.BytesIO()
    house.save(data)
    return data.getvalue()


def draw_map(path: Path) -> None:
    """The picture that the page's example of an image shows."""
    path.parent.mkdir()
    words = ["-pointsize", "34", "-fill", "#1F3552", "-annotate", "+70+215", "Brussels", "-annotate", "+830+215", "Seoul"]
    dots = ["-fill", "#1F3552", "-stroke", "none", "-draw", "circle 130,150 140,150", "-draw", "circle 870,150 880,150"]
    line = ["-fill", "none", "-stroke", "#2F6DB5", "-strokewidth", "4", "-draw", "bezier 130,150 380,10 620,10 870,150"]
    convert("-size", "1000x240", "xc:#EEF2F7", *line, *dots, *words, path)


def _page(path: Path, work: Path, number: int = 1) -> Path:
    """A page as LibreOffice lays it out."""
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", path.parent, path)
    page = path.with_suffix("")
    pages = ("-f", str(number), "-l", str(number), "-singlefile")
    _run("pdftoppm", "-r", str(_DPI), "-png", *pages, path.with_suffix(".pdf"), page)
    return page.with_suffix(".png")


def _draw(page: Path, margins: tuple[float, ...], picture: Path) -> None:
    """What stands between the margins, as wide as they are and as high as it is, its notes close to the text."""
    left, top, right, bottom = map(_pixels, margins)
    width, height = _size(page)
    across = width - left - right + 2 * _ROOM
    inside, whole = page.with_name("inside.png"), page.with_name("whole.png")
    convert(page, "-crop", f"{across}x{height - top - bottom}+{left - _ROOM}+{top}", "+repage", inside)
    parts = [page.with_name(f"part-{number}.png") for number, _ in enumerate(_inked(inside))]
    for part, (first, last) in zip(parts, _inked(inside), strict=True):
        cut = f"{across}x{last - first}+0+{first}"
        convert(inside, "-crop", cut, "+repage", "-bordercolor", "white", "-border", f"0x{_ROOM}", part)
    convert(*parts, "-append", whole)
    _finish(picture, whole)


def _inked(image: Path) -> list[tuple[int, int]]:
    """From which row of pixels to which there is something to see, whatever is less than a gap apart taken together."""
    width, height = _size(image)
    pixels = subprocess.run(["convert", image, "-depth", "8", "gray:-"], check=True, capture_output=True).stdout
    paper = bytes([255]) * width
    found: list[tuple[int, int]] = []
    for row in (row for row in range(height) if pixels[row * width : (row + 1) * width] != paper):
        first = found.pop()[0] if found and row - found[-1][1] < _GAP else row
        found.append((first, row + 1))
    return found


def _draw_edges(page: Path, margins: tuple[float, ...], picture: Path) -> None:
    """Header and footer of a page, one above the other, with a gap for what stands between them."""
    left, top, right, bottom = map(_pixels, margins)
    width, height = _size(page)
    across = width - left - right + 2 * _ROOM
    header, gap, footer = (page.with_name(f"{name}.png") for name in ("header", "gap", "footer"))
    convert(page, "-crop", f"{across}x{top - top // 3}+{left - _ROOM}+{top // 3}", "+repage", header)
    convert("-size", f"{across}x8", "xc:#E3E3E3", gap)
    convert(page, "-crop", f"{across}x{bottom - bottom // 4}+{left - _ROOM}+{height - bottom}", "+repage", footer)
    _finish(picture, header, gap, footer, "-append")


def _finish(picture: Path, *steps: str | Path) -> None:
    convert(*steps, "+dither", "-colors", "64", "-strip", "-define", "png:exclude-chunks=date,time", f"PNG8:{picture}")


def _pixels(points: float) -> int:
    return round(points / 72 * _DPI)


def _size(image: Path) -> tuple[int, int]:
    width, height = convert(image, "-format", "%w %h", "info:").split()
    return int(width), int(height)


def convert(*words: str | Path) -> str:
    """Run ImageMagick."""
    return _run("convert", *words)


def _run(*words: str | Path) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
