"""The table in core/decide.py, row by row."""

from dataclasses import replace
from typing import ClassVar

import pytest

from catalogsync.core.verdicts import Verdicts
from catalogsync.model.config import DriftPolicy
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Selection
from catalogsync.model.product import Image, Lifecycle, Product
from catalogsync.model.state import Call
from tests.core.facts import FIELDS, binding, decided, listing, op, product, stocktake


def actions(verdicts: Verdicts) -> list[tuple[str, Action]]:
    return [(change.key, change.action) for change in verdicts.changes]


def sent(verdicts: Verdicts) -> dict[str, Value | None]:
    (change,) = verdicts.changes
    return {field.field: field.after for field in change.fields}


def rules(verdicts: Verdicts) -> list[str]:
    return [blocked.rule for blocked in verdicts.blocked]


def codes(verdicts: Verdicts) -> list[str]:
    return [warning.code for warning in verdicts.warnings]


def test_desired_only_is_created_with_every_field_and_the_key_to_find_it_by() -> None:
    verdicts = decided([product(warranty_period_days=3)])
    (change,) = verdicts.changes
    assert (change.action, change.product_id, change.file, change.line) == (Action.CREATE, None, "products/k.yaml", 3)
    assert sent(verdicts) == {**FIELDS, "warranty_period_days": 3, "source_product_id": "k"}
    assert all(field.before is None and field.cause == "catalog" for field in change.fields)


def test_a_source_product_id_of_its_own_is_kept() -> None:
    assert sent(decided([product(source_product_id="mine")]))["source_product_id"] == "mine"


def test_all_three_and_equal_is_unchanged() -> None:
    verdicts = decided([product()], [binding()], [listing()])
    assert (verdicts.changes, verdicts.blocked, verdicts.warnings) == ([], [], [])
    assert (verdicts.unchanged, verdicts.unmanaged, verdicts.drifted) == (1, 0, 0)


def test_all_three_and_different_is_updated_in_what_differs_alone() -> None:
    verdicts = decided([product(price="8.99")], [binding()], [listing()])
    assert actions(verdicts) == [("k", Action.UPDATE)]
    assert sent(verdicts) == {"price": "8.99"}
    assert verdicts.changes[0].product_id == "p1"


def test_the_source_product_id_that_was_sent_at_creation_is_not_managed_afterwards() -> None:
    applied = {**FIELDS, "source_product_id": "k"}
    assert decided([product()], [binding(applied=applied)], [listing(source_product_id="else")]).unchanged == 1


def test_recorded_and_not_listed_is_blocked_and_names_the_ways_on() -> None:
    verdicts = decided([product()], [binding()], [listing("other", title="Another")])
    assert (verdicts.changes, rules(verdicts)) == ([], ["missing-listing"])
    for way in ("state bind k PRODUCT_ID", "--allow missing-listing=1", "state rm k"):
        assert way in verdicts.blocked[0].message


def test_a_missing_listing_is_created_anew_only_up_to_the_number_that_was_said() -> None:
    products = [product("a"), product("b", title="Another")]
    known = [binding("a", "p1"), binding("b", "p2")]
    one = decided(products, known, selection=Selection(allow={"missing-listing": "1"}))
    assert (one.changes, rules(one)) == ([], ["missing-listing", "missing-listing"])
    both = decided(products, known, selection=Selection(allow={"missing-listing": "2"}))
    assert actions(both) == [("a", Action.CREATE), ("b", Action.CREATE)]
    assert both.blocked == []


def test_only_selected_missing_listings_count() -> None:
    chosen = Selection(only=("a",), allow={"missing-listing": "1"})
    verdicts = decided([product("a"), product("b")], [binding("a", "p1"), binding("b", "p2")], selection=chosen)
    assert actions(verdicts) == [("a", Action.CREATE)]


def test_only_what_is_desired_and_was_listed_and_is_gone_counts() -> None:
    known = [binding("a", "p1"), binding("b", "p2"), binding("c", "p3", listed=False), binding("d", "p4")]
    verdicts = decided([product("a"), product("c"), product("d")], known, [listing("p4")])
    (blocked,) = verdicts.blocked
    assert (blocked.rule, blocked.key) == ("missing-listing", "a")
    assert "--allow missing-listing=1" in blocked.message


