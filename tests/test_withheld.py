"""What the marking withholds: not a word of it reaches a file, a receipt or the terminal."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import REPOSITORY, MakeDesk

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
OPEN = """
sources:
  - {id: herald, publisher: The Herald, title: Ministers meet, published: 2025-03-04}
people:
  - {id: ann-lee, name: Ann Lee, roles: [{title: Minister, of: Korea}]}
events:
  - id: talks
    title: Talks in Paris
    kind: meeting
    status: held
    date: 2025-03-05
    place: Paris
    participants: [ann-lee, geheim-person, Jean Dupont]
    topics: [france]
    significance: high
    summary: They **talked**. Then they left.
    outcomes: [They agreed.]
    sources: [herald, geheim-source]
  - id: visit-ahead
    title: A visit to Seoul
    kind: visit
    status: planned
    date: 2025-03-20
    participants: [geheim-person]
    agenda: They will talk.
    sources: [geheim-source, herald]
background:
  - {id: basics, title: The basics, text: Much is known., sources: [geheim-source, herald]}
outlook:
  - id: more-talks
    statement: They meet again
    likelihood: likely
    confidence: high
    made: 2025-03-03
    by: 2025-03-30
    resolves_when: They have met.
    sources: [geheim-source]
    outcome: {result: happened, on: 2025-03-28, event: geheim-planned, note: Geheim-outcome-note}
"""
CLOSED = """
# geheim-comment
sources:
  - id: geheim-source
    publisher: Geheim-publisher
    title: Geheim-source-title
    published: 2025-03-02
    url: https://geheim-address.example/
    marking: TLP:AMBER
people:
  - id: geheim-person
    name: Geheim-name
    native: Geheim-native
    roles: [{title: Geheim-office, of: Geheim-country}]
    marking: TLP:AMBER+STRICT
events:
  - id: geheim-held
    title: Geheim-title
    kind: meeting
    status: held
    date: {from: 2025-03-05, to: 2025-03-06}
    place: Geheim-place
    participants: [geheim-person, Geheim-Plain Name]
    topics: [geheim-topic]
    significance: high
    summary: Geheim-summary. ![Geheim-alt](pictures/geheim.png "Geheim-picture-title") <b>Geheim-html</b>
    bottom_line: Geheim-bottom-line.
    outcomes: [Geheim-first-outcome, "[Geheim-label](https://geheim-link.example/)"]
    sources: [geheim-source]
    marking: TLP:AMBER
  - id: geheim-planned
    title: Geheim-planned-title
    kind: visit
    status: planned
    date: 2025-03-18
    agenda: Geheim-agenda
    sources: [geheim-source, herald]
    marking: TLP:RED
  - id: geheim-called-off
    title: Geheim-cancelled-title
    kind: meeting
    status: cancelled
    date: 2025-03-07
    summary: Geheim-reason
    significance: low
    sources: [herald]
    marking: TLP:RED
background:
  - {id: geheim-note, title: Geheim-note-title, text: Geheim-note-text, sources: [herald], marking: TLP:RED}
outlook:
  - id: geheim-judgement
    statement: Geheim-statement
    likelihood: likely
    confidence: high
    made: 2025-03-03
    by: 2025-03-30
    resolves_when: Geheim-settled
    topics: [geheim-topic]
    sources: [geheim-source]
    marking: TLP:RED
"""
WITHHELD = len(["held", "planned", "called-off", "note", "judgement", "source", "person"])
FAULTY = """
events:
  - {id: geheim-wrong, title: Geheim-wrong-title, kind: geheim-kind, status: held, date: 2025-03-05, summary: x,
     sources: [herald], marking: TLP:RED}
  - {id: geheim-dangling, title: T, kind: meeting, status: held, date: 2025-03-05, summary: x, sources: [geheim-nowhere],
     participants: [geheim-nobody], geheim-key: 1, marking: TLP:RED}
background:
  - {id: geheim-undone, title: Geheim-undone-title, marking: TLP:RED}
outlook:
  - {id: geheim-scale, statement: Geheim-foreign, likelihood: geheim-likely, confidence: high, made: 2025-03-03, by: 2025-03-30,
     marking: TLP:AMBER}
"""
NAMED_AND_FAULTY = """
sources:
  - {id: geheim-broken-source, publisher: P, title: T, url: "geheim://address", marking: TLP:RED}
