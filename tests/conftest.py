"""What the tests share: desks in temporary folders, and readers of Word files that aren't ours."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent

SEEDS = """
sources:
  - {id: herald, publisher: The Herald, title: Ministers meet, published: 2025-03-08}
people:
  - {id: ann-lee, name: Ann Lee, roles: [{title: Minister, of: Korea}]}
events:
  - id: talks
    title: Talks in Paris
    kind: meeting
    status: held
    date: 2025-03-05
    place: Paris
    participants: [ann-lee, Jean Dupont]
    topics: [france]
    summary: They **talked**.
    outcomes: [They agreed.]
    sources: [herald]
"""
BRIEFING = """
title: The Weekly
template: weekly.md.j2
timezone: Europe/Brussels
covers: {days: 7}
schedule: {every: week, on: monday, at: "07:00"}
first_edition: 2024-11-11
"""
TEMPLATE = """
# Meetings

{% for event in meetings %}
- **{{ event.title }}**, {{ event.date }}: {{ event.summary | markdown }}{{ event | cite }}
{% else %}
Nothing was held.
{% endfor %}

# Outlook

{% for event in upcoming %}
- {{ event.title }}, {{ event.date }}: {{ event.agenda }}
{% else %}
Nothing is planned.
{% endfor %}
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is installed, a skipped test is a failed one."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("BRIEF_NO_SKIPS"):
        report.outcome = "failed"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what tests want told, whether they passed or not."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, text in report.user_properties:
                terminalreporter.write_line(f"{name}: {text}")


@pytest.fixture(scope="session", autouse=True)
def _caches_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """What runs keep for each other lies in a temporary folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        yield


MakeDesk = Callable[..., Path]


@pytest.fixture
def make_desk(tmp_path: Path) -> MakeDesk:
    """A function that makes a small working desk; `files` are added to it, or replace what it has (none: taken away)."""

    def make(files: Mapping[str, str | bytes | None] | None = None, name: str = "desk") -> Path:
        root = tmp_path / name
        contents: dict[str, str | bytes | None] = {
            "seeds/seeds.yaml": SEEDS,
            "briefings/weekly.yaml": BRIEFING,
            "templates/weekly.md.j2": TEMPLATE,
            **(files or {}),
        }
        (root / "templates").mkdir(parents=True)
        shutil.copy(REPOSITORY / "templates" / "house.docx", root / "templates")
        for path, content in contents.items():
            write(root / path, content)
        return root

    return make


def write(path: Path, content: str | bytes | None) -> None:
    """Write a file of a desk, or take it away where `content` is none."""
    if content is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(textwrap.dedent(content).encode() if isinstance(content, str) else content)
