"""`brief generate`: build editions and publish them."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from brief import edition as editions
from brief.builder import Builder
from brief.cli.console import LOCKED, PROBLEMS, complain, date_option, open_desk, print_json, printable, shown
from brief.errors import BriefError, Problem
from brief.issuer import Issued, NotDueError, current_date, issue
from brief.locks import LockedError
from brief.publisher import UnrecordedError


@click.command("generate", short_help="Build editions and publish them.", no_args_is_help=True)
@click.argument("slugs", metavar="[SLUG]...", nargs=-1)
@date_option
@click.option("--all", "every", is_flag=True, help="Every briefing of the desk.")
@click.option("--draft", is_flag=True, help="A draft: says DRAFT on every page, may be overwritten, leaves no receipt.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Another output folder than the desk's.")
@click.option("--json", "as_json", is_flag=True, help="Tell what was done as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    slugs: tuple[str, ...],
    date: dt.date | None,
    every: bool,
    draft: bool,
    output: Path | None,
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
    builder = Builder(desk)
    names = sorted({*desk.briefings, *desk.faulty_briefings}) if every else list(dict.fromkeys(slugs))
    now = dt.datetime.now(dt.UTC)
    results: list[Issued] = []
    missed: list[_Missed] = []
    locked = ""
    with _progress(names) as advancing:
        for slug in advancing:
            day = date
            try:
                day = date or current_date(editions.briefing_of(desk, slug), now)
                results.append(issue(builder, slug, day, output=output, draft=draft))
            except BriefError as error:
                if every and isinstance(error, NotDueError):
                    results.append(Issued(slug, error.first, "skipped", reason="not due yet"))
                else:
                    missed.append(_missed(slug, day, error))
            except LockedError as error:
                locked = str(error)
                missed += [_Missed(name, date, "locked", reason=locked) for name in names[names.index(slug) :]]
                break
    _tell(results, missed, as_json=as_json)
    if not names:
        click.echo("brief: the desk has no briefings; write one in briefings/", err=True)
    if locked:
        click.echo(printable(f"brief: {locked}; try again later"), err=True)
    ctx.exit(LOCKED if locked else PROBLEMS if missed else 0)


@dataclass(frozen=True, slots=True)
class _Missed:
    """An edition that was not published, or not to the end: then `path` is where its file lies."""

    briefing: str
    date: dt.date | None
    action: Literal["failed", "locked"] = "failed"
    path: Path | None = None
    reason: str = ""
    problems: tuple[Problem, ...] = ()


def _missed(slug: str, date: dt.date | None, error: BriefError) -> _Missed:
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
def _progress(names: list[str]) -> Iterator[Iterator[str]]:
    """The names one by one, with a progress bar where somebody is watching and there is something to watch."""
    if len(names) < 2 or not sys.stderr.isatty():
        yield iter(names)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(names))

        def advancing() -> Iterator[str]:
            for name in names:
                bar.update(task, description=name)
                yield name
                bar.advance(task)

        yield advancing()
