"""Which marketplaces' orders a command serves, and everything that it needs wired together."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from catalogsync import __version__
from catalogsync.cli.sent import SENT
from catalogsync.model.errors import UsageError

if TYPE_CHECKING:
    from catalogsync.cli.session import Session
    from catalogsync.model.catalog import Catalog
    from catalogsync.model.config import Config, MarketplaceConfig
    from catalogsync.ports import Observer, OrderMarket
    from catalogsync.state import RecordJournal
    from catalogsync.workflow.orders.desk import OrderDesk

    Served = Sequence[MarketplaceConfig]


def served(session: "Session", config: "Config") -> "Served":
    """The marketplaces whose orders are served together: all, or the one of `-m`.

    Raises:
        UsageError: there is none of that name.
    """
    if session.marketplace is None:
        return tuple(config.marketplaces.values())
    if session.marketplace not in config.marketplaces:
        names = ", ".join(config.marketplaces)
        raise UsageError(f"-m {session.marketplace}: no such marketplace", f"catalogsync.yaml has {names}")
    return (config.marketplaces[session.marketplace],)


def served_alone(session: "Session", config: "Config", command: str) -> "MarketplaceConfig":
    """The one marketplace whose order a command names.

    Raises:
        UsageError: there are several, and nobody said which.
    """
    found = served(session, config)
    if len(found) != 1:
        names = ", ".join(entry.name for entry in found)
        one, other = (entry.name for entry in found[:2])
        raise UsageError(
            f"whose order is that? catalogsync.yaml has {names}",
            f"say which: `catalogsync -m {one} orders {command}` or `catalogsync -m {other} orders {command}`",
        )
    return found[0]


def state_to_read(session: "Session", config: "Config", serving: "Served") -> "RecordJournal | None":
    """The state that a reading command stands on; made where what is read must be kept and there is none yet.

    Raises:
        StateError: it cannot be read or made.
    """
    from catalogsync.cli.first_state import first_state

    journal = session.journal(config)
    return first_state(session, config, journal) if any(entry.type == "hstockplus" for entry in serving) else journal


def state_to_write(session: "Session", config: "Config") -> "RecordJournal":
    """The state, made if there is none.

    Raises:
        StateError: it cannot be read or made.
    """
    from catalogsync.cli.first_state import first_state

    return first_state(session, config, session.journal(config))


@contextmanager
def order_desk(
    session: "Session",
    catalog: "Catalog",
    serving: "Served",
    journal: "RecordJournal | None",
    observer: "Observer",
    named: tuple[str, ...] = (),
    *,
    tells: bool = False,
) -> "Iterator[OrderDesk]":
    """Everything that is needed to read and fill orders.

    Raises:
        UsageError: the variable of a key is not set.
        MarketplaceError: an address or a key cannot be used.
    """
    from catalogsync.marketplaces import open_orders
    from catalogsync.workflow.orders.desk import OrderDesk

    with ExitStack() as stack:
        markets: dict[str, OrderMarket] = {}
        for entry in serving:
            market = open_orders(entry, session.api_key(entry), session.clock)
            stack.enter_context(market)
            stack.enter_context(SENT.counted(market))
            markets[entry.name] = market
        yield OrderDesk(
            catalog=catalog,
            markets=markets,
            settings={entry.name: entry for entry in serving},
            journal=journal,
            fingerprints=journal.fingerprints if journal else None,
            clock=session.clock,
            observer=observer,
            version=__version__,
            interrupted=session.interrupted.is_set,
            tells=tells,
            named=named,
        )
