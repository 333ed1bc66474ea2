"""`brief vars`: every name a template may use, with its value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import click

from brief import edition as editions
from brief.cli.console import PROBLEMS, complain, date_option, no_index_option, open_desk, print_json
from brief.errors import BriefError
from brief.issuer import current_date
from brief.renderer import catalogue, variables


@click.command("vars")
@click.argument("slug")
@date_option
@click.option("--all", "every", is_flag=True, help="Show each item of each list, not just the first.")
@click.option("--json", "as_json", is_flag=True, help="Print the values, all of them, as JSON.")
@no_index_option
@click.pass_context
def command(ctx: click.Context, slug: str, date: dt.date | None, every: bool, as_json: bool) -> None:
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
    for kind, entries in catalogue().items():
        click.echo(kind)
        for written, meaning in entries.items():
            click.echo(f"  {written}\n      {meaning}")
        click.echo()
    click.echo(f"Names, with their values in the edition of {issued}")
    for name, value in values.items():
        for line in _lines(name, value, every=every):
            click.echo(f"  {line}")


def _lines(name: str, value: object, *, every: bool) -> Iterator[str]:
    """`events[0].title = …`, one line a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(f"{name}.{key}", inner, every=every)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, inner in enumerate(value if every else value[:1]):
            yield from _lines(f"{name}[{index}]", inner, every=every)
        if len(value) > 1 and not every:
            yield f"{name}[1] to [{len(value) - 1}]: likewise (--all shows them)"
    else:
        yield f"{name} = {_short(value)}"


def _short(value: object) -> str:
    match value:
        case None | bool():
            text = str(value).lower()
        case list():
            text = ", ".join(map(str, value)) or "(empty list)"
        case _:
            text = str(value).replace("\n", " ⏎ ") or "(empty)"
    return text if len(text) <= 160 else text[:159] + "…"
