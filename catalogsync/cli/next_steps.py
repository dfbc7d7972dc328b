"""What somebody may want to do next who has just begun a catalog."""

import shlex
from collections.abc import Collection
from pathlib import Path
from typing import Final

from catalogsync.cli.new_ci import Automation
from catalogsync.cli.repository import Repository
from catalogsync.cli.session import Session
from catalogsync.cli.states import STATE_KEY
from catalogsync.render.beginning_text import is_product

_ENCRYPT: Final = (
    "Before real accounts are committed: `catalogsync pools encrypt`, so that only who has a key reads them."
)
_WHAT: Final = {1: "key", 2: "keys"}


def next_steps(session: Session, files: Collection[str], automation: Automation, *, sample: bool) -> list[str]:
    """The steps, in their order.

    Args:
        session: at the new catalog.
        files: the names of the files that were written.
        automation: the CI that the catalog got.
        sample: whether a sample was written, and no listing taken over.
    """
    config = session.config()
    variable = session.settings(config).api_key_env
    place = "" if session.root == Path() else f"`cd {shlex.quote(str(session.root))}`. "
    begin = "" if Repository(session.root, session.outward).top() else "git init && "
    message = "A new catalog" if sample else "The shop as it is"
    stays = "" if automation.remote else f" {config.state.path}/ stays out of git: keep a copy of it."
    push = f" && git push -u {automation.remote} HEAD" if automation.remote else ""
    steps = [f"{place}`{begin}git add -A && git commit -m '{message}'{push}` keeps it as it is now.{stays}"]
    keys = [variable, *([STATE_KEY] if automation.remote else [])]
    if lacking := [name for name in keys if not session.environ.get(name)]:
        exports = " ".join(f"{name}=…" for name in lacking)
        steps.append(f"`export {exports}` with your {_WHAT[len(lacking)]}, in each shell in which you work on it.")
    steps += _for_ci(automation, keys)
    product = next((name for name in files if is_product(name)), "products/")
    if sample:
        return [
            *steps,
            f"Make {product} your first product, and pools/sample.yaml what it sells. `catalogsync plan` shows what "
            "that would change in the shop; `catalogsync apply` does it.",
            _ENCRYPT,
            "Listings that the shop has already: `catalogsync import --all` writes files for them.",
        ]
    return [
        *steps,
        f"Change a price, say in {product}. `catalogsync plan` shows what that would change in the shop; "
        "`catalogsync apply` does it.",
        "Accounts to sell go into pools/NAME.yaml, and `pool: NAME` into the product. If its listing has stock, "
        "`catalogsync pools mark NAME --sent` or `--new` says whether these are there already.",
        _ENCRYPT,
    ]


def _for_ci(automation: Automation, keys: list[str]) -> list[str]:
    if automation.service == "none":
        return []
    if automation.lacking:
        return [
            f"The state is in a folder here, where CI cannot get at it, for {automation.lacking}. docs/ci.md of "
            "catalogsync tells how to move it. Until then let nobody merge: an apply in CI would be refused."
        ]
    secrets = " and ".join(keys)
    places = {
        "github": f"On GitHub, Settings > Environments: make `plan` and `production`, both with the secrets {secrets}, "
        "`production` with a reviewer. Settings > Rules: protect the branch catalogsync-state against deletion and "
        "force pushes.",
        "gitlab": f"In GitLab, Settings > CI/CD > Variables: set {secrets}, masked, for the environment `plan` and for "
        "`production`, and for the latter CATALOGSYNC_GIT_TOKEN, a project access token that may "
        "push. Settings > Repository: protect the branch catalogsync-state.",
    }
    return [
        f"Keep {STATE_KEY} in your password manager: without it the state cannot be read, and whoever has it can forge "
        "the state.",
        f"{places[automation.service]} docs/ci.md of catalogsync goes through it step by step.",
    ]
