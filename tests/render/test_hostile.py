"""Hostile texts from a catalog or a marketplace command neither a terminal nor a CI log, whatever the format."""

import json
import re
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.model.importing import Candidate, Imported, LeftOut, Pair, Taken, UnknownPool
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Notice
from catalogsync.model.problem import Place, Problem
from catalogsync.model.sheet import Conflict, Fault
from catalogsync.model.state import Binding, Keepsake
from catalogsync.model.survey import Doubt, PoolRow, StatusRow
from catalogsync.model.writing import FileChange, Remark
from catalogsync.render.edits_text import render_conflicts, render_edits, render_faults
from catalogsync.render.escape import well_formed
from catalogsync.render.import_text import render_imported, render_pair
from catalogsync.render.layout import Page
from catalogsync.render.plan_json import render_plan_json, render_report_json
from catalogsync.render.plan_reading import read_plan_document
from catalogsync.render.plan_text import render_plan_text
from catalogsync.render.problems import render_problems
from catalogsync.render.progress import PlainProgress
from catalogsync.render.report_text import render_report_text
from catalogsync.render.state_text import render_binding, render_bindings
from catalogsync.render.status_text import render_doubts, render_pools, render_status
from tests.harness.hostile import HOSTILE, assert_inactive, plan_of, report_of, sketch_of

every_hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@every_hostile
@pytest.mark.parametrize("width", [20, 100])
@pytest.mark.parametrize("verbose", [0, 2])
def test_plan_and_report_texts(text: str, width: int, verbose: int) -> None:
    assert_inactive(render_plan_text(plan_of(text), verbose=verbose, width=width))
    assert_inactive(render_report_text(report_of(text), verbose=verbose, width=width))
    assert_inactive(render_report_text(sketch_of(text), width=width))


@every_hostile
def test_with_colour_only_our_codes_are_there(text: str) -> None:
    coloured = render_plan_text(plan_of(text), verbose=1, color=True)
    assert_inactive(re.sub(r"\x1b\[(0|1|2|31|33|36|94|1;31|1;36)m", "", coloured))


@every_hostile
def test_json_is_valid_harmless_and_means_the_same(text: str) -> None:
    plan = plan_of(text)
    output = render_plan_json(plan)
    assert_inactive(output)
    document = json.loads(output)
    told = {"code": well_formed(text), "key": None, "message": well_formed(text), "file": None, "line": None}
    assert document["warnings"][0] == told
    assert read_plan_document(output) == document
    report = render_report_json(report_of(text))
    assert_inactive(report)
    assert json.loads(report)["changes"][0]["key"] == well_formed(plan.changes[0].key)


@every_hostile
@pytest.mark.parametrize("width", [20, 100])
def test_tables_and_questions(text: str, width: int) -> None:
    row = StatusRow(text, text, text, text, 1, 2, text, text, text, 1, 2, 3, text, 4, True, False)
    binding = Binding(text, text, text, {text: text}, {text: f"{text}x"}, {}, text, text, keepsake=Keepsake(pool=text))
    forms: tuple[Literal["text", "json"], ...] = ("text", "json")
    for form in forms:
        outputs = [
            render_status([row], form, width=width),
            render_pools([PoolRow(text, text, 1, 2, 3, 4)], form, width=width),
            render_doubts([Doubt(text, text, text, text, 1, text, text)], form, width=width),
            render_bindings([binding], form, width=width),
            render_binding(binding, [], form, width=width),
        ]
        for output in outputs:
            assert_inactive(output)
            assert form == "text" or json.loads(output)


@every_hostile
def test_edits_conflicts_and_faults(text: str) -> None:
    changes = tuple(change for change in plan_of(text).changes if change.action is Action.UPDATE)
    for verbose in (0, 2):
        assert_inactive(render_edits(changes, [Notice(text, text, text)], verbose=verbose, width=60))
    conflicts = [Conflict(text, text, text, was, text, None) for was in (text, "", None)]
    assert_inactive(render_conflicts(conflicts, width=60))
    assert_inactive(render_faults([Fault(text, text, text)]))


@every_hostile
def test_an_import_and_its_questions(text: str) -> None:
    (change, *_) = plan_of(text).changes
    listing = Listing(text, {"title": text, "stock": 1}, sales=2)
    taken = (Taken(text, text, change.fields[0], Place(text, 3, 1)), Taken(text, text, change.fields[-1]))
    one, two = Pair(text, (Candidate(listing, change.fields),)), Pair(text, (Candidate(listing, ()),) * 2)
    done = Imported(
        files=(FileChange(f"{text}/a.yaml", None, ""), FileChange(text, "", text)),
        new={text: text},
        bound={text: text},
        taken=taken,
        remarks=(Remark(text, text, text),),
        left_out=(LeftOut(text, text),),
        pairs=(one, two),
        unknown_pools=(UnknownPool(text, text, text),),
        stocked=(text,),
        odd={text: (text,)},
    )
    for width in (20, 100):
        assert_inactive(render_imported(done, width=width))
        assert_inactive(render_pair(one, text, width=width))
        assert_inactive(render_pair(two, text, width=width))


@every_hostile
def test_problems(text: str) -> None:
    problem = Problem(Place(text, 3, 4), "error", text, text, text)
    assert_inactive(render_problems([problem], "text"))
    assert_inactive(render_problems([problem], "json"))
    annotation = render_problems([problem], "github")
    assert annotation.count("\n") == 1
    assert annotation.startswith("::error file=")
    assert_inactive(annotation.removeprefix("::"))
    properties, _, _ = annotation.removeprefix("::").partition("::")
    assert properties.count(",") == 3, "a file's name adds no property"


@every_hostile
def test_plain_progress(text: str) -> None:
    lines: list[str] = []
    with PlainProgress(lines.append, every=1) as progress:
        progress.stage(text, 2)
        progress.step(text)
        progress.say(text)
    assert len(lines) == 3
    for line in lines:
        assert_inactive(line)
        assert "\n" not in line


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_whatever_the_text(text: str) -> None:
    assert_inactive(re.sub("\u200d", "", render_plan_text(plan_of(text), width=40)))
    assert json.loads(render_plan_json(plan_of(text)))


def test_a_word_without_end_is_broken_in_sensible_time() -> None:
    page = Page(80, color=False)
    endless = ("o" * 3_000_000, "é" * 50_000)
    page.put(*endless, " end", indent=2, hang=2)
    told = page.text()
    assert "".join(told.split()) == f"{''.join(endless)}end"
    assert max(map(len, told.splitlines())) == 80
