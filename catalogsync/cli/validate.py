"""`catalogsync validate`: read everything, off line, and say every problem."""

from typing import Literal

import click

from catalogsync.cli.session import Session, pass_session


@click.command(short_help="Check the whole catalog, off line.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@pass_session
def command(session: Session, form: Literal["text", "json", "github"]) -> int:
    """Check the whole catalog, off line: every problem, with file, line and column."""
    from catalogsync.cli.annotating import repository_folder
    from catalogsync.model.counted import counted
    from catalogsync.render.problems import render_problems

    reading = session.glance()
    if reading.catalog is not None:
        session.keep_to_itself(reading.catalog.config)
    folder = repository_folder(session) if form == "github" else ""
    output = render_problems(reading.problems, form, folder)
    if output:
        session.say(output)
    if reading.catalog is None:
        return 1
    if form == "text":
        products, pools = len(reading.catalog.products), reading.catalog.pools
        accounts = sum(len(pool) for pool in pools.values())
        session.tell(
            f"The catalog is valid: {counted(products, 'product')}, {counted(len(pools), 'pool')} with "
            f"{counted(accounts, 'account')}."
        )
    return 0
