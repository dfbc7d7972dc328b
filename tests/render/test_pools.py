"""What becomes of pools, in each form: which are shown, in which order, and that those without room are counted."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from catalogsync.model.exhibit import Exhibit
from catalogsync.model.plan import Allocation, Plan
from catalogsync.render.html.page import POOLS, render_html
from catalogsync.render.html.room import Room
from catalogsync.render.markdown import render_markdown
from catalogsync.render.markdown.room import LIMIT
from catalogsync.render.plan_text import render_plan_text

GIVES = Allocation("gives", "gives", 20, 9, 4, 3, 2, 1, 0.5, 20)
DRY = Allocation("dry", "dry", 20, 0, 0, 0, 0, 1234, 1200.25, 1)
ALL_GONE = Allocation("all-gone", "all-gone", 5, 5, 5, 0, 0, 0)
QUIET = Allocation("quiet", "quiet", 20, 8, 0, 0, 8, 4, 0.5, 24)


@pytest.fixture
def empty(plans: dict[str, Callable[[], Plan]]) -> Plan:
    return plans["no-changes"]()


def html(plan: Plan) -> str:
    return render_html(plan, lambda _: Exhibit(""), lambda _: None, Room())


def test_as_text(empty: Plan) -> None:
    plan = replace(empty, allocation=(ALL_GONE, DRY, GIVES, QUIET))
    assert render_plan_text(plan).partition("Pools\n")[2] == (
        "pool   new  listing  orders  left  unsold    a day  days left\n"
        "dry      0        0             0   1,234  1,200.25          1\n"
        "gives    9        4       3     2       1       0.5         20\n"
        "For orders: paid, and filled by `catalogsync orders fulfill`.\n"
    ).replace("    a day  days", "     a day  days")
    verbose = render_plan_text(plan, verbose=1).partition("Pools\n")[2]
    assert [line.split()[0] for line in verbose.splitlines()[1:5]] == ["dry", "gives", "quiet", "all-gone"]
    narrow = render_plan_text(plan, width=40).partition("Pools\n")[2]
    assert "dry\n" in narrow
    assert max(map(len, narrow.splitlines())) <= 40


def test_a_shop_in_which_nothing_happens_shows_none(empty: Plan) -> None:
    for rows in ((QUIET, ALL_GONE), (), None):
        plan = replace(empty, allocation=rows)
        assert render_plan_text(plan) == render_plan_text(empty)
        assert render_markdown(plan) == render_markdown(empty)


def test_as_a_comment(empty: Plan) -> None:
    text = render_markdown(replace(empty, allocation=(DRY, GIVES, QUIET)))
    assert "| `gives` | 9 | 4 | 3 | 2 | 1 | 0.5 | 20 |\n" in text
    assert text.index("`dry`") < text.index("`gives`")
    assert "`quiet`" not in text


def test_those_without_room_are_counted(empty: Plan) -> None:
    rows = tuple(replace(GIVES, pool=f"pool-{number:06}", days_left=None) for number in range(100_000))
    plan = replace(empty, allocation=rows)
    text = render_plan_text(plan)
    assert "pool-000007" in text
    assert "pool-000008" not in text
    assert "… and 99,992 more pools (-v shows all)" in text
    comment = render_markdown(plan)
    assert len(comment.encode()) < LIMIT
    shown = comment.count("| `pool-")
    assert 0 < shown < 1000
    assert f"{100_000 - shown:,} pools" in comment
    page = html(plan)
    assert page.count('<th scope="row">pool-') == POOLS
    assert f"{100_000 - POOLS:,} more are in the JSON report" in page
