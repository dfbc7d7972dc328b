"""The kinds of words that commands take and a shell can complete: keys, pools, listings, doubts, fields, rules.

On the command line each of them is any text; only the shell's question makes a difference, and whatever goes wrong
then means that nothing is offered.
"""

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import click
from click.types import StringParamType

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from catalogsync.model.state import State

Find = Callable[["Path", str], Iterable[str]]
"""Gives the words that there are in a catalog, by its folder; all of them, or only those with a beginning."""

_MOST: Final = 200
"""So many words are offered at most; where there are more, only how they go on."""
_SAFE: Final = r"[A-Za-z0-9_.:/@+=-]{1,200}"


class Word(StringParamType):
    """A text whose possible values are looked up when a shell asks for them.

    Args:
        find: where they are looked up.
    """

    def __init__(self, find: Find) -> None:
        self._find = find

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> "list[CompletionItem]":
        """What may stand here, given how it begins."""
        from pathlib import Path

        from click.shell_completion import CompletionItem

        root = Path(ctx.find_root().params.get("root") or ".").expanduser()
        try:
            found = {word for word in self._find(root, incomplete) if word.startswith(incomplete)}
        except Exception:  # noqa: BLE001 - whatever is wrong with the catalog, a shell is no place to say so
            return []
        safe = {word for word in found if re.fullmatch(_SAFE, word)}
        return [CompletionItem(word) for word in abridged(safe, len(incomplete))]


class Folder(StringParamType):
    """A folder, which shells complete by themselves."""

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> "list[CompletionItem]":
        """Folders, however the name begins."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="dir")]


def abridged(words: set[str], known: int) -> list[str]:
    """The words in order; where they are too many, so many of their first signs that few enough differ.

    Args:
        words: which all begin alike.
        known: how many of their first signs are there already.
    """
    shown, length = words, known + 1
    if len(words) > _MOST:
        shown = {word[:length] for word in words}
        while len(longer := {word[: length + 1] for word in words}) <= _MOST:
            shown, length = longer, length + 1
    return sorted(shown)


def _state(root: "Path") -> "State":
    from catalogsync.cli.hardening import guard_memory
    from catalogsync.cli.session import Session

    guard_memory()
    session = Session(root, None, verbose=-1, no_color=True, environ=os.environ)
    journal = session.journal(session.config(), witnessed=False)
    if journal is None:
        raise LookupError
    return journal.state


def _keys(root: "Path", start: str) -> Iterable[str]:
    from catalogsync.cli import glimpses

    return glimpses.keys(root, start)


def _pools(root: "Path", start: str) -> Iterable[str]:
    from catalogsync.cli import glimpses

    return glimpses.pools(root, start)


def _bound(root: "Path", _start: str) -> Iterable[str]:
    return _state(root).bindings


def _managed(root: "Path", start: str) -> Iterable[str]:
    """Keys of the catalog, and those whose product is gone but whose listing is not."""
    yield from _keys(root, start)
    yield from _bound(root, start)


def _listings(root: "Path", _start: str) -> Iterable[str]:
    state = _state(root)
    yield from (binding.product_id for binding in state.bindings.values())
    yield from (product_id for op in state.ops.values() for product_id in op.alike)


def _doubts(root: "Path", _start: str) -> Iterable[str]:
    return [op.id for op in _state(root).ops.values() if op.held]


def _orders(root: "Path", _start: str) -> Iterable[str]:
    return [order.order_id for order in _state(root).orders.values()]


def _deleted(root: "Path", _start: str) -> Iterable[str]:
    return [deletion.key for deletion in _state(root).deletions.values() if not deletion.released]


def _marketplaces(root: "Path", _start: str) -> Iterable[str]:
    from catalogsync.catalog import read_config

    config, _ = read_config(root)
    return config.marketplaces if config else ()


def _assigned(_root: "Path", _start: str) -> Iterable[str]:
    from catalogsync.core.assignments import SETTABLE

    return [*(f"{name}=" for name in SETTABLE), "round:"]


def _fields(_root: "Path", _start: str) -> Iterable[str]:
    from catalogsync.core.compare import STOCK
    from catalogsync.model.fields import FIELDS

    return [name for name in FIELDS if name != STOCK]


def _rules(_root: "Path", _start: str) -> Iterable[str]:
    from catalogsync.core.limits import COUNTED, MEASURED

    return [f"{rule}=" for rule in (*COUNTED, *MEASURED)]


FOLDER: Final = Folder()
"""A folder."""
KEY: Final = Word(_keys)
"""A product's key, or a pattern for some."""
BOUND_KEY: Final = Word(_bound)
"""A key that has a listing."""
ANY_KEY: Final = Word(_managed)
"""A key of the catalog, or one that has a listing."""
DELETED_KEY: Final = Word(_deleted)
"""A key whose listing was deleted while accounts were remembered there."""
POOL: Final = Word(_pools)
"""A pool's name."""
PRODUCT_ID: Final = Word(_listings)
"""A listing's id, of those that the state knows: the marketplace is not asked."""
DOUBT: Final = Word(_doubts)
"""The id of a call that only a person can decide."""
ORDER: Final = Word(_orders)
"""An order's id, of those that the state keeps: no marketplace is asked."""
MARKETPLACE: Final = Word(_marketplaces)
"""A marketplace's name in catalogsync.yaml."""
FIELD: Final = Word(_fields)
"""A field of a listing, other than its stock."""
ASSIGNMENT: Final = Word(_assigned)
"""`FIELD=VALUE`, for fields that can be set."""
ALLOWANCE: Final = Word(_rules)
"""`RULE=N`."""
