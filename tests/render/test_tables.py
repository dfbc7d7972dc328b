"""Status, pools, bindings and doubts."""

import json
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len

from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.state import Binding, Keepsake
from catalogsync.model.survey import Doubt, PoolRow, StatusRow
from catalogsync.render.layout import Page
from catalogsync.render.state_text import render_binding, render_bindings
from catalogsync.render.status_text import render_doubts, render_pools, render_status
from catalogsync.render.table import Column, put_table


def row(key: str, title: str, **odd: Any) -> StatusRow:
    values: dict[str, Any] = {
        "product_id": "p1",
        "price": "9.99",
        "stock": 40,
        "sales": 1203,
        "status": "active",
        "approval": "approved",
        "pool": key,
        "pool_left": 25,
        "pool_sent": 1243,
        "pool_held": 0,
        "last_applied": "2026-11-21T12:00:00Z",
        "short": 0,
        "retired": False,
        "listed": True,
    }
    return StatusRow(key=key, title=title, **(values | odd))


ROWS = [
    row("streamhub-12m", "StreamHub, 12 months"),
    row("coffee-guide", "咖啡指南 ☕ for beginners and for everyone who wants to know more of beans", price="3.00"),
    row("gamehall-10", "Gamehall", stock=None, retired=True, listed=False, short=1, pool_held=2),
]

STATUS = """\
key            title                       price  stock  sales  status  approval  left  last apply
streamhub-12m  StreamHub, 12 months         9.99     40  1,203  active  approved    25  2026-11-21
coffee-guide   咖啡指南 ☕ for beginners…   3.00     40  1,203  active  approved    25  2026-11-21
gamehall-10    Gamehall                     9.99         1,203  active  approved    25  2026-11-21

! gamehall-10: retired, not listed by the marketplace, 1 account not taken, 2 accounts held
3 managed listings, 80 in stock, 3,609 sold.
"""

CARDS = """\
streamhub-12m
  title  StreamHub, 12 months
  price  9.99
  stock  40
  sales  1,203
  status  active
  approval  approved
  left  25
  last apply  2026-11-21

1 managed listing, 40 in stock, 1,203 sold.
"""


def test_status_is_a_table() -> None:
    assert render_status(ROWS, "text", width=98) == STATUS


def test_wide_titles_keep_the_columns_in_line() -> None:
    lines = render_status(ROWS, "text", width=98).splitlines()[:4]
    assert len({cell_len(line) for line in lines}) == 1


def test_where_the_table_does_not_fit_the_title_goes_first() -> None:
    header = render_status(ROWS, "text", width=72).splitlines()[0]
    assert header.split() == ["key", "price", "stock", "sales", "status", "approval", "left", "last", "apply"]
    header = render_status(ROWS, "text", width=58).splitlines()[0]
    assert header.split() == ["key", "price", "stock", "sales", "status", "approval", "left"]


def test_on_narrow_screens_each_listing_is_a_card() -> None:
    assert render_status(ROWS[:1], "text", width=45) == CARDS


@pytest.mark.parametrize("width", [20, 30, 45, 60, 72, 80, 100, 140])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    assert max(cell_len(line) for line in render_status(ROWS, "text", width=width).splitlines()) <= width


def test_columns_in_which_nothing_stands_are_left_out() -> None:
    rows = [row("a", "A", approval=None, pool_left=None)]
    header = render_status(rows, "text").splitlines()[0].split()
    assert header == ["key", "title", "price", "stock", "sales", "status", "last", "apply"]


def test_without_listings_it_says_so() -> None:
    assert render_status([], "text").startswith("No listing is managed yet.")
    assert render_status([], "json") == "[]\n"


def test_status_as_json_has_everything() -> None:
    assert json.loads(render_status(ROWS[:1], "json")) == [
        {
            "key": "streamhub-12m",
            "product_id": "p1",
            "title": "StreamHub, 12 months",
            "price": "9.99",
            "stock": 40,
            "sales": 1203,
            "status": "active",
            "approval": "approved",
            "pool": "streamhub-12m",
            "pool_left": 25,
            "pool_sent": 1243,
            "pool_held": 0,
            "last_applied": "2026-11-21T12:00:00Z",
            "short": 0,
            "retired": False,
            "listed": True,
            "per_day": None,
            "days_left": None,
        }
    ]


def test_pools() -> None:
    rows = [PoolRow("streamhub-12m", "streamhub-12m", 1268, 25, 1243, 0), PoolRow("spare", None, 10, 3, 5, 2)]
    assert render_pools(rows, "text") == (
        "pool           product              in catalog   sent  held  left\n"
        "streamhub-12m  streamhub-12m             1,268  1,243     0    25\n"
        "spare          no product sells it          10      5     2     3\n"
    )
    assert json.loads(render_pools(rows, "json"))[1] == {
        "pool": "spare",
        "product": None,
        "catalog": 10,
        "new": 3,
        "sent": 5,
        "held": 2,
    }
    assert render_pools([], "text") == "The catalog has no pools.\n"


DOUBT = Doubt(
    id="0f3a",
    key="keybox-office-1y",
    call="append",
    since="2026-11-21T12:00:00Z",
    accounts=60,
    evidence="the stock did not rise from 12: probably not sent",
    question="Are these 60 accounts at listing p7? `catalogsync state resolve 0f3a --sent` if they are.",
)


