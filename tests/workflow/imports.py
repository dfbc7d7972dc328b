"""Short ways to import into a shop in memory."""

from collections.abc import Mapping

from catalogsync.model.fields import Value
from catalogsync.model.importing import Asked, Imported, Proposal
from catalogsync.workflow.importing import propose
from catalogsync.workflow.taking_over import carry_out, outcome, prepare
from tests.harness.fake_shop import FakeShop
from tests.harness.fake_writer import FakeWriter

ALL = Asked(everything=True)


def stock_up(shop: FakeShop, title: str = "Seat", **fields: Value) -> str:
    """A listing that somebody made by hand."""
    product_id = shop.market.put(
        **{"title": title, "category_id": "c-1", "price": "9.99", "description": "d", **fields}
    )
    shop.clock.pass_time(shop.market.lag)
    return product_id


def bindings(shop: FakeShop) -> dict[str, str]:
    """Which listing each key has."""
    return {key: binding.product_id for key, binding in shop.state.bindings.items()}


def proposed(shop: FakeShop, asked: Asked, writer: FakeWriter | None = None) -> Proposal:
    """What an import would do."""
    return propose(shop.desk(shop.journal()), writer or FakeWriter(shop), asked)


def imported(
    shop: FakeShop, asked: Asked, answers: Mapping[str, str] | None = None, writer: FakeWriter | None = None
) -> Imported:
    """Import, as a process of its own."""
    journal, writer = shop.journal(), writer or FakeWriter(shop)
    desk = shop.desk(journal)
    prepared = prepare(desk, writer, propose(desk, writer, asked), answers or {})
    if prepared.writes:
        carry_out(desk, journal, writer, shop.run("import"), prepared)
    return outcome(desk, writer, prepared, answers or {})
