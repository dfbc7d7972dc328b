"""What somebody may want to do next who has just begun a catalog."""

import shlex
from collections.abc import Collection
from pathlib import Path

from catalogsync.cli.repository import Repository
from catalogsync.cli.session import Session
from catalogsync.render.beginning_text import is_product


def next_steps(session: Session, files: Collection[str], *, sample: bool) -> list[str]:
    """The steps, in their order.

    Args:
        session: at the new catalog.
        files: the names of the files that were written.
        sample: whether a sample was written, and no listing taken over.
    """
    config = session.config()
    variable = session.settings(config).api_key_env
    place = "" if session.root == Path() else f"`cd {shlex.quote(str(session.root))}`. "
    begin = "" if Repository(session.root, session.environ).head() else "git init && "
    message = "A new catalog" if sample else "The shop as it is"
    steps = [
        f"{place}`{begin}git add -A && git commit -m '{message}'` keeps it as it is now. {config.state.path}/ "
        "stays out of git: keep a copy of it."
    ]
    if not session.environ.get(variable):
        steps.append(f"`export {variable}=…` with your API key, in each shell in which you work on it.")
    product = next((name for name in files if is_product(name)), "products/")
    if sample:
        return [
            *steps,
            f"Make {product} your first product, and pools/sample.yaml what it sells. `catalogsync plan` shows what "
            "that would change in the shop; `catalogsync apply` does it.",
            "Listings that the shop has already: `catalogsync import --all` writes files for them.",
        ]
    return [
        *steps,
        f"Change a price, say in {product}. `catalogsync plan` shows what that would change in the shop; "
        "`catalogsync apply` does it.",
        "Accounts to sell go into pools/NAME.yaml, and `pool: NAME` into the product. If its listing has stock, "
        "`catalogsync pools mark NAME --sent` or `--new` says whether these are there already.",
    ]
