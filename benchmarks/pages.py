"""A plan as a page in HTML and as a comment in Markdown, against the same plan as JSON.

As a program it renders a plan of so many different changes in one form, and prints the seconds without its start.
"""

import json
import sys
import time
from typing import Final

from benchmarks.report import Row, ratio
from benchmarks.rounds import Candidate, in_turns, python
from catalogsync.model.exhibit import Exhibit
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Allotment, Change, FieldChange, Plan, Selection, Summary
from catalogsync.render.html import render_html
from catalogsync.render.markdown import render_markdown
from catalogsync.render.plan_json import render_plan_json

_FORMS: Final = {"html": None, "markdown": 2.0, "json": None}
"""With the aim of each."""


def measure(changes: int, rounds: int) -> list[Row]:
    """Render a plan in all forms."""
    costs = in_turns(
        {form: Candidate(python("benchmarks.pages", form, str(changes)), inner=True) for form in _FORMS}, rounds
    )
    return [
        ratio(f"plan as {form}, against its JSON", changes, costs[form], costs["json"], aim)
        for form, aim in _FORMS.items()
        if form != "json"
    ]


def main(form: str, changes: int) -> None:
    """Render the plan, and print the seconds."""
    made = tuple(_change(f"seat-{number:06}", number) for number in range(changes))
    plan = Plan("0.1.0", "2026-11-21T12:00:00Z", "shop", None, Selection(), Summary(update=changes), made)
    started, busy = time.perf_counter(), time.process_time()
    if form == "html":
        text = render_html(plan, _show, lambda _: None)
    else:
        text = render_markdown(plan) if form == "markdown" else render_plan_json(plan)
    cost = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    print(json.dumps({**cost, "characters": len(text)}))


def _change(key: str, number: int) -> Change:
    """No two are the same: updates of price and description, creates, appends and deletes."""
    words = " ".join(f"<p>Word {number} {place}</p>" for place in range(40))
    price = FieldChange("price", "10.00", f"{11 + number}.00", "catalog")
    file = f"products/{key}.yaml"
    match number % 5:
        case 0:
            return Change(key, Action.UPDATE, key, file, 1, (price,))
        case 1:
            text = FieldChange("description", words, words.replace("Word", "Text", 3), "catalog")
            return Change(key, Action.UPDATE, key, file, 1, (text,))
        case 2:
            fields = (FieldChange("title", None, key, "catalog"), FieldChange("description", None, words, "catalog"))
            return Change(key, Action.CREATE, None, file, 1, (*fields, price), Allotment(key, 5, 0))
        case 3:
            return Change(key, Action.APPEND, key, file, 1, (), Allotment(key, 5, 1))
        case _:
            return Change(key, Action.DELETE, key, None, None)


def _show(change: Change) -> Exhibit:
    same: dict[str, Value] = {"description": "<p>One seat, with a view of the stage.</p>" * 8, "status": "active"}
    before = {field.field: field.before for field in change.fields if field.before is not None}
    after = {field.field: field.after for field in change.fields if field.after is not None}
    return Exhibit(change.key, same | before, same | after, (), "Seats", 3)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
