"""`brief check`: every problem of the desk."""

from __future__ import annotations

import click

from brief.checker import check
from brief.cli.console import PROBLEMS, cache_of, count, no_index_option, open_desk, print_json, printable
from brief.errors import strict


@click.command("check")
@click.argument("slugs", metavar="[SLUG]...", nargs=-1)
@click.option("--strict", "as_errors", is_flag=True, help="Take warnings for errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@no_index_option
@click.pass_context
def command(ctx: click.Context, slugs: tuple[str, ...], as_errors: bool, as_json: bool) -> None:
    """Find every problem in seeds, briefings, templates and house style, and write nothing.

    Each briefing is built dry: its newest edition, made-up ones that are full, sparse and empty, and
    one of everything the desk holds for it, so that every text it could print is tried.
    What check passes, generate can build. A problem prints as path:line:column: error: message.

    \b
    Examples:
      brief check
      brief check korea-europe-weekly --strict
    """
    desk = open_desk(ctx)
    problems = check(desk, slugs, cache=cache_of(ctx))
    if as_errors:
        problems = strict(problems)
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        print_json([problem.as_json() for problem in problems])
    else:
        for problem in problems:
            click.echo(printable(str(problem)))
        warnings = len(problems) - errors
        counts = ((errors, "error"), (warnings, "warning"))
        summary = ", ".join(count(number, noun) for number, noun in counts if number)
        click.echo(summary or f"no problems in {count(len(slugs or desk.briefings), 'briefing')}", err=True)
    ctx.exit(PROBLEMS if errors else 0)
