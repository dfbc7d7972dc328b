"""Annotations stand on the line that caused them, no more than GitHub shows, and no text begins another command."""

import re
from urllib.parse import unquote

import pytest

from catalogsync.model.plan import Blocked
from catalogsync.model.problem import Place, Problem
from catalogsync.render.annotations import Annotation, of_problems, of_report, render_annotations
from catalogsync.render.escape import inline
from catalogsync.render.problems import render_problems
from tests.harness.hostile import HOSTILE, assert_inactive, plan_of, report_of

_COMMAND = re.compile(r"::(error|warning) ((?:(?:file|line|col|title)=[^:,]*,?)+)::(.*)")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_starts_a_second_command_or_leaves_its_property(text: str) -> None:
    problem = Problem(Place(text, 3, 4), "error", text, text, text)
    for output in (
        render_annotations(of_report(plan_of(text)), f"{inline(text)}/"),
        render_annotations(of_report(report_of(text))),
        render_problems([problem], "github", "shop/"),
    ):
        for line in output.splitlines():
            match = _COMMAND.fullmatch(line)
            assert match, line
            assert [part.partition("=")[0] for part in match[2].split(",")] in (
                ["title"],
                ["file", "line", "title"],
                ["file", "line", "col", "title"],
            )
            assert_inactive(line.removeprefix("::"))
            assert not re.search("%(?!25|0A|3A|2C)", line)


def test_what_stands_where() -> None:
    rule = Annotation("error", "min_price: a", "100 %: too low, see\nbelow", "products/a, b.yaml", 4)
    note = Annotation("warning", "nothing-selected", "no key")
    assert render_annotations([note, rule], "shops/süd/").splitlines() == [
        "::error file=shops/süd/products/a%2C b.yaml,line=4,title=min_price%3A a::100 %25: too low, see%0Abelow",
        "::warning title=nothing-selected::no key",
    ]


def errors(count: int, message: str) -> list[Annotation]:
    return [
        Annotation("error", f"rule: k{n}", message.format(n=n), f"products/k{n}.yaml", n) for n in range(1, count + 1)
    ]


def test_the_last_that_is_shown_counts_the_others() -> None:
    assert len(render_annotations(errors(10, "same")).splitlines()) == 10
    lines = render_annotations([*errors(25, "of {n}"), Annotation("warning", "w", "one")]).splitlines()
    assert len(lines) == 11
    assert unquote(lines[9]).endswith(
        "::of 10\nGitHub shows only 10 of a kind: there are 15 more, in the log and the report."
    )


def test_where_there_are_too_many_the_same_is_said_once() -> None:
    (line,) = render_annotations(errors(12, "same")).splitlines()
    assert line.startswith("::error file=products/k1.yaml,line=1,title=rule%3A k1::same%0A")
    assert line.endswith("The same at products/k2.yaml:2, products/k3.yaml:3, products/k4.yaml:4 and 8 more places.")


def test_what_failed_is_an_error_and_what_blocks_too() -> None:
    levels = {
        entry.level for entry in of_report(report_of("x")) if "failed" in entry.title or "in-doubt" in entry.title
    }
    assert levels == {"error"}
    plan = plan_of("x")
    found = [entry for entry in of_report(plan) if entry.level == "error"]
    assert [(entry.file, entry.line) for entry in found] == [(rule.file, rule.line) for rule in plan.blocked]
    assert all(isinstance(rule, Blocked) for rule in plan.blocked)


def test_problems_have_a_column() -> None:
    (entry,) = of_problems([Problem(Place("a.yaml"), "warning", "code", "what", "do")])
    assert (entry.line, entry.column, entry.message) == (1, 1, "what\ndo")
