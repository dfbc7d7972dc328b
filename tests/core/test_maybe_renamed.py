"""A product that is gone and one that is new and alike: a rename that nobody wrote down?"""

import pytest

from catalogsync.core.verdicts import Verdicts
from catalogsync.model.fields import Value
from catalogsync.model.plan import Selection
from catalogsync.model.product import Product
from catalogsync.model.state import Binding, Call
from tests.core.facts import FIELDS, binding, decided, listing, op, product, stocktake


def suspected(verdicts: Verdicts) -> dict[str | None, str]:
    return {notice.key: notice.message for notice in verdicts.warnings if notice.code == "maybe-renamed"}


def keys_suspected(new: Product, old: Binding, *, sales: int | None = 0) -> list[str | None]:
    takes = [stocktake(new.pool, 1)] if new.pool else []
    return list(suspected(decided([new], [old], [listing(sales=sales)], stocktakes=takes)))


def applied(**fields: Value) -> dict[str, Value]:
    return {**FIELDS, **fields}


def test_the_line_to_write_is_told() -> None:
    message = suspected(decided([product("new")], [binding("old")], [listing(sales=3)]))["new"]
    assert message == (
        "looks like old, which is gone from the catalog and would be retired: if it is the same product, write "
        "`previous_key: old` in products/new.yaml:3 (or `catalogsync state mv old new`), "
        "so that it keeps its listing, with sales and reviews"
    )
    unsold = suspected(decided([product("new")], [binding("old")], [listing()]))["new"]
    assert "and would be deleted" in unsold
    retired = suspected(
        decided([product("new")], [binding("old", retired="active")], [listing(sales=3, status="inactive")])
    )
    assert "and was retired" in retired["new"]


@pytest.mark.parametrize(
    ("what", "new", "old"),
    [
        ("all is equal", product("new"), binding("old")),
        ("another price", product("new", price="8.99"), binding("old")),
        ("another title", product("new", title="A better title"), binding("old")),
        ("a new text and the same pool", product("new", description="New.", pool="p"), binding("old", pool="p")),
        (
            "the catalog names the source",
            product("new", title="N", description="N", price="1.00", source_product_id="s-1"),
            binding("old", applied=applied(source_product_id="s-1")),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_alike_are(what: str, new: Product, old: Binding) -> None:
    assert keys_suspected(new, old) == ["new"], what


@pytest.mark.parametrize(
    ("what", "new", "old"),
    [
        ("the price alone is equal", product("new", title="N", description="N"), binding("old")),
        ("the title alone is equal", product("new", description="N", price="1.00", category_id="c-9"), binding("old")),
        (
            "the pool alone is equal",
            product("new", title="N", description="N", price="1.00", pool="p"),
            binding("old", pool="p"),
        ),
        ("neither title nor text", product("new", title="N", description="N", status="active"), binding("old")),
        ("it is written down", product("new", previous_key="other"), binding("old")),
        ("the old one is protected", product("new"), binding("old", prevent_delete=True)),
        ("the old one stays as it is", product("new"), binding("old", on_remove="keep")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_alike_are_not(what: str, new: Product, old: Binding) -> None:
    assert keys_suspected(new, old) == [], what


def test_a_rename_that_is_written_down_is_none_that_is_suspected() -> None:
    assert suspected(decided([product("new", previous_key="old")], [binding("old")], [listing()])) == {}


def test_nothing_is_lost_where_the_old_listing_is_gone_or_the_new_product_has_one() -> None:
    assert suspected(decided([product("new")], [binding("old")], [])) == {}
    assert (
        suspected(decided([product("new")], [binding("old"), binding("new", "p2")], [listing(), listing("p2")])) == {}
    )
    adopted = decided([product("new")], [binding("old")], [listing(), listing("p2")])
    assert [change.action.value for change in adopted.changes] == ["adopt", "delete"]
    assert suspected(adopted) == {}
    assert suspected(decided([product("new")], [binding("old")], [listing()], ops=[op(Call.CREATE, "new", None)])) == {}


def test_what_a_product_that_stays_has_too_tells_nothing() -> None:
    stays = product("stays", title="Another course")
    verdicts = decided(
        [product("new", title="New"), stays],
        [binding("old", applied=applied(title="Old")), binding("stays", "p2", applied=stays.fields)],
        [listing(title="Old"), listing("p2", title="Another course")],
    )
    assert suspected(verdicts) == {}


def test_of_several_those_most_alike_belong_together() -> None:
    titles = ("One month", "One year")
    verdicts = decided(
        [product(f"new-{title[4:]}", title=title) for title in titles] + [product("really-new", title="For ever")],
        [binding(f"old-{title[4:]}", title, applied=applied(title=title)) for title in titles],
        [listing(title, title=title) for title in titles],
    )
    found = suspected(verdicts)
    assert sorted(map(str, found)) == ["new-month", "new-year"]
    assert "looks like old-month, which" in found["new-month"]
    assert "looks like old-year, which" in found["new-year"]


def test_where_it_cannot_be_told_all_are_named() -> None:
    bindings = [binding(key, key) for key in ("a", "b", "c")]
    several = suspected(decided([product("new")], bindings, [listing(key) for key in ("a", "b", "c")]))["new"]
    assert "looks like a, b and c, which are gone" in several
    assert "`catalogsync state mv KEY new`" in several
    both = suspected(decided([product("x"), product("y")], [binding("old")], [listing()]))
    assert "(y looks alike, too)" in both["x"]
    assert "(x looks alike, too)" in both["y"]


def test_too_many_of_a_kind_tell_nothing() -> None:
    many = range(9)
    gone = [binding(f"old-{n}", f"p{n}") for n in many]
    assert suspected(decided([product("new")], gone, [listing(f"p{n}") for n in many])) == {}
    assert suspected(decided([product(f"new-{n}") for n in many], gone[:1], [listing("p0")])) == {}


def test_only_what_was_asked_about_is_told() -> None:
    def asked(only: str) -> list[str | None]:
        selection = Selection(only=(only,))
        return list(suspected(decided([product("new")], [binding("old")], [listing()], selection=selection)))

    assert asked("new") == ["new"]
    assert asked("old") == []
