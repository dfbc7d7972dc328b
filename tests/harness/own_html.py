"""What a page of ours may consist of: our own elements and attributes, and nothing that a text of others brought in."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_STRUCTURE: Final = {
    *("html", "head", "body", "meta", "title", "link", "style", "script", "header", "main", "footer", "nav", "section"),
    *("article", "figure", "figcaption", "details", "summary", "button", "input", "label", "time"),
    *("svg", "desc", "line", "rect", "circle", "text", "tspan", "path", "g"),
}
_TEXT: Final = {
    "a",
    *("p", "br", "hr", "div", "span", "b", "strong", "i", "em", "u", "s", "small", "sub", "sup", "code", "pre"),
    *("blockquote", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "del", "ins"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES: Final = {
    *(
        "class",
        "id",
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "rel",
        "href",
        "type",
        "hidden",
        "open",
        "dir",
    ),
    *("role", "aria-label", "aria-labelledby", "aria-hidden", "aria-pressed", "data-item", "data-count", "data-filter"),
    *("tabindex", "for", "autocomplete", "spellcheck", "placeholder", "scope", "width", "height", "x", "y", "x1", "x2"),
    *("y1", "y2", "cx", "cy", "r", "d", "overflow"),
}
_OURS: Final = re.compile(r"[a-z0-9-]*( [a-z0-9-]+)*")
_METAS: Final = {"Content-Security-Policy", "viewport", "color-scheme", "referrer", None}


def parsed(page: str) -> LexborHTMLParser:
    """The page as a browser reads it."""
    return LexborHTMLParser(page)


def assert_only_ours(page: str) -> LexborHTMLParser:
    """Nothing but our own elements and attributes is in a page, and whatever may act is what its policy names."""
    tree = parsed(page)
    assert tree.root is not None
    for node in tree.root.traverse():
        _check(node)
    scripts, styles = tree.css("script"), tree.css("style")
    policy = next(meta.attributes["content"] or "" for meta in tree.css("meta[http-equiv]"))
    assert len(scripts) == 1
    assert len(styles) in {1, 2}
    for element in (*scripts, *styles):
        digest = b64encode(sha256(element.text(deep=True).encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == len(scripts) + len(styles)
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    return tree


def _check(node: LexborNode) -> None:
    tag, attributes = node.tag or "", node.attributes
    assert tag in _STRUCTURE | _TEXT, f"<{tag}> is not ours"
    strange = attributes.keys() - _ATTRIBUTES
    assert not strange, f"<{tag}> has {strange}"
    for name in ("class", "id", "role", "dir", "data-item"):
        assert _OURS.fullmatch(attributes.get(name) or ""), f"{name}={attributes[name]!r} is not ours"
    if tag == "link":
        assert attributes == {"rel": "icon", "href": "data:,"}
    elif "href" in attributes:
        assert tag == "a"
        assert re.fullmatch("#[a-z0-9-]+", attributes["href"] or "")
    if tag == "meta" and "charset" not in attributes:
        assert (attributes.get("http-equiv") or attributes.get("name")) in _METAS
