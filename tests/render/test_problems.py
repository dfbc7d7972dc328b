"""Problems of the catalog for people, programs and pull requests."""

import json

from catalogsync.model.problem import Place, Problem
from catalogsync.render.problems import render_problems

PROBLEMS = (
    Problem(
        Place("products/a,b.yaml", 3, 5),
        "error",
        "unknown-field",
        "`warrenty: 100%` is no field of a product",
        "did you mean warranty_period_days?",
    ),
    Problem(Place("pools/x.yaml"), "warning", "pool-plaintext", "pool x is in clear text"),
)


def test_text_is_what_editors_read() -> None:
    assert render_problems(PROBLEMS, "text") == (
        "products/a,b.yaml:3:5: unknown-field: `warrenty: 100%` is no field of a product\n"
        "    hint: did you mean warranty_period_days?\n"
        "pools/x.yaml:1:1: pool-plaintext: warning: pool x is in clear text\n"
    )


def test_json_has_the_promised_names() -> None:
    first, second = json.loads(render_problems(PROBLEMS, "json"))
    assert list(first) == ["file", "line", "column", "severity", "code", "message", "hint"]
    assert second == {
        "file": "pools/x.yaml",
        "line": 1,
        "column": 1,
        "severity": "warning",
        "code": "pool-plaintext",
        "message": "pool x is in clear text",
        "hint": None,
    }


def test_annotations_are_escaped_as_github_asks() -> None:
    assert render_problems(PROBLEMS, "github") == (
        "::error file=products/a%2Cb.yaml,line=3,col=5,title=unknown-field::"
        "`warrenty: 100%25` is no field of a product%0Adid you mean warranty_period_days?\n"
        "::warning file=pools/x.yaml,line=1,col=1,title=pool-plaintext::pool x is in clear text\n"
    )


def test_no_problem_is_no_output() -> None:
    assert render_problems((), "text") == ""
    assert render_problems((), "github") == ""
    assert render_problems((), "json") == "[]\n"
