"""Hostile texts from a catalog or a marketplace command neither a terminal nor a CI log, whatever the format."""

import json
import re
import unicodedata
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.model.importing import Candidate, Imported, LeftOut, Pair, Taken, UnknownPool
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Allotment, Blocked, Change, FieldChange, Notice, Plan, Selection, Summary
from catalogsync.model.problem import Place, Problem
from catalogsync.model.report import Outcome, Report, Result
from catalogsync.model.sheet import Conflict, Fault
from catalogsync.model.state import Binding, Keepsake
from catalogsync.model.survey import Doubt, PoolRow, StatusRow
from catalogsync.model.writing import FileChange, Remark
from catalogsync.render.edits_text import render_conflicts, render_edits, render_faults
from catalogsync.render.escape import well_formed
from catalogsync.render.import_text import render_imported, render_pair
from catalogsync.render.plan_json import read_plan_document, render_plan_json, render_report_json
from catalogsync.render.plan_text import render_plan_text
from catalogsync.render.problems import render_problems
from catalogsync.render.progress import PlainProgress
from catalogsync.render.report_text import render_report_text
from catalogsync.render.state_text import render_binding, render_bindings
from catalogsync.render.status_text import render_doubts, render_pools, render_status

HOSTILE = {
    "colour": "\x1b[31mred\x1b[0m",
    "clear-screen": "\x1b[2J\x1b[H",
    "window-title": "\x1b]0;owned\x07",
    "osc8-link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "device-report": "\x1b[6n\x1bP+q544e\x1b\\",
    "c1-csi": "\x9b31m",
    "c1-osc": "\x9d0;owned\x9c",
    "bell-backspace": "safe\x08\x08\x08\x08evil\x07",
    "carriage-return": "1 to delete\rNo changes.",
    "new-lines": "title\n\nNo changes.\n",
    "nel": "a\x85::error::b",
    "line-separators": "a\u2028::error::b\u2029::error::c",
    "vertical": "a\x0b::error::b\x0c::error::c",
    "nul": "a\0b",
    "delete": "a\x7fb",
    "bidi-override": "invoice\u202egpj.exe",
    "bidi-isolate": "\u2066abc\u2069\u2067def\u2069",
    "bidi-marks": "\u200e\u200f\u061c",
    "zero-width": "pay\u200bpal\u200c\u2060\ufeff",
    "joiner": "pay\u200dpal",
    "tags": "".join(chr(0xE0000 + ord(letter)) for letter in "evil"),
    "fillers": "\u115f\u1160\u3164\uffa0\u00ad\u034f",
    "lone-surrogates": "\ud800 and \udfff",
    "interlinear": "\ufff9a\ufffab\ufffb",
    "github": "::error::owned",
    "github-indented": "   ::set-env name=PATH::/evil",
    "github-in-text": "x\n::add-mask::y",
    "github-after-blank": "word ::stop-commands::token",
    "azure": "##[error]owned",
    "azure-variable": "x ##vso[task.setvariable variable=x]y",
    "teamcity": "##teamcity[buildStop]",
    "gitlab-section": "section_start:1:x\r\x1b[0Kowned",
    "rich-markup": "[bold red]x[/] :bomb: [link=https://evil.example]y[/link]",
    "html": "<script>alert(1)</script>",
    "format": "%s {0} {task.description} $(id) `id`",
    "long": "x" * 5000 + "::error::" + "y" * 300,
    "accents": "e" + "\u0301" * 3000,
    "emoji": "👨‍👩‍👧 🏴‍☠️ ❤️",
}

FIELDS = ("title", "description", "price", "status", "category_id", "supplier_name")


def plan_of(text: str) -> Plan:
    """A plan in which a text stands wherever a text of others may stand."""
    fields = (
        *(FieldChange(name, "before", text, "catalog") for name in FIELDS),
        *(FieldChange(name, text, "after", "drift") for name in FIELDS),
        FieldChange("description", f"a long text before {text} and after it " * 3, f"a long text {text}", "both"),
        FieldChange("images", (text,), (text, "images/a.png"), "catalog"),
        FieldChange(text, text, None, "catalog"),
    )
    new = tuple(FieldChange(field.field, None, field.after, "catalog") for field in fields)
    changes = (
        Change(f"{text}0", Action.CREATE, None, text, 1, new, Allotment(text, 5, 1)),
        Change(f"{text}1", Action.UPDATE, text, text, 1, fields, Allotment(text, 5, 1), text),
        *(Change(f"{text}{n}", Action.UPDATE, text, text, 1, (FieldChange("title", text, "x", "both"),)) for n in "23"),
        Change(f"{text}4", Action.APPEND, text, text, 1, (), Allotment(text, None, 1)),
        Change(f"{text}5", Action.RETIRE, text, None, None, (FieldChange("status", text, text, "catalog"),)),
        *(Change(f"{text}{number}", Action.DELETE, text, None, None) for number in "67"),
        Change(f"{text}8", Action.ADOPT, text, text, 1, (), None, text),
        Change(f"{text}9", Action.FORGET, text, None, None),
    )
    return Plan(
        tool_version="0.1.0",
        created_at="2026-11-21T12:00:00Z",
        marketplace=text,
        ground=None,
        selection=Selection((text,), (text,), {text: text}),
        summary=Summary(create=1, update=3, append=1, retire=1, delete=2, adopt=1, forget=1, accounts=10, blocked=1),
        changes=tuple(sorted(changes, key=lambda change: change.key)),
        blocked=(Blocked(text, text, text),),
        warnings=(Notice(text, None, text), Notice("code", text, text)),
    )


def report_of(text: str) -> Report:
    plan = plan_of(text)
    outcomes: tuple[Outcome, ...] = ("failed", "skipped", "in-doubt", "applied")
    results = {
        change.key: Result(outcomes[number % 4], text if number % 4 < 3 else None)
        for number, change in enumerate(plan.changes)
    }
    return Report(plan, results, notices=(Notice(text, text, text),))


def assert_inactive(output: str) -> None:
    """Nothing in an output moves a cursor, hides, reorders, or commands a CI runner."""
    for position, character in enumerate(output):
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != "\n":
            joins_emoji = character == "\u200d" and ord(output[position + 1]) > 0x2000
            assert joins_emoji, f"{character!a} at {position}"
    assert not re.search(r"##[A-Za-z]*\[", output)
    for line in output.splitlines():
        assert not line.strip().startswith("::"), line


every_hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@every_hostile
@pytest.mark.parametrize("width", [20, 100])
@pytest.mark.parametrize("verbose", [0, 2])
def test_plan_and_report_texts(text: str, width: int, verbose: int) -> None:
    assert_inactive(render_plan_text(plan_of(text), verbose=verbose, width=width))
    assert_inactive(render_report_text(report_of(text), verbose=verbose, width=width))
    sketch = replace(report_of(text), dry_run=True, sketch=(text, f"POST {text}"))
    assert_inactive(render_report_text(sketch, width=width))


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
