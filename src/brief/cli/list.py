"""`brief list`: the briefings and their editions."""

from __future__ import annotations

import click

from brief import receipts
from brief.cli.console import PROBLEMS, complain, open_desk, print_json
from brief.model import Briefing, Desk, Schedule


@click.command("list", short_help="Show the briefings and their editions.")
@click.option("--json", "as_json", is_flag=True, help="Print the briefings as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show the desk's briefings: when each is due and which editions were published.

    \b
    Examples:
      brief list
      brief list --json
    """
    desk = open_desk(ctx)
    rows = [_row(desk, briefing) for _, briefing in sorted(desk.briefings.items())]
    if as_json:
        print_json(rows)
    else:
        _print(rows)
    for found in desk.faulty_briefings.values():
        complain(found)
    ctx.exit(PROBLEMS if desk.faulty_briefings else 0)


def _row(desk: Desk, briefing: Briefing) -> dict[str, object]:
    dates = receipts.published_dates(desk.state, briefing.slug)
    return {
        "briefing": briefing.slug,
        "title": briefing.title,
        "due": in_words(briefing.schedule, briefing.timezone),
        "published": [date.isoformat() for date in dates],
    }


def in_words(schedule: Schedule | None, timezone: str) -> str:
    """A cadence in words: `every week on monday at 07:00 Europe/Brussels`."""
    if schedule is None:
        return "on demand"
    on = {int: f" on day {schedule.on}", str: f" on {schedule.on}"}.get(type(schedule.on), "")
    return f"every {schedule.every}{on} at {schedule.at:%H:%M} {timezone}"


def _print(rows: list[dict[str, object]]) -> None:
    """A line a briefing, in columns."""
    cells = [("BRIEFING", "TITLE", "DUE", "PUBLISHED")]
    for row in rows:
        dates = row["published"]
        assert isinstance(dates, list)  # noqa: S101
        last = f"{len(dates)}, last {dates[-1]}" if dates else "none"
        cells.append((str(row["briefing"]), str(row["title"]), str(row["due"]), last))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
