"""Characters on their way into XML, and the namespaces they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from brief.patterns import regex

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_SPECIAL = regex('["&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_AGAIN = '<w:t xml:space="preserve">'
_RUN = {**_ENTITIES, '"': '"', "\n": f"</w:t><w:br/>{_AGAIN}", "\t": f"</w:t><w:tab/>{_AGAIN}"}


def _in_run(match: re.Match[str]) -> str:
    return _RUN.get(match[0], "\ufffd")


def run_text(text: str) -> str:
    """`text` as the inside of a `w:t`; what XML forbids, which the desk refuses long before, becomes U+FFFD."""
    if text.isprintable():  # nothing of what XML forbids is
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(_in_run, text)


def run_texts(texts: Sequence[str]) -> Iterable[str]:
    """Each text as `run_text` gives it."""
    together = "".join(texts)
    may_stay = together.isprintable() and not any(sign in together for sign in "&<>")
    return texts if may_stay else map(run_text, texts)


def escape(text: str, line: str = "&#10;", tab: str = "&#9;") -> str:
    """`text` as element or attribute text, with `line` and `tab` for its line feeds and tabs."""
    if text.isprintable():
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    entities = {**_ENTITIES, "\n": line, "\t": tab}
    return _SPECIAL.sub(lambda match: entities.get(match[0], "\ufffd"), text)
