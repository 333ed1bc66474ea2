"""Houses: what an editor's Word file may hold, and how its faults are told."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Twips
from hypothesis import given, settings
from hypothesis import strategies as st

from brief.document import Document, Footnote, Heading, List, Paragraph, Properties, Table, Text
from brief.word import House, missing_styles, read_house, to_word

SHIPPED = Path(__file__).parent.parent / "templates" / "house.docx"
PROPERTIES = Properties("Weekly", "weekly/2025-03-10", "en-GB", dt.date(2025, 3, 10))


def house_with(change: Callable[[WordDocument], object] = lambda _: None, body: str = "{{ body }}") -> bytes:
    """A house made by python-docx, changed by a test."""
    word = docx.Document()
    change(word)
    if body:
        word.add_paragraph(body)
    return saved(word)


def saved(word: WordDocument) -> bytes:
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def rezipped(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The zip file with some entries replaced, added, or (none) taken away."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**entries, **changes}.items():
            if content is not None:
                archive.writestr(name, content)
    return file.getvalue()


def replaced(data: bytes, name: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(name).decode()
    assert old in text
    return rezipped(data, {name: text.replace(old, new).encode()})


def written(data: bytes, fields: Mapping[str, str] | None = None, text: str = "The body.", *, draft: bool = False) -> bytes:
    house = read_house("templates/house.docx", data)
    assert house.problems == ()
    document = Document((Paragraph((Text(text),)),))
    values = {field: f"<{field[3:-3]}>" for field in house.fields} | dict(fields or {})
    return to_word(document, house, PROPERTIES, fields=values, draft=draft)


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def texts(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def messages(data: bytes) -> list[str]:
    return [problem.message for problem in read_house("templates/x.docx", data).problems]


def add_runs(word: WordDocument, pieces: Iterable[str]) -> None:
    paragraph = word.add_paragraph()
    for index, piece in enumerate(pieces):
        paragraph.add_run(piece).bold = index == 0


TEXT_BOX = """<w:p {0}><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">
<mc:Choice xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" Requires="wps"><w:drawing>
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="1000000" cy="500000"/>
<wp:docPr id="41" name="Box" descr="{{{{ edition.date }}}}"/><a:graphic><a:graphicData
uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm>
<a:off x="0" y="0"/><a:ext cx="1000000" cy="500000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>
<wps:txbx><w:txbxContent><w:p><w:r><w:t>Box {{{{ briefing.</w:t></w:r><w:r><w:t>title }}}}</w:t></w:r></w:p></w:txbxContent>
</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape
xmlns:v="urn:schemas-microsoft-com:vml"
style="width:80pt;height:40pt"><v:textbox><w:txbxContent><w:p><w:r><w:t>Box {{{{ briefing.title }}}}</w:t></w:r></w:p>
</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"""


def add_text_box(word: WordDocument) -> None:
    word.element.body.insert(0, parse_xml(TEXT_BOX.format(nsdecls("w", "wp", "a"))))


FOOTNOTES = f"""<w:footnotes {nsdecls("w")}>
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>
<w:footnote w:id="7"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>House note {{{{ briefing.audience }}}}</w:t></w:r></w:p>
</w:footnote></w:footnotes>"""


def add_footnote(word: WordDocument) -> None:
    package = word.part.package
    notes = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, FOOTNOTES.encode(), package)
    word.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
    paragraph = word.add_paragraph("Disclaimer")
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="7"/></w:r>'))


def test_the_shipped_house_has_no_problem_and_every_style() -> None:
    house = read_house("templates/house.docx", SHIPPED.read_bytes())
    assert house.problems == ()
    document = Document((Heading(1, (Text("One"),)), List(((Paragraph((Text("item"),)),),)), Paragraph((Footnote(()),))))
    assert missing_styles(document, house) == ()


def test_fields_are_found_once_each_in_reading_order() -> None:
    def change(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].text = "{{ briefing.marking }}"
        word.add_paragraph("{{ briefing.title }} and {{ edition.date | date }}")
        word.add_paragraph("{{ briefing.title }}")
        word.core_properties.title = "{{ briefing.title }}, {{ edition.number }}"

    found = read_house("h.docx", house_with(change)).fields
    assert found == ("{{ briefing.title }}", "{{ edition.date | date }}", "{{ edition.number }}", "{{ briefing.marking }}")


@pytest.mark.parametrize(
    "pieces",
    [
        ("Of {{ edition.date }} here",),
        ("Of {", "{ edition.date }} here"),
        ("Of ", "{", "{", " edi", "tion.", "da", "te", " ", "}", "} here"),
        ("Of {{ edition.date }", "} here"),
    ],
)
def test_a_field_is_filled_however_word_split_it(pieces: tuple[str, ...]) -> None:
    data = written(house_with(lambda word: add_runs(word, pieces)), {"{{ edition.date }}": "10 March"})
    assert texts(data) == ["Of 10 March here", "The body."]


def test_a_filled_field_keeps_the_looks_of_its_first_run() -> None:
    data = written(house_with(lambda word: add_runs(word, ("{{ edi", "tion.date }}", "!"))), {"{{ edition.date }}": "10 March"})
    runs = [(run.text, run.bold) for run in docx.Document(io.BytesIO(data)).paragraphs[0].runs if run.text]
    assert runs == [("10 March", True), ("!", False)]


def test_two_fields_in_a_row_may_share_runs() -> None:
    data = written(
        house_with(lambda word: add_runs(word, ("{{ a }", "}{{ b }} {{ c", " }}"))),
        {"{{ a }}": "1", "{{ b }}": "2", "{{ c }}": "3"},
    )
    assert texts(data)[0] == "12 3"


def test_typographic_quotes_that_word_made_are_read_as_straight_ones() -> None:
    house = read_house(
        "h.docx", house_with(lambda word: word.add_paragraph('{{ edition.date | date(“d MMM”) ~ ‘x’ ~ "it’s" }}'))
    )
    assert house.fields == ('{{ edition.date | date("d MMM") ~ \'x\' ~ "it’s" }}',)


def test_french_quotes_lose_their_spaces_too() -> None:
    house = read_house("h.docx", house_with(lambda word: word.add_paragraph("{{ edition.date | date(«\u00a0d MMM\u202f») }}")))
    assert house.fields == ('{{ edition.date | date("d MMM") }}',)


def test_a_field_that_tracked_changes_took_away_is_none() -> None:
    def change(word: WordDocument) -> None:
        gone = f'<w:del {nsdecls("w")} w:id="1" w:author="E"><w:r><w:delText>{{{{ old }}}}</w:delText></w:r></w:del>'
        word.add_paragraph("{{ new }}")._p.append(parse_xml(gone))

    house = read_house("h.docx", house_with(change))
    assert (house.fields, house.problems) == (("{{ new }}",), ())


def test_fields_in_custom_xml_that_content_controls_show_are_filled() -> None:
    xml = b'<page xmlns="urn:page"><title>{{ briefing.title }}</title></page>'
    data = written(rezipped(house_with(), {"customXml/item1.xml": xml}), {"{{ briefing.title }}": "A & B"})
    assert "<title>A &amp; B</title>" in part(data, "customXml/item1.xml")


def test_a_value_is_text_with_its_line_breaks_and_never_markup() -> None:
    value = "a & b <i>\n\tsecond {{ c }} ]]>"
    data = written(house_with(lambda word: word.add_paragraph("{{ a }}")), {"{{ a }}": value})
    assert texts(data)[0] == value


def test_fields_in_both_copies_of_a_text_box_and_in_its_description_are_filled() -> None:
    data = written(house_with(add_text_box), {"{{ briefing.title }}": "Weekly", "{{ edition.date }}": 'the "10th"'})
    xml = part(data, "word/document.xml")
    assert len(re.findall(r">Box Weekly<", xml)) == 2
    assert 'descr="the &quot;10th&quot;"' in xml


def test_fields_in_headers_footers_and_notes_are_filled() -> None:
    def change(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].text = "Head {{ briefing.title }}"
        word.sections[0].footer.add_table(1, 1, Length(5_000_000)).cell(0, 0).text = "Foot {{ briefing.title }}"
        add_footnote(word)

    data = written(house_with(change), {"{{ briefing.title }}": "Weekly", "{{ briefing.audience }}": "readers"})
    section = docx.Document(io.BytesIO(data)).sections[0]
    assert section.header.paragraphs[0].text == "Head Weekly"
    assert section.footer.tables[0].cell(0, 0).text == "Foot Weekly"
    assert "House note readers" in part(data, "word/footnotes.xml")


def test_fields_in_document_properties_are_filled_and_the_rest_comes_from_the_edition() -> None:
    def change(word: WordDocument) -> None:
        word.core_properties.title = "{{ briefing.title }} of the day"
        word.core_properties.author = "The editor who made the house"
        word.core_properties.last_modified_by = "Somebody"

    custom = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Audience">'
        "<vt:lpwstr>{{ briefing.audience }}</vt:lpwstr></property></Properties>"
    )

    def with_custom(word: WordDocument) -> None:
        change(word)
        kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        properties = Part(PackURI("/docProps/custom.xml"), kind, custom.encode(), word.part.package)
        word.part.package.relate_to(properties, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)

    data = written(house_with(with_custom), {"{{ briefing.title }}": "A & B", "{{ briefing.audience }}": "Staff"})
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert (properties.title, properties.author, properties.last_modified_by) == ("A & B of the day", "", "")
    assert (properties.identifier, properties.language, properties.revision) == ("weekly/2025-03-10", "en-GB", 1)
    assert properties.created == properties.modified == dt.datetime(2025, 3, 10, tzinfo=dt.UTC)
    assert "<vt:lpwstr>Staff</vt:lpwstr>" in part(data, "docProps/custom.xml")


def test_a_missing_field_is_a_key_error() -> None:
    house = read_house("h.docx", house_with(lambda word: word.add_paragraph("{{ briefing.title }}")))
    with pytest.raises(KeyError, match=r"briefing\.title"):
        to_word(Document(()), house, PROPERTIES)


def test_what_stands_around_the_body_stays_with_its_sections() -> None:
    def change(word: WordDocument) -> None:
        word.add_paragraph("Cover")
        word.add_section()
        word.add_table(1, 1).cell(0, 0).text = "before"

    data = house_with(change)
    word = docx.Document(io.BytesIO(data))
    word.add_section()
    word.add_paragraph("Annex")
    result = docx.Document(io.BytesIO(written(saved(word))))
    assert [paragraph.text for paragraph in result.paragraphs if paragraph.text] == ["Cover", "The body.", "Annex"]
    assert len(result.sections) == 3
    assert result.tables[0].cell(0, 0).text == "before"


def test_the_body_may_end_a_section() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("{{ body }}")
    properties = paragraph._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:sectPr {nsdecls("w")}><w:pgSz w:w="8000" w:h="9000"/></w:sectPr>'))
    word.add_paragraph("After")
    result = docx.Document(io.BytesIO(written(saved(word))))
    assert result.sections[0].page_width == 8000 * 635
    assert [p.text for p in result.paragraphs] == ["The body.", "", "After"]


RUN = "<w:r>{}</w:r>"
BREAK = RUN.format('<w:br w:type="page"/>')
NOTE = RUN.format('<w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="7"/>')
ANCHORED = RUN.format(
    '<w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0"'
    ' layoutInCell="1" allowOverlap="1"><wp:docPr id="5" name="{{ briefing.title }}"/></wp:anchor></w:drawing>'
)
FIELD_RUNS = "".join(RUN.format(f"<w:t>{piece}</w:t>") for piece in ("{", "{ body", " }}"))


def house_with_body(content: str, properties: str = "") -> bytes:
    """A house whose body's paragraph holds more than its field."""

    def change(word: WordDocument) -> None:
        add_footnote(word)
        paragraph = parse_xml(f"<w:p {nsdecls('w', 'wp')}><w:pPr>{properties}</w:pPr>{content}</w:p>")
        word.element.body.insert(len(word.element.body) - 1, paragraph)

    return house_with(change, body="")


