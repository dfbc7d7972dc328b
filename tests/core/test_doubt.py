"""What became of a call whose answer never came: each verdict, and what it stands on."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.core.arrival import OrderBook
from catalogsync.core.doubt import accounted, gained, judge, looked_for, looks
from catalogsync.model.events import Verdict
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listing
from catalogsync.model.order import Order
from catalogsync.model.state import Call, Op
from tests.core.facts import FIELDS, listing, listings

CREATE = Op("op", Call.CREATE, "k", "accplanet", fields={**FIELDS, "source_product_id": "k"})
UPDATE = Op("op", Call.UPDATE, "k", "accplanet", "p1", fields={"title": "New", "supplier_name": "S"})
DELETE = Op("op", Call.DELETE, "k", "accplanet", "p1")
APPEND = Op("op", Call.APPEND, "k", "accplanet", "p1", pool="pool", count=4, stock=10, sales=3)


def verdict(
    op: Op, *shown: Listing, settled: bool = True, bound: tuple[str, ...] = (), refused: str | None = None
) -> tuple[Verdict, str | None] | None:
    ruling = judge(replace(op, refused=refused or ""), listings(*shown), bound, settled=settled)
    return None if ruling is None else (ruling.verdict, ruling.product_id)


WAIT = None
COMMITTED = (Verdict.COMMITTED, None)
ABORTED = (Verdict.ABORTED, None)
HELD = (Verdict.HELD, None)
FOUND = (Verdict.COMMITTED, "p1")


class TestCreate:
    @pytest.mark.parametrize(
        ("what", "shown", "early", "late"),
        [
            ("nothing appeared", [], WAIT, ABORTED),
            ("the one that was sent appeared", [listing()], FOUND, FOUND),
            ("with a cleaned description", [listing(description="Cleaned.")], FOUND, FOUND),
            ("found by its source", [listing(source_product_id="k", title="x", price="1.00")], FOUND, FOUND),
            ("a source that is not stored", [listing(source_product_id="")], FOUND, FOUND),
            ("equal, but of another source", [listing(source_product_id="other")], WAIT, ABORTED),
            ("two appeared", [listing(), listing("p2")], WAIT, HELD),
            ("one and a similar one appeared", [listing(), listing("p2", price="1.00")], FOUND, FOUND),
            ("of another price", [listing(price="10.00")], WAIT, HELD),
            ("of another category", [listing(category_id="c-9")], WAIT, HELD),
            ("its title was changed", [listing(title=" <b>A  Course!</b>")], WAIT, HELD),
            ("another title", [listing(title="Another course")], WAIT, ABORTED),
        ],
    )
    def test_by_what_appeared(
        self,
        what: str,
        shown: list[Listing],
        early: tuple[Verdict, str | None] | None,
        late: tuple[Verdict, str | None],
    ) -> None:
        assert verdict(CREATE, *shown, settled=False) == early, what
        assert verdict(CREATE, *shown) == late, what

    def test_what_was_there_before_or_is_bound_is_not_it(self) -> None:
        before = replace(CREATE, alike=("p1",))
        assert verdict(before, listing()) == ABORTED
        assert verdict(CREATE, listing(), bound=("p1",)) == ABORTED
        assert verdict(before, listing(), listing("p2")) == (Verdict.COMMITTED, "p2")

    def test_the_evidence_names_the_candidates(self) -> None:
        ruling = judge(CREATE, listings(listing("p2"), listing("p1")), (), settled=True)
        assert ruling is not None
        assert ruling.evidence.endswith("p1, p2")

    @pytest.mark.parametrize(
        ("sent", "shown", "similar"),
        [
            ("Tea & Co", "Tea &amp; Co", True),
            ("Tea & Co", "TEA &  CO", True),
            ("Tea <3 months>", "Tea", True),
            ("Tea <3 months", "Tea 3 months", True),
            ("Course 🎓 A", "Course A", True),
            ("Course A", "Course B", False),
            ("x" * 60, "x" * 50, True),
            ("x" * 39, "x" * 38, False),
            ("x" * 40 + "a", "x" * 40 + "b", True),
            ("x" * 39 + "a", "x" * 39 + "b", False),
            ("Ünï", "ünï", True),
        ],
    )
    def test_a_title_is_recognised_whatever_is_done_to_its_signs(self, sent: str, shown: str, similar: bool) -> None:
        assert (looks(listing(title=shown)) in looked_for(replace(CREATE, fields={"title": sent}))) is similar

    def test_a_listing_without_a_title_has_no_letters(self) -> None:
        assert looks(Listing("p1", {})) == ("title", "")

    def test_that_none_appeared_is_told_in_the_words_of_the_refusal(self) -> None:
        for refused, evidence in (("", "no such listing appeared"), ("full", "full")):
            ruling = judge(replace(CREATE, refused=refused), listings(), (), settled=True)
            assert ruling is not None
            assert (ruling.verdict, ruling.evidence) == (Verdict.ABORTED, evidence)

    @given(st.text(max_size=60))
    def test_a_title_is_recognised_as_it_was_sent(self, title: str) -> None:
        assert looks(listing(title=title)) in looked_for(replace(CREATE, fields={"title": title}))


class TestUpdate:
    @pytest.mark.parametrize("call", [Call.UPDATE, Call.RETIRE])
    @pytest.mark.parametrize(
        ("what", "shown", "early", "late"),
        [
            ("all of it shows", [listing(title="New", supplier_name="S")], COMMITTED, COMMITTED),
            ("some of it shows", [listing(title="New", supplier_name="T")], WAIT, ABORTED),
            ("some of it is never shown", [listing(title="New")], WAIT, ABORTED),
            ("the listing is gone", [], WAIT, ABORTED),
        ],
    )
    def test_by_what_shows(
        self,
        call: Call,
        what: str,
        shown: list[Listing],
        early: tuple[Verdict, str | None] | None,
        late: tuple[Verdict, str | None],
    ) -> None:
        op = replace(UPDATE, call=call)
        assert verdict(op, *shown, settled=False) == early, what
        assert verdict(op, *shown) == late, what


def test_delete() -> None:
    assert verdict(DELETE, settled=False) is WAIT
    assert verdict(DELETE) == COMMITTED
    assert verdict(DELETE, listing()) == ABORTED


class TestAppend:
    @pytest.mark.parametrize(
        ("what", "shown", "unanswered", "refused"),
        [
            ("it rose by as many", [listing(stock=14, sales=3)], COMMITTED, HELD),
            ("it did not move", [listing(stock=10, sales=3)], HELD, ABORTED),
            ("it rose by fewer", [listing(stock=12, sales=3)], HELD, HELD),
            ("it rose by more", [listing(stock=15, sales=3)], HELD, HELD),
            ("it fell", [listing(stock=9, sales=3)], HELD, HELD),
            ("units were sold meanwhile", [listing(stock=13, sales=4)], HELD, HELD),
            ("it rose by as many, but units were sold", [listing(stock=14, sales=4)], HELD, HELD),
            ("stock is not shown", [listing(stock=None, sales=3)], HELD, HELD),
            ("sales are not shown", [listing(stock=14, sales=None)], HELD, HELD),
            ("the listing is gone", [], HELD, HELD),
        ],
    )
    def test_by_the_stock(
        self,
        what: str,
        shown: list[Listing],
        unanswered: tuple[Verdict, str | None],
        refused: tuple[Verdict, str | None],
    ) -> None:
        assert verdict(APPEND, *shown) == unanswered, what
        assert verdict(APPEND, *shown, refused="no") == refused, what
        assert verdict(APPEND, *shown, settled=False) is WAIT, what
        assert verdict(APPEND, *shown, settled=False, refused="no") is WAIT, what

    @pytest.mark.parametrize("refused", [None, "no"])
    def test_without_a_stock_before_it_nothing_can_be_told(self, refused: str | None) -> None:
        blind = replace(APPEND, stock=None, sales=None)
        assert verdict(blind, listing(stock=10, sales=3), refused=refused) == HELD

    def test_without_sales_before_and_after_it_nothing_can_be_told(self) -> None:
        assert verdict(replace(APPEND, sales=None), listing(stock=14, sales=None)) == HELD

    def test_what_had_arrived_and_how_far_the_stock_is_trusted_are_passed_on(self) -> None:
        shown = listings(listing(stock=0, sales=3))
        empty = replace(APPEND, stock=0)
        orders = OrderBook({"p1": [Order("o1", "p1", 3, 3)]})
        for before, trusted, expected in (
            (3, True, Verdict.ABORTED),
            (3, False, Verdict.HELD),
            (2, True, Verdict.HELD),
        ):
            ruling = judge(empty, shown, (), settled=True, orders=orders, before=before, trusted=trusted)
            assert ruling is not None
            assert ruling.verdict is expected

    @given(st.integers(0, 30), st.none() | st.integers(0, 9), st.none() | st.integers(0, 30), st.booleans())
    def test_accounts_are_new_again_only_by_a_refusal_that_the_counts_confirm(
        self, stock: int, sales: int | None, before: int | None, settled: bool
    ) -> None:
        op = replace(APPEND, stock=before)
        shown = listing(stock=stock, sales=sales)
        ruled = verdict(op, shown, settled=settled)
        assert ruled is None or ruled[0] is not Verdict.ABORTED
        ruled = verdict(op, shown, settled=settled, refused="no")
        if ruled == ABORTED:
            assert (settled, stock, sales) == (True, before, APPEND.sales)


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [
        ((3, 0), (5, 0), 2),
        ((3, 0), (2, 1), 0),
        ((3, 1), (4, 2), 2),
        ((3, None), (4, None), 1),
        ((None, 0), (4, 0), None),
        ((3, 0), (None, 0), None),
    ],
)
def test_stock_and_sales_move_together(
    before: tuple[int | None, int | None], now: tuple[int | None, int | None], moved: int | None
) -> None:
    one, other = (listing(stock=stock, sales=sales) for stock, sales in (before, now))
    assert gained(one, other) == moved


@pytest.mark.parametrize(
    ("stock", "sales", "units", "yes"), [(5, 2, 7, True), (5, 2, 6, False), (5, None, 5, True), (None, 5, 5, False)]
)
def test_a_stock_is_accounted_for_when_it_is_what_was_sent(
    stock: int | None, sales: int | None, units: int, yes: bool
) -> None:
    assert accounted(listing(stock=stock, sales=sales), units) is yes


def test_no_evidence_quotes_a_field() -> None:
    value: Value = "A title that nobody quotes"
    op = replace(UPDATE, fields={"title": value})
    for settled in (True, False):
        ruling = judge(op, listings(listing()), (), settled=settled)
        assert ruling is None or str(value) not in ruling.evidence
