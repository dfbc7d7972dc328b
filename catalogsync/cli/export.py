"""`catalogsync export`: the catalog as a sheet."""

from pathlib import Path
from shlex import quote

import click

from catalogsync.cli.options import choosing, selection
from catalogsync.cli.session import Session, pass_session


@click.command(short_help="Write the products into a sheet.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@choosing
@pass_session
def command(session: Session, file: Path, only: tuple[str, ...], exclude: tuple[str, ...]) -> int:
    """Write the products into FILE, a .csv or .xlsx sheet to be edited. Off line; an older sheet is replaced.

    `catalogsync sheet apply FILE` brings the edits back.
    """
    from catalogsync.cli.files import replaced
    from catalogsync.core.select import selected
    from catalogsync.core.sheet_columns import COLUMNS
    from catalogsync.core.sheet_rows import sheet_rows
    from catalogsync.model.counted import counted
    from catalogsync.model.errors import UsageError
    from catalogsync.render.escape import inline
    from catalogsync.sheets import ENDINGS, write_sheet

    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(f"{file.name}: a sheet's name ends in {' or '.join(ENDINGS)}", "for example products.xlsx")
    catalog = session.catalog()
    chosen = selection(only, exclude)
    products = [product for key, product in sorted(catalog.products.items()) if selected(key, chosen)]
    if not products:
        raise UsageError("there is no such product in the catalog", "see the keys with `catalogsync status`")
    _require_sheet(file)
    with replaced(file) as target:
        write_sheet(target, ending, COLUMNS, sheet_rows(products, catalog.config.categories))
    command = f"catalogsync sheet apply {quote(str(file))}"
    session.tell(f"{counted(len(products), 'product')} in {inline(str(file))}. Edit it, then `{inline(command)}`.")
    return 0


def _require_sheet(file: Path) -> None:
    """Make sure that what would be replaced, if anything, is a sheet of ours: accounts are kept in .csv files, too.

    Raises:
        UsageError: it is something else.
    """
    from catalogsync.core.sheet_columns import EXPORTED, columns_of
    from catalogsync.model.errors import UsageError
    from catalogsync.sheets import read_sheet

    if not file.exists() or (file.is_file() and not file.stat().st_size):
        return
    try:
        ours = file.is_file() and {"key", EXPORTED} <= columns_of(read_sheet(file)).places.keys()
    except UsageError:
        ours = False
    if not ours:
        raise UsageError(
            f"{file} is there already, and is no sheet that `catalogsync export` wrote",
            "take another name, or move it elsewhere",
        )