@pytest.mark.parametrize(
    ("content", "properties", "kept", "stands_before"),
    [
        (BREAK + FIELD_RUNS, "", '<w:br w:type="page"/>', True),
        (FIELD_RUNS + BREAK, "", '<w:br w:type="page"/>', False),
        (FIELD_RUNS + BREAK, "<w:sectPr/>", '<w:br w:type="page"/>', False),
        (FIELD_RUNS, "<w:pageBreakBefore/>", "<w:pageBreakBefore/>", True),
        (FIELD_RUNS, "<w:pageBreakBefore/><w:sectPr/>", "<w:pageBreakBefore/>", True),
        (FIELD_RUNS + ANCHORED, "", '<wp:docPr id="5" name="&lt;briefing.title&gt;"/>', True),
        (f"<w:hyperlink>{NOTE}</w:hyperlink>{FIELD_RUNS}", "", NOTE[5:-6], True),
    ],
)
def test_what_stands_beside_the_field_of_the_body_is_kept(
    content: str, properties: str, kept: str, stands_before: bool
) -> None:
    xml = part(written(house_with_body(content, properties)), "word/document.xml")
    body = xml[xml.index("Disclaimer") :].partition("</w:p>")[2]  # past the note of the house
    assert body.count(kept) == 1
    assert (body.index(kept) < body.index("The body.")) == stands_before
    assert body.count("<w:p>") == 2 + ("sectPr" in properties and not stands_before) + (
        "<w:pageBreakBefore/><w:s" in properties
    )
    assert "{" not in body


