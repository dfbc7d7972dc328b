"""A plan of many changes as a comment in Markdown, against the same plan as JSON."""

from time import perf_counter, process_time
from typing import Final

from benchmarks.report import Row
from catalogsync.model.plan import Action, Allotment, Change, FieldChange, Plan, Selection, Summary
from catalogsync.render.markdown import render_markdown
from catalogsync.render.plan_json import render_plan_json

_AIM: Final = 2.0


def measure(sizes: tuple[int, ...], rounds: int) -> list[Row]:
    """Render plans in both forms.

    Args:
        sizes: how many changes they have.
        rounds: how often; the best of each form counts.
    """
    return [_row(plan_of(size), size, rounds) for size in sizes]


def plan_of(count: int) -> Plan:
    """A plan in which no two changes are the same: updates of price and description, creates, appends and deletes."""
    return Plan(
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
        marketplace="accplanet",
        ground=None,
        selection=Selection(),
        summary=Summary(update=count),
        changes=tuple(_change(f"item-{number:06}", number) for number in range(count)),
    )


def _change(key: str, number: int) -> Change:
    words = " ".join(f"<p>Word {number} {place}</p>" for place in range(40))
    price = FieldChange("price", "10.00", f"{11 + number}.00", "catalog")
    match number % 5:
        case 0:
            return Change(key, Action.UPDATE, key, f"products/{key}.yaml", 1, (price,))
        case 1:
            text = FieldChange("description", words, words.replace("Word", "Text", 3), "catalog")
            return Change(key, Action.UPDATE, key, f"products/{key}.yaml", 1, (text,))
        case 2:
            fields = (FieldChange("title", None, key, "catalog"), FieldChange("description", None, words, "catalog"))
            return Change(key, Action.CREATE, None, f"products/{key}.yaml", 1, (*fields, price), Allotment(key, 5, 0))
        case 3:
            return Change(key, Action.APPEND, key, f"products/{key}.yaml", 1, (), Allotment(key, 5, 1))
        case _:
            return Change(key, Action.DELETE, key, None, None)


def _row(plan: Plan, size: int, rounds: int) -> Row:
    spent: dict[str, list[tuple[float, float]]] = {"markdown": [], "json": []}
    for _ in range(rounds):
        for name, render in (("markdown", render_markdown), ("json", render_plan_json)):
            start, cpu = perf_counter(), process_time()
            render(plan)
            spent[name].append((perf_counter() - start, process_time() - cpu))
    (markdown, markdown_cpu), (json, json_cpu) = min(spent["markdown"]), min(spent["json"])
    return Row(
        "plan as Markdown, against its JSON",
        size,
        f"{markdown:.3f} s",
        f"{json:.3f} s",
        markdown / json,
        _AIM,
        in_cpu=markdown_cpu / json_cpu,
    )
