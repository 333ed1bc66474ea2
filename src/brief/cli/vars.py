"""`brief vars`: every name a template may use, with its value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import click

from brief import edition as editions
from brief.cli.console import PROBLEMS, complain, date_option, open_desk, print_json
from brief.errors import BriefError
from brief.issuer import current_date
from brief.renderer import catalogue, variables


@click.command("vars", short_help="Show every name a template may use.")
@click.argument("slug")
@date_option
@click.option("--json", "as_json", is_flag=True, help="Print the values as JSON.")
@click.pass_context
def command(ctx: click.Context, slug: str, date: dt.date | None, as_json: bool) -> None:
    """Show every name a template of briefing SLUG may use, with its value in one edition.

    \b
    Examples:
      brief vars korea-europe-weekly
      brief vars korea-europe-weekly --date 2025-03-10 --json
    """
    desk = open_desk(ctx)
    try:
        issued = date or current_date(editions.briefing_of(desk, slug), dt.datetime.now(dt.UTC))
        values = variables(editions.select(desk, slug, issued))
    except BriefError as error:
        complain(error.problems)
        ctx.exit(PROBLEMS)
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        for line in _lines(name, value):
            click.echo(line)
    for kind, entries in catalogue().items():
        click.echo(f"\n{kind}")
        for name, meaning in entries.items():
            click.echo(f"  {name:<12} {meaning}")


def _lines(name: str, value: object) -> Iterator[str]:
    """`events[0].title = …`, one line a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(f"{name}.{key}", inner)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, inner in enumerate(value):
            yield from _lines(f"{name}[{index}]", inner)
    else:
        yield f"{name} = {_short(value)}"


def _short(value: object) -> str:
    text = "none" if value is None else "(empty)" if value in ("", []) else str(value).replace("\n", " ⏎ ")
    return text if len(text) <= 160 else text[:159] + "…"
