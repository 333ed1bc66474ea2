"""What `docs/templates.md` tells editors, tried: each listing prints, each recipe does what it says."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from brief import BriefError, Builder, check, load
from brief.document import Document, Image, walk
from brief.renderer.vocabulary import FILTERS, FUNCTIONS
from conftest import REPOSITORY
from readers import headings

PAGE = (REPOSITORY / "docs" / "templates.md").read_text("utf-8")
LISTING = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
WEEKLY = ("korea-europe-weekly", dt.date(2025, 3, 10))
DOSSIER = ("korea-europe-dossier", dt.date(2025, 4, 7))
DOT = (  # a picture of one pixel
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx"
    b"\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@dataclass(frozen=True)
class Listing:
    """A listing of the page: its language, its lines, and the file that the words before it name last."""

    language: str
    text: str
    file: str


def section(title: str) -> str:
    """What stands below a heading, up to the next of its level or a higher one."""
    bare = LISTING.sub(lambda listing: "-" * len(listing[0]), PAGE)  # in listings, # begins no heading
    heading = re.search(rf"^(#+) {re.escape(title)}$", bare, re.M)
    assert heading
    end = re.search(rf"^#{{1,{len(heading[1])}}} ", bare[heading.end() :], re.M)
    return PAGE[heading.end() :][: end.start() if end else None]


def listings(text: str) -> list[Listing]:
    found, file, last = [], "", 0
    for match in LISTING.finditer(text):
        named = re.findall(r"`((?:templates|briefings)/[^`]+\.\w+)`", text[last : match.start()])
        file, last = named[-1] if named else file, match.end()
        found.append(Listing(match[1], match[2], file))
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A copy of the shipped desk, with the picture that the page's example shows."""
    root = tmp_path / "desk"
    for folder in ("seeds", "briefings", "templates"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    shutil.copy(REPOSITORY / "brief.yaml", root)
    (root / "images").mkdir()
    (root / "images" / "map.png").write_bytes(DOT)
    return root


def built(root: Path, slug: str, date: dt.date, *, draft: bool = False) -> Path:
    """The edition in a file, made without a warning."""
    made = Builder(load(root)).build(slug, date, draft=draft)
    assert made.warnings == ()
    path = root / f"{slug}.docx"
    path.write_bytes(made.data)
    return path


def document_of(root: Path, template: str) -> Document:
    """What a template of its own makes of the weekly of 10 March 2025."""
    (root / "templates" / "weekly.md.j2").write_text(template, "utf-8")
    made = Builder(load(root)).build(*WEEKLY)
    assert made.warnings == ()
    return made.document


def follow(root: Path, listing: Listing) -> None:
    """Do with a listing what an editor does: write the file, or the marked lines in it."""
    path = root / listing.file
    if listing.language != "diff":
        path.write_text(listing.text, "utf-8")
        return
    marks = [(line[:1], line[1:]) for line in listing.text.splitlines(keepends=True)]
    assert {mark for mark, _ in marks} <= {" ", "+", "-"}
    before = "".join(line for mark, line in marks if mark != "+")
    text = path.read_text("utf-8")
    assert text.count(before) == 1, f"{listing.file} has not, or not once: {before}"
    path.write_text(text.replace(before, "".join(line for mark, line in marks if mark != "-")), "utf-8")


def text_of(path: Path) -> str:
    """All text of the file, notes, headers and footers included."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode() for name in sorted(archive.namelist()) if re.match(r"word/\w+\.xml$", name)]
    return "\n".join(re.sub("<[^>]*>", "", re.sub("</w:p>", "\n", part)) for part in parts)


def first_level(path: Path) -> list[str]:
    return [text for level, text in headings(path) if level == 1]


def header_rows(path: Path) -> list[list[str]]:
    return [[cell.text for cell in table.rows[0].cells] for table in docx.Document(str(path)).tables]


def no_problem(root: Path) -> None:
    assert [str(problem) for problem in check(load(root))] == []


# The page


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    plain = LISTING.sub("", PAGE)
    names = [re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in re.findall("^#+ (.*)", plain, re.M)]
    assert len(names) == len(set(names))
    assert set(re.findall(r"\]\(#([^)]*)\)", plain)) <= set(names)


def test_every_file_the_page_links_to_is_there_with_its_heading() -> None:
    for target, name in re.findall(r"\]\((?!https?:|#|blocks/)([^)#]+)#?([^)]*)\)", LISTING.sub("", PAGE)):
        text = (REPOSITORY / "docs" / target).read_text("utf-8").lower()
        assert re.search(rf"^#+ {name}$", text, re.M), f"{target}#{name}"


def test_every_picture_is_there_small_told_in_words_and_shown() -> None:
    shown = re.findall(r"!\[([^]]*)\]\((blocks/[^)]*)\)", PAGE)
    assert {Path(path).name for _, path in shown} == {path.name for path in (REPOSITORY / "docs" / "blocks").iterdir()}
    for words, path in shown:
        assert len(words) > 15
        data = (REPOSITORY / "docs" / path).read_bytes()
        assert data.startswith(b"\x89PNG")
        assert len(data) < 60_000


@pytest.mark.parametrize("name", sorted({*FILTERS, *FUNCTIONS}))
def test_every_filter_and_function_is_shown(name: str) -> None:
    call = rf"\| ?{name}\b" if name in FILTERS else rf"\b{name}\("
    code = "\n".join([*re.findall("`[^`\n]+`", PAGE), *(listing.text for listing in listings(PAGE))])
    assert re.search(call, code)


def test_every_style_it_names_is_in_the_house_and_every_style_of_the_house_is_named() -> None:
    rows = re.findall(r"^\| (`.*?) \|", section("Other fonts and colours"), re.M)
    named = {name.lower() for row in rows for name in re.findall("`([^`]+)`", row)}
    house = {str(style.name).lower() for style in docx.Document(str(REPOSITORY / "templates" / "house.docx")).styles}
    assert named == house - {"default paragraph font", "normal table", "no list"}


# The blocks

BLOCKS = [listing.text for listing in listings(PAGE[: PAGE.index("\n## Recipes\n")]) if listing.language == "jinja"]


def test_there_are_blocks() -> None:
    assert len(BLOCKS) == 16


@pytest.mark.parametrize("text", BLOCKS)
@pytest.mark.parametrize("edition", [WEEKLY, DOSSIER], ids=["weekly", "dossier"])
def test_each_listing_prints_without_a_warning(desk: Path, text: str, edition: tuple[str, dt.date]) -> None:
    for name in ("weekly", "dossier"):
        (desk / "templates" / f"{name}.md.j2").write_text(f"{text}\n\n# A heading\n\nFor contents to list.\n", "utf-8")
    blocks = Builder(load(desk)).build(*edition).document.blocks
    assert len(blocks) > 2 or edition == DOSSIER
    built(desk, *edition)


@pytest.mark.parametrize("text", BLOCKS)
def test_each_listing_passes_check(desk: Path, text: str) -> None:
    (desk / "templates" / "weekly.md.j2").write_text(text, "utf-8")
    problems = [str(problem) for problem in check(load(desk), ["korea-europe-weekly"])]
    assert [problem for problem in problems if "writes nothing" not in problem] == []


def test_the_image_has_its_words(desk: Path) -> None:
    (listing,) = listings(section("Images"))
    (image,) = [node for node in walk(document_of(desk, listing.text).blocks) if isinstance(node, Image)]
    assert image.path == "images/map.png"
    assert "Brussels" in image.alt


# The recipes


def test_outlook_before_key_meetings(desk: Path) -> None:
    assert first_level(built(desk, *WEEKLY)) == ["Background", "Key meetings", "Outlook", "Sources"]
    (base,) = listings(section("Outlook before Key meetings"))
    assert base.file == "templates/base.md.j2"
    shipped = (desk / base.file).read_text("utf-8")
    assert sorted(shipped.splitlines()) == sorted(base.text.splitlines())
    follow(desk, base)
    no_problem(desk)
    for edition in (WEEKLY, DOSSIER):
        path = built(desk, *edition)
        assert first_level(path) == ["Background", "Outlook", "Key meetings", "Sources"]
        found = [text for _, text in headings(path)]
        assert found.index("Calendar") < found.index("Key meetings") if edition == WEEKLY else "Calendar" not in found


def test_a_column_dropped(desk: Path) -> None:
    assert ["Date", "Meeting", "Participants", "Outcome"] in header_rows(built(desk, *WEEKLY))
    for listing in listings(section("Drop a column")):
        follow(desk, listing)
    no_problem(desk)
    rows = header_rows(built(desk, *WEEKLY))
    assert ["Date", "Meeting", "Outcome"] in rows
    assert not any("Participants" in row for row in rows)


def test_outlook_before_key_meetings_in_the_weekly_only(desk: Path) -> None:
    (base,) = listings(section("Outlook before Key meetings"))
    (desk / "templates" / "weekly.md.j2").write_text(base.text, "utf-8")
    no_problem(desk)
    assert first_level(built(desk, *WEEKLY)) == ["Background", "Outlook", "Key meetings", "Sources"]
    assert first_level(built(desk, *DOSSIER)) == ["Background", "Key meetings", "Outlook", "Sources"]


def test_a_column_added(desk: Path) -> None:
    for listing in listings(section("Add a column")):
        follow(desk, replace(listing, file="templates/parts/meetings.md.j2"))
    no_problem(desk)
    path = built(desk, *WEEKLY)
    assert ["Date", "Meeting", "Place", "Participants", "Outcome"] in header_rows(path)
    (table,) = [table for table in docx.Document(str(path)).tables if table.rows[0].cells[2].text == "Place"]
    assert [cell.text for cell in table.rows[1].cells[1:3]] == ["Cho meets Foreign Minister Sikorski", "Poland"]


def test_a_new_briefing(desk: Path) -> None:
    for listing in listings(section("A new briefing")):
        (desk / listing.file).write_text(listing.text, "utf-8")
    no_problem(desk)
    path = built(desk, "nato-monthly", dt.date(2025, 4, 1))
    assert first_level(path) == ["Background", "Key meetings", "Outlook", "Sources"]
    assert "Ask the desk for what lies further ahead." in text_of(path)
    assert b"wpg:wgp" not in part(path, "word/document.xml").split("Judgements")[0].encode()


@pytest.mark.parametrize("as_table", [False, True])
def test_a_new_section(desk: Path, as_table: bool) -> None:
    file, base, background, table = listings(section("A new section"))
    for listing in (file, base, background, *[table] * as_table):
        follow(desk, listing)
    no_problem(desk)
    path = built(desk, *DOSSIER)
    assert first_level(path) == ["Background", "Key meetings", "Agreements", "Outlook", "Sources"]
    found = headings(path)
    title = "Korea–EU Security and Defence Partnership"
    assert (3, title) not in found
    assert (["Date", "Agreement", "What it provides"] in header_rows(path)) == as_table
    body = docx.Document(str(path))
    told = [cell for table in body.tables for row in table.rows for cell in row.cells] if as_table else body.paragraphs
    (block,) = [block for block in told if title in block.text and len(block.text) > (len(title) if as_table else 60)]
    (element,) = [block._tc if as_table else block._p]  # type: ignore[union-attr]
    assert element.findall(f".//{qn('w:footnoteReference')}")
    assert first_level(built(desk, *WEEKLY)) == ["Background", "Key meetings", "Outlook", "Sources"]


def changed_house(root: Path, change: Callable[[docx.document.Document], None]) -> None:
    path = root / "templates" / "house.docx"
    house = docx.Document(str(path))
    change(house)
    house.save(str(path))


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def test_a_style_changed_in_word_is_what_the_edition_has(desk: Path) -> None:
    def change(house: docx.document.Document) -> None:
        house.styles["Heading 1"].font.name = "Georgia"
        house.styles["Heading 1"].font.color.rgb = RGBColor(0x7A, 0x00, 0x19)
        house.styles["Figure Text"].font.name = "Verdana"
        house.styles["Figure Text"].font.size = Pt(11)

    before = part(built(desk, *WEEKLY), "word/document.xml")
    changed_house(desk, change)
    no_problem(desk)
    path = built(desk, *WEEKLY)
    styles = docx.Document(str(path)).styles
    assert (styles["Heading 1"].font.name, str(styles["Heading 1"].font.color.rgb)) == ("Georgia", "7A0019")
    assert (styles["Figure Text"].font.name, styles["Figure Text"].font.size) == ("Verdana", Pt(11))
    after = part(path, "word/document.xml")
    labels = re.findall(r"<w:txbxContent>.*?</w:txbxContent>", after, re.S)
    assert len(labels) > 20
    assert all('<w:pStyle w:val="FigureText"/>' in label and "<w:rFonts" not in label for label in labels)
    assert {size for label in labels for size in re.findall(r'<w:sz w:val="(\d+)"', label)} >= {"22"}
    assert height_of_picture(after) > height_of_picture(before)


def height_of_picture(xml: str) -> int:
    return int(re.findall(r'<wp:extent cx="\d+" cy="(\d+)"', xml)[0])


def test_fonts_and_colours_of_the_theme_change_text_tables_and_pictures(desk: Path) -> None:
    def change(house: docx.document.Document) -> None:
        (theme,) = [part for part in house.part.package.iter_parts() if "theme" in part.partname]
        theme._blob = re.sub(b'typeface="Cambria"', b'typeface="Garamond"', re.sub(b"1F3552", b"004B23", theme.blob))

    changed_house(desk, change)
    path = built(desk, *WEEKLY)
    theme = part(path, "word/theme/theme1.xml")
    assert '<a:latin typeface="Garamond"/>' in theme
    assert '<a:dk2><a:srgbClr val="004B23"/></a:dk2>' in theme
    styles = {style.name: style.element.xml for style in docx.Document(str(path)).styles}
    for name in ("Title", "Heading 1"):
        assert "majorHAnsi" in styles[name]
    for name in ("Title", "Heading 1", "Heading 2", "Box", "Briefing Table"):
        assert re.search('theme(Color|Fill)="(text2|background2)"', styles[name]), name
    for name in ("Dateline", "Caption", "Header", "Footer"):
        assert 'themeColor="accent6"' in styles[name], name
    picture = part(path, "word/document.xml")
    assert '<a:schemeClr val="tx2">' in picture
    assert "<a:srgbClr" not in picture


def test_a_style_of_ones_own_and_a_house_for_one_briefing(desk: Path) -> None:
    (listing,) = listings(section("Other fonts and colours"))
    name = listing.text.split(": ")[1].strip()
    house = docx.Document(str(desk / "templates" / "house.docx"))
    house.styles.add_style("Key Point", 1).font.bold = True
    house.save(str(desk / "templates" / name))
    briefing = desk / "briefings" / "korea-europe-weekly.yaml"
    briefing.write_text(briefing.read_text("utf-8").replace("house: house.docx\n", listing.text), "utf-8")
    template = desk / "templates" / "weekly.md.j2"
    template.write_text("{% for event in events %}\n" + '{{ event.bottom_line | style("Key-Point") }}\n{% endfor %}', "utf-8")
    paragraphs = docx.Document(str(built(desk, *WEEKLY))).paragraphs
    assert [paragraph.text for paragraph in paragraphs if paragraph.style and paragraph.style.name == "Key Point"]


GERMAN = section("A briefing in German")
ROWS = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", GERMAN, re.M)
HOUSE_WORDS = re.findall(r"^\| `([^`|]+)` \| `([^`|]+)` \|$", GERMAN, re.M)
ENGLISH = re.compile(
    r"\b(In brief|Timeline|Events of|Background|Developments|Key meetings|Outcome|Participants|Outlook|Calendar|Expected|"
    r"Judgement|Likelihood|Confidence|Settled|Words|Sources|Contents|not recorded|unlikely|even chance|moderate|"
    r"Issued|For|No\.|Page|of \d|Note|DRAFT|cited|March)\b"
)


def in_german(root: Path) -> None:
    """Follow the recipe in its order: briefing, templates, house."""
    templates = root / "templates"
    (templates / "de").mkdir()
    for name in ("base.md.j2", "weekly.md.j2"):
        shutil.copy(templates / name, templates / "de")
    shutil.copytree(templates / "parts", templates / "de" / "parts")
    for file, english, german in ROWS:
        path = templates / "de" / file
        text = path.read_text("utf-8")
        assert english in text, f"{file} has not: {english}"
        path.write_text(text.replace(english, german), "utf-8")
    for listing in listings(GERMAN):
        if listing.language in ("diff", "yaml"):
            follow(root, listing)
    house = docx.Document(str(templates / "house.docx"))
    section = house.sections[0]
    edges = (section.header, section.first_page_header, section.footer, section.first_page_footer)
    stories = [house.element, *(edge._element for edge in edges)]
    texts = [text for story in stories for text in story.iter(qn("w:t"))]
    for english, german in HOUSE_WORDS:
        found = [text for text in texts if english in (text.text or "")]
        assert found, f"the house has not: {english}"
        for text in found:
            text.text = (text.text or "").replace(english, german)
    house.save(str(templates / "house-de.docx"))


def test_a_briefing_in_german(desk: Path) -> None:
    assert len(ROWS) > 30
    in_german(desk)
    no_problem(desk)
    path = built(desk, "wochenbericht", WEEKLY[1], draft=True)
    assert first_level(path) == ["Hintergrund", "Wichtige Treffen", "Ausblick", "Quellen"]
    assert ["Einschätzung", "Wahrscheinlichkeit", "Konfidenz", "Bis", "Entschieden, wenn"] in header_rows(path)
    text = text_of(path)
    for words in (
        "In Kürze", "3.–9. März 2025", "Nr. 18", "Seite ", " von ", "Ereignisse vom", "etwa ausgeglichen", "gering", "Datum",
        "Anm. ", "ENTWURF", "„", "Für",
    ):  # fmt: skip
        assert words in text, words
    assert docx.Document(str(path)).core_properties.language == "de"


def test_no_english_word_of_the_templates_is_left_in_german(desk: Path) -> None:
    """On seeds that have no word of their own in English: what is left is the templates'."""
    in_german(desk)
    for file in (desk / "seeds").rglob("*.yaml"):
        file.unlink()
    (desk / "seeds" / "alles.yaml").write_text(EVERYTHING_IN_GERMAN, "utf-8")
    for date in (WEEKLY[1], dt.date(2025, 1, 6)):
        text = text_of(built(desk, "wochenbericht", date, draft=True))
        assert [match[0] for match in ENGLISH.finditer(text)] == []
    alone = re.sub(r"(?i)words of|tlp:green", "", text)
    assert "Nichts ist geplant" in alone
    assert "Diese Ausgabe führt keine Quelle an." in alone
    assert "Kein Ereignis ist verzeichnet" in alone


EVERYTHING_IN_GERMAN = """
sources:
  - {id: q, publisher: Zeitung, title: Bericht, published: 2025-03-05}
events:
  - {id: a, title: Eins, kind: meeting, status: held, date: 2025-03-04, summary: Man traf sich., sources: [q]}
  - {id: b, title: Zwei, kind: meeting, status: planned, date: 2025-03-05, agenda: Man will sich treffen., sources: [q]}
  - {id: c, title: Drei, kind: visit, status: cancelled, date: 2025-03-06, agenda: Man wollte reisen., sources: [q]}
  - {id: d, title: Vier, kind: vote, status: postponed, date: 2025-03-07, agenda: Man wollte stimmen., sources: [q]}
  - {id: e, title: Sechs, kind: vote, status: planned, date: 2025-03-07, agenda: Man will stimmen., sources: [q]}
  - {id: f, title: Sieben, kind: visit, status: planned, date: 2025-03-20, agenda: Man will reisen., sources: [q]}
outlook:
  - {id: u, statement: Es kommt so., likelihood: probable, confidence: moderate, made: 2025-03-05, by: 2025-04-01,
     resolves_when: Es ist bekannt., sources: [q]}
"""


def test_a_briefing_in_a_language_that_brief_does_not_know(desk: Path) -> None:
    (listing,) = listings(section("A language that brief does not know"))
    assert listing.file == "briefings/veckobrev.yaml"
    follow(desk, listing)
    part_file = desk / "templates" / "parts" / "in-brief.md.j2"
    part_file.write_text(part_file.read_text("utf-8") + "\n> [!NOTE]\n> Text.\n", "utf-8")
    no_problem(desk)
    text = text_of(built(desk, "veckobrev", WEEKLY[1], draft=True))
    for words in ("UTKAST", "Obs", "not 1", "”", "3–9 mars 2025"):
        assert words in text, words
    for words in ("DRAFT", "note 1", "“", "March 2025"):
        assert words not in text, words


# What can go wrong


def mistakes() -> list[tuple[str, str]]:
    """The listings that are said to fail, each with what is said to be printed."""
    return re.findall(r"^```jinja\n(.*?)^```\n\n```text\n(.*?)\n```$", section("What can go wrong"), re.M | re.S)


def test_there_are_mistakes() -> None:
    assert len(mistakes()) == 8


@pytest.mark.parametrize(("wrong", "told"), mistakes())
def test_a_mistake_is_told_as_the_page_says(desk: Path, wrong: str, told: str) -> None:
    (desk / "templates" / "weekly.md.j2").write_text(wrong, "utf-8")
    try:
        problems = Builder(load(desk)).build(*WEEKLY).warnings
    except BriefError as error:
        problems = error.problems
    assert any(told in str(problem) for problem in problems), [str(problem) for problem in problems]
    assert any(told in str(problem) for problem in check(load(desk)))


def test_two_empty_lines_keep_paragraphs_apart_behind_a_tag(desk: Path) -> None:
    (text,) = [listing.text for listing in listings(section("What can go wrong")) if "\n\n\n" in listing.text]
    assert len(document_of(desk, text).blocks) == 2
    assert len(document_of(desk, text.replace("\n\n\n", "\n\n")).blocks) == 1


def test_a_field_left_open_in_the_house_is_told_as_the_page_says(desk: Path) -> None:
    (told,) = [listing.text.strip() for listing in listings(section("What can go wrong")) if "field" in listing.text]

    def change(house: docx.document.Document) -> None:
        house.paragraphs[0].runs[0].text = "{{ briefing.title"

    changed_house(desk, change)
    assert any(told in str(problem) for problem in check(load(desk)))


def test_the_marking_is_put_back_where_an_editor_takes_it_away(desk: Path) -> None:
    def change(house: docx.document.Document) -> None:
        for paragraph in house.sections[0].header.paragraphs:
            for run in paragraph.runs:
                run.text = run.text.replace("{{ briefing.marking }}", "")

    changed_house(desk, change)
    made = Builder(load(desk)).build(*WEEKLY)
    assert ["the marking is missing from the header" in str(problem) for problem in made.warnings] == [True]
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        headers = [archive.read(name).decode() for name in archive.namelist() if re.match(r"word/header\d*\.xml", name)]
    assert len(headers) >= 2
    assert all("TLP:GREEN" in header for header in headers)
