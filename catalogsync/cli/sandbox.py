"""`catalogsync sandbox`: both marketplaces on this machine, for trying things out."""

import click

from catalogsync.cli.session import Session, pass_session


@click.command(short_help="Run both marketplaces on this machine.")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8900,
    show_default=True,
    help="Listen there; 0 takes any free port.",
)
@click.option("--db", default=":memory:", metavar="FILE", help="Keep its data in FILE (default: in memory).")
@pass_session
def command(session: Session, port: int, db: str) -> int:
    """Run a local server that behaves like both marketplaces. The API key is `sandbox`."""
    from catalogsync.sandbox import serve

    def ready(accplanet: str, hstockplus: str) -> None:
        session.say(f"accplanet   {accplanet}\nhstockplus  {hstockplus}")
        session.tell(f"API key: sandbox. Look at it in a browser: {accplanet}/ (Ctrl-C ends it)")

    serve(port, db, ready=ready)
    return 0
