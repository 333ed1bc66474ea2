"""`brief list`: the briefings and their editions."""

from __future__ import annotations

import click

from brief import receipts
from brief.cli.console import PROBLEMS, complain, no_index_option, open_desk, print_json
from brief.errors import BriefError, Problem
from brief.model import Briefing, Desk, Schedule


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the briefings as JSON.")
@no_index_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show the desk's briefings: when each is due and which editions were published.

    \b
    Examples:
      brief list
      brief list --json
    """
    desk = open_desk(ctx, whole=False)
    problems = [problem for found in desk.faulty_briefings.values() for problem in found]
    rows = [_row(desk, briefing, problems) for _, briefing in sorted(desk.briefings.items())]
    if as_json:
        print_json(rows)
    else:
        _print(rows)
    complain(dict.fromkeys(problems))
    ctx.exit(PROBLEMS if problems else 0)


def _row(desk: Desk, briefing: Briefing, problems: list[Problem]) -> dict[str, object]:
    """What there is to show of a briefing; what keeps it from being known is added to `problems`."""
    published: list[str] | None = None
    try:
        published = [date.isoformat() for date in receipts.published_dates(desk.state, briefing.slug)]
    except BriefError as error:
        problems += error.problems
    return {
        "briefing": briefing.slug,
        "title": briefing.title,
        "due": in_words(briefing.schedule, briefing.timezone),
        "published": published,
    }


def in_words(schedule: Schedule | None, timezone: str) -> str:
    """A cadence in words: `every week on monday at 07:00 Europe/Brussels, until 2025-12-31, except 2 days`."""
    if schedule is None:
        return "on demand"
    on = {int: f" on day {schedule.on}", str: f" on {schedule.on}"}.get(type(schedule.on), "")
    words = [f"every {schedule.every}{on} at {schedule.at:%H:%M} {timezone}"]
    if schedule.not_before:
        words.append(f"from {schedule.not_before}")
    if schedule.until:
        words.append(f"until {schedule.until}")
    if left_out := len(schedule.exceptions):
        words.append(f"except {left_out} {'day' if left_out == 1 else 'days'}")
    return ", ".join(words)


def _print(rows: list[dict[str, object]]) -> None:
    """A line a briefing, in columns."""
    cells = [("BRIEFING", "TITLE", "DUE", "PUBLISHED")]
    for row in rows:
        match row["published"]:
            case [*_, last] as dates:
                published = f"{len(dates)}, last {last}"
            case known:
                published = "not known" if known is None else "none"
        cells.append((str(row["briefing"]), str(row["title"]), str(row["due"]), published))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
