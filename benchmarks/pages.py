"""A plan as an HTML page, against the same plan as JSON.

As a program it renders a plan of so many different changes in one form, and prints the seconds without its start.
"""

import json
import sys
import time
from typing import Final

from benchmarks.report import Row, ratio
from benchmarks.rounds import inner_parts, python
from catalogsync.model.exhibit import Exhibit
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Change, FieldChange, Plan, Selection, Summary
from catalogsync.render.html import render_html
from catalogsync.render.plan_json import render_plan_json

CHANGES: Final = 10_000


def measure(changes: int, rounds: int) -> list[Row]:
    """Render a plan in both forms."""
    costs = inner_parts({form: python("benchmarks.pages", form, str(changes)) for form in ("html", "json")}, rounds)
    return [ratio("plan as HTML, against its JSON", changes, costs["html"], costs["json"], None)]


def main(form: str, changes: int) -> None:
    """Render the plan, and print the seconds."""
    made = tuple(_change(number) for number in range(changes))
    plan = Plan("0.1.0", "2026-11-21T12:00:00Z", "shop", None, Selection(), Summary(update=changes), made)
    started, busy = time.perf_counter(), time.process_time()
    text = render_html(plan, _show, lambda _: None) if form == "html" else render_plan_json(plan)
    cost = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    print(json.dumps({**cost, "characters": len(text)}))


def _change(number: int) -> Change:
    price = FieldChange("price", f"{10 + number % 90}.00", f"{9 + number % 97}.50", "catalog")
    title = FieldChange("title", f"Seat {number}", f"Seat number {number}", "catalog")
    return Change(f"seat-{number:06}", Action.UPDATE, f"p{number}", "products/seats.yaml", number + 1, (price, title))


def _show(change: Change) -> Exhibit:
    same: dict[str, Value] = {"description": "<p>One seat, with a view of the stage.</p>" * 8, "status": "active"}
    before = {field.field: field.before for field in change.fields if field.before is not None}
    after = {field.field: field.after for field in change.fields if field.after is not None}
    return Exhibit(change.key, same | before, same | after, (), "Seats", 3)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