def test_a_page_break_that_is_off_is_none() -> None:
    data = written(house_with_body(FIELD_RUNS, '<w:pageBreakBefore w:val="0"/>'))
    assert texts(data) == ["Disclaimer", "The body."]


def test_bookmarks_around_the_body_stay() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("{{ body }}")
    for number, name in ((3, "Main"), (4, "All")):
        paragraph._p.insert(0, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>'))
    paragraph._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="4"/>'))
    after = word.add_paragraph("After")
    after._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="3"/>'))
    xml = part(written(saved(word)), "word/document.xml")
    places = [xml.index(piece) for piece in ('w:name="All"', 'w:name="Main"', "The body.", 'End w:id="4"', 'End w:id="3"')]
    assert places == sorted(places)


def test_the_body_takes_the_style_of_its_paragraph() -> None:
    word = docx.Document()
    word.add_paragraph("{{ body }}", style="Body Text")
    result = docx.Document(io.BytesIO(written(saved(word))))
    assert result.paragraphs[0].style is not None
    assert result.paragraphs[0].style.name == "Body Text"


def test_what_an_editor_put_in_survives() -> None:
    def change(word: WordDocument) -> None:
        paragraph = word.add_paragraph("Commented")
        word.add_comment(paragraph.runs, "A comment with {{ braces }}", author="Ed")
        word.add_picture(io.BytesIO(PNG))
        word.element.body.insert(
            0,
            parse_xml(
                f'<w:sdt {nsdecls("w")}><w:sdtPr><w:id w:val="5"/></w:sdtPr><w:sdtContent>'
                "<w:p><w:r><w:t>Control {{ a }}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            ),
        )

    source = house_with(change)
    data = written(source, {"{{ a }}": "filled"})
    result = docx.Document(io.BytesIO(data))
    assert [comment.text for comment in result.comments] == ["A comment with {{ braces }}"]
    assert len(result.inline_shapes) == 1
    assert "Control filled" in part(data, "word/document.xml")
    kept = {name for name in zipfile.ZipFile(io.BytesIO(source)).namelist() if not name.endswith(".rels")}
    assert kept <= set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    assert part(data, "word/theme/theme1.xml") == part(source, "word/theme/theme1.xml")


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f6454000000000"
    "49454e44ae426082"
)


def test_a_request_to_update_fields_on_opening_is_taken_out() -> None:
    def change(word: WordDocument) -> None:
        word.settings.element.append(parse_xml(f'<w:updateFields {nsdecls("w")} w:val="true"/>'))

    assert "updateFields" not in part(written(house_with(change)), "word/settings.xml")


def test_the_language_of_the_document_is_the_default_of_all_text() -> None:
    data = house_with()
    house = read_house("h.docx", data)
    german = to_word(Document(()), house, Properties("T", "t", "de-AT", dt.date(2025, 3, 10)))
    korean = to_word(Document(()), house, Properties("T", "t", "ko-KR", dt.date(2025, 3, 10)))
    assert re.search(r'<w:lang w:val="de-AT" w:eastAsia="en-US"', part(german, "word/styles.xml"))
    assert re.search(r'<w:lang w:val="ko-KR" w:eastAsia="ko-KR"', part(korean, "word/styles.xml"))
    assert 'w:themeFontLang w:val="de-AT"' in part(german, "word/settings.xml")


# Faults


def test_a_house_needs_one_body() -> None:
    assert messages(house_with(body="")) == [
        "it has no {{ body }}: in Word, put it alone into the paragraph where the briefing's text goes"
    ]
    assert messages(house_with(lambda word: word.add_paragraph("{{body}}"))) == [
        "{{ body }} stands in it 2 times, and can only once"
    ]


def test_the_body_must_stand_alone_in_the_main_text() -> None:
    def in_table(word: WordDocument) -> None:
        word.add_table(1, 1).cell(0, 0).text = "{{ body }}"

    def in_header(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].text = "{{ body }}"

    for change in (in_table, in_header):
        assert any("must be a paragraph of the main text" in message for message in messages(house_with(change, body="")))
    assert messages(house_with(body="Text: {{ body }}")) == [
        "{{ body }} must be the only text of its paragraph, in “Text: {{ body }}”"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Of {{ edition.date", "opened with {{ but not closed"),
        ("Of edition.date }}", "closed with }} but not opened"),
        ("{% if edition.number %}No.{% endif %}", "no {% statements %}"),
        ("{# remark #}", "no comments"),
    ],
)
def test_what_can_be_no_field_is_quoted(text: str, expected: str) -> None:
    problems = read_house("templates/x.docx", house_with(lambda word: word.add_paragraph(text))).problems
    assert len(problems) == 1
    assert expected in problems[0].message
    assert text in problems[0].message
    assert str(problems[0].place) == "templates/x.docx"


def test_all_faults_are_told_at_once_beside_the_fields() -> None:
    def change(word: WordDocument) -> None:
        word.add_paragraph("{{ briefing.titel }} and {{ open")
        word.sections[0].footer.paragraphs[0].text = "{% for %}"

    house = read_house("h.docx", house_with(change, body=""))
    assert len(house.problems) == 3
    assert house.fields == ("{{ briefing.titel }}",)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "not a Word file"),
        (b"PK\x03\x04 broken", "not a Word file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "password"),
        (b"plain text", "not a Word file"),
    ],
)
def test_what_is_no_word_file_is_a_problem(data: bytes, expected: str) -> None:
    assert expected in messages(data)[0]


def test_a_zip_file_of_something_else_is_a_problem() -> None:
    assert "not a Word file" in messages(rezipped(house_with(), {"[Content_Types].xml": None}))[0]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("application/vnd.ms-word.document.macroEnabled.main+xml", "macros"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "not a Word document (.docx)"),
    ],
)
def test_macros_and_templates_are_refused(kind: str, expected: str) -> None:
    assert expected in messages(replaced(house_with(), "[Content_Types].xml", CONTENT_TYPE.WML_DOCUMENT_MAIN, kind))[0]


