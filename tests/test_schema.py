"""The JSON Schemas that editors complete by: valid, described, and agreeing with what the loader takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from brief.desk import schema
from brief.scales import SCALES

REPOSITORY = Path(__file__).parent.parent
SEEDS, BRIEFING, DESK = (schema()[name] for name in ("seeds", "briefing", "desk"))


class _Core(yaml.SafeLoader):
    """Reads dates and `on` as text, as YAML 1.2 and the editors do."""


_Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def faults(of: dict[str, Any], text: str) -> list[str]:
    checker = Draft202012Validator(of, format_checker=FormatChecker())
    return [error.message for document in yaml.load_all(text, _Core) for error in checker.iter_errors(document)]


def properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for child in node.values():
            yield from properties(child)
    elif isinstance(node, list):
        for child in node:
            yield from properties(child)


@pytest.mark.parametrize("of", [SEEDS, BRIEFING, DESK])
def test_a_schema_is_valid_and_describes_every_key(of: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(of)
    assert of["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    found = dict(properties(of))
    assert found
    assert all(key in node or node["description"] for key, node in found.items())


def test_the_schemas_offer_the_terms_of_every_list() -> None:
    events = SEEDS["$defs"]["EventModel"]["properties"]
    assert "deployment" in events["kind"]["enum"]
    assert events["status"]["enum"] == ["planned", "held", "cancelled", "postponed"]
    assert "TLP:AMBER+STRICT" in events["marking"]["enum"]
    likelihood = SEEDS["$defs"]["JudgementModel"]["properties"]["likelihood"]["enum"]
    assert set(likelihood) == {name for scale in SCALES.values() for term in scale.terms for name in term.names}
    on = BRIEFING["$defs"]["ScheduleModel"]["properties"]["on"]["anyOf"][0]["enum"]
    assert {"monday", "first monday", "last sunday"} <= set(on)


def test_dates_need_no_quotes() -> None:
    source = "sources: [{id: s, publisher: P, title: T, published: %s}]"
    for date in ("2025-03-10", "2025-03", "2025"):
        assert faults(SEEDS, source % date) == []
    assert faults(SEEDS, source % "March") != []
    assert faults(BRIEFING, "{title: T, template: t.j2, covers: {since: 2024-11-01}}") == []
    assert faults(BRIEFING, "{title: T, template: t.j2, covers: {since: previous}}") == []


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (SEEDS, "event: []"),
        (SEEDS, "events: [{id: x, title: T, kind: vote, status: held, date: 2025-03-10, summary: S, sources: []}]"),
        (SEEDS, "people: [{id: X, name: N}]"),
        (SEEDS, "people: [{name: N}]"),
        (BRIEFING, "{title: T, template: t.j2}"),
        (BRIEFING, "{title: T, template: t.j2, covers: {days: 0}}"),
        (BRIEFING, "{title: T, template: t.j2, covers: {days: 7}, schedule: {every: fortnight}}"),
        (DESK, "langage: fr"),
        (DESK, "marking: GREEN"),
    ],
)
def test_a_mistake_shows_in_the_editor(of: dict[str, Any], text: str) -> None:
    assert faults(of, text)


@pytest.mark.parametrize(("of", "files"), [(SEEDS, "seeds/**/*.yaml"), (BRIEFING, "briefings/*.yaml"), (DESK, "brief.yaml")])
def test_the_files_of_this_desk_agree_with_their_schemas(of: dict[str, Any], files: str) -> None:
    found = sorted(REPOSITORY.glob(files))
    assert found
    for path in found:
        assert faults(of, path.read_text(encoding="utf-8")) == []
