"""The JSON Schemas that editors complete by: valid, described, and agreeing with what the loader takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from brief.desk import load
from brief.desk.schema import schema
from brief.scales import SCALES
from conftest import REPOSITORY, MakeDesk

SEEDS, BRIEFING, DESK = (schema()[name] for name in ("seeds", "briefing", "desk"))


class _Core(yaml.SafeLoader):
    """Reads dates and `on` as text, as YAML 1.2 and the editors do."""


_Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])


def faults(of: dict[str, Any], text: str) -> list[str]:
    checker = Draft202012Validator(of, format_checker=FormatChecker())
    documents = list(yaml.load_all(text, _Core)) or [None]  # which a file that says nothing is to an editor
    return [error.message for document in documents for error in checker.iter_errors(document)]


def properties(of: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [pair for model in (of, *of.get("$defs", {}).values()) for pair in model["properties"].items()]


@pytest.mark.parametrize("of", [SEEDS, BRIEFING, DESK])
def test_a_schema_is_valid_and_describes_every_key(of: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(of)
    assert of["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for key, node in properties(of):
        assert node["description"], key


def test_the_schemas_offer_the_terms_of_every_list() -> None:
    events = SEEDS["$defs"]["EventModel"]["properties"]
    assert "deployment" in events["kind"]["enum"]
    assert events["status"]["enum"] == ["planned", "held", "cancelled", "postponed"]
    assert "TLP:AMBER+STRICT" in events["marking"]["enum"]
    likelihood = SEEDS["$defs"]["JudgementModel"]["properties"]["likelihood"]["enum"]
    assert set(likelihood) == {name for scale in SCALES.values() for term in scale.terms for name in term.names}
    on = BRIEFING["$defs"]["ScheduleModel"]["properties"]["on"]["anyOf"][0]["anyOf"][0]["enum"]
    assert {"monday", "first monday", "last sunday"} <= set(on)


def test_dates_need_no_quotes() -> None:
    source = "sources: [{id: s, publisher: P, title: T, published: %s}]"
    for date in ("2025-03-10", "2025-03", "2025"):
        assert faults(SEEDS, source % date) == []
    assert faults(SEEDS, source % "March") != []
    assert faults(BRIEFING, "{title: T, template: t.j2, covers: {since: 2024-11-01}}") == []
    assert faults(BRIEFING, "{title: T, template: t.j2, covers: {since: previous}, first_edition: 2024-11-04}") == []


def event(said: str, *, title: str = "T", day: str = "2025-03-10", sources: str = "[herald]") -> str:
    return f"events: [{{id: e, title: {title}, kind: vote, date: {day}, sources: {sources}, {said}}}]"


def source(said: str) -> str:
    return f"sources: [{{id: s, publisher: P, title: T, {said}}}]"


def person(roles: str) -> str:
    return f"people: [{{id: p, name: N, roles: {roles}}}]"


def judgement(said: str) -> str:
    return f"outlook: [{{id: j, statement: S, confidence: low, made: 2025-03-01, by: 2025-04-01, {said}}}]"


def briefing(said: str) -> str:
    return f"{{title: T, template: weekly.md.j2, {said}}}"


def scheduled(said: str) -> str:
    return briefing(f"covers: {{days: 7}}, schedule: {{{said}}}")


TAKEN = [
    *((SEEDS, text) for text in ("", "# only a comment", "---\n---\n", "events:", "events: []")),
    (SEEDS, event("status: held, summary: S")),
    (SEEDS, event("status: planned, agenda: A")),
    (SEEDS, event("status: planned, agenda: A, summary: ")),
    *((SEEDS, event(f"status: {status}, {key}: x")) for status in ("cancelled", "postponed") for key in ("summary", "agenda")),
    (SEEDS, event("status: held, summary: S, place: , topics: , bottom_line: ")),
    (SEEDS, event('status: held, summary: S, bottom_line: "a\\n"')),
    (SEEDS, event("status: held, summary: S", day="{from: 2025-03-10, to: '2025-03-11'}")),
    (SEEDS, event("status: held, summary: S, participants: [ann-lee, Jean Dupont], marking: TLP:AMBER+STRICT")),
    *(
        (SEEDS, source(f"published: {date}"))
        for date in ("2025-03-01", "2025-03", "2025", "'2025'", "", "'1900-12'", "'2200-12-31'")
    ),
    *(
        (SEEDS, source(f"url: '{url}'"))
        for url in (
            "http://x.org",
            "HTTPS://x.org",
            "https://me@x.org:80/?q#f",
            "https://[::1]/",
            "https://x.org/조",
            "https://x",
        )
    ),
    (SEEDS, person("[{title: T, of: , from: 2025-01-01}]")),
    (SEEDS, judgement("likelihood: highly likely, outcome: {result: void, on: 2025-03-05}")),
    *((BRIEFING, briefing(f"covers: {{{since}}}")) for since in ("days: 36525", "months: 1200, days: ", "since: 2024-11-01")),
    (BRIEFING, briefing("covers: {since: previous}, first_edition: 2024-11-01")),
    (BRIEFING, briefing("covers: {since: previous}, schedule: {every: day}")),
    *((BRIEFING, briefing(f"covers: {{days: 7}}, contents_pages: {said}")) for said in ("true", "false")),
    *((BRIEFING, scheduled(said)) for said in ("every: day", "every: weekday, on: ", "every: week, on: sunday, at: '7:00'")),
    *((BRIEFING, scheduled(f"every: month, on: {on}")) for on in ("1", "31", "last friday")),
    (BRIEFING, scheduled("every: two weeks, on: monday")[:-1] + ", first_edition: 2024-11-04}"),
    (BRIEFING, scheduled("every: day, not_before: 2025-01-01, until: '2025-12-31', except: [2025-12-29, '2025-05-01']")),
    (BRIEFING, scheduled("every: day, not_before: , until: , except: ")),
    *((DESK, text) for text in ("", "# only a comment", "{language: ko-KR, timezone: Asia/Seoul, state: ../state}")),
    *((DESK, f"on_failure: {command}") for command in ("mail -s 'it failed' me", "[mail, '']")),
]
REFUSED = [
    *((SEEDS, text) for text in ("[a]", "text", "event: []", "x-common: {a: b}", "events: {a: b}", "events: [x]")),
    *((SEEDS, event(f"status: {status}")) for status in ("planned", "held", "cancelled", "postponed", "over", "")),
    (SEEDS, event("status: planned, summary: S")),
    (SEEDS, event("status: held, agenda: A")),
    (SEEDS, event("summary: S")),
    *((SEEDS, event(f"status: held, summary: {blank}")) for blank in ("''", "' '", '"\\n"', "", "42")),
    (SEEDS, event("status: postponed, summary: '', agenda: ' '")),
    (SEEDS, event('status: held, summary: S, bottom_line: "a\\n\\nb"')),
    (SEEDS, event("status: held, summary: S, topics: [EU]")),
    (SEEDS, event("status: held, summary: S, outcomes: ['']")),
    (SEEDS, event("status: held, summary: S, marking: GREEN")),
    *((SEEDS, event("status: held, summary: S", title=title)) for title in ("2025", "[a]", "''", "' '", "")),
    *((SEEDS, event("status: held, summary: S", sources=sources)) for sources in ("[]", "herald", "")),
    *(
        (SEEDS, event("status: held, summary: S", day=day))
        for day in ("2025-03", "2025", "0001-01-01", "2201-01-01", "'2025-02-30'", "{from: 2025-03-10}")
    ),
    *(
        (SEEDS, source(f"published: {date}"))
        for date in ("2025-13", "2025-00", "'0000'", "'1899-12'", "2201", "'2201-01-01'", "'2025-02-30'", "March")
    ),
    *(
        (SEEDS, source(f"url: '{url}'"))
        for url in ("", "x.org", "ftp://x.org", "https://", "https:///a", "https://:80", "https://a@:80", "https://x.org/a b")
    ),
    *((SEEDS, source(f"reliability: {code}")) for code in ("B", "b2", "G1", "B7")),
    *((SEEDS, person(roles)) for roles in ("{title: T}", "[{of: X}]", "[{title: T, from: 2025-01}]")),
    *((SEEDS, judgement(said)) for said in ("likelihood: 70", "likelihood: Likely", "likelihood: likely, outcome: happened")),
    (SEEDS, judgement("likelihood: likely, outcome: {result: happened}")),
    (SEEDS, "people: [{id: X, name: N}]"),
    (SEEDS, "people: [{name: N}]"),
    *((BRIEFING, text) for text in ("", "[]", "{title: T, template: weekly.md.j2}", "{title: T, covers: {days: 7}}")),
    *(
        (BRIEFING, briefing(f"covers: {covers}"))
        for covers in (
            "{}",
            "{days: 7, months: 1}",
            "{days: }",
            "{days: 0}",
            "{months: 1201}",
            "{since: 9999-12-31}",
            "{days: '7'}",
            "{weeks: 1}",
            "7",
            "{since: last}",
        )
    ),
    *(
        (BRIEFING, briefing(f"covers: {{days: 7}}, {said}"))
        for said in (
            "horizon: 30",
            "horizon: {days: 36526}",
            "first_edition: 1899-12-31",
            "scale: icd",
            "foo: 1",
            "language: en_GB",
            "contents_pages: 1",
            "contents_pages: 'true'",
            "contents_pages: ",
        )
    ),
    *((BRIEFING, briefing(f"covers: {{since: previous}}, {said}")) for said in ("", "schedule: ", "first_edition: ")),
    *(
        (BRIEFING, scheduled(said))
        for said in ("on: monday", "every: fortnight", "every: year, on: 1", "every: day, on: monday")
    ),
    *((BRIEFING, scheduled(f"every: weekday, on: {on}")) for on in ("1", "friday", "last friday")),
    *((BRIEFING, scheduled(f"every: week, on: {on}")) for on in ("", "1", "last friday", "Monday", "[monday]")),
    *((BRIEFING, scheduled(f"every: month, on: {on}")) for on in ("", "monday", "0", "32", "fifth friday")),
    *((BRIEFING, scheduled(f"every: day, at: {at}")) for at in ("'24:00'", "'07:00:30'", "noon")),
    *((BRIEFING, scheduled(f"every: day, except: {days}")) for days in ("2025-12-29", "[monday]", "['2025-02-30']")),
    *(
        (BRIEFING, scheduled(f"every: day, {key}: {day}"))
        for key in ("not_before", "until")
        for day in ("2025-02", "2201-01-01")
    ),
    *((DESK, f"on_failure: {command}") for command in ("", "' '", "[]", "['']", "[sleep, 5]", "true", "{run: mail}")),
    (BRIEFING, scheduled("every: week")),
    (BRIEFING, scheduled("every: month")),
    (BRIEFING, scheduled("every: two weeks, on: monday")),
    *((DESK, text) for text in ("langage: fr", "marking: GREEN", "- timezone", "state: ''", "output: out")),
]
FILES = {id(SEEDS): "seeds/other.yaml", id(BRIEFING): "briefings/weekly.yaml", id(DESK): "brief.yaml"}


def refusals(make_desk: MakeDesk, of: dict[str, Any], text: str) -> list[str]:
    desk = load(make_desk({FILES[id(of)]: text}))
    return [str(problem) for problem in desk.problems if problem.severity == "error"]


@pytest.mark.parametrize(("of", "text"), TAKEN, ids=lambda value: value if isinstance(value, str) else "")
def test_what_the_loader_takes_is_right_in_the_editor(make_desk: MakeDesk, of: dict[str, Any], text: str) -> None:
    assert refusals(make_desk, of, text) == []
    assert faults(of, text) == []


@pytest.mark.parametrize(("of", "text"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_the_loader_refuses_is_wrong_in_the_editor(make_desk: MakeDesk, of: dict[str, Any], text: str) -> None:
    assert refusals(make_desk, of, text)
    assert faults(of, text)


@pytest.mark.parametrize(
    ("of", "text", "told"),
    [
        (SEEDS, event("status: held"), "'summary' is a required property"),
        (SEEDS, event("status: planned"), "'agenda' is a required property"),
        (BRIEFING, scheduled("every: week"), "'on' is a required property"),
        (BRIEFING, scheduled("every: week, on: 1"), "1 is not one of ['monday', "),
        (BRIEFING, briefing("covers: {since: previous}"), "'first_edition' is a required property"),
    ],
)
def test_what_depends_on_another_key_is_told_in_one_plain_sentence(of: dict[str, Any], text: str, told: str) -> None:
    (message,) = deepest(of, text)
    assert message.startswith(told)


def deepest(of: dict[str, Any], text: str) -> set[str]:
    """What editors show: of each fault the innermost, where it lies in a value that may also be absent."""
    found = Draft202012Validator(of, format_checker=FormatChecker()).iter_errors(yaml.load(text, _Core))
    return {best_match([error]).message for error in found}


@pytest.mark.parametrize(("of", "files"), [(SEEDS, "seeds/**/*.yaml"), (BRIEFING, "briefings/*.yaml"), (DESK, "brief.yaml")])
def test_the_files_of_this_desk_agree_with_their_schemas(of: dict[str, Any], files: str) -> None:
    found = sorted(REPOSITORY.glob(files))
    assert found
    for path in found:
        assert faults(of, path.read_text(encoding="utf-8")) == []
