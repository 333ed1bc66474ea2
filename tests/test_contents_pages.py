"""Contents with pages: those on which LibreOffice shows the headings, or a plain word of why there are none."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

import docx
import pytest

from brief import BriefError, Issued, Problem, check, issue, layout, load
from brief.builder import Builder
from brief.receipts import Receipt
from conftest import BRIEFING, MakeDesk, write
from readers import faults, libreoffice_pages, pandoc, pandoc_nodes, pandoc_text

DATE = dt.date(2025, 3, 10)
ASKING = f"{BRIEFING}contents_pages: true\n"
TEMPLATE = """
Before the contents.

{{ toc(2) }}

# Meetings

{% for event in events %}
## {{ event.title }}

{{ event.summary | markdown }}
{% endfor %}

# Tables

| In a table |
|---|
| Paris |

## In the tables

### Too deep for the contents
"""
LONG = (
    "A title so long that it takes two lines of the contents, since it names the place, the day, the ministers and their aims"
)
SAID = "They talked about what lay before them and agreed to talk again. " * 35


def seeds(count: int) -> str:
    titles = [LONG if number == 5 else f"Round {number} & <more>" for number in range(count)]
    events = [
        {
            "id": f"round-{number:02d}",
            "title": title,
            "kind": "meeting",
            "status": "held",
            "date": "2025-03-05",
            "place": "Paris",
            "summary": SAID,
            "sources": ["herald"],
        }
        for number, title in enumerate(titles)
    ]
    sources = [{"id": "herald", "publisher": "The Herald", "title": "Ministers meet", "published": "2025-03-08"}]
    return json.dumps({"sources": sources, "events": events})


def asking_desk(make_desk: MakeDesk, briefing: str = ASKING, count: int = 30) -> Path:
    return make_desk(
        {"seeds/seeds.yaml": seeds(count), "templates/weekly.md.j2": TEMPLATE, "briefings/weekly.yaml": briefing},
    )


def generate(root: Path, *, draft: bool = False) -> Issued:
    return issue(Builder(load(root)), "weekly", DATE, draft=draft)


def entries(path: Path) -> list[tuple[str, str]]:
    """The title and page of each entry of the contents, as python-docx reads them."""
    paragraphs = [p for p in docx.Document(str(path)).paragraphs if p.style and p.style.name.lower().startswith("toc ")]
    return [(title, page) for title, _, page in (p.text.partition("\t") for p in paragraphs)]


def shown(path: Path, folder: Path) -> dict[str, str]:
    """The page on which each heading is read, by its title."""
    found: dict[str, str] = {}
    titles = [title for title, _ in entries(path)]
    for number, page in enumerate(libreoffice_pages(path, folder), 1):
        text = " ".join(page.split())
        for title in titles:
            if re.search(re.escape(title) + r"(?! ?\.{3})", text):
                found[title] = str(number)
    return found


def document_xml(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("word/document.xml").decode()


def fake_office(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """A program in LibreOffice's place; it knows `$folder`."""
    path = folder / "bin" / "soffice"
    write(path, f"#!/bin/sh\nfolder='{folder}'\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return path


NAMES_ITSELF = 'case "$*" in *--version*) echo "LibreOffice 1.2.3 (made up)"; exit;; esac'


def refusal(root: Path) -> Problem:
    with pytest.raises(BriefError) as raised:
        generate(root)
    (problem,) = raised.value.problems
    assert (problem.key, problem.severity) == ("contents_pages", "error")
    line = (root / problem.place.path).read_text("utf-8").splitlines()[problem.place.line - 1]
    assert line[problem.place.column - 1 :] == "true"
    assert "contents_pages out" in problem.hint
    assert not (root / "output").exists()
    return problem


needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="soffice is not installed")


@needs_office
@pytest.mark.parametrize("draft", [False, True])
def test_each_entry_gives_the_page_on_which_its_heading_stands(make_desk: MakeDesk, tmp_path: Path, draft: bool) -> None:
    path = generate(asking_desk(make_desk), draft=draft).path
    assert path
    listed = entries(path)
    assert [title for title, _ in listed] == [
        "Meetings",
        *(LONG if number == 5 else f"Round {number} & <more>" for number in range(30)),
        "Tables",
        "In the tables",
    ]
    assert int(listed[-1][1]) > 9
    assert dict(listed) == shown(path, tmp_path)


