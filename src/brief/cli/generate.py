"""`brief generate`: build editions and publish them."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from brief import edition as editions
from brief.builder import Builder
from brief.cli.console import LOCKED, PROBLEMS, complain, date_option, open_desk, print_json, shown
from brief.errors import BriefError, Problem
from brief.issuer import Issued, current_date, issue
from brief.publisher import LockedError


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
    problems: dict[str, tuple[Problem, ...]] = {}
    with _progress(names) as advancing:
        for slug in advancing:
            try:
                issued = date or current_date(editions.briefing_of(desk, slug), now)
                results.append(issue(builder, slug, issued, output=output, draft=draft))
            except BriefError as error:
                problems[slug] = error.problems
            except LockedError as error:
                click.echo(f"brief: {error}; try again later", err=True)
                ctx.exit(LOCKED)
    _tell(results, problems, as_json=as_json)
    ctx.exit(PROBLEMS if problems else 0)


def _tell(results: list[Issued], problems: dict[str, tuple[Problem, ...]], *, as_json: bool) -> None:
    warnings: dict[Problem, None] = {}
    for done in results:
        warnings.update(dict.fromkeys(done.warnings))
    complain(warnings)
    complain(dict.fromkeys(problem for found in problems.values() for problem in found))
    for slug in problems:
        click.echo(f"{slug}: not made", err=True)
    if as_json:
        failed = [
            {"briefing": slug, "action": "failed", "problems": [problem.as_json() for problem in found]}
            for slug, found in problems.items()
        ]
        print_json([*map(_as_json, results), *failed])
        return
    for done in results:
        if done.action in ("unchanged", "skipped", "restored"):
            click.echo(f"{done.briefing} {done.date}: {done.action}{done.reason and ', ' + done.reason}", err=True)
        if done.path:
            click.echo(shown(done.path))


def _as_json(done: Issued) -> dict[str, object]:
    return {
        "briefing": done.briefing,
        "date": done.date.isoformat(),
        "action": done.action,
        "path": done.path and str(done.path),
        "revision": done.revision or None,
        "sha256": done.sha256 or None,
        "reason": done.reason or None,
        "problems": [problem.as_json() for problem in done.warnings],
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
