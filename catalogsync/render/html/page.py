"""A plan or a report as one page, which holds everything that it needs and asks for nothing."""

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from catalogsync.model.exhibit import Exhibit
from catalogsync.model.plan import Change, Money, Plan
from catalogsync.model.product import Image
from catalogsync.model.report import Report
from catalogsync.render.escape import inline
from catalogsync.render.field_change import percent
from catalogsync.render.html.album import Album
from catalogsync.render.html.card import Card, Entry, Row
from catalogsync.render.html.chart import BOUNDS, chart_of
from catalogsync.render.html.notes import notes_of, words
from catalogsync.render.html.room import Room
from catalogsync.render.html.sections import body_of
from catalogsync.render.html.verdict import verdict_of
from catalogsync.render.html.words import money
from catalogsync.render.listed import listed
from catalogsync.render.moment import moment
from catalogsync.render.pool_rows import cells_of, ordered

CALLS: Final = 1000
"""So many calls of a dry run are in the page; the others are counted."""
POOLS: Final = 500
"""So many pools are in the page, those first that last for the shortest time; the others are counted."""
_NAMED: Final = 50

_TEMPLATES: Final = Path(__file__).parent / "templates"
_COMMAND: Final = re.compile(r"^([^\S\n]*)::", re.MULTILINE)
_COMMAND_ANYWHERE: Final = re.compile(r"##(?=[A-Za-z]*\[)")


def render_html(
    subject: Plan | Report,
    show: Callable[[Change], Exhibit],
    picture: Callable[[Image], bytes | None],
    room: Room = Room(),  # noqa: B008  it is frozen
) -> str:
    """The plan, or the report of an apply, as one HTML file.

    Args:
        subject: what to show.
        show: what is known of a listing that is changed.
        picture: the bytes of an image of the catalog, or None.
        room: how much the page may hold.
    """
    plan = subject if isinstance(subject, Plan) else subject.plan
    templates = _templates()
    album = Album(picture, room.pictures)
    body = body_of(subject, show, album, _Drawing(templates), room)
    styles = [_text("report.css"), album.css]
    script = _text("report.js")
    report = None if isinstance(subject, Plan) else subject
    chart = chart_of(plan.changes)
    pools = ordered(plan.allocation or ())
    blocked, warnings = plan.blocked, (*plan.warnings, *(report.notices if report else ()))
    jumps = [
        *([("What blocks", "blocked", len(blocked))] if blocked else []),
        *([("Money", "money", 0)] if plan.money or chart else []),
        *([("Worth a look", "warnings", len(warnings))] if warnings else []),
        *([("Calls", "calls", len(report.sketch))] if report and report.sketch else []),
        *((section.title, f"section-{number}", section.listings) for number, section in enumerate(body.sections, 1)),
        *([("Pools", "pools", len(pools))] if pools else []),
    ]
    html = templates.get_template(
        "page.html"
    ).render(
        policy=_policy(styles, script),
        styles=[Markup(style) for style in styles if style],  # noqa: S704  ours, and data in base64
        script=Markup(script),  # noqa: S704  ours
        plan=plan,
        made=moment(plan.created_at),
        verdict=verdict_of(subject),
        words=words,
        blocked=notes_of(blocked),
        warnings=notes_of(warnings),
        worth=None if plan.money is None else _worth(plan.money),
        chart=chart,
        bounds=BOUNDS,
        jumps=jumps,
        calls=report.sketch[:CALLS] if report else (),
        more_calls=max(0, len(report.sketch) - CALLS) if report else 0,
        body=body,
        pools=[(row.pool, row.key, cells_of(row)) for row in pools[:POOLS]],
        more_pools=max(0, len(pools) - POOLS),
        left_out=", ".join(f"{count:,} to {action}" for action, count in body.left_out.items()),
        pictures_left_out=listed(album.left_out, _NAMED),
        pictures_left_out_count=len(album.left_out),
    )
    return _guarded(html)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Drawing:
    """The cards' templates."""

    def __init__(self, templates: Environment) -> None:
        module = templates.get_template("card.html").module
        self._card: Callable[..., Markup] = module.card  # type: ignore[attr-defined]
        self._entry: Callable[..., Markup] = module.entry  # type: ignore[attr-defined]
        self._row: Callable[..., Markup] = module.row  # type: ignore[attr-defined]

    def card(self, card: Card, entries: Sequence[Markup], more: int) -> Markup:
        return self._card(card, entries, more)

    def entry(self, entry: Entry) -> Markup:
        return self._entry(entry)

    def row(self, row: Row) -> Markup:
        return self._row(row)


def _harmless(value: object) -> object:
    """What a template shows: a text of others never without being made harmless, and then escaped as any text is."""
    return inline(value) if type(value) is str else value


def _guarded(html: str) -> str:
    """The same HTML, in which no line commands a CI runner that it is printed to."""
    return _COMMAND_ANYWHERE.sub("&#35;#", _COMMAND.sub(r"\1&#58;:", html))


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _policy(styles: Sequence[str], script: str) -> str:
    """What a browser may do with the page: use its own styles and script, show its own pictures, and nothing else."""
    hashes = " ".join(_hashed(style) for style in styles if style)
    return (
        f"default-src 'none'; img-src data:; style-src {hashes}; script-src {_hashed(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _worth(worth: Money) -> dict[str, object]:
    difference = worth.after - worth.before
    sign = "−" if difference < 0 else "+"
    return {
        "before": money(worth.before),
        "after": money(worth.after),
        "difference": f"{sign}{money(abs(difference))}" if difference else "",
        "percent": percent(str(worth.before), str(worth.after)) or "",
        "fewer": difference < 0,
        "uncounted": worth.uncounted,
        "under": listed(worth.under_min_price, _NAMED),
        "under_count": len(worth.under_min_price),
    }
