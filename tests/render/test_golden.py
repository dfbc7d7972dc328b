"""The texts as people see them. To accept a new look: delete the file in golden/, run, read what was written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalogsync.model.plan import Plan
from catalogsync.model.report import Report
from catalogsync.render.plan_text import render_plan_text
from catalogsync.render.report_text import render_report_text

GOLDEN = Path(__file__).parent / "golden"


def same_as_golden(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} is new; read it")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["no-changes", "first", "everyday", "blocked", "sale", "offline", "texts"])
def test_plan(name: str, plans: dict[str, Callable[[], Plan]]) -> None:
    same_as_golden(f"plan-{name}", render_plan_text(plans[name]()))


@pytest.mark.parametrize(("name", "verbose"), [("everyday", 1), ("everyday", 2), ("first", 1), ("offline", 1)])
def test_verbose_plan(name: str, verbose: int, plans: dict[str, Callable[[], Plan]]) -> None:
    same_as_golden(f"plan-{name}-{'v' * verbose}", render_plan_text(plans[name](), verbose=verbose))


@pytest.mark.parametrize(("name", "width"), [("everyday", 60), ("everyday", 20), ("blocked", 20)])
def test_narrow_plan(name: str, width: int, plans: dict[str, Callable[[], Plan]]) -> None:
    same_as_golden(f"plan-{name}-{width}-columns", render_plan_text(plans[name](), width=width))


@pytest.mark.parametrize("name", ["finished", "unfinished", "interrupted", "nothing-to-do", "dry-run"])
def test_report(name: str, reports: dict[str, Callable[[], Report]]) -> None:
    same_as_golden(f"report-{name}", render_report_text(reports[name]()))


def test_verbose_report(reports: dict[str, Callable[[], Report]]) -> None:
    same_as_golden("report-unfinished-v", render_report_text(reports["unfinished"](), verbose=1))
