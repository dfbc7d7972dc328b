"""Plans and reports as Markdown, for comments on pull requests and for job summaries."""

from catalogsync.render.markdown.comment import render_markdown

__all__ = ["render_markdown"]
