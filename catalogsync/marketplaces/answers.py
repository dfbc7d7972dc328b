"""What an answer came to: JSON or not, yes or no, and in which words."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import orjson

from catalogsync.marketplaces.exchange import NoReply, Reply
from catalogsync.marketplaces.masking import Mask, printable
from catalogsync.model.answer import Answer, AnswerClass

Body = Mapping[str, object]

REFUSING: Final = frozenset({400, 401, 403, 404, 422, 429})
KEY_REFUSED: Final = frozenset({401, 403})
_WORDS: Final = ("error", "errors", "message", "detail", "non_field_errors")
_NO_WORDS: Final = ("error", "errors")
_CODE = re.compile(r"[A-Z]+(?:_[A-Z]+)*", re.ASCII)
_DOCUMENTED: Final = frozenset({"INVALID_API_KEY", "ORDER_NOT_FOUND", "ACCESS_DENIED", "INVALID_ACCOUNTS"})
"""The codes that HstockPlus' guide names: no secrets, though a secret may be a part of one by chance."""
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a call's answer must hold.

    Attributes:
        confirm: gives the confirmed Answer of an answer that does not say no, or what is wrong with it.
        evidence: a field that would show that something was done all the same, although the answer says no.
        about_one: codes of refusals that are about this call alone, not about the key, whatever their status.
    """

    confirm: Callable[[Body], Answer | str]
    evidence: str | None = None
    about_one: frozenset[str] = frozenset()


def classify(reply: Reply | NoReply, expected: Expected, mask: Mask) -> Answer:
    """The answer class of a changing call. Whatever is not proven to be N, R or C is U."""
    if isinstance(reply, NoReply):
        kind = AnswerClass.NEVER if reply.never else AnswerClass.UNKNOWN
        return Answer(kind, mask.quote(reply.reason), stop=reply.never and reply.final)
    body = _object_of(reply.body)
    verdict = _confirmed(reply, body, expected)
    if isinstance(verdict, Answer):
        return replace(verdict, status=reply.status)
    came = describe(reply, body, mask)
    code = _code(body, mask)
    stop = reply.status in KEY_REFUSED and code not in expected.about_one
    if body is not None and says_no(body, refused_by_status=reply.status in REFUSING):
        done_all_the_same = expected.evidence is not None and body.get(expected.evidence) not in (None, "", 0, "0")
        if (reply.status in REFUSING or 200 <= reply.status < 300) and not done_all_the_same:
            return Answer(AnswerClass.REFUSED, came, status=reply.status, stop=stop, code=code)
    reason = f"{came}, but {verdict}" if verdict else came
    return Answer(AnswerClass.UNKNOWN, reason, status=reply.status, stop=stop)


def _confirmed(reply: Reply, body: Body | None, expected: Expected) -> Answer | str | None:
    """The Answer of an answer that says yes; else what is odd about one that does not say no, or None."""
    if body is None or says_no(body, refused_by_status=reply.status in REFUSING) or not 200 <= reply.status < 300:
        return None
    if "success" in body and body["success"] is not True:
        return "`success` is neither true nor false"
    if any(body.get(name) for name in _NO_WORDS):  # also where these are no words that could be quoted
        return "it says both yes and no"
    return expected.confirm(body)


def _code(body: Body | None, mask: Mask) -> str:
    """The word of a refusal that is made for programs; empty if it has none."""
    said = None if body is None else body.get("error")
    if not isinstance(said, str):
        return ""
    return said if said in _DOCUMENTED or (_CODE.fullmatch(said) and mask.quote(said) == said) else ""


def says_no(body: Body, *, refused_by_status: bool = False) -> bool:
    """Whether an object is a refusal in a shape that is known.

    Args:
        body: the answer.
        refused_by_status: the HTTP status said no already, so that any words will do.
    """
    if "success" in body:
        return body["success"] is False
    if refused_by_status:
        fields_with_words = bool(body) and all(_is_words(value) for value in body.values())
        return bool(_word(body, _WORDS)) or fields_with_words
    return bool(_word(body, _NO_WORDS))


def _is_words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) for word in value)


def whole_number(raw: object) -> int | None:
    """A number from 0, also as digits in a text or as 2.0; None if it is anything else."""
    if isinstance(raw, str) and _DIGITS.fullmatch(raw):
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    return int(raw) if isinstance(raw, float) and raw >= 0 and raw.is_integer() else None


def describe(reply: Reply, body: object, mask: Mask) -> str:
    """What came, in words: the status, what kind of content, and the marketplace's own words, quoted."""
    words = _word(body, _WORDS) if isinstance(body, Mapping) else ""
    if words and (quoted := mask.quote(words)):
        return f"HTTP {reply.status}: “{quoted}”"
    return f"HTTP {reply.status} with {_content(reply, body, mask)}"


def _content(reply: Reply, body: object, mask: Mask) -> str:
    if 300 <= reply.status < 400:
        return "a redirect elsewhere, which is not followed"
    if not reply.body.strip():
        return "no content"
    if looks_like_html(reply):
        return "an HTML page"
    if isinstance(body, Mapping):
        return shape(body, mask)
    return f"content that is no JSON object ({mask.quote(reply.media_type, 40) or 'of no declared type'})"


def looks_like_html(reply: Reply) -> bool:
    """Whether an answer is a web page, such as a login form or a proxy's error page."""
    return reply.body.lstrip()[:1] == b"<" or (reply.media_type.endswith("html") and not _is_json(reply.body))


def _is_json(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"{", b"[")


def shape(value: object, mask: Mask, depth: int = 2) -> str:
    """Types and keys of a JSON value, never its content."""
    if isinstance(value, Mapping):
        if not depth:
            return "an object"
        keys = [f"{mask.quote(str(key), 40)} ({shape(inner, mask, depth - 1)})" for key, inner in value.items()]
        more = f", and {len(keys) - 12} more" if len(keys) > 12 else ""
        return f"an object of {', '.join(keys[:12])}{more}" if keys else "an empty object"
    if isinstance(value, list):
        if not value:
            return "an empty array"
        if depth and isinstance(value[0], Mapping):
            return f"an array of {len(value)}, such as {shape(value[0], mask, depth - 1)}"
        kinds = {_kind(item) for item in value[:1000]}
        return f"an array of {len(value)}: {' or '.join(sorted(kinds))}"
    return _kind(value)


def _kind(value: object) -> str:
    names = {dict: "object", list: "array", str: "text", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null")


def _word(body: Body, names: tuple[str, ...]) -> str:
    """The words that an object says under some names, joined; empty if there are none."""
    said: list[str] = []
    for name in names:
        said += (text for text in _texts(body.get(name), 4) if text not in said)
    return "; ".join(said)


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if printable(value):
            yield value
    elif isinstance(value, bool):
        if value:
            yield "true"
    elif isinstance(value, int | float):
        if value:
            yield str(value)
    elif depth and isinstance(value, list):
        for item in value:
            yield from _texts(item, depth - 1)
    elif depth and isinstance(value, Mapping):
        for name, item in value.items():
            yield from (f"{name}: {text}" for text in _texts(item, depth - 1))


def _object_of(body: bytes) -> Body | None:
    """The JSON object that an answer holds; None if it holds anything else, or a key twice."""
    try:
        orjson.loads(body)  # refuses what json lets pass: NaN, a byte order mark, UTF-16, endless nesting
        value = json.loads(body, object_pairs_hook=without_twins)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of its names and values; a ValueError if a name stands twice."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key stands twice")
    return value
