"""pandoc: Markdown goes into a process of its own, as it has no library, and a Word file comes out."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from serve import Item, serve

COMMAND = ("pandoc", "--from", "commonmark+pipe_tables", "--to", "docx", "--output", "-", "--reference-doc")


def load(events: list[Item], template: Path) -> Callable[[], bytes]:
    def run() -> bytes:
        return subprocess.run((*COMMAND, template), input=_markdown(events).encode(), capture_output=True, check=True).stdout

    return run


def _markdown(events: list[Item]) -> str:
    paragraphs = (
        f"**{_escaped(event['title'])}**: {_escaped(event['summary'])} [{_escaped(event['publisher'])}](<{event['url']}>)\n"
        for event in events
    )
    rows = (f"| {event['date']} | {_escaped(event['title'])} | {_escaped(event['place'])} |" for event in events)
    bullets = (f"- {_escaped(event['title'])}" for event in events[::4])
    return "\n".join((*paragraphs, "| Date | Event | Place |", "|---|---|---|", *rows, "", *bullets, ""))


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|&~])", r"\\\1", text)


serve(load)
