"""Why a listing is as it is, as a card with a block for each field, or as JSON."""

from dataclasses import asdict
from typing import Final, Literal

from catalogsync.model.counted import counted
from catalogsync.model.explanation import Explanation, FieldStory
from catalogsync.model.fields import Value
from catalogsync.model.history import Setting
from catalogsync.model.plan import FieldChange
from catalogsync.render.escape import inline
from catalogsync.render.field_change import change_spans, is_long, shown
from catalogsync.render.json_text import pretty
from catalogsync.render.layout import Page
from catalogsync.render.messages import told
from catalogsync.render.moment import moment
from catalogsync.render.palette import Span, Style

Form = Literal["text", "json"]

_STANDING: Final = {
    "managed": "managed",
    "retired": "retired: taken off sale, and still managed",
    "not-listed-yet": "created, and not listed by the marketplace yet",
    "missing": "gone from the marketplace",
    "new": "not managed yet",
    "in-doubt": "in doubt: nobody knows what became of a call",
}
_ORIGINS: Final = {
    "apply": "as applied",
    "marketplace": "somebody changed it there",
    "not-arrived": "what was applied has not been seen there yet",
    "unmanaged": "nobody set it from here",
    "not-shown": "",
}


def render_why(story: Explanation, form: Form, *, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """Everything about one key.

    Args:
        story: what is known.
        form: text or JSON.
        verbose: 0 to 2; how much of a long text is shown.
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """
    if form == "json":
        return pretty(_document(story))
    page = Page(width, color=color)
    page.put(Span(inline(story.key), Style.STRONG))
    page.rows([(name, list(told(text))) for name, text in _facts(story) if text], indent=2)
    for field in story.fields:
        page.gap()
        page.put(Span(inline(field.field), Style.STRONG))
        page.rows(_rows(field, max(verbose, 0)), indent=2)
    there = [field.field for field in story.fields if field.changes and field.origin == "marketplace"]
    if story.place and (acceptable := [field for field in there if field != "stock"]):
        page.gap()
        accept = " ".join(f"--accept {inline(field)}" for field in acceptable)
        page.put(*told(f"To keep what is there instead: `catalogsync import {accept} --only {inline(story.key)}`"))
    if story.pool is not None:
        page.gap()
        page.put(Span("accounts", Style.STRONG))
        page.rows([(name, [text]) for name, text in _accounts(story)], indent=2)
    return page.text()


def _facts(story: Explanation) -> list[tuple[str, str]]:
    """What there is to say of the whole."""
    where = f"{story.place.file}:{story.place.line}" if story.place else "gone from the catalog"
    counts = [
        story.approval or "",
        "" if story.stock is None else f"{story.stock:,} in stock",
        "" if story.sales is None else f"{story.sales:,} sold",
    ]
    told_of = "".join(f", {part}" for part in counts if part)
    return [
        ("product", where),
        ("listing", f"{story.product_id} at {story.marketplace}{told_of}" if story.product_id else ""),
        ("called before", ", ".join(story.names)),
        ("state", _STANDING[story.standing]),
        ("next plan", story.verdict),
        *(("blocked", f"{rule.rule}: {rule.message}") for rule in story.blocked),
        *(("warning", f"{notice.code}: {notice.message}") for notice in story.warnings),
    ]


def _rows(field: FieldStory, verbose: int) -> list[tuple[str, list[Span | str]]]:
    place = f"{field.place.file}:{field.place.line}" if field.place else ""
    rows = [
        ("catalog", _value(field, field.here, field.applied, verbose), place),
        ("applied", [_short(field.applied, verbose)], _setting(field.setting) if field.applied is not None else ""),
        ("marketplace", _value(field, field.showing, field.applied, verbose), _origin(field)),
    ]
    absent = {"catalog": "says nothing", "applied": "never", "marketplace": "does not show it"}
    values = {"catalog": field.here, "applied": field.applied, "marketplace": field.showing}
    out: list[tuple[str, list[Span | str]]] = []
    for name, spans, note in rows:
        text: list[Span | str] = [Span(absent[name], Style.FAINT)] if values[name] is None else [*spans]
        if note:
            changed = field.origin == name == "marketplace"
            text.append(Span(f"  ({inline(note)})", Style.CHANGED if changed else Style.FAINT))
        out.append((name, text))
    out.append(("next plan", [Span(inline(field.verdict), Style.STRONG if field.changes else Style.PLAIN)]))
    return out


def _value(field: FieldStory, value: Value | None, applied: Value | None, verbose: int) -> list[Span]:
    """A value; of a long text that is not what was applied, what differs in it."""
    if isinstance(value, str) and isinstance(applied, str) and is_long(value, applied):
        if value == applied:
            return [Span("the same text", Style.FAINT)]
        return change_spans(FieldChange(field.field, applied, value, "catalog"), verbose)
    return [_short(value, verbose)]


def _origin(field: FieldStory) -> str:
    """Who is behind what the marketplace shows."""
    if field.origin == "apply" and field.showing != field.applied:
        return "its own form of what was applied"
    return _ORIGINS[field.origin]


def _short(value: Value | None, verbose: int) -> Span:
    return Span(shown(value, verbose, quoted=True))


def _setting(setting: Setting | None) -> str:
    """`2026-11-21 20:12 UTC, apply of ann, commit 0123456789ab`."""
    if setting is None:
        return "by a run whose records are gone"
    run = setting.run
    parts = ["noted as the listing showed it"] if setting.deed == "bind" else []
    parts += [moment(setting.at)]
    if run is not None:
        parts.append(f"{run.command} of {run.who or 'somebody'} on {run.host}")
        parts += [f"commit {run.commit[:12]}"] if run.commit else []
        parts += [f"saved plan {run.plan[7:19]}"] if run.plan else []
        parts += [run.ci_url] if run.ci_url else []
    return ", ".join(parts)


def _accounts(story: Explanation) -> list[tuple[str, str]]:
    pool, change = story.pool, story.change
    if pool is None:
        return []
    held = f", {pool.held:,} held" if pool.held else ""
    sending = change.accounts.new if change and change.accounts else 0
    return [
        ("catalog", f"{counted(pool.catalog, 'account')} in pool {inline(pool.pool)}"),
        ("applied", f"{pool.sent:,} sent{held}, {pool.new:,} left"),
        ("marketplace", _stock(story)),
        ("next plan", f"{counted(sending or 0, 'account')} of those left are sent" if sending else "sends none"),
    ]


def _stock(story: Explanation) -> str:
    counts = ((story.stock, "in stock"), (story.sales, "sold"))
    parts = [f"{count:,} {what}" for count, what in counts if count is not None]
    return ", ".join(parts) or "does not show any"


def _document(story: Explanation) -> dict[str, object]:
    place, change = story.place, story.change
    return {
        "key": story.key,
        "previous_keys": list(story.names),
        "marketplace": story.marketplace,
        "product_id": story.product_id,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "state": story.standing,
        "stock": story.stock,
        "sales": story.sales,
        "approval": story.approval,
        "plan": {
            "action": change.action.value if change else None,
            "why": story.verdict,
            "blocked": [asdict(rule) for rule in story.blocked],
            "warnings": [asdict(notice) for notice in story.warnings],
        },
        "fields": [_field(field) for field in story.fields],
        "pool": asdict(story.pool) if story.pool else None,
    }


def _field(field: FieldStory) -> dict[str, object]:
    place, setting = field.place, field.setting
    run = setting.run if setting else None
    here: dict[str, object] = {"value": field.here, "file": place.file, "line": place.line} if place else {}
    by = {"deed": setting.deed, "at": setting.at, "record": setting.record} if setting else {}
    who = (
        {name: getattr(run, name) for name in ("id", "command", "who", "host", "commit", "plan", "ci_url")}
        if run
        else None
    )
    return {
        "field": field.field,
        "catalog": here or ({"value": field.here, "file": None, "line": None} if field.here is not None else None),
        "applied": None if field.applied is None else {"value": field.applied, **by, "run": who},
        "marketplace": {"value": field.showing, "set_by": field.origin},
        "changes": field.changes,
        "why": field.verdict,
    }
