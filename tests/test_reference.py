"""The reference page: what the program makes of its schemas and vocabulary now, with examples that hold."""

from __future__ import annotations

import re
import runpy

import pytest

from brief import load
from conftest import REPOSITORY, MakeDesk

PAGE = (REPOSITORY / "docs" / "reference.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)
SEEDS = [text for text in EXAMPLES if re.match(r"\w+:\n", text)]
BRIEFING = next(text for text in EXAMPLES if text.startswith("title:"))
SETTINGS = next(text for text in EXAMPLES if text.startswith("timezone:"))
LINES = [line for text in EXAMPLES if text not in (*SEEDS, BRIEFING, SETTINGS) for line in text.splitlines()]


def test_the_page_is_what_the_tool_makes_now() -> None:
    page = runpy.run_path(str(REPOSITORY / "tools" / "make_reference.py"))["page"]()
    assert page == PAGE, "run: python tools/make_reference.py"


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    headings = [re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall("^#+ (.*)", PAGE, re.M)]
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= set(headings)
    assert len(headings) == len(set(headings))


def problems(make_desk: MakeDesk, *seeds: str, briefing: str = BRIEFING) -> list[str]:
    files = {f"seeds/{number}.yaml": text for number, text in enumerate(seeds)}
    desk = load(make_desk({"seeds/seeds.yaml": "", "brief.yaml": SETTINGS, "briefings/weekly.yaml": briefing, **files}))
    return [str(problem) for problem in desk.problems if problem.severity == "error"]


def test_the_examples_make_a_desk(make_desk: MakeDesk) -> None:
    assert len(SEEDS) == 5
    assert problems(make_desk, *SEEDS) == []


@pytest.mark.parametrize("line", LINES)
def test_the_example_of_a_key_may_stand_in_place_of_the_first(make_desk: MakeDesk, line: str) -> None:
    key = line.partition(":")[0]
    replaced = [re.sub(rf"^(    )?{key}: .*", rf"\g<1>{line}", text, flags=re.M) for text in (*SEEDS, BRIEFING)]
    if key == "not":
        replaced[-1] = BRIEFING.replace("not: {topics: [markets]}", line)
    assert line in "".join(replaced)
    assert problems(make_desk, *replaced[:-1], briefing=replaced[-1]) == []