def test_doubts() -> None:
    assert render_doubts([DOUBT], "text") == (
        "1 call is in doubt: sent, and the answer never came.\n"
        "\n"
        "  ? append 60 accounts, keybox-office-1y\n"
        "    id        0f3a\n"
        "    since     2026-11-21 12:00 UTC\n"
        "    known     the stock did not rise from 12: probably not sent\n"
        "    question  Are these 60 accounts at listing p7? `catalogsync state resolve 0f3a --sent` if they\n"
        "              are.\n"
    )
    assert render_doubts([], "text") == "No call is in doubt.\n"
    of_order = replace(DOUBT, call="deliver", accounts=2, marketplace="hub", order="12001")
    assert "  ? deliver 2 accounts to order 12001 at hub, keybox-office-1y\n" in render_doubts([of_order], "text")
    refund = replace(of_order, call="refund", accounts=0)
    assert "  ? refund order 12001 at hub, keybox-office-1y\n" in render_doubts([refund], "text")


def test_doubts_as_json_have_the_promised_names() -> None:
    (doubt,) = json.loads(render_doubts([DOUBT], "json"))
    assert list(doubt) == ["id", "key", "call", "since", "accounts", "evidence", "question", "marketplace", "order"]


BINDING = Binding(
    key="streamhub-12m",
    marketplace="accplanet",
    product_id="p1",
    applied={"title": "StreamHub, 12 months", "price": "9.99", "images": ("images/a.png",)},
    observed={"price": "10.00"},
    applied_at="2026-11-21T12:00:00Z",
    run="run-7",
    listed=True,
    keepsake=Keepsake(prevent_delete=True, pool="streamhub-12m"),
)
BATCHES = [
    Batch("o1", "accplanet/p1", "streamhub-12m", "streamhub-12m", 40, Fate.SENT),
    Batch("o2", "accplanet/p1", "streamhub-12m", "streamhub-12m", 5, Fate.HELD),
    Batch("o0", "accplanet/p2", "other", "streamhub-12m", 9, Fate.SENT),
    Batch("o3", "accplanet/order/17", "old-name", "streamhub-12m", 3, Fate.SENT, listing="p1"),
    Batch("o4", "hstock/order/17", "streamhub-12m", "streamhub-12m", 2, Fate.BOUND, listing="h1"),
    Batch("o5", "hstock/order/18", "other", "streamhub-12m", 2, Fate.BOUND, listing="p1"),
]


def test_bindings() -> None:
    assert render_bindings([BINDING], "text") == (
        "key            marketplace  listing  last apply\n"
        "streamhub-12m  accplanet    p1       2026-11-21 12:00 UTC\n"
        "\n"
        "! streamhub-12m: protected\n"
        "1 managed listing.\n"
    )
    assert json.loads(render_bindings([BINDING], "json"))[0]["product_id"] == "p1"
    assert "No listing is managed yet." in render_bindings([], "text")


def test_a_binding() -> None:
    assert render_binding(BINDING, BATCHES, "text") == (
        "streamhub-12m\n"
        "  listing     p1 at accplanet\n"
        "  last apply  2026-11-21 12:00 UTC by run run-7\n"
        "  note        protected\n"
        "  pool        streamhub-12m\n"
        "  accounts    40 accounts sent, 5 held\n"
        "  to orders   3 accounts sent, 2 on their way\n"
        "\n"
        "Last applied, and shown since where that differs\n"
        "  title   StreamHub, 12 months\n"
        "  price   9.99  (shown as 10.00)\n"
        "  images  images/a.png\n"
    )
    document = json.loads(render_binding(BINDING, BATCHES, "json"))
    assert document["applied"]["images"] == ["images/a.png"]
    assert document["accounts"] == [
        {"op": "o1", "pool": "streamhub-12m", "count": 40, "fate": "sent", "to": "accplanet/p1"},
        {"op": "o2", "pool": "streamhub-12m", "count": 5, "fate": "held", "to": "accplanet/p1"},
        {"op": "o3", "pool": "streamhub-12m", "count": 3, "fate": "sent", "to": "accplanet/order/17"},
        {"op": "o4", "pool": "streamhub-12m", "count": 2, "fate": "bound", "to": "hstock/order/17"},
    ]


RECOVERED = Doubt("ab12", "tea-10", "recovered", "2026-11-21T12:00:00Z", 40, "no order holds any of them", "Are they?")


def test_recovered_pools_are_told_apart_from_calls() -> None:
    lines = render_doubts([DOUBT, RECOVERED, RECOVERED], "text").splitlines()
    assert lines[:2] == [
        "1 call is in doubt: sent, and the answer never came.",
        "2 pools are in doubt: the state was recovered, and cannot tell what is at the marketplace already.",
    ]
    assert "  ? recovered 40 accounts, tea-10" in lines


def test_what_is_whole_is_left_out_rather_than_cut() -> None:
    columns = (Column("id"), Column("order", yields=True, whole=True), Column("title", yields=True))
    rows = [["t" * 24, "o" * 24, "a title that is cut"]]
    shown = {width: Page(width, color=False) for width in (60, 70)}
    for page in shown.values():
        put_table(page, columns, rows)
    assert ("o" * 24 in shown[70].text(), "order" in shown[60].text()) == (True, False)
