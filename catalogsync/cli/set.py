"""`catalogsync set`: one field of many products."""

import click

from catalogsync.cli.options import choosing, editing, selection
from catalogsync.cli.session import Session, pass_session
from catalogsync.cli.words import ASSIGNMENT


@click.command(short_help="Set a field of many products.")
@click.argument("assignments", type=ASSIGNMENT, nargs=-1, required=True, metavar="FIELD=VALUE...")
@choosing
@editing
@pass_session
def command(
    session: Session,
    assignments: tuple[str, ...],
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    dry_run: bool,
    auto_approve: bool,
) -> int:
    """Set fields of products in the catalog's files, comments kept.

    Prices take an amount (price=9.99) or a change (price=+5%, price=-0.50), and round:.99 brings them to the nearest
    price with that ending. FIELD= without a value takes the field out.
    """
    from catalogsync.cli.editing import carry_out, refuse, require_answer
    from catalogsync.core.assignments import assign, parse_assignments
    from catalogsync.core.select import selected
    from catalogsync.model.errors import UsageError

    require_answer(dry_run=dry_run, auto_approve=auto_approve)
    if not only and not exclude:
        raise UsageError("say which products: --only GLOB", "for all of them --only '*'")
    catalog = session.catalog()
    wanted = parse_assignments(assignments, catalog)
    chosen = selection(only, exclude)
    products = [product for key, product in sorted(catalog.products.items()) if selected(key, chosen)]
    if not products:
        raise UsageError("no product's key fits", "quote the pattern, as in --only 'tea-*'")
    edits, faults = assign(products, wanted)
    refuse(faults, "edit")
    return carry_out(session, catalog, edits, dry_run=dry_run, auto_approve=auto_approve)
