"""What is recorded when the state is rebuilt: what orders hold was sent, what is known stays, all else is held."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from catalogsync.core.recovery import recollect
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.order import Order
from catalogsync.model.pool import Account, Pool
from catalogsync.model.problem import Place
from catalogsync.model.recovery import Evidence, PoolRecovery, Recovery
from catalogsync.model.state import State
from tests.core.facts import binding, listing, product
from tests.harness.canary import password, username


def pool(name: str, numbers: Sequence[int]) -> Pool:
    where = Place(f"pools/{name}.yaml", 1, 1)
    return Pool(name, where, ((username(n), password(n), where) for n in numbers))


def user(account: Account) -> bytes:
    return int(account.username.reveal()[len("canaryuser") :].partition("@")[0]).to_bytes(16)


def content(account: Account) -> bytes:
    return bytes(15) + user(account)[-1:]


def order(product_id: str, *numbers: int) -> Order:
    return Order(f"o{numbers}", product_id, accounts=tuple(pool("any", numbers)))


PRODUCTS = (product("a", title="A", pool="pa"), product("b", title="B", pool="pb"), product("plain", title="C"))
LISTED = (listing("p1", title="A"), listing("p2", title="B"), listing("p3", title="C"))


def rebuilt(
    *orders: Order, state: State | None = None, shown: Iterable[Listing] = LISTED, spare: Sequence[int] = ()
) -> Recovery:
    """Two products with pools of three and two accounts, one without; `spare` is a pool that no product sells."""
    pools = {"pa": pool("pa", [1, 2, 3]), "pb": pool("pb", [11, 12]), "spare": pool("spare", spare)}
    evidence = Evidence(Listings({one.product_id: one for one in shown}), orders)
    products = {one.key: one for one in PRODUCTS}
    return recollect(products, pools, state or State("lineage"), "accplanet", evidence, user, content)


def counts(found: Recovery) -> dict[str, tuple[int, int, int, int]]:
    """By pool: how many accounts the catalog has, and how many were seen, are known and are held."""
    return {row.pool: (row.catalog, row.seen, row.known, row.held.count) for row in found.pools}


def numbers(prints: bytes) -> list[int]:
    return list(prints[15::16])


def known(**destinations: Sequence[int]) -> State:
    """A state that knows these accounts, by product_id."""
    state = State("lineage")
    for product_id, sent in destinations.items():
        accounts = list(pool("any", sent))
        batch = Batch(product_id, f"accplanet/{product_id}", "a", "pa", len(sent), Fate.SENT)
        state.ledger.add(batch, b"".join(map(user, accounts)), b"".join(map(content, accounts)))
    return state


def test_what_no_order_holds_and_nobody_knows_is_held() -> None:
    found = rebuilt(order("p1", 2), state=known(p1=[3]), spare=[21])
    assert counts(found) == {"pa": (3, 1, 1, 1), "pb": (2, 0, 0, 2), "spare": (1, 0, 0, 1)}
    held = found.pools[1].held
    assert numbers(held.users) == numbers(held.contents) == [11, 12]


def test_several_that_are_known_are_counted() -> None:
    assert counts(rebuilt(state=known(p1=[1, 3])))["pa"] == (3, 0, 2, 1)


def test_a_pool_has_the_product_that_sells_it_and_its_listing() -> None:
    rows: list[PoolRecovery] = list(rebuilt(shown=LISTED[:1]).pools)
    assert [(row.pool, row.key, row.product_id) for row in rows] == [
        ("pa", "a", "p1"),
        ("pb", "b", None),
        ("spare", None, None),
    ]


def test_a_listing_that_the_state_knows_stays_and_one_of_another_marketplace_does_not_count() -> None:
    state = State("lineage", bindings={"a": binding("a", "p2"), "b": replace(binding("b", "p1"), marketplace="other")})
    found = rebuilt(state=state)
    assert found.recognition.kept == {"a"}
    assert found.pools[0].product_id == "p2"
    assert found.pools[1].product_id is None


def test_what_orders_hold_and_the_state_does_not_know_was_delivered() -> None:
    found = rebuilt(order("p1", 1, 2), order("p1", 2), order("p2", 11), state=known(p1=[1]))
    assert {group: numbers(prints.users) for group, prints in found.delivered.items()} == {
        ("pa", "p1"): [2],
        ("pb", "p2"): [11],
    }
    assert all(prints.users == prints.contents for prints in found.delivered.values())
    assert found.delivered["pa", "p1"].count == 1


def test_one_of_no_pool_belongs_to_the_pool_that_the_listing_sells_now() -> None:
    state = State("lineage", bindings={"a": binding("a", "p1"), "gone": binding("gone", "p9")})
    shown = (*LISTED, listing("p9", title="Gone"))
    orders = [order("p1", 99), order("p2", 98), order("p3", 97), order("p9", 96), order("p8", 95), order("p2", 3)]
    assert {
        group: numbers(prints.users) for group, prints in rebuilt(*orders, state=state, shown=shown).delivered.items()
    } == {
        ("pa", "p1"): [99],
        ("pb", "p2"): [98],
        ("", "p3"): [97],
        ("", "p9"): [96],
        ("", "p8"): [95],
        ("pa", "p2"): [3],
    }