def test_a_listing_that_was_never_listed_is_waited_for() -> None:
    verdicts = decided([product()], [binding(listed=False, observed={})])
    assert (verdicts.changes, verdicts.blocked, codes(verdicts)) == ([], [], ["not-listed-yet"])


def test_a_listing_that_is_not_listed_yet_can_be_updated_but_gets_no_accounts() -> None:
    verdicts = decided(
        [product(pool="pool", price="8.99")],
        [binding(listed=False, observed={})],
        stocktakes=[stocktake("pool", 5)],
    )
    assert (actions(verdicts), sent(verdicts)) == ([("k", Action.UPDATE)], {"price": "8.99"})
    assert verdicts.changes[0].accounts is None


def test_unmanaged_listings_are_counted_and_never_touched() -> None:
    strangers = [listing("s1", title="One"), listing("s2", title="Two")]
    verdicts = decided([product()], [binding()], [listing(), *strangers])
    assert (verdicts.changes, verdicts.unmanaged) == ([], 2)


def test_bindings_of_another_marketplace_are_left_alone() -> None:
    elsewhere = replace(binding(), marketplace="elsewhere")
    assert decided([], [elsewhere], [listing()]).changes == []


@pytest.mark.parametrize(
    ("drift", "changed", "warned"),
    [("restore", ["price"], []), ("warn", [], ["drift"]), ("ignore", [], [])],
)
def test_drift(drift: DriftPolicy, changed: list[str], warned: list[str]) -> None:
    verdicts = decided([product()], [binding()], [listing(price="1.00")], drift=drift)
    assert [field.field for change in verdicts.changes for field in change.fields] == changed
    assert (codes(verdicts), verdicts.drifted) == (warned, 1)
    assert verdicts.unchanged == (0 if changed else 1)


@pytest.mark.parametrize("drift", ["restore", "warn", "ignore"])
def test_what_the_catalog_changed_is_applied_whatever_the_drift(drift: DriftPolicy) -> None:
    stranger = listing(price="1.00", title="Stranger's")
    verdicts = decided([product(price="8.99")], [binding()], [stranger], drift=drift)
    causes = {field.field: field.cause for field in verdicts.changes[0].fields}
    assert causes == ({"title": "drift", "price": "both"} if drift == "restore" else {"price": "both"})


@pytest.mark.parametrize("drift", ["restore", "warn", "ignore"])
def test_what_only_the_catalog_changed_is_no_drift(drift: DriftPolicy) -> None:
    verdicts = decided([product(price="8.99")], [binding()], [listing()], drift=drift)
    assert (verdicts.drifted, verdicts.warnings) == (0, [])


def test_only_what_drifted_is_warned_of() -> None:
    verdicts = decided([product(price="8.99")], [binding()], [listing(title="Stranger's")], drift="warn")
    assert verdicts.warnings[0].message.startswith("changed at the marketplace and left so: title;")


def test_a_status_that_the_catalog_does_not_give_is_not_managed() -> None:
    known = binding(observed={**FIELDS, "status": "active"})
    assert decided([product()], [known], [listing(status="paused")]).unchanged == 1


def test_ignored_fields_are_neither_drift_nor_an_edit() -> None:
    leave = Lifecycle(ignore_changes=frozenset({"description", "price"}))
    verdicts = decided(
        [product(lifecycle=leave, description="Edited")], [binding()], [listing(price="1.00", description="Drifted")]
    )
    assert (verdicts.unchanged, verdicts.drifted) == (1, 0)


def test_ignored_fields_are_sent_at_creation() -> None:
    leave = Lifecycle(ignore_changes=frozenset({"description"}))
    assert sent(decided([product(lifecycle=leave)]))["description"] == FIELDS["description"]


def test_what_was_applied_and_does_not_show_is_said() -> None:
    known = binding(applied={**FIELDS, "title": "New"}, observed={})
    verdicts = decided([product(title="New")], [known], [listing(title="Old")])
    assert (verdicts.changes, codes(verdicts)) == ([], ["not-shown"])


def test_an_image_that_was_uploaded_is_equal_to_its_path() -> None:
    picture = product(images=(Image("images/a.png", "aa"),))
    known = binding(applied={**FIELDS, "images": ("/media/a.webp",)}, observed={**FIELDS, "images": ("/media/a.webp",)})
    shown = listing(images=("/media/a.webp",))
    assert decided([picture], [known], [shown], images={"aa": "/media/a.webp"}).unchanged == 1
    assert sent(decided([picture], [known], [shown])) == {"images": ("images/a.png",)}


