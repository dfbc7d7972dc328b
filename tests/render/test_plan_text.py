"""What holds for every plan's text, and how changes are put into words."""

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Allotment, Blocked, Cause, Change, FieldChange, Notice, Plan, Summary
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place
from catalogsync.model.report import Report, Result
from catalogsync.render.plan_json import render_plan_json
from catalogsync.render.plan_text import render_plan_text
from catalogsync.render.report_text import render_report_text

SGR = re.compile(r"\x1b\[[0-9;]*m")


def update(key: str, *fields: FieldChange) -> Change:
    return Change(key, Action.UPDATE, "p1", "products/a.yaml", 1, fields)


def price(before: Value | None, after: Value, cause: Cause = "catalog") -> FieldChange:
    return FieldChange("price", before, after, cause)


def text_of(empty: Plan, *changes: Change, verbose: int = 0, width: int = 100) -> str:
    plan = replace(empty, changes=changes, summary=Summary(update=len(changes)), warnings=())
    return render_plan_text(plan, verbose=verbose, width=width)


@pytest.mark.parametrize("width", [20, 21, 25, 37, 49, 50, 60, 80, 100, 160])
@pytest.mark.parametrize("verbose", [0, 1, 2])
def test_no_line_is_wider_than_the_screen(any_plan: Plan, width: int, verbose: int) -> None:
    text = render_plan_text(any_plan, verbose=verbose, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("width", [20, 60, 100])
def test_no_report_is_wider_than_the_screen(any_report: Report, width: int) -> None:
    text = render_report_text(any_report, verbose=1, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("width", [1, 0, -5])
def test_an_absurd_width_is_survived(any_plan: Plan, width: int) -> None:
    assert render_plan_text(any_plan, width=width) == render_plan_text(any_plan, width=20)


@pytest.mark.parametrize("width", [20, 60, 100])
def test_colours_only_repeat_what_signs_say(any_plan: Plan, width: int) -> None:
    coloured = render_plan_text(any_plan, width=width, color=True)
    assert "\x1b" in coloured
    assert SGR.sub("", coloured) == render_plan_text(any_plan, width=width)


def test_without_colour_there_is_no_escape(any_plan: Plan, any_report: Report) -> None:
    assert "\x1b" not in render_plan_text(any_plan, verbose=2)
    assert "\x1b" not in render_report_text(any_report, verbose=2)


def test_no_line_ends_in_blanks(any_plan: Plan) -> None:
    assert not re.search(r" +$", render_plan_text(any_plan, width=30), re.MULTILINE)


def test_the_verdict_is_first(plans: dict[str, object], everyday: Plan) -> None:
    assert render_plan_text(everyday).startswith(
        "Plan: 1 to create, 4 to update, 1 to append, 1 to retire, 1 to delete"
    )
    blocked = replace(everyday, blocked=(Blocked("a", None, "no"), Blocked("b", "x", "no"), Blocked("b", "y", "no")))
    assert render_plan_text(blocked).startswith("BLOCKED by 2 safety rules. Nothing will be applied.\nPlan: ")
    nothing = replace(everyday, changes=(), summary=Summary())
    assert render_plan_text(nothing).startswith("No changes.\n")
    stopped = replace(nothing, blocked=(Blocked("pool-unknown", "x", "no"),))
    assert "No changes." not in render_plan_text(stopped)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("9.99", "8.99", "price 9.99 → 8.99 (−10 %)"),
        ("9.99", "9.94", "price 9.99 → 9.94 (−0.5 %)"),
        ("10.00", "15.04", "price 10.00 → 15.04 (+50.4 %)"),
        ("10.00", "9.9999", "price 10.00 → 9.9999 (under 0.1 %)"),
        ("0.01", "99.00", "price 0.01 → 99.00 (+989,900 %)"),
        ("0.00", "1.00", "price 0.00 → 1.00"),
        (None, "1.00", "price set to 1.00"),
        ("strange", "1.00", "price strange → 1.00"),
    ],
)
def test_a_price_move_is_told_in_percent(everyday: Plan, before: str | None, after: str, shown: str) -> None:
    assert f"~ update  streamhub  {shown}\n" in text_of(everyday, update("streamhub", price(before, after)))


def test_the_cause_is_told(everyday: Plan) -> None:
    text = text_of(
        everyday,
        update("a", price("1.00", "2.00", "catalog")),
        update("b", price("1.00", "2.00", "drift")),
        update("c", price("1.00", "2.00", "both")),
    )
    assert "  ~ update  a  price 1.00 → 2.00 (+100 %)\n" in text
    assert "  ~ update  b  price 1.00 → 2.00 (+100 %) (changed at the marketplace)\n" in text
    assert "c  price 1.00 → 2.00 (+100 %) (changed in the catalog and at the marketplace)\n" in text


