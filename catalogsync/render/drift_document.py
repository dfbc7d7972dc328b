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
<style>
:root {{ color-scheme: light dark }}
body {{ margin: 0; background: light-dark(#f5f6f8, #111318); color: light-dark(#1b1e26, #e7e9ef) }}
body {{ font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }}
main {{ max-width: 64rem; margin-inline: auto; padding: clamp(1rem, 4vw, 2.5rem); overflow-wrap: anywhere }}
h1 {{ margin: 0 0 1.25rem; font-size: clamp(1.375rem, 4vw, 2rem); line-height: 1.25 }}
pre {{ margin: 0; padding: 1.25rem; border: 1px solid light-dark(#e1e4ea, #2c313c); border-radius: 1rem }}
pre {{ background: light-dark(#ffffff, #191c23); white-space: pre-wrap; font: 0.875rem/1.6 ui-monospace, monospace }}
</style>
<main><h1>{verdict}</h1><pre>{rest}</pre></main>
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
    verdict, _, rest = render_drift_text(drift, verbose=1).partition("\n")
    return _PAGE.format(verdict=escape(verdict), rest=escape(rest))
