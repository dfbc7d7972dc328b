"""Which products are known by another name: only those that have a listing here, or may have one."""

from dataclasses import replace

import pytest

from catalogsync.core.decide import renames
from catalogsync.model.product import Product
from catalogsync.model.state import Binding, Call, Op, State
from tests.core.facts import binding, op, product

NEW = product("new", previous_key="old")
BOUND, CREATING = binding("old"), op(Call.CREATE, "old", None)


@pytest.mark.parametrize(
    ("what", "products", "known", "ops", "expected"),
    [
        ("it has a listing", [NEW], [BOUND], [], {"new": "old"}),
        ("it may have one", [NEW], [], [CREATING], {"new": "old"}),
        ("nothing is known of it", [NEW], [], [], {}),
        ("it never had another name", [product("new")], [BOUND], [], {}),
        ("the listing is elsewhere", [NEW], [replace(BOUND, marketplace="elsewhere")], [], {}),
        ("it may have one elsewhere", [NEW], [], [replace(CREATING, marketplace="elsewhere")], {}),
        ("another call was made", [NEW], [], [op(Call.UPDATE, "old")], {}),
        ("the old name is in use", [NEW, product("old")], [BOUND], [], {}),
        ("the new name has a listing", [NEW], [BOUND, binding("new", "p2")], [], {}),
    ],
)
def test_one_counts_where(
    what: str, products: list[Product], known: list[Binding], ops: list[Op], expected: dict[str, str]
) -> None:
    state = State("lineage", bindings={one.key: one for one in known}, ops={one.id: one for one in ops})
    assert renames({one.key: one for one in products}, state, "accplanet") == expected, what