people:
  - {id: geheim-broken-person, name: N, roles: geheim-roles, marking: TLP:AMBER}
events:
  - id: more
    title: An open event
    kind: meeting
    status: held
    date: 2025-03-06
    participants: [ann-lee, geheim-broken-person]
    summary: An open summary.
    sources: [geheim-broken-source, herald]
"""
DUMP = """
{% macro told(item) %}
{% for source in item.sources %}
- {{ source.id }}, {{ source.publisher }}, {{ source.title }}, {{ source.url }}{{ source | cite }}
{% endfor %}
{% endmacro %}
{% for event in events + upcoming %}
# {{ event.title }}

{{ event.id }}, {{ event.place }}, {{ event.topics | join(' ') }}, {{ event.participants | names }}

{% for person in event.participants %}
- {{ person.person }}, {{ person.name }}, {{ person.native }}, {{ person.title }}, {{ person.of }}
{% endfor %}

{{ event.agenda | markdown }}

{{ event.summary | markdown }}

{{ event.bottom_line | markdown }}

{% for outcome in event.outcomes %}
- {{ outcome | markdown }}
{% endfor %}

{{ told(event) }}
{% endfor %}

{% for note in background %}
# {{ note.title }}

{{ note.id }}: {{ note.text | markdown }}

{{ told(note) }}
{% endfor %}

{% for judgement in outlook %}
- {{ judgement.id }}: {{ judgement.statement | markdown }}, {{ judgement.resolves_when | markdown }}

{{ told(judgement) }}
{% endfor %}

{{ timeline(events) }}

{{ sources() }}
"""
BRIEFING = """
title: The Weekly
template: {template}
timezone: Europe/Brussels
marking: {marking}
covers: {{days: 7}}
horizon: {{days: 30}}
schedule: {{every: week, on: monday, at: "07:00"}}
first_edition: 2024-11-11
"""
TEMPLATES = ["dump.md.j2", "weekly.md.j2", "dossier.md.j2"]


def desk(
    make_desk: MakeDesk, template: str, marking: str = "TLP:GREEN", faulty: str = FAULTY + "---" + NAMED_AND_FAULTY
) -> Path:
    root = make_desk(
        {
            "seeds/seeds.yaml": OPEN,
            "seeds/geheim-file.yaml": CLOSED,
            "seeds/geheim-faulty.yaml": faulty or "{}",
            "pictures/geheim.png": PIXEL,
            "templates/dump.md.j2": DUMP,
            "briefings/weekly.yaml": BRIEFING.format(template=template, marking=marking),
        }
    )
    shutil.copytree(REPOSITORY / "templates", root / "templates", dirs_exist_ok=True)
    return root


def brief(root: Path, *arguments: str, code: int = 0) -> str:
    """All that a command prints."""
    command = [sys.executable, "-m", "brief", "--desk", str(root), *arguments]
    ended = subprocess.run(command, capture_output=True, check=False)
    printed = (ended.stdout + ended.stderr).decode()
    assert ended.returncode == code, printed
    return printed.replace(str(root), "")


def written(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file in the output folder, and every part of the Word files among them, with its name."""
    for path in (root / "output").rglob("*"):
        yield f"name of {path.name}", path.name.encode()
        if path.is_file():
            yield path.name, path.read_bytes()
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"name of {name}", name.encode()
                    yield name, archive.read(name)


