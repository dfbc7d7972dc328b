"""Drift as a document: JSON, of which the shape is published, and a page that shows the text."""

from dataclasses import asdict
from html import escape
from typing import Final

from catalogsync.model.drift import Drift
from catalogsync.render.drift_text import render_drift_text
from catalogsync.render.json_text import pretty
from catalogsync.render.plan_json import plain

FORMAT: Final = "catalogsync.drift/1"

_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Drift</title>
<style>:root {{ color-scheme: light dark }} pre {{ white-space: pre-wrap; overflow-wrap: anywhere }}</style>
<main><pre>{text}</pre></main>
</html>
"""


def render_drift_json(drift: Drift) -> str:
    """Drift as a JSON document; its shape is published in schemas/drift.schema.json."""
    changed = sum(1 for one in drift.listings if one.kind == "changed")
    return pretty(
        {
            "format": FORMAT,
            "tool_version": drift.tool_version,
            "created_at": drift.created_at,
            "marketplace": drift.marketplace,
            "state": asdict(drift.ground) if drift.ground else None,
            "selection": {"only": list(drift.selection.only), "exclude": list(drift.selection.exclude)},
            "policy": drift.policy,
            "summary": {
                "changed": changed,
                "gone": len(drift.listings) - changed,
                "in_step": drift.in_step,
                "unmanaged": drift.unmanaged,
            },
            "listings": [
                {
                    "key": one.key,
                    "product_id": one.product_id,
                    "kind": one.kind,
                    "file": one.file,
                    "line": one.line,
                    "fields": [
                        {"field": field.field, "applied": plain(field.applied), "shown": plain(field.shown)}
                        for field in one.fields
                    ],
                }
                for one in drift.listings
            ],
            "warnings": [asdict(notice) for notice in drift.warnings],
        }
    )


def render_drift_html(drift: Drift) -> str:
    """Drift as one page that asks for nothing, and in which nothing acts."""
    return _PAGE.format(text=escape(render_drift_text(drift, verbose=1)))
