"""Plans and reports as Markdown, for comments on pull requests and for job summaries."""

from catalogsync.render.markdown.comment import render_markdown
from catalogsync.render.markdown.drift import render_drift_markdown

__all__ = ["render_drift_markdown", "render_markdown"]
