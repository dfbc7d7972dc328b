"""Markdown as others will read it: the elements that come of it, and the texts in which GitHub looks for more."""

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

OURS = {"h3", "h4", "p", "ul", "ol", "li", "strong", "code", "del", "ins", "br", "blockquote"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
"""All that our comments are made of."""

_SILENT = {"code", "pre", "a"}
"""Elements in whose texts neither GitHub nor GitLab looks for mentions, references and emoji."""

_REFERENCES = {
    "mention": r"@[A-Za-z0-9]",
    "issue": r"#\d|GH-\d",
    "commit": r"\b[0-9a-f]{7,40}\b",
    "emoji": r":[a-z0-9_+-]+:",
    "address": r"://|www\.|(mailto|xmpp):\S",
    "formula": r"\$",
    "gitlab": r"[!&~%$*][\w\"]|\[\w+:",
    "html": r"[<>]",
    "markdown": r"[`\[\]_\\^]|\*\*|~~|==|\+\+",
}


@dataclass
class Rendered:
    """What came of a Markdown.

    Attributes:
        elements: start and end tags in their order, but for code spans, of which there may be any number.
        attributes: of all elements.
        texts: outside of code.
        code: the texts of code spans.
        comments: of HTML.
    """

    elements: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str | None]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def active(self) -> list[str]:
        """What would do something beyond being read."""
        found = [f"<{name}>" for name in self.elements if name.strip("/") not in OURS]
        found += [f"{name} {key}={value}" for name, key, value in self.attributes if (name, key) != ("details", "open")]
        for what, pattern in _REFERENCES.items():
            found += [f"{what}: {text}" for text in self.texts if re.search(pattern, text)]
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rendered = Rendered()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.rendered.attributes += [(tag, key, value) for key, value in attrs]
        if tag == "code":
            self.rendered.code.append("")
        else:
            self.rendered.elements.append(tag)
        if tag not in {"br", "img", "input", "meta", "base", "embed", "hr"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "code":
            self.rendered.elements.append(f"/{tag}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["code"]:
            self.rendered.code[-1] += data
        elif not _SILENT.intersection(self._open):
            self.rendered.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.rendered.comments.append(data)


def rendered(markdown: str) -> list[Rendered]:
    """What GitHub's own reader makes of it, and another one, with everything switched on."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_HARDBREAKS
    found = []
    for html in (github_flavored_markdown_to_html(markdown, options), _other().render(markdown)):
        reader = _Reader()
        reader.feed(html)
        reader.close()
        found.append(reader.rendered)
    return found


@cache
def _other() -> MarkdownIt:
    return MarkdownIt("gfm-like", {"html": True, "linkify": True})
