"""Products and listings of one title, told apart by what else is shown."""

from catalogsync.core.pairing import told_apart
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing


def shown(product_id: str, **fields: Value) -> Listing:
    return Listing(product_id, fields)


def test_each_has_the_one_that_is_equal() -> None:
    wanted = {"a": {"price": "1", "status": "active"}, "b": {"price": "2"}}
    assert told_apart(wanted, [shown("p", price="2"), shown("q", price="1", stock=3)]) == {"a": "q", "b": "p"}


def test_what_is_not_shown_is_no_difference_and_stock_never_is() -> None:
    wanted: dict[str, dict[str, Value]] = {"a": {"price": "1", "supplier_name": "A", "stock": 4}}
    assert told_apart(wanted, [shown("p", price="1", stock=9)]) == {"a": "p"}
    assert told_apart(wanted, [shown("p", price="1", supplier_name="B")]) == {}


def test_what_is_equal_to_several_is_nobodys() -> None:
    assert told_apart({"a": {"price": "1"}, "b": {"title": "T"}}, [shown("p", price="1", title="T")]) == {}
    assert told_apart({"a": {"price": "1"}}, [shown("p", price="1"), shown("q")]) == {}


def test_interchangeable_ones_are_paired_in_order_where_that_does_not_matter() -> None:
    wanted = {"b": {"price": "1"}, "a": {"price": "1"}}
    twins = [shown("q", price="1"), shown("p", price="1")]
    assert told_apart(wanted, twins) == {}
    assert told_apart(wanted, twins, same={"a"}) == {}
    assert told_apart(wanted, twins, same={"a", "b"}) == {"a": "p", "b": "q"}
    three = [*twins, shown("r", price="1")]
    assert told_apart(wanted, three, same={"a", "b"}) == {}
    assert told_apart(wanted, three, same={"a", "b"}, spare=True) == {"a": "p", "b": "q"}
    assert told_apart(wanted, twins[:1], same={"a", "b"}, spare=True) == {}
