"""`brief schedule`: publish what is due, now or for years."""

from __future__ import annotations

import datetime as dt
from functools import partial

import click

from brief.cli.console import LOCKED, PROBLEMS, complain
from brief.cli.log import FORMATS, show_log
from brief.errors import BriefError
from brief.locks import LockedError
from brief.model import Desk
from brief.scheduler.loop import run
from brief.scheduler.service import Scheduler, World
from brief.scheduler.workshop import LIMIT, Workshop


@click.command("schedule", short_help="Publish what is due, now or for years.")
@click.option("--once", is_flag=True, help="Publish what is due and end: for cron, systemd timers and Kubernetes.")
@click.option("--log-format", type=click.Choice(FORMATS), default="human", help="Log lines for people, or as JSON.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    default=LIMIT,
    show_default=True,
    help="How long building one edition may take.",
)
@click.pass_context
def command(ctx: click.Context, once: bool, log_format: str, time_limit: float) -> None:
    """Publish each edition when it is due, until told to stop (SIGTERM or Ctrl-C).

    What was due while nothing ran is made up for as each briefing's catch_up says; a briefing that is
    new owes nothing yet. Every edition due ends on record as published, skipped or failed; of one that
    failed another try follows by itself, or when the files at fault change. Each change is a line of
    the log, on standard error. brief status tells how things stand.

    \b
    Examples:
      brief schedule
      brief schedule --once
      brief schedule --log-format json
    """
    show_log(log_format)
    builds = partial(_workshop, limit=time_limit)
    world = World(clock=_now, builds=builds, proof=_is_edition)
    try:
        scheduler = Scheduler(ctx.obj, world, "once" if once else "service")
        run(scheduler)
    except BriefError as error:
        complain(error.problems)
        ctx.exit(PROBLEMS)
    except LockedError as error:
        click.echo(f"brief: {error}", err=True)
        ctx.exit(LOCKED)
    ctx.exit(PROBLEMS if once and scheduler.failures else 0)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _workshop(desk: Desk, limit: float) -> Workshop:
    return Workshop(desk.root, (desk.output, desk.state), limit)


def _is_edition(name: str, data: bytes) -> bool:
    from brief import word  # python-docx is slow to import, and rarely needed

    return word.identifier(data) == name
