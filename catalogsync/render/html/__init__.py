"""Plans and reports as one HTML file that needs nothing else."""

from catalogsync.render.html.page import render_html

__all__ = ["render_html"]
