"""docxtpl: a Word template with Jinja tags; it is read from memory anew for each document, as it must be."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from docxtpl import DocxTemplate, RichText
from serve import Item, serve


def load(events: list[Item], template: Path) -> Callable[[], bytes]:
    data = template.read_bytes()

    def run() -> bytes:
        document = DocxTemplate(io.BytesIO(data))
        rows = []
        for event in events:
            link = RichText()
            link.add(event["publisher"], url_id=document.build_url_id(event["url"]))
            rows.append({**event, "link": link})
        document.render({"events": rows, "fourths": rows[::4]}, autoescape=True)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return run


serve(load)
