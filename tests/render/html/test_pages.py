"""What stands on a page: the verdict, the money, what blocks, the cards in their order, and what found no room."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from selectolax.lexbor import LexborHTMLParser

from catalogsync.model.exhibit import Exhibit
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Blocked, Change, FieldChange, Money, Plan, Selection, Summary
from catalogsync.model.product import Image
from catalogsync.model.report import Report
from catalogsync.render.html import render_html
from catalogsync.render.html.album import Album
from catalogsync.render.html.chart import chart_of
from catalogsync.render.html.room import Room
from tests.harness.own_html import assert_only_ours
from tests.harness.shop import PNG


def show(change: Change) -> Exhibit:
    """A listing that has what changes, and a few fields that do not."""
    same: dict[str, Value] = {"title": f"Title of {change.key}", "price": "9.99", "description": "<p>All of it.</p>"}
    before = same | {field.field: field.before for field in change.fields if field.before is not None}
    after = same | {field.field: field.after for field in change.fields if field.after is not None}
    new, gone = change.action is Action.CREATE, change.action is Action.DELETE
    return Exhibit(change.key, {} if new else before, {} if gone else after, (), "Software > Keys", 4)


def page_of(subject: Plan | Report) -> LexborHTMLParser:
    return assert_only_ours(render_html(subject, show, lambda _: None))


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text(deep=True).split()) for node in tree.css(selector)]


def updates(count: int, **fields: tuple[Value, Value]) -> list[Change]:
    return [
        Change(
            f"k-{number:06}",
            Action.UPDATE,
            f"p{number}",
            "products/k.yaml",
            number + 1,
            tuple(
                FieldChange(name, f"{before}{number}" if name == "title" else before, after, "catalog")
                for name, (before, after) in fields.items()
            ),
        )
        for number in range(count)
    ]


def test_every_plan_and_report_says_its_verdict(
    plans: dict[str, Callable[[], Plan]], reports: dict[str, Callable[[], Report]]
) -> None:
    verdicts = {
        name: texts(page_of(make()), "h1")[0]
        for made in (plans, {f"report-{name}": make for name, make in reports.items()})
        for name, make in made.items()
    }
    assert verdicts == {
        "no-changes": "✓ No changes",
        "first": "~ 4 changes to make",
        "everyday": "~ 8 changes to make",
        "blocked": "✗ Blocked by 2 safety rules",
        "sale": "~ 58 changes to make",
        "offline": "~ 5 changes to make",
        "texts": "~ 6 changes to make",
        "report-finished": "✓ Everything is applied",
        "report-unfinished": "✗ Not everything is done",
        "report-interrupted": "✗ Interrupted",
        "report-nothing-to-do": "✓ Nothing to do",
        "report-dry-run": "~ Dry run: 2 calls would be sent",
        "report-dry-run-blocked": "✗ Dry run: blocked",
    }


def test_what_blocks_has_its_reason_its_place_and_the_way_out(plans: dict[str, Callable[[], Plan]]) -> None:
    plan = plans["blocked"]()
    rule = Blocked("min_price", "a", "too low; `--allow min_price=1.00`", "products/a.yaml", 7)
    tree = page_of(replace(plan, blocked=(*plan.blocked, rule)))
    assert texts(tree, ".bad .note h3") == ["max_deletes", "max_price_change", "min_price"]
    typed = ["--allow max_deletes=5", "--allow max_price_change=90%", "--allow min_price=1.00"]
    assert texts(tree, ".bad .typed") == typed
    assert texts(tree, ".bad .place") == ["products/a.yaml:7"]
    assert texts(tree, ".card .badge.blocked") == ["✗ blocked by max_price_change"]


def test_cards_come_in_the_order_in_which_they_should_be_read(everyday: Plan) -> None:
    tree = page_of(everyday)
    assert texts(tree, ".changes h2") == ["Check first 4", "The rest 4"]
    assert texts(tree, ".card h3")[:4] == [
        "× delete gamehall-10",
        "− retire gamehall-50",
        "~ update learnwell-sql-seat",
        "~ update streamhub-12m",
    ]
    assert texts(tree, ".card.delete .side h4, .card.retire .side h4") == ["Before", "Before"]
    assert texts(tree, ".card.create > .sides h4") == ["New listing"]
    (moved,) = [node for node in tree.css(".card") if "streamhub-12m" in node.text(deep=True)]
    assert [node.text(deep=True) for node in moved.css(".side .price")] == ["9.99", "8.99"]
    assert [node.tag for node in moved.css(".price del, .price ins")] == ["del", "ins"]
    assert "−10 %" in moved.text(deep=True)
    assert "changed at the marketplace" in texts(tree, ".card")[2]


def test_the_same_change_on_many_listings_is_one_card(plans: dict[str, Callable[[], Plan]]) -> None:
    tree = page_of(plans["sale"]())
    heads = texts(tree, ".card h3")
    assert heads[-2:] == ["~ update 37 listings", "~ update 12 listings"]
    assert len(heads) == 9 + 2, "what goes is shown one by one"
    assert len(tree.css(".card .entries li")) == 37 + 12


def test_a_report_begins_with_what_is_not_done(reports: dict[str, Callable[[], Report]]) -> None:
    tree = page_of(reports["unfinished"]())
    assert texts(tree, ".changes h2") == ["Not done 4", "Done, and worth a look 3", "Done 1"]
    assert texts(tree, ".card .outcome")[:4] == ["✗ failed", "✗ failed", "· not done", "? in doubt"]
    assert "✓ retired instead" in texts(tree, ".card .outcome")
    assert "the marketplace refused it: the title is too long" in texts(tree, ".card .error")


def test_a_dry_run_lists_its_calls(reports: dict[str, Callable[[], Report]]) -> None:
    report = reports["dry-run"]()
    assert texts(page_of(report), ".calls li") == list(report.sketch)
    tree = page_of(replace(report, sketch=("POST /x/",) * 1200))
    assert (len(tree.css(".calls li")), texts(tree, "section .left-out")) == (1000, ["And 200 more."])


def test_money() -> None:
    plan = replace(_plan(updates(1, price=("9.99", "8.99"))), money=Money(Decimal("1000.00"), Decimal("900.00"), 2))
    assert texts(page_of(plan), ".worth dd") == ["1,000.00", "900.00", "−100.00 −10 %"]
    tree = page_of(replace(plan, money=Money(Decimal(0), Decimal(0), 0, ("a", "b"))))
    assert texts(tree, ".worth dd") == ["0", "0", "the same"]
    assert texts(tree, ".under") == ["2 below the minimum price: a, b"]


def test_the_chart_holds_few_moves_and_counts_many() -> None:
    assert chart_of(updates(1, title=("a", "b"))) is None
    few = chart_of(updates(2, price=("9.99", "8.99")))
    assert few is not None
    assert [(move.name, move.percent, move.keys) for move in few.moves] == [("k-000000 and 1 more", "−10 %", 2)]
    assert few.bands == ()
    prices = [(f"{n}.00", "100.00") for n in range(1, 301) if n != 100]
    many = chart_of(replace(one, key=f"k{n}") for n, p in enumerate(prices) for one in updates(1, price=p))
    assert many is not None
    assert (len(many.drawn), len(many.moves), many.beyond, many.total, many.down) == (12, 200, 99, 299, 200)
    assert [band.count for band in many.bands] == [101, 75, 13, 6, 5, 4, 5, 7, 17, 66]
    assert all(0 <= at <= 100 for move in many.drawn for at in (move.old, move.new))
    tree = page_of(_plan([replace(one, key=f"k{n}") for n, p in enumerate(prices) for one in updates(1, price=p)]))
    assert len(tree.css("svg[role=img] > title")) == 2
    assert len(tree.css("tbody tr")) == 200


def test_the_same_bytes_but_for_the_time(everyday: Plan) -> None:
    one, other = (
        render_html(replace(everyday, created_at=at), show, lambda _: None)
        for at in ("2026-11-21T12:00:00Z", "2027-01-02T03:04:05Z")
    )
    assert one.replace("2026-11-21 12:00 UTC", "2027-01-02 03:04 UTC") == other


def test_what_finds_no_room_for_a_card_is_a_row_and_what_finds_none_at_all_is_counted() -> None:
    room = Room(cards=50_000, entries=10_000, rows=30_000)
    plan = _plan(updates(400, title=("before", "after")))
    page = render_html(plan, show, lambda _: None, room)
    assert len(page) < 90_000 + len(render_html(_plan([]), show, lambda _: None))
    tree = assert_only_ours(page)
    cards, rows = len(tree.css(".card")), len(tree.css(".rows li"))
    assert cards > 10
    assert rows > 50
    assert texts(tree, ".panel.left-out")[0].startswith(f"Not on this page: {400 - cards - rows:,} to update.")
    assert texts(tree, ".rows li > span")[0].endswith("→ after")
    tree = assert_only_ours(render_html(_plan(updates(400, price=("9.99", "8.99"))), show, lambda _: None, room))
    listed = len(tree.css(".entries li"))
    assert len(tree.css(".card")) == 1
    assert texts(tree, ".card .left-out") == [f"{400 - listed:,} more are in the JSON report."]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"", None),
    ],
)
def test_a_picture_is_what_its_content_says(data: bytes, kind: str | None) -> None:
    album = Album(lambda _: data, 1000)
    picture = album.picture(Image("images/a.png", "0" * 64))
    assert (picture.style is not None) == (kind is not None)
    assert (f"url(data:{kind};base64," in album.css) == (kind is not None)
    assert album.left_out == (() if kind else ("images/a.png",))


def test_each_picture_is_there_once_and_what_does_not_fit_is_named() -> None:
    contents = {"a": PNG, "b": PNG + b"b" * 300}
    album = Album(lambda image: contents.get(str(image.sha256)), most=len(PNG) * 4 // 3 + 4)
    one, again, large, gone, elsewhere = (
        album.picture(Image(ref, sha))
        for ref, sha in (("1.png", "a"), ("2.png", "a"), ("3.png", "b"), ("4.png", "c"), ("https://e.example/5", None))
    )
    assert one.style == again.style == "p1"
    assert album.css.count("base64") == 1
    assert (large.why_not, gone.why_not) == ("0.0 MB, too large for this page", "its file cannot be read")
    assert elsewhere.style is None
    assert album.left_out == ("3.png", "4.png")


def _plan(changes: list[Change]) -> Plan:
    summary = Summary(update=len(changes))
    return Plan("0.1.0", "2026-11-21T12:00:00Z", "accplanet", None, Selection(), summary, tuple(changes))