def test_a_renamed_product_keeps_its_listing() -> None:
    verdicts = decided([product("new", previous_key="k")], [binding()], [listing()])
    (change,) = verdicts.changes
    assert (change.key, change.action, change.product_id, change.renamed_from) == ("new", Action.ADOPT, "p1", "k")


def test_a_rename_goes_with_what_else_changes() -> None:
    verdicts = decided([product("new", previous_key="k", price="8.99")], [binding()], [listing()])
    (change,) = verdicts.changes
    assert (change.action, change.renamed_from) == (Action.UPDATE, "k")


@pytest.mark.parametrize(
    ("what", "products", "keys"),
    [
        ("the old key lives on", [product("new", previous_key="k"), product("k", title="Old")], ["k"]),
        ("the new key has a listing", [product("new", previous_key="gone")], ["k", "new"]),
    ],
)
def test_a_previous_key_counts_only_once(what: str, products: list[Product], keys: list[str]) -> None:
    known = [binding(key, f"p-{key}") for key in keys]
    verdicts = decided(products, known, [listing(f"p-{key}", title=key) for key in keys])
    assert all(change.renamed_from is None for change in verdicts.changes), what


def test_a_renamed_product_whose_creation_is_in_doubt_is_not_created_under_its_new_name() -> None:
    verdicts = decided([product("new", previous_key="k")], ops=[op(Call.CREATE, product_id=None, held=True)])
    assert (verdicts.changes, verdicts.blocked) == ([], [])


@pytest.mark.parametrize("held", [False, True])
def test_nothing_is_decided_about_a_key_whose_creation_is_in_doubt(held: bool) -> None:
    verdicts = decided([product()], ops=[op(Call.CREATE, product_id=None, held=held)])
    assert (verdicts.changes, verdicts.blocked, verdicts.unchanged) == ([], [], 0)


@pytest.mark.parametrize("products", [[], [product()]])
def test_a_listing_that_may_be_deleted_already_is_not_missed(products: list[Product]) -> None:
    verdicts = decided(products, [binding()], [listing("other", title="x")], ops=[op(Call.DELETE)])
    assert (verdicts.changes, verdicts.blocked) == ([], [])


def test_one_that_still_shows_is_decided_about_as_ever() -> None:
    assert sent(decided([product(price="8.99")], [binding()], [listing()], ops=[op(Call.DELETE)])) == {"price": "8.99"}


def test_only_and_exclude_choose_keys() -> None:
    products = [product("a"), product("b", title="B"), product("ab", title="AB")]
    chosen = Selection(only=("a*",), exclude=("ab",))
    assert actions(decided(products, selection=chosen)) == [("a", Action.CREATE)]


def test_a_renamed_product_goes_by_its_new_key() -> None:
    products, known, shown = [product("new", previous_key="k")], [binding()], [listing()]
    assert decided(products, known, shown, selection=Selection(only=("k",))).changes == []
    assert decided(products, known, shown, selection=Selection(exclude=("new",))).changes == []
    assert len(decided(products, known, shown, selection=Selection(only=("new",))).changes) == 1


class TestComingBack:
    """A product whose file comes back after its listing was retired."""

    off: ClassVar[dict[str, Value]] = {**FIELDS, "status": "inactive"}

    def test_it_is_put_on_sale_again_with_the_status_it_had(self) -> None:
        known = binding(applied=self.off, observed=self.off, retired="paused")
        assert sent(decided([product()], [known], [listing(status="inactive")])) == {"status": "paused"}

    def test_the_status_in_its_file_counts_more(self) -> None:
        known = binding(applied=self.off, observed=self.off, retired="paused")
        assert sent(decided([product(status="active")], [known], [listing(status="inactive")])) == {"status": "active"}

    def test_also_where_its_status_is_ignored(self) -> None:
        known = binding(applied=self.off, observed=self.off, retired="paused")
        back = product(status="active", lifecycle=Lifecycle(ignore_changes=frozenset({"status"})))
        assert sent(decided([back], [known], [listing(status="inactive")])) == {"status": "paused"}