def test_a_house_may_bring_no_entities() -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    for encoding in ("utf-8", "utf-16"):
        xml = f'<?xml version="1.0" encoding="{encoding}"?>{bomb}<w:styles {nsdecls("w")}>&a;&b;</w:styles>'.encode(encoding)
        assert "document type declaration" in messages(rezipped(house_with(), {"word/styles.xml": xml}))[0]


def test_a_house_that_unpacks_to_too_much_is_refused_unread() -> None:
    assert "larger than 200 MB" in messages(rezipped(house_with(), {"word/media/bomb.bin": bytes(201 * 1024 * 1024)}))[0]
    many = {f"x/{number}.bin": b"" for number in range(5_001)}
    assert "5,000 are the most" in messages(rezipped(house_with(), many))[0]


@pytest.mark.parametrize("name", ["word/document.xml", "customXml/item1.bin"])
def test_xml_that_unpacks_to_too_much_is_refused_unread(name: str) -> None:
    bomb = b"\xef\xbb\xbf <a>" + b"<b/>" * (5 * 1024 * 1024 + 1) + b"</a>"
    assert messages(rezipped(house_with(), {name: bomb})) == [f"its part {name} is larger than 20 MB when unpacked"]


def test_many_parts_of_xml_are_refused_unread() -> None:
    parts = {f"customXml/item{number}.xml": b"<a/>" + bytes(14 * 1024 * 1024) for number in range(3)}
    assert messages(rezipped(house_with(), parts)) == ["its text and styles are larger than 40 MB when unpacked"]


