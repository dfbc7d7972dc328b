"""Plans that are too large, and plans that are hostile."""

from dataclasses import replace

from catalogsync.model.exhibit import Exhibit
from catalogsync.model.fields import Value
from catalogsync.model.plan import Action, Change, FieldChange, Plan, Selection, Summary
from tests.harness.hostile import HOSTILE, exhibitor_of, plan_of

ACTIVE = {
    "handler": "<img src=x onerror='window.owned=1'><video><source onerror='window.owned=1'></video>",
    "focus": "<input autofocus onfocus='window.owned=1'><p tabindex=0 autofocus onfocus='window.owned=1'>",
    "toggle": "<details open ontoggle='window.owned=1'><summary>x</summary></details>",
    "animation": "<style>@keyframes x{}</style><p style='animation:x 1s' onanimationstart='window.owned=1'>x</p>",
    "mathml": "<math><mtext><table><mglyph><style><img src=x onerror='window.owned=1'></style></mglyph></table></math>",
    "noscript": "<noscript><p title='</noscript><img src=x onerror=window.owned=1>'></noscript>",
    "pixel": "<img src='https://evil.example/p.png'><link rel=prefetch href='https://evil.example/q'>",
    "import": "<style>@import 'https://evil.example/x.css';</style><script src='https://evil.example/x.js'></script>",
}
"""These do something by themselves in a page that lets them."""

TEXTS = {**HOSTILE, **ACTIVE}


def hostile_plan() -> Plan:
    """All hostile texts, each wherever a text of others may stand."""
    plans = [plan_of(text) for text in TEXTS.values()]
    changes = [change for plan in plans for change in plan.changes]
    return replace(
        plans[-1],
        changes=tuple(changes),
        blocked=tuple(rule for plan in plans for rule in plan.blocked),
        warnings=tuple(notice for plan in plans for notice in plan.warnings),
    )


def hostile_exhibit(change: Change) -> Exhibit:
    """A listing of the text that its change is made of."""
    return exhibitor_of(change.key[:-1])(change)


def many(count: int) -> Plan:
    """So many changes, all different."""
    return Plan(
        "0.1.0",
        "2026-11-21T12:00:00Z",
        "accplanet",
        None,
        Selection(),
        Summary(update=count),
        tuple(_move(number) for number in range(count)),
    )


def _move(number: int) -> Change:
    before, after = 500 + number * 37 % 9000, 500 + number * 41 % 9000
    fields = (
        FieldChange("title", f"Seat {number}", f"Seat number {number}", "catalog"),
        FieldChange("price", f"{before / 100:.2f}", f"{after / 100:.2f}", "drift" if number % 3 else "catalog"),
    )
    return Change(f"seat-{number:05}", Action.UPDATE, f"p{number}", f"products/{number % 40}.yaml", number, fields)


def seat(change: Change) -> Exhibit:
    """A listing of that plan."""
    before = {field.field: field.before for field in change.fields if field.before is not None}
    after = {field.field: field.after for field in change.fields if field.after is not None}
    text: dict[str, Value] = {
        "description": "<p>One seat, with a view of the stage.</p>" * 8,
        "status": "active",
        "stock": 12,
    }
    return Exhibit(change.key, {**text, **before}, {**text, **after}, (), "Seats", 3)
