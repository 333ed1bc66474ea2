"""`brief generate`: build editions and publish them."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import click

from brief import cadence
from brief import edition as editions
from brief.builder import Builder
from brief.classes import dataclass
from brief.cli.console import (
    LOCKED,
    PROBLEMS,
    cache_of,
    complain,
    date_option,
    no_index_option,
    open_desk,
    print_json,
    printable,
    remember_dates,
    shown,
)
from brief.desk import load
from brief.errors import BriefError, Problem
from brief.issuer import Build, Issued, NotDueError, build_here, current_date, issue_all
from brief.locks import LockedError
from brief.model import Desk
from brief.publisher import UnrecordedError

_MANY = 4
"""Editions from which on several processes make them as soon as one, at the least."""
_WIDEST = 8
"""Processes that build unless more are asked for: one process publishes what they all build."""


def _positive(ctx: click.Context, param: click.Parameter, value: int | None) -> int | None:
    if value is not None and value < 1:
        raise click.BadParameter(f"{value} processes build nothing; give 1 or more", ctx, param)
    return value


@click.command("generate", no_args_is_help=True)
@click.argument("slugs", metavar="[SLUG]...", nargs=-1)
@date_option
@click.option("--all", "every", is_flag=True, help="Every briefing of the desk.")
@click.option("--draft", is_flag=True, help="A draft: says DRAFT on every page, may be overwritten, leaves no receipt.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Another output folder than the desk's.")
@click.option(
    "--jobs",
    type=int,
    metavar="N",
    callback=_positive,
    help="Build in N processes; 1: in this one.  [default: where there are many, one a processor]",
)
@click.option("--json", "as_json", is_flag=True, help="Tell what was done as JSON.")
@no_index_option
@click.pass_context
def command(
    ctx: click.Context,
    slugs: tuple[str, ...],
    date: dt.date | None,
    every: bool,
    draft: bool,
    output: Path | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Build editions and publish them; print the path of each.

    An edition is named by its briefing and its issue date. Without --date it is the one last due by
    the briefing's schedule, or today's where the briefing is made on demand. What was published is
    never overwritten: unchanged inputs answer "unchanged", changed ones make a revision (-r2).

    \b
    Examples:
      brief generate korea-europe-weekly
      brief generate korea-europe-weekly --date 2025-03-10
      brief generate --all --draft
    """
    if every == bool(slugs):
        ctx.fail("name one or more briefings, or all of them with --all (see brief list)")
    desk = open_desk(ctx)
    builder = Builder(desk, cache=cache_of(ctx))
    remember_dates(ctx)
    names = sorted({*desk.briefings, *desk.faulty_briefings}) if every else list(dict.fromkeys(slugs))
    due, outcomes = _due(desk, names, date, every=every)
    complain(_doubts(desk, due, dt.datetime.now(dt.UTC).date()) if date else ())
    build = _build(builder, min(jobs or _usable(len(due)), len(due)))
    locked = ""
    try:
        with closing(issue_all(desk, due, build, output=output, draft=draft)) as issued, _progress(len(due)) as advance:
            for slug, outcome in issued:
                outcomes[slug] = outcome
                advance(slug)
    except LockedError as error:
        locked = str(error)
    except (KeyboardInterrupt, SystemExit):
        _tell([outcome for outcome in outcomes.values() if isinstance(outcome, Issued)], [], as_json=as_json)
        raise
    told = [(name, outcomes.get(name)) for name in names]
    results = [outcome for _, outcome in told if isinstance(outcome, Issued)]
    missed = [_missed(name, due.get(name, date), outcome, locked) for name, outcome in told if not isinstance(outcome, Issued)]
    _tell(results, missed, as_json=as_json)
    if not names:
        click.echo("brief: the desk has no briefings; write one in briefings/", err=True)
    if locked:
        click.echo(printable(f"brief: {locked}; try again later"), err=True)
    ctx.exit(LOCKED if locked else PROBLEMS if missed else 0)


def _due(
    desk: Desk, names: list[str], date: dt.date | None, *, every: bool
) -> tuple[dict[str, dt.date], dict[str, Issued | BriefError]]:
    """The dates of the editions to be made, and what became of the others."""
    now = dt.datetime.now(dt.UTC)
    due: dict[str, dt.date] = {}
    others: dict[str, Issued | BriefError] = {}
    for name in names:
        try:
            due[name] = date or current_date(editions.briefing_of(desk, name), now)
        except NotDueError as error:
            others[name] = Issued(name, error.first, "skipped", reason="not due yet") if every else error
        except BriefError as error:
            others[name] = error
    return due, others


