r"""Texts of others made harmless: nothing from a catalog or a marketplace commands a terminal, a CI log or an eye.

What cannot be seen, or changes how the rest is seen, is shown as `\x1b` or `\u202e`. What a CI runner would take
for a command (`::error::`, `##[group]`, `##vso[…]`) is broken by one backslash.
"""

import json
import re
import unicodedata
from typing import Final

_CONTROLS: Final = "\x00-\x1f"
_UNSEEN: Final = (
    "\x7f-\x9f\xad"  # DEL, the C1 controls (CSI and NEL among them), soft hyphen
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # marks and fillers without a shape
    "\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, bidirectional controls
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # surrogates, which are no characters
    "\U000e0000-\U000e0fff"  # tags and variation selectors, in which whole texts can hide
)
_EMOJI: Final = "\u2190-\u2bff\U0001f000-\U0001faff"
# A joiner between two pictures makes one picture of them; anywhere else it hides.
_LONE_JOINER: Final = f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"

_HIDDEN: Final = re.compile(f"[{_CONTROLS}{_UNSEEN}]|{_LONE_JOINER}")
_HIDDEN_IN_JSON: Final = re.compile(rf"[{_UNSEEN}]|{_LONE_JOINER}|#(?=#[A-Za-z]*\[)")
_COMMAND_AT_START: Final = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*)::", re.MULTILINE)
_COMMAND_ANYWHERE: Final = re.compile(r"##(?=[A-Za-z]*\[)")
_SELECTORS: Final = re.compile("[\ufe00-\ufe0f]")


def inline(text: str) -> str:
    r"""A text as it may stand within one line: a line end becomes `\n`, whatever else is hidden its escape."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_escaped, text)


def block(text: str) -> str:
    """A text of several lines, each of them harmless."""
    return "\n".join(inline(line) for line in text.replace("\r\n", "\n").split("\n"))


def guard(output: str) -> str:
    r"""A finished output in which no line commands a CI runner: `::error::` becomes `\::error::`."""
    if "::" in output:
        output = _COMMAND_AT_START.sub(r"\1\\::", output)
    return _COMMAND_ANYWHERE.sub(r"#\\#", output) if "##" in output else output


def json_guard(document: str) -> str:
    r"""The same JSON, in which what is hidden or commands a CI runner is written as `\u…`; its meaning stays."""
    # By lines, since most are plain and the search costs more than all the rest of writing JSON.
    return "\n".join(
        line
        if line.isascii() and "##" not in line and "\x7f" not in line
        else _HIDDEN_IN_JSON.sub(_escaped_in_json, line)
        for line in document.split("\n")
    )


def well_formed(text: str) -> str:
    """A text that can be written as UTF-8: halves of surrogate pairs are joined, or replaced where they stand alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def look_alike(one: str, other: str) -> bool:
    """Whether two different texts look the same on a screen, such as an é of one character and one of two."""
    return one != other and _look(one) == _look(other)


def spelled(text: str) -> str:
    r"""A text with everything beyond ASCII written as `\xe9`, for two that look alike."""
    return inline(text.encode("ascii", "backslashreplace").decode())


def _look(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", _SELECTORS.sub("", text)).split())


def _escaped(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape", "backslashreplace").decode()


def _escaped_in_json(match: re.Match[str]) -> str:
    return "\\u0023" if match.group() == "#" else json.dumps(match.group())[1:-1]
