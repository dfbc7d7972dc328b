"""`catalogsync schema`: the published form of every format."""

import click

from catalogsync.cli.session import Session, pass_session


@click.command(short_help="Print the JSON Schema of a format.")
@click.argument("name", metavar="NAME")
@pass_session
def command(session: Session, name: str) -> int:
    """Print a JSON Schema: config, product, defaults, pool, plan, drift, orders or state-record."""
    from catalogsync.catalog import SCHEMA_NAMES, schema_text
    from catalogsync.model.errors import UsageError

    if name not in SCHEMA_NAMES:
        raise UsageError(f"there is no schema {name}", f"there are {', '.join(SCHEMA_NAMES)}")
    session.say(schema_text(name))
    return 0