def _doubts(desk: Desk, due: dict[str, dt.date], today: dt.date) -> Iterator[Problem]:
    """What makes one doubt that these are the dates that were meant."""
    for briefing, date in ((desk.briefings[slug], date) for slug, date in due.items() if slug in desk.briefings):
        if briefing.cadence and not cadence.is_due(briefing.cadence, date):
            near = (cadence.latest(briefing.cadence, date), cadence.following(briefing.cadence, date))
            hint = f"due are {' and '.join(str(day) for day in near if day)}" if any(near) else ""
            told = f"no edition is due on {date}: this one has no number"
            yield Problem(briefing.origin, told, key="schedule", hint=hint, severity="warning")
        if date > today + dt.timedelta(days=1):  # it may be tomorrow already, where the readers are
            told = f"{date} lies ahead: what happens until then will be missing"
            yield Problem(briefing.origin, told, hint="--draft makes one that may be overwritten", severity="warning")


def _usable(count: int) -> int:
    """How many processes are to build so many editions, where nobody says."""
    if count < _MANY:
        return 1
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, _WIDEST)


def _build(builder: Builder, jobs: int) -> Build:
    """What builds editions: so many processes, or this one."""
    if jobs < 2:
        return partial(build_here, builder)
    from brief import many  # slow to import, for one who makes a single edition

    return partial(many.build_each, many.processes(builder, jobs, partial(_load, builder.desk.root, builder.cache)))


def _load(root: Path, folder: Path | None) -> Builder:
    """The builder, made in a process that doesn't share ours."""
    return Builder(load(root, cache=folder), cache=folder)


@dataclass(frozen=True, slots=True)
class _Missed:
    """An edition that was not published, or not to the end: then `path` is where its file lies."""

    briefing: str
    date: dt.date | None
    action: Literal["failed", "locked"] = "failed"
    path: Path | None = None
    reason: str = ""
    problems: tuple[Problem, ...] = ()


def _missed(slug: str, date: dt.date | None, error: BriefError | None, locked: str) -> _Missed:
    if error is None:
        return _Missed(slug, date, "locked", reason=locked)
    if isinstance(error, UnrecordedError):
        reason = f"{shown(error.path)} was written, but not its receipt"
        return _Missed(slug, date, path=error.path, reason=reason, problems=error.problems)
    return _Missed(slug, date, problems=error.problems)


def _tell(results: list[Issued], missed: list[_Missed], *, as_json: bool) -> None:
    complain(dict.fromkeys(problem for done in results for problem in done.warnings))
    complain(dict.fromkeys(problem for edition in missed for problem in edition.problems))
    for edition in missed:
        if edition.action == "failed":
            click.echo(printable(f"{edition.briefing}: {edition.reason or 'not made'}"), err=True)
    if as_json:
        print_json([*(_as_json(done, done.warnings) for done in results), *(_as_json(each, each.problems) for each in missed)])
        return
    for done in results:
        if done.action in ("unchanged", "skipped", "restored"):
            click.echo(f"{done.briefing} {done.date}: {done.action}{done.reason and ', ' + done.reason}", err=True)
        if done.path:
            click.echo(shown(done.path))


def _as_json(edition: Issued | _Missed, problems: Iterable[Problem]) -> dict[str, object]:
    return {
        "briefing": edition.briefing,
        "date": edition.date and edition.date.isoformat(),
        "action": edition.action,
        "path": edition.path and str(edition.path),
        "revision": (isinstance(edition, Issued) and edition.revision) or None,
        "sha256": (isinstance(edition, Issued) and edition.sha256) or None,
        "reason": edition.reason or None,
        "problems": [problem.as_json() for problem in problems],
    }


@contextmanager
def _progress(count: int) -> Iterator[Callable[[str], None]]:
    """A function to be told of each briefing done, for a bar where somebody is watching and there is something to watch."""
    if count < 2 or not (sys.stderr and sys.stderr.isatty()):  # it may have been closed
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    # Without the thread that refreshes it: processes are forked, which only a process of one thread can do safely.
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=count)

        def advance(name: str) -> None:
            bar.update(task, description=name, advance=1)
            bar.refresh()

        bar.refresh()
        yield advance
