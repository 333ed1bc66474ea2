"""The log of the scheduler, on standard error: a line an event, for people or for programs."""

from __future__ import annotations

import datetime as dt
import json
import logging

from brief.cli.console import printable

FORMATS = ("human", "json")


def show_log(form: str) -> None:
    """Print what the scheduler logs, from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Human())
    log = logging.getLogger("brief")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)


class _Human(logging.Formatter):
    """`2025-03-10 07:00:04+0100 published korea-europe-weekly 2025-03-10: …`, in the machine's own time."""

    def format(self, record: logging.LogRecord) -> str:
        values = getattr(record, "values", {})
        at = dt.datetime.fromtimestamp(record.created).astimezone()
        words = [f"{at:%Y-%m-%d %H:%M:%S%z}", values.get("event", ""), values.get("briefing", ""), values.get("edition") or ""]
        return printable(f"{' '.join(str(word) for word in words if word)}: {record.getMessage()}")


class _Json(logging.Formatter):
    """One object a line: `at`, `level`, `event`, `briefing`, `edition`, `message` and what else is known."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        values = {name: value for name, value in getattr(record, "values", {}).items() if value not in ("", None)}
        line = {"at": at, "level": record.levelname.lower(), **values, "message": record.getMessage()}
        return json.dumps(line, default=_plain)  # in ASCII: no character ends a line, or commands a terminal


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
