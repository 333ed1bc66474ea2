"""`brief schedule`: publish what is due, now or for years."""

from __future__ import annotations

import datetime as dt
import gc
from contextlib import closing
from typing import NoReturn

import click

from brief.cli.console import DAY, LOCKED, PROBLEMS, cache_of, complain, no_index_option, open_desk, print_json
from brief.cli.log import FORMATS, show_log
from brief.locks import LockedError
from brief.scheduler import calendar as calendars
from brief.scheduler.loop import run
from brief.scheduler.service import Scheduler
from brief.scheduler.signals import Stop
from brief.scheduler.workshop import LIMIT, Workshop
from brief.scheduler.world import World

_BEHIND = dt.timedelta(hours=12)
"""So far are clocks behind UTC where the day begins last."""
_LONGEST = dt.timedelta(days=36_525)


@click.command("schedule")
@click.option("--once", is_flag=True, help="Publish what is due and end: for cron, systemd timers and Kubernetes.")
@click.option("--log-format", type=click.Choice(FORMATS), default="human", help="Log lines for people, or as JSON.")
@click.option(
    "--time-limit",
    type=click.IntRange(1, 1_000_000),
    metavar="SECONDS",
    default=LIMIT,
    show_default=True,
    help="How long building one edition may take.",
)
@click.option("--dry-run", is_flag=True, help="Publish nothing: print the calendar of what is due.")
@click.option("--from", "start", type=DAY, metavar="YYYY-MM-DD", help="Its first day.  [default: today]")
@click.option("--to", "end", type=DAY, metavar="YYYY-MM-DD", help="Its last day.  [default: 30 days later]")
@click.option("--format", "form", type=click.Choice(("table", "ics", "json")), help="Its form.  [default: table]")
@click.argument("slugs", metavar="[SLUG]...", nargs=-1)
@no_index_option
@click.pass_context
def command(
    ctx: click.Context,
    once: bool,
    log_format: str,
    time_limit: int,
    dry_run: bool,
    start: dt.date | None,
    end: dt.date | None,
    form: str | None,
    slugs: tuple[str, ...],
) -> None:
    """Publish each edition when it is due, until told to stop (SIGTERM or Ctrl-C).

    What was due while nothing ran is made up for as each briefing's catch_up says; a briefing that is
    new owes nothing yet. Every edition due ends on record as published, skipped or failed; of one that
    failed another try follows by itself, or when the files at fault change. Each change is a line of
    the log, on standard error. brief status tells how things stand.

    A dry run shows which editions are due in some days, of all briefings or of those named, and what
    became of those past; an .ics file of it can be opened in any calendar.

    \b
    Examples:
      brief schedule
      brief schedule --once
      brief schedule --log-format json
      brief schedule --dry-run --to 2025-12-31
      brief schedule --dry-run --format ics > editions.ics
    """
    if not dry_run and (slugs or start or end or form):
        ctx.fail("SLUG, --from, --to and --format are for a calendar: add --dry-run")
    if dry_run and once:
        ctx.fail("--once publishes what is due, --dry-run publishes nothing: give one of them")
    if dry_run:
        _show_calendar(ctx, slugs, start, end, form or "table")
    gc.set_threshold(2_000, 10, 10)  # for years, other than the short runs that the command line is made for
    show_log(log_format)
    with closing(Stop()) as stop, stop.on_signals():
        desk = open_desk(ctx, whole=False)
        if desk.fatal:  # brief.yaml may say where the state lies
            complain(desk.fatal)
            ctx.exit(PROBLEMS)
        builds = Workshop(desk.root, (desk.output, desk.state), time_limit, anew=cache_of(ctx) is None)
        scheduler = Scheduler(desk, World(_now, builds, _is_edition), "once" if once else "service")
        try:
            run(scheduler, stop)
        except LockedError as error:
            click.echo(f"brief: {error}", err=True)
            ctx.exit(LOCKED)
    ctx.exit(PROBLEMS if once and scheduler.failures else 0)


def _show_calendar(
    ctx: click.Context, slugs: tuple[str, ...], start: dt.date | None, end: dt.date | None, form: str
) -> NoReturn:
    """Print what is due in some days, and end."""
    now = _now()
    _check_span(ctx, start or (now - _BEHIND).date(), end)
    calendar = calendars.calendar(open_desk(ctx, whole=False), slugs, now, start=start, end=end)
    complain(calendar.problems)
    if form == "json":
        print_json(calendars.as_json(calendar.slots))
    elif form == "ics":
        click.echo(calendars.as_ics(calendar.slots), nl=False)
    elif calendar.slots:
        click.echo(calendars.as_table(calendar.slots))
    is_faulty = any(problem.severity == "error" for problem in calendar.problems)
    if not calendar.slots and not is_faulty:
        on_demand = ", ".join(calendar.on_demand)
        click.echo(f"brief: no edition is due in these days{on_demand and f'; made on demand only: {on_demand}'}", err=True)
    ctx.exit(PROBLEMS if is_faulty else 0)


def _check_span(ctx: click.Context, start: dt.date, end: dt.date | None) -> None:
    if end and end < start:
        ctx.fail(f"--to {end} lies before the first day, {start}; give an earlier one with --from")
    if end and end - start > _LONGEST:
        ctx.fail(f"from {start} to {end} is too long; a calendar has {_LONGEST.days // 365} years at most")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _is_edition(name: str, data: bytes) -> bool:
    from brief import word  # python-docx is slow to import, and rarely needed

    return word.identifier(data) == name