def test_a_large_picture_may_stay() -> None:
    assert messages(rezipped(house_with(), {"word/media/image9.png": PNG + bytes(21 * 1024 * 1024)})) == []


@pytest.mark.parametrize("reference", ['r:id="rId99"', 'r:id="rId1"', ""])
def test_a_header_that_the_file_lacks_is_a_problem(reference: str) -> None:
    def change(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].text = "Header"

    data = house_with(change)
    own = re.findall(r'<w:headerReference[^>]*(r:id="[^"]*")', part(data, "word/document.xml"))[0]
    (message,) = messages(replaced(data, "word/document.xml", own, reference))
    assert "/word/document.xml refers to" in message
    assert "in headerReference" in message


def test_a_link_or_picture_that_the_file_lacks_is_a_problem() -> None:
    missing = f'<w:hyperlink {nsdecls("w", "r")} r:id="rId99"/>'
    empty = f'<w:hyperlink {nsdecls("w", "r")} r:id=""/>'
    assert messages(house_with(lambda word: word.add_paragraph()._p.append(parse_xml(empty)))) == []
    (message,) = messages(house_with(lambda word: word.add_paragraph()._p.append(parse_xml(missing))))
    assert "'rId99', which it doesn't bring along (in hyperlink)" in message


@pytest.mark.parametrize(("length", "twips"), [("720.0000001", 720), ("1in", 1440), ("2.54cm", 1440), ("36pt", 720)])
def test_lengths_may_be_fractions_or_have_units(length: str, twips: int) -> None:
    def change(word: WordDocument) -> None:
        for name in ("pgMar", "ind"):
            for element in word.element.body.iter(qn(f"w:{name}")):
                element.set(qn("w:left"), length)
        for root in (word.styles.element, word.part.numbering_part.element):
            for element in root.iter(qn("w:ind")):
                element.set(qn("w:left"), length)

    house = read_house("h.docx", house_with(change))
    assert house.problems == ()
    head = ((Paragraph((Text("h"),)),),)
    item = Paragraph((Text("item"),))
    table = Table(head, (), ("left",))
    result = docx.Document(io.BytesIO(to_word(Document((table, List(((item,),)))), house, PROPERTIES)))
    assert result.tables[0]._tbl.tblGrid.gridCol_lst[0].w == Twips(12240 - 1800 - twips)


