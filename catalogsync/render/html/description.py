"""Descriptions on a page: rendered as a customer would see them but inert, and compared word by word."""

import re
from collections.abc import Iterator
from html import escape
from typing import Final

import nh3
from markupsafe import Markup

from catalogsync.core.entities import unescaped
from catalogsync.render.escape import block, inline, look_alike, spelled, well_formed
from catalogsync.render.word_diff import word_diff

LONGEST: Final = 20_000
"""So many characters of a description are rendered; the JSON has all of them."""

_ELEMENTS: Final = {
    *("p", "br", "hr", "div", "span", "b", "strong", "i", "em", "u", "s", "small", "sub", "sup", "code", "pre"),
    *("blockquote", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "a"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_DROPPED: Final = {"script", "style", "title", "textarea", "noscript", "template", "iframe", "object", "svg", "math"}
"""These go with what is in them, which is no text for a reader."""

_ANCHOR: Final = re.compile(r'<a(?: href="([^"]*)")?>|</a>')
_HEADING: Final = re.compile(r"<(/?)h[1-6]>")
_PLACES: Final = 40
_AROUND: Final = 10
_CUT: Final = 2000


def rendered(html: str) -> Markup:
    """A description as the marketplace would render it, of harmless elements without attributes; links do not lead."""
    whole = html if len(html) <= LONGEST else f"{html[:LONGEST]} …"
    clean = nh3.clean(
        well_formed(whole.replace("\t", " ")),
        tags=_ELEMENTS,
        clean_content_tags=_DROPPED,
        attributes={"*": set(), "a": {"href"}},
        link_rel=None,
    )
    clean = _HEADING.sub(_no_heading, _inert(block(clean)))
    if len(html) > LONGEST:
        clean += f"<p><strong>Cut here: it has {len(html):,} characters.</strong></p>"
    # Without any element line ends are all the form that a text has.
    return Markup(clean if "<" in clean else f"<pre>{clean}</pre>")  # noqa: S704  what nh3 let through


def compared(before: str, after: str) -> Markup | None:
    """The places in which two descriptions differ; None where so much is new that words would not tell."""
    found = word_diff(before, after, _PLACES, _AROUND)
    if found is None:
        return None
    pieces, more = found
    parts: list[str] = []
    for piece in pieces:
        match piece:
            case None:
                parts.append(" … " if parts else "… ")
            case str():
                parts.append(escape(inline(_flat(piece))))
            case (old, new):
                parts += _replaced(old, new)
    if more:
        parts.append(f" … and {more:,} more place{'s' if more > 1 else ''}")
    return Markup("".join(parts))  # noqa: S704  each piece is escaped above


def _replaced(old: str, new: str) -> Iterator[str]:
    """What goes and what comes; the blank after them stands outside."""
    gone, come = inline(_flat(old).strip()), inline(_flat(new).strip())
    blank = " " if f"{old}{new}"[-1:].isspace() else ""
    if gone == come:
        gone, come, blank = inline(old), inline(new), ""  # only white space differs, so it must be seen
    if look_alike(gone, come):
        gone, come = spelled(gone), spelled(come)
    if gone:
        yield f"<del>{escape(_cut(gone))}</del>"
    if come:
        yield f"<ins>{escape(_cut(come))}</ins>"
    yield blank


def _inert(clean: str) -> str:
    """Links as text, with the address that they lead to beside it."""
    address = ""

    def exchanged(match: re.Match[str]) -> str:
        nonlocal address
        if match.group() != "</a>":
            address = match[1] or ""
            return "<u>"
        told = f" <small>[{escape(_cut(unescaped(address)), quote=False)}]</small>" if address else ""
        return f"</u>{told}"

    return _ANCHOR.sub(exchanged, clean)


def _no_heading(match: re.Match[str]) -> str:
    """A heading of a description is none of the page's: who goes from heading to heading is not led astray."""
    return "</div>" if match[1] else '<div class="heading">'


def _flat(text: str) -> str:
    return re.sub("[ \t\n]+", " ", text)


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}… ({len(text):,} characters)"