@needs_office
def test_the_numbers_are_fields_as_word_writes_them_and_ask_for_nothing(make_desk: MakeDesk, tmp_path: Path) -> None:
    path = generate(asking_desk(make_desk, count=3)).path
    assert path
    xml = document_xml(path)
    assert r" TOC \o &quot;1-2&quot; \h \z \u " in xml or r' TOC \o "1-2" \h \z \u ' in xml
    references = re.findall(r" PAGEREF (_Toc\d+) \\h ", xml)
    assert references == re.findall(r'<w:hyperlink w:anchor="(_Toc\d+)"', xml)
    assert len(references) == 6
    assert [xml.count(f'w:name="{name}"') for name in references] == [1] * 6
    assert [xml.count(f'w:fldCharType="{kind}"') for kind in ("begin", "separate", "end")] == [7, 7, 7]
    assert "w:dirty" not in xml
    with zipfile.ZipFile(path) as archive:
        assert b"updateFields" not in archive.read("word/settings.xml")
    assert faults(path) == []


@needs_office
def test_pandoc_reads_the_same_entries(make_desk: MakeDesk) -> None:
    path = generate(asking_desk(make_desk, count=3)).path
    assert path
    paragraphs = pandoc_nodes(pandoc(path)["blocks"], "Para")
    read = [pandoc_text(paragraph).split() for paragraph in paragraphs if pandoc_nodes(paragraph, "Link")]
    assert read == [[*title.split(), page] for title, page in entries(path)]


@needs_office
def test_the_receipt_names_the_program(make_desk: MakeDesk) -> None:
    root = asking_desk(make_desk, count=3)
    generate(root)
    receipt = json.loads((root / "output/.brief/weekly/2025-03-10.json").read_text("utf-8"))
    assert re.fullmatch(r"LibreOffice \d+(\.\d+)+", receipt["layout"])
    assert Receipt.from_json(json.dumps(receipt)).layout == receipt["layout"]


@needs_office
def test_the_same_inputs_give_the_same_bytes_and_no_revision(make_desk: MakeDesk) -> None:
    root = asking_desk(make_desk, count=12)
    first = generate(root)
    assert first.path
    before = first.path.read_bytes()
    assert generate(root).action == "unchanged"
    first.path.unlink()
    assert generate(root).action == "restored"
    assert first.path.read_bytes() == before


