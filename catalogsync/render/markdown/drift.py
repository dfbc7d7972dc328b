"""Drift as Markdown, for an issue or the summary of a job."""

from catalogsync.model.counted import counted
from catalogsync.model.drift import Drift, ListingDrift
from catalogsync.render.drift_words import Group, as_change, counts, groups, next_steps, verdict
from catalogsync.render.markdown.inert import cell, code, identifier, told
from catalogsync.render.markdown.notes import items
from catalogsync.render.markdown.room import LIMIT, Room
from catalogsync.render.markdown.rows import becomes, keys
from catalogsync.render.messages import said

_FRAME = 3_000
"""Bytes for headings, and for telling what is left out."""
_WARNINGS = 8_000
_NAME = 100
_NAMES = 6


def render_drift_markdown(drift: Drift) -> str:
    """Drift as Markdown for GitHub and GitLab, in less than 60,000 bytes; listings that do not fit are counted."""
    room = Room(LIMIT - _FRAME)
    steps = [f"- {told(step)}\n" for step in next_steps(drift)]
    warnings, _ = room.fill(items(map(said, drift.warnings)), _WARNINGS)
    rows, shown = room.fill((_row(group), len(group)) for group in _grouped(drift))
    sign = "⚠️" if drift.listings else "✅"
    parts = [
        f"<!-- catalogsync:drift {identifier(drift.marketplace)} -->\n### {sign} {verdict(drift)}\n",
        f"At {code(drift.marketplace, _NAME)}: {', '.join(counts(drift))}.\n",
    ]
    if drift.selection.only or drift.selection.exclude:
        parts.append("Only a part of the listings was looked at.\n")
    if rows:
        parts.append("| Listing | Applied → shown |\n| --- | --- |\n" + "".join(rows))
    if left := len(drift.listings) - shown:
        parts.append(f"> **Not shown here, for room: {counted(left, 'listing')}.** `catalogsync -v drift` names all.\n")
    if steps:
        parts.append("#### What you can do\n\n" + "".join(steps))
    if warnings:
        parts.append("#### Worth a look\n\n" + "".join(warnings))
    return "\n".join(parts)


def _grouped(drift: Drift) -> list[Group]:
    gone: list[Group] = [[one] for one in drift.listings if one.kind == "gone"]
    return gone + groups([one for one in drift.listings if one.kind == "changed"])


def _row(group: Group) -> str:
    head = group[0]
    names = keys([one.key for one in group], _NAMES)
    who = names if len(group) == 1 else f"**{counted(len(group), 'listing')}**: {names}"
    return f"| {cell(who)} | {cell(_shown(head))} |\n"


def _shown(one: ListingDrift) -> str:
    if one.kind == "gone":
        return f"**gone**: listing {code(one.product_id, _NAME)} is in the list no more"
    return "<br>".join(becomes(as_change(field)) for field in one.fields)