def leaks(name: str, data: bytes) -> list[str]:
    """The secret words in some bytes, in any encoding that a Word file or a terminal may use."""
    found = [data.decode(encoding, "ignore") for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    return [f"{name}: {word}" for text in found for word in re.findall(r"geheim[\w-]*", text, re.I)]


@pytest.mark.parametrize("draft", [False, True], ids=["edition", "draft"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_word_of_what_is_withheld_is_written_or_printed(make_desk: MakeDesk, template: str, draft: bool) -> None:
    root = desk(make_desk, template)
    generate = ["generate", "weekly", "--date", "2025-03-10", *["--draft"] * draft]
    printed = [brief(root, *generate), brief(root, *generate, "--json")]
    found = [leak for text in printed for leak in leaks("printed", text.encode())]
    found += [leak for name, data in written(root) for leak in leaks(name, data)]
    assert found == []
    assert any(b"Talks in Paris" in data for _, data in written(root))


def test_no_word_of_what_is_withheld_is_listed_among_what_a_template_sees(make_desk: MakeDesk) -> None:
    root = desk(make_desk, "weekly.md.j2")
    of_edition = ["vars", "weekly", "--date", "2025-03-10"]
    printed = [brief(root, *words) for words in (["list"], ["list", "--json"], [*of_edition, "--all"], [*of_edition, "--json"])]
    assert [leak for text in printed for leak in leaks("printed", text.encode())] == []
    assert "Talks in Paris" in printed[-1]


def test_the_receipt_counts_what_is_withheld(make_desk: MakeDesk) -> None:
    root = desk(make_desk, "weekly.md.j2", faulty="")
    brief(root, "generate", "weekly", "--date", "2025-03-10")
    (receipt,) = (root / "output" / ".brief" / "weekly").glob("*.json")
    told = json.loads(receipt.read_text(encoding="utf-8"))
    assert told["withheld"] == WITHHELD
    assert told["printed"]["events"] == ["talks"]
    assert told["printed"]["upcoming"] == ["visit-ahead"]
    assert told["left_out"] == []
    assert not any("geheim" in path for path in told["inputs"])


def test_a_briefing_that_may_tell_it_tells_every_word(make_desk: MakeDesk) -> None:
    root = desk(make_desk, "dump.md.j2", "TLP:RED", faulty="")
    brief(root, "generate", "weekly", "--date", "2025-03-10")
    told = {leak.split(": ")[1].lower() for name, data in written(root) for leak in leaks(name, data)}
    words = {word.lower() for word in re.findall(r"[Gg]eheim[\w-]*", CLOSED)}
    untold = {"geheim-comment", "geheim"}  # of a picture, not its path but its alternative text is told
    assert words - told - untold == set()


def test_a_fault_in_what_is_withheld_stops_only_those_who_may_tell_it(make_desk: MakeDesk) -> None:
    root = desk(make_desk, "weekly.md.j2", "TLP:RED")
    printed = brief(root, "generate", "weekly", "--date", "2025-03-10", code=1)
    for word in ("geheim-kind", "geheim-nobody", "geheim-key", "text: is required", "geheim-likely", "url: ", "geheim-roles"):
        assert word in printed
    assert not (root / "output" / "weekly").exists()


def test_an_open_event_is_told_without_the_sources_and_people_that_are_withheld_and_faulty(make_desk: MakeDesk) -> None:
    root = desk(make_desk, "dump.md.j2", faulty=NAMED_AND_FAULTY)
    printed = brief(root, "generate", "weekly", "--date", "2025-03-10", "--json")
    assert json.loads(printed)[0]["problems"] == []
    assert any(b"An open summary" in data for _, data in written(root))
    (receipt,) = (root / "output" / ".brief" / "weekly").glob("*.json")
    assert json.loads(receipt.read_text(encoding="utf-8"))["withheld"] == WITHHELD + 2


@pytest.mark.parametrize(("ceiling", "stops", "word"), [("TLP:AMBER", True, "geheim-roles"), ("TLP:GREEN", False, "")])
def test_such_an_event_stops_who_may_tell_one_of_them_and_names_no_other(
    make_desk: MakeDesk, ceiling: str, stops: bool, word: str
) -> None:
    root = desk(make_desk, "weekly.md.j2", ceiling, faulty=NAMED_AND_FAULTY)
    printed = brief(root, "generate", "weekly", "--date", "2025-03-10", code=1 if stops else 0)
    assert word in printed
    assert "url: " not in printed


def test_the_right_spelling_of_an_unknown_id_is_not_told_where_it_is_withheld(make_desk: MakeDesk) -> None:
    wrong = """
    events:
      - {id: e, title: E, kind: meeting, status: held, date: 2025-03-05, summary: S, sources: [%s], participants: [%s]}
    """
    root = desk(make_desk, "weekly.md.j2", faulty=wrong % ("gehem-source", "gehem-person"))
    printed = brief(root, "generate", "weekly", "--date", "2025-03-10", code=1)
    assert "no source has the id 'gehem-source'" in printed
    assert "'geheim-source'" not in printed
    assert "'geheim-person'" not in printed
    shutil.rmtree(root)
    root = desk(make_desk, "weekly.md.j2", faulty=wrong % ("herld", "ann-le"))
    printed = brief(root, "generate", "weekly", "--date", "2025-03-10", code=1)
    assert "did you mean 'herald'?" in printed
    assert "did you mean 'ann-lee'?" in printed