@needs_office
def test_another_version_of_the_program_alone_makes_no_revision(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    root = asking_desk(make_desk, count=3)
    done = generate(root)
    otherwise = layout.Layout({f"_Toc{number:09d}": 7 for number in range(1, 7)}, "LibreOffice 99.1")
    monkeypatch.setattr(layout, "lay_out", lambda *_: otherwise)
    assert "7" in entries_of(Builder(load(root)).build("weekly", DATE).data, root / "seven.docx")
    assert (generate(root).action, generate(root).sha256) == ("unchanged", done.sha256)


@needs_office
def test_asking_makes_a_revision_and_saying_no_does_not(make_desk: MakeDesk) -> None:
    root = asking_desk(make_desk, BRIEFING, count=3)
    generate(root)
    write(root / "briefings/weekly.yaml", f"{BRIEFING}contents_pages: false\n")
    assert generate(root).action == "unchanged"
    write(root / "briefings/weekly.yaml", ASKING)
    assert generate(root).action == "revised"


def entries_of(data: bytes, path: Path) -> list[str]:
    path.write_bytes(data)
    return [page for _, page in entries(path)]


def test_numbers_that_move_a_heading_are_laid_out_again(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    root = asking_desk(make_desk, count=1)
    monkeypatch.setattr(layout, "program", lambda: "soffice")
    laid_out: list[list[str]] = []

    def lay_out(data: bytes, bookmarks: tuple[str, ...]) -> layout.Layout:
        laid_out.append(entries_of(data, root / "laid-out.docx"))
        return layout.Layout(dict.fromkeys(bookmarks, min(len(laid_out), 2)), "LibreOffice 1")

    monkeypatch.setattr(layout, "lay_out", lay_out)
    built = Builder(load(root)).build("weekly", DATE)
    assert laid_out[1:] == [["1"] * 4, ["2"] * 4]
    assert (entries_of(built.data, root / "built.docx"), built.layout) == (["2"] * 4, "LibreOffice 1")


@pytest.mark.parametrize("asks", [True, False])
def test_without_libreoffice_only_a_briefing_that_asks_is_refused(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asks: bool
) -> None:
    root = asking_desk(make_desk, ASKING if asks else BRIEFING, count=3)
    monkeypatch.setattr(layout, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    if not asks:
        assert generate(root).action == "published"
        return
    problem = refusal(root)
    assert (problem.place.path, problem.place.line) == ("briefings/weekly.yaml", 8)
    assert "need LibreOffice, which is not installed" in problem.message
    assert problem in check(load(root))


def test_a_briefing_whose_template_has_no_contents_needs_none(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    root = make_desk({"briefings/weekly.yaml": ASKING})
    assert check(load(root)) == ()
    assert generate(root).action == "published"


def test_libreoffice_is_run_for_what_asks_alone_and_never_to_check(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_office(tmp_path, monkeypatch, 'touch "$folder/was-run"; exit 3')
    silent = asking_desk(make_desk, BRIEFING, count=3)
    assert generate(silent).action == "published"
    receipt = (silent / "output/.brief/weekly/2025-03-10.json").read_text("utf-8")
    assert "layout" not in receipt
    assert Receipt.from_json(receipt).layout == ""
    write(silent / "briefings/weekly.yaml", ASKING)
    assert [problem for problem in check(load(silent)) if problem.severity == "error"] == []
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo broken >&2; exit 3", r"failed \(exit code 3\): broken"),
        (f"{NAMES_ITSELF}\necho 'Error: source file could not be loaded'", "made no PDF .*: Error: source file"),
        (f'{NAMES_ITSELF}\nwhile [ "$1" != --outdir ]; do shift; done; echo no > "$2/edition.pdf"', "can't be read"),
    ],
)
def test_a_libreoffice_that_fails_is_told_in_its_own_words(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    root = asking_desk(make_desk, count=3)
    fake_office(tmp_path, monkeypatch, script)
    assert re.search(told, refusal(root).message)


def test_a_libreoffice_that_cannot_be_started_is_told(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = asking_desk(make_desk, count=3)
    fake_office(tmp_path, monkeypatch, "").write_bytes(b"\x7fELF no program")
    assert "can't be started" in refusal(root).message


def test_a_libreoffice_that_hangs_is_ended_with_all_that_it_started(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = asking_desk(make_desk, count=3)
    fake_office(tmp_path, monkeypatch, f'{NAMES_ITSELF}\n(while :; do echo >> "$folder/pulse"; sleep 0.05; done) &\nwait')
    monkeypatch.setattr(layout, "PATIENCE", 1)
    began = time.monotonic()
    assert "did not finish within 1 seconds" in refusal(root).message
    assert time.monotonic() - began < 10
    beats = (tmp_path / "pulse").stat().st_size
    assert beats
    time.sleep(0.4)
    assert (tmp_path / "pulse").stat().st_size == beats


def test_a_damaged_pdf_is_told(make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = asking_desk(make_desk, count=3)
    damaged = r"%%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 9 0 R/Dests 7 0 R>>\nendobj\ntrailer<</Root 1 0 R>>"
    script = f'{NAMES_ITSELF}\nfor last; do :; done\nprintf "{damaged}" > "$(dirname "$last")/edition.pdf"'
    fake_office(tmp_path, monkeypatch, script)
    assert re.search("the PDF that LibreOffice made can't be read|shows no page", refusal(root).message)


def test_a_command_that_is_told_to_end_ends_libreoffice_too(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = asking_desk(make_desk, count=3)
    fake_office(tmp_path, monkeypatch, f'{NAMES_ITSELF}\nwhile :; do echo >> "$folder/pulse"; sleep 0.05; done')
    command = [sys.executable, "-m", "brief", "--desk", str(root), "generate", "weekly", "--date", "2025-03-10"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (tmp_path / "pulse").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.terminate()
    assert process.wait(10) == 143
    beats = (tmp_path / "pulse").stat().st_size
    time.sleep(0.4)
    assert (tmp_path / "pulse").stat().st_size == beats


def test_pages_that_never_settle_are_told(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    root = asking_desk(make_desk, count=3)
    answers = iter(range(1, 10))

    def moving(_data: bytes, bookmarks: Iterable[str]) -> layout.Layout:
        return layout.Layout(dict.fromkeys(bookmarks, next(answers)), "LibreOffice 1")

    monkeypatch.setattr(layout, "program", lambda: "soffice")
    monkeypatch.setattr(layout, "lay_out", moving)
    built = Builder(load(root)).build("weekly", DATE)
    assert ["still moved after 3 layouts" in str(warning) for warning in built.warnings] == [True]
