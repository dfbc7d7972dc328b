"""The marketplace whose tickets, payments and balance are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from catalogsync.cli.session import Session
from catalogsync.model.errors import UsageError

if TYPE_CHECKING:
    from catalogsync.model.config import Config
    from catalogsync.ports import Office


@contextmanager
def office(session: Session, config: "Config") -> "Iterator[Office]":
    """The marketplace that was asked for, or the only one that has these.

    Raises:
        UsageError: it has none of these, or its key is not set.
        MarketplaceError: the address or the key cannot be used.
    """
    chosen = config.marketplaces.get(session.marketplace or "")
    if chosen is not None and chosen.type != "accplanet":
        raise UsageError(
            f"-m {chosen.name}: a marketplace of type {chosen.type} has no tickets, payments or balance to ask for",
            "leave -m out, or name one of type accplanet",
        )
    with session.connected(session.settings(config)) as marketplace:
        yield marketplace