def test_a_strict_file_is_told_how_to_save_it() -> None:
    strict = replaced(
        house_with(),
        "_rels/.rels",
        "http://schemas.openxmlformats.org/officeDocument/2006",
        "http://purl.oclc.org/ooxml/officeDocument",
    )
    assert "Strict Open XML" in messages(strict)[0]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_file_is_a_problem_and_never_a_crash(data: st.DataObject) -> None:
    whole = bytearray(SHIPPED.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(read_house("h.docx", bytes(whole[: data.draw(st.integers(1, len(whole)))])), House)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damaged_xml_is_a_problem_and_never_a_crash(data: st.DataObject) -> None:
    shipped = SHIPPED.read_bytes()
    name = data.draw(st.sampled_from(sorted(n for n in zipfile.ZipFile(io.BytesIO(shipped)).namelist())))
    xml = part(shipped, name)
    tags = [match.span() for match in re.finditer(r"<[^>]*>|\"[^\"]*\"", xml)]
    start, end = data.draw(st.sampled_from(tags))
    new = data.draw(st.sampled_from(["", '"x"', '"-1"', "<w:p/>", '""']))
    assert isinstance(read_house("h.docx", rezipped(shipped, {name: (xml[:start] + new + xml[end:]).encode()})), House)


# Styles


def test_styles_are_found_under_localised_ids() -> None:
    def change(word: WordDocument) -> None:
        word.styles["Heading 1"].element.set(qn("w:styleId"), "berschrift1")

    house = read_house("h.docx", house_with(change))
    data = to_word(Document((Heading(1, (Text("Titel"),)),)), house, PROPERTIES)
    assert '<w:pStyle w:val="berschrift1"/>' in part(data, "word/document.xml")
    assert missing_styles(Document((Heading(1, ()),)), house) == ()


def test_a_style_that_the_house_lacks_is_added_and_reported() -> None:
    house = read_house("h.docx", house_with())
    document = Document((Paragraph((Footnote((Paragraph((Text("n"),)),)),)),))
    problems = missing_styles(document, house)
    assert [problem.severity for problem in problems] == ["warning", "warning"]
    assert "'footnote reference' is missing; a built-in look is used" in problems[0].message
    assert 'w:name w:val="footnote reference"' in part(to_word(document, house, PROPERTIES), "word/styles.xml")


def test_a_style_that_serves_as_well_is_named() -> None:
    def change(word: WordDocument) -> None:
        word.styles["List Number"].element.getparent().remove(word.styles["List Number"].element)

    house = read_house("h.docx", house_with(change))
    document = Document((List(((Paragraph((Text("x"),)),),), start=1),))
    assert "'List Paragraph' is used" in missing_styles(document, house)[0].message
    result = docx.Document(io.BytesIO(to_word(document, house, PROPERTIES)))
    assert result.paragraphs[0].style is not None
    assert result.paragraphs[0].style.name == "List Paragraph"


def test_an_unknown_style_in_a_template_is_told_with_the_nearest_right_one() -> None:
    def change(word: WordDocument) -> None:
        word.styles.add_style("Key Point", 1)

    house = read_house("templates/h.docx", house_with(change))
    wrong = missing_styles(Document((Paragraph((), style="key-piont"),)), house)
    assert [(problem.hint, problem.severity) for problem in wrong] == [("did you mean 'key-point'?", "warning")]
    for right in ("key-point", "Key Point", "KeyPoint", "key_point"):
        document = Document((Paragraph((Text("x"),), style=right),))
        assert missing_styles(document, house) == ()
        assert '<w:pStyle w:val="KeyPoint"/>' in part(to_word(document, house, PROPERTIES), "word/document.xml")


# Drafts


def test_every_kind_of_page_of_a_draft_says_so() -> None:
    def change(word: WordDocument) -> None:
        word.settings.odd_and_even_pages_header_footer = True
        word.sections[0].header.paragraphs[0].text = "Own header"
        word.add_section().different_first_page_header_footer = True
        word.add_section().header.is_linked_to_previous = False

    data = written(house_with(change), draft=True)
    result = docx.Document(io.BytesIO(data))
    assert result.sections[0].header.paragraphs[0].text == "DRAFT"
    assert result.sections[0].header.paragraphs[1].text == "Own header"
    assert result.sections[0].even_page_header.paragraphs[0].text == "DRAFT"
    assert result.sections[1].first_page_header.paragraphs[0].text == "DRAFT"
    assert result.sections[2].header.paragraphs[0].text == "DRAFT"
    shapes = re.findall(r'<v:shape id="(BriefDraft\d+)"', "".join(part(data, n) for n in _headers(data)))
    assert len(shapes) == len(set(shapes)) == len(_headers(data)) == 4


def _headers(data: bytes) -> list[str]:
    return [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if re.fullmatch(r"word/header\d*\.xml", name)]


def test_a_draft_says_so_in_the_words_it_is_given_and_an_edition_says_nothing() -> None:
    house = read_house("h.docx", house_with())
    draft = to_word(Document(()), house, PROPERTIES, labels={"draft": "ENTWURF & mehr"}, draft=True)
    assert docx.Document(io.BytesIO(draft)).sections[0].header.paragraphs[0].text == "ENTWURF & mehr"
    assert _headers(to_word(Document(()), house, PROPERTIES)) == []
