"""A comment says the verdict first, does nothing by itself, always fits, and counts what it leaves out."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.model.plan import Action, Allotment, Blocked, Change, FieldChange, Money, Notice, Plan
from catalogsync.model.report import Report
from catalogsync.render.markdown import render_markdown
from tests.harness.gfm import Rendered, rendered
from tests.harness.hostile import HOSTILE, assert_inactive, plan_of, report_of, sketch_of

GOLDEN = Path(__file__).parent / "golden"
LIMIT = 60_000


def same_as_golden(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.md"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} is new; read it")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["no-changes", "first", "everyday", "blocked", "sale", "offline", "texts"])
def test_plan(name: str, plans: dict[str, Callable[[], Plan]]) -> None:
    same_as_golden(f"plan-{name}", render_markdown(plans[name]()))


@pytest.mark.parametrize("name", ["finished", "unfinished", "interrupted", "nothing-to-do", "dry-run"])
def test_report(name: str, reports: dict[str, Callable[[], Report]]) -> None:
    address = "https://ci.example/runs/1"
    same_as_golden(f"report-{name}", render_markdown(reports[name](), whole=("plan.html",), address=address))


def subjects(text: str) -> list[Plan | Report]:
    return [plan_of(text), report_of(text), sketch_of(text)]


@cache
def harmless() -> list[list[Rendered]]:
    """What becomes of a plain word."""
    return [rendered(render_markdown(plain, whole=("Word",))) for plain in subjects("Word")]


def check(text: str) -> None:
    """Nothing comes of a text but text, wherever it stands."""
    for hostile, plain in zip(subjects(text), harmless(), strict=True):
        markdown = render_markdown(hostile, whole=(text,), address=text)
        assert_inactive(markdown)
        assert len(markdown.encode()) < LIMIT
        assert re.match(r"<!-- catalogsync:(plan|apply|dry-run) [A-Za-z0-9._-]+ -->\n", markdown)
        for found, expected in zip(rendered(markdown), plain, strict=True):
            assert not found.active(), markdown
            assert len(found.comments) == 1
            shape = [
                [name for name in one.elements if name not in {"del", "/del", "ins", "/ins"}]
                for one in (found, expected)
            ]
            assert shape[0] == shape[1], markdown


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_do_nothing(text: str) -> None:
    check(text)


@settings(max_examples=25)
@given(st.text(st.one_of(st.sampled_from("`|\\<>@#*_~$:![]()&-\n x1"), st.characters()), min_size=1, max_size=30))
def test_whatever_the_text(text: str) -> None:
    check(text)


def many(count: int, *, texts: bool = False) -> Plan:
    """A plan of everything at once, `count` listings of each kind."""
    changes: list[Change] = []
    for number in range(count):
        name = f"item-{number:06}"
        words = " ".join(f"word{number}{place}" for place in range(60))
        long = FieldChange("description", words, words.replace("0 ", "one "), "catalog")
        fields = [FieldChange("price", "10.00", f"{11 + number}.00", "catalog")] + [long] * texts
        changes += [
            Change(f"price-{name}", Action.UPDATE, name, "products/a.yaml", 1, tuple(fields)),
            Change(f"title-{name}", Action.UPDATE, name, None, None, (FieldChange("title", name, "new", "catalog"),)),
            Change(f"gone-{name}", Action.DELETE, name, None, None),
            Change(f"more-{name}", Action.APPEND, name, "products/a.yaml", 1, (), Allotment(name, 5, 1)),
            created(f"new-{name}"),
        ]
    return replace(EMPTY, changes=tuple(sorted(changes, key=lambda change: change.key)))


def created(key: str) -> Change:
    fields = (FieldChange("title", None, f"Title of {key}", "catalog"), FieldChange("price", None, "9.99", "catalog"))
    return Change(key, Action.CREATE, None, "products/a.yaml", 1, fields, Allotment(key, 2, 0))


EMPTY = replace(plan_of("x"), changes=(), blocked=(), warnings=(), money=None)


def test_what_has_no_room_is_counted_and_the_whole_report_named() -> None:
    output = render_markdown(many(10_000), whole=("out/plan.html",), address="https://ci.example/runs/1")
    assert 55_000 < len(output.encode()) < LIMIT
    head = output[:2_000]
    cut = re.search(
        r"> \*\*Not shown here, for room: (.*)\.\*\* The whole report: `out/plan.html` in \[this run\]", head
    )
    assert cut is not None
    # The deletes are one row; prices and accounts share the room.
    counts = {what: int(count.replace(",", "")) for count, what in re.findall(r"(\d[\d,]*) ([\w ]+)", cut[1])}
    shown = {kind: output.count(f" | `{kind}-item-") for kind in ("price", "title", "more", "new")}
    assert counts == {
        "price moves": 10_000 - shown["price"],
        "updates": 10_000,
        "appends": 10_000 - shown["more"],
        "creates": 10_000,
        "listings": 10_000 - output.count("`gone-item-"),
    }
    assert min(shown["price"], shown["more"]) > 200
    assert shown["title"] == shown["new"] == 0
    assert "**10,000 listings**: `gone-item-000000`" in output
    assert output.count("`gone-item-") > 500


def test_texts_are_shortened_first_then_creates_then_other_updates() -> None:
    left_out: list[list[str]] = []
    for count in (30, 90, 160, 220, 300, 900):
        output = render_markdown(many(count, texts=True))
        assert len(output.encode()) < LIMIT
        cut = re.search(r"> \*\*Not shown here, for room: (.*)\.\*\* `--report plan\.html` writes all of it", output)
        left_out.append(re.findall(r"texts|create|update|append|price move|names", cut[1]) if cut else [])
    assert left_out == [
        [],
        ["texts"],
        ["create", "texts"],
        ["update", "create", "texts"],
        ["append", "update", "create", "price move", "texts"],
        ["append", "update", "create", "price move", "names", "texts"],
    ]


def test_rules_and_warnings_leave_room_for_the_changes() -> None:
    told = "x" * 300
    blocked = tuple(Blocked(f"rule-{n}", f"key-{n}", f"{told} {n}", "catalogsync.yaml", n) for n in range(1_000))
    warnings = tuple(Notice(f"code-{n}", f"key-{n}", f"{told} {n}") for n in range(1_000))
    output = render_markdown(replace(many(1), blocked=blocked, warnings=warnings))
    assert len(output.encode()) < LIMIT
    rules, notices = output.count("- **`rule-"), output.count("- **`code-")
    assert f"Not shown here, for room: {1_000 - rules} blocked rules, {1_000 - notices} warnings." in output
    assert min(rules, notices) > 10
    assert all(f"`{kind}-item-000000`" in output for kind in ("price", "title", "gone", "more", "new"))


def test_wide_characters_count_as_the_bytes_that_they_are() -> None:
    changes = [
        replace(created(f"new-{n}"), fields=(FieldChange("title", None, "标题🎁" * 15, "catalog"),)) for n in range(900)
    ]
    output = render_markdown(replace(EMPTY, changes=tuple(changes)))
    assert 55_000 < len(output.encode()) < LIMIT


def test_a_message_of_many_listings_is_one_and_says_where_it_stands() -> None:
    blocked = tuple(Blocked("min_price", f"k{n:02}", "too low", "products/a.yaml", n) for n in range(1, 13))
    output = render_markdown(replace(EMPTY, blocked=blocked, summary=replace(EMPTY.summary, blocked=12)))
    names = ", ".join(f"`k{n:02}`" for n in range(1, 9))
    assert f"- **`min_price`** {names}, … and 4 more: too low (`products/a.yaml:1` and 11 more)\n" in output


def test_what_a_marketplace_said_is_quoted_without_code() -> None:
    blocked = (Blocked("min_price", "k", "HTTP 400: “Validation failed, price: Too cheap.”"),)
    output = render_markdown(replace(EMPTY, blocked=blocked, summary=replace(EMPTY.summary, blocked=1)))
    assert "HTTP 400: “Validation failed, price: Too cheap.”\n" in output


def test_what_the_stock_is_worth_before_and_after() -> None:
    money = Money(Decimal("12345.60"), Decimal("11111.04"), 2, tuple(f"k{n}" for n in range(7)))
    output = render_markdown(replace(EMPTY, money=money))
    assert (
        "- Worth of the stock on sale: **12,345.60 → 11,111.04** (−10 %); 2 listings without a shown price or stock "
        "not counted\n"
    ) in output
    assert "- **7 products under `min_price`**: `k0`, `k1`, `k2`, `k3`, `k4`, … and 2 more\n" in output
    assert "Worth" not in render_markdown(EMPTY)


def test_a_plan_made_off_line_says_so() -> None:
    assert "**Made off line**" in render_markdown(replace(EMPTY, offline=True))
