"""`brief status`: what was published last, what is due next, and what somebody needs to see to."""

from __future__ import annotations

import datetime as dt
import shutil
from zoneinfo import ZoneInfo

import click
from rich.cells import cell_len, set_cell_size

from brief.cli.console import PROBLEMS, complain, count, no_index_option, open_desk, print_json, printable
from brief.scheduler.status import Last, Sign, Standing, Status, status

_HEAD = ("BRIEFING", "LAST EDITION", "NEXT DUE", "STATE")
_LEAST = 40
"""Columns of the terminal that a state may take, however narrow the terminal is."""


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@no_index_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show each briefing's last edition, when the next is due, how it stands, and whether a scheduler is at work.

    Only reads. Ends with 1 where an edition is overdue or failed, a briefing or its record can't be
    used, or the scheduler has died or was stopped; a desk that no scheduler has seen yet is in order.

    --json: {at, ok, scheduler: {state, mode, looked, pid}, briefings: [{briefing, title, state, ok, reason, timezone,
    last: {date, path, revision, published_at, gone}, next: {date, due}, owed, attempts, retry_at, overdue_since}],
    problems}; null where there is none, instants in ISO 8601 with their offset.

    \b
    Examples:
      brief status
      brief status --json
    """
    now = _now()
    found = status(open_desk(ctx, whole=False), now)
    if as_json:
        print_json(_as_json(found))
    elif not found.fatal:
        _print(found)
        if not found.briefings:
            click.echo("brief: the desk has no briefings; write one in briefings/", err=True)
    complain(dict.fromkeys(found.problems))
    ctx.exit(0 if found.is_ok else PROBLEMS)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _print(found: Status) -> None:
    """A line a briefing, in columns, and one about the scheduler."""
    rows = [_HEAD, *(tuple(map(printable, _cells(standing))) for standing in found.briefings)]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)][:-1]
    room = max(_LEAST, shutil.get_terminal_size((120, 24)).columns - sum(widths) - 2 * len(widths))
    for *cells, state in rows:
        aligned = [set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True)]
        click.echo("  ".join([*aligned, _shortened(state, room)]))
    for standing, (*_, state) in zip(found.briefings, rows[1:], strict=True):
        if cell_len(state) > room and standing.state == "failed":  # problems of files are told behind all this
            click.echo(f"\n{standing.slug}: {printable(standing.reason)}")
    click.echo(f"\n{_scheduler_in_words(found.scheduler, found.at)}")


def _cells(standing: Standing) -> tuple[str, str, str, str]:
    next_due = f"{_local(standing.next[1], standing)} {standing.timezone}" if standing.next else "-"
    return standing.slug, _last_in_words(standing.last), next_due, _state_in_words(standing)


def _last_in_words(last: Last | None) -> str:
    if last is None:
        return "none"
    revision = f" (r{last.revision})" if last.revision and last.revision > 1 else ""
    return f"{last.date}{revision}{'' if last.is_there else ', gone'}"


def _state_in_words(standing: Standing) -> str:
    """The state in capitals where somebody needs to see to it, and why."""
    words = standing.state if standing.is_ok else standing.state.upper()
    worst = standing.worst
    if standing.state in ("due", "overdue") and worst:
        words += f" since {_local(worst.at, standing)}"
    if standing.state == "failed" and worst:
        retry = f"at {_local(worst.retry_at, standing)}" if worst.retry_at else "when the files change"
        words += f" {worst.date} after {count(worst.attempts, 'attempt')}, next try {retry}"
    return f"{words}: {standing.reason}" if standing.reason else words


def _scheduler_in_words(sign: Sign, now: dt.datetime) -> str:
    if sign.looked is None:
        known = {"none": "no scheduler has run yet", "unknown": "scheduler: UNKNOWN, its sign of life can't be read"}
        return known[sign.state]
    ago = _ago(now - sign.looked)
    if sign.mode == "once":
        return f"scheduler: last run {ago} (brief schedule --once)"
    if sign.state == "stopped":
        return f"scheduler: STOPPED {sign.looked.astimezone():%Y-%m-%d %H:%M%z}, {ago}"
    return f"scheduler: looked {ago}" if sign.state == "alive" else f"scheduler: STALE, looked {ago}"


def _ago(passed: dt.timedelta) -> str:
    """`12 seconds ago`; or that the clock has yet to come to it."""
    seconds = abs(int(passed.total_seconds()))
    units = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next((each for each in units if seconds >= 2 * each[0]), units[-1])
    words = count(seconds // size, unit)
    return f"{words} ago" if passed >= dt.timedelta() else f"{words} from now, by this clock"


def _shortened(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _local(instant: dt.datetime, standing: Standing) -> str:
    """`2025-03-17 07:00 +0100`, in the briefing's zone."""
    return f"{instant.astimezone(ZoneInfo(standing.timezone)):%Y-%m-%d %H:%M %z}"


def _as_json(found: Status) -> dict[str, object]:
    sign = found.scheduler
    return {
        "at": _iso(found.at),
        "ok": found.is_ok,
        "scheduler": {"state": sign.state, "mode": sign.mode, "looked": _iso(sign.looked), "pid": sign.pid},
        "briefings": [_standing_as_json(standing) for standing in found.briefings],
        "problems": [problem.as_json() for problem in found.problems],
    }


def _standing_as_json(standing: Standing) -> dict[str, object]:
    zone = ZoneInfo(standing.timezone) if standing.timezone else dt.UTC
    last, worst = standing.last, standing.worst
    return {
        "briefing": standing.slug,
        "title": standing.title or None,
        "state": standing.state,
        "ok": standing.is_ok,
        "reason": standing.reason or None,
        "timezone": standing.timezone or None,
        "last": last
        and {
            "date": last.date.isoformat(),
            "path": str(last.path),
            "revision": last.revision,
            "published_at": _iso(last.at, zone),
            "gone": not last.is_there,
        },
        "next": standing.next and {"date": standing.next[0].isoformat(), "due": _iso(standing.next[1], zone)},
        "owed": [edition.date.isoformat() for edition in standing.owed],
        "attempts": worst.attempts if worst else 0,
        "retry_at": _iso(worst.retry_at, zone) if worst else None,
        "overdue_since": _iso(standing.overdue_since, zone),
    }


def _iso(instant: dt.datetime | None, zone: dt.tzinfo = dt.UTC) -> str | None:
    return instant.astimezone(zone).isoformat(timespec="seconds") if instant else None