def test_the_same_change_on_many_is_one_line(everyday: Plan) -> None:
    changes = [update(f"k{number:03}", price("9.99", "8.99")) for number in range(37)]
    assert "~ update  price 9.99 → 8.99 (−10 %) on 37 listings: k000, k001, " in text_of(everyday, *changes)
    assert "… and 31 more" in text_of(everyday, *changes, width=120)
    verbose = text_of(everyday, *changes, verbose=1)
    assert all(f"k{number:03}" in verbose for number in range(37))


def test_a_difference_in_cause_or_accounts_keeps_changes_apart(everyday: Plan) -> None:
    with_accounts = replace(update("c", price("9.99", "8.99")), accounts=Allotment("c", 5, 0))
    text = text_of(
        everyday, update("a", price("9.99", "8.99")), update("b", price("9.99", "8.99", "drift")), with_accounts
    )
    assert "listings:" not in text


def test_what_is_taken_away_is_always_named(everyday: Plan) -> None:
    gone = [Change(f"gone-{number}", Action.DELETE, "p", None, None) for number in range(60)]
    text = text_of(everyday, *gone)
    assert "- delete  60 listings: " in text
    assert all(f"gone-{number}" in text for number in range(60))


def test_the_biggest_price_move_is_first(everyday: Plan) -> None:
    text = text_of(everyday, update("a", price("10.00", "11.00")), update("b", price("10.00", "2.00")))
    assert text.index("  b  ") < text.index("  a  ")


def test_many_warnings_of_a_kind_are_counted(everyday: Plan) -> None:
    notices = tuple(Notice("pool-plaintext", None, f"pool number {number}") for number in range(20))
    text = render_plan_text(replace(everyday, warnings=notices))
    assert text.count("pool number") == 8
    assert "! pool-plaintext: 12 more like these (-v shows them)" in text
    assert render_plan_text(replace(everyday, warnings=notices), verbose=1).count("pool number") == 20


def test_the_same_warning_for_many_keys_is_one_line(everyday: Plan) -> None:
    notices = tuple(Notice("not-shown", f"k{number}", "it does not show") for number in range(11))
    text = render_plan_text(replace(everyday, warnings=notices))
    assert "! not-shown k0, k1, k2, k3, k4, k5, k6, k7, … and 3 more: it does not show" in text


def test_a_command_is_not_broken_where_it_fits_a_line(everyday: Plan) -> None:
    notice = Notice("x", None, "some words before it, then `catalogsync state resolve 1 --sent`")
    text = render_plan_text(replace(everyday, warnings=(notice,)), width=60)
    assert "`catalogsync state resolve 1 --sent`" in text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "word " * 900,
            "other " * 900,
            "[-word word word word word word word word word word word word… (4,499 characters)-]",
        ),
        ("a b " * 900, "b b a " * 900, "rewritten, 3,600 → 5,400 characters: [-a b a b "),
    ],
)
def test_a_rewritten_text_is_shown_in_part(everyday: Plan, before: str, after: str, told: str) -> None:
    text = text_of(everyday, update("a", FieldChange("description", before, after, "catalog")), width=1000)
    assert told in text
    assert len(text) < 400


def test_accounts_are_only_ever_counted(everyday: Plan) -> None:
    rows = [(f"canary-user-{n}", f"canary-word-{n}", Place("pools/p.yaml", n + 1, 1)) for n in range(3)]
    pool = Pool("canary-pool", Place("pools/p.yaml", 1, 1), rows)
    allotment = Allotment(pool.name, len(pool), 0)
    allotment.indexes.extend([4177, 4178, 4179])
    plan = replace(
        everyday,
        changes=(replace(update("a", price("1.00", "2.00")), accounts=allotment),),
        summary=Summary(accounts=3),
    )
    for text in (render_plan_text(plan, verbose=2), render_plan_json(plan), render_report_text(Report(plan))):
        assert "canary-user" not in text
        assert "canary-word" not in text
        assert "4177" not in text


def test_every_failure_is_named(everyday: Plan) -> None:
    changes = tuple(update(f"k{number:02}", price("1.00", "2.00")) for number in range(30))
    results = {change.key: Result("failed", f"reason {number % 12}") for number, change in enumerate(changes)}
    text = render_report_text(Report(replace(everyday, changes=changes), results))
    assert all(change.key in text for change in changes)
    assert all(f"reason {number}\n" in text for number in range(12))
