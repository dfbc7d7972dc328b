"""What somebody might do to an encrypted file who can write it and has no key."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

BEFORE: Final = """\
# A note.
pool: paperbird
accounts:
  # Another note.
  - canaryuser1:a
  - canaryuser2:b
  - username: canaryuser3
    password: "007"
more:
  - canaryuser4:d
accounts_text: |
  canaryuser5:e
"""
"""What the files held that are tampered with."""
OTHER: Final = BEFORE.replace("canaryuser", "canaryuser9")

_VALUE: Final = re.compile(r"ENC\[AES256_GCM,data:(.+?),iv:(.+?),tag:(.+?),type:(\w+)\]")


@dataclass(frozen=True)
class Files:
    """What there is to work with.

    Attributes:
        text: the file.
        same_again: the same document, encrypted once more.
        other: another document, encrypted to the same recipient.
    """

    text: str
    same_again: str
    other: str


def _value(text: str, number: int) -> str:
    """An encrypted value of a file, comments too, by its number."""
    return list(_VALUE.finditer(text))[number][0]


def _swap(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


def _flip(found: str, part: int) -> str:
    """A value with one part changed."""
    match = _VALUE.fullmatch(found)
    assert match
    old = match[part]
    return found.replace(old, ("A" if old[0] != "A" else "B") + old[1:])


def _line(text: str, start: str) -> str:
    return next(line for line in text.splitlines(keepends=True) if line.lstrip().startswith(start))


def _metadata(text: str) -> str:
    return text[text.index("\nsops:") + 1 :]


# The values of BEFORE in a file's order: note, pool, note, two accounts, username, password, more, text.
_POOL, _NOTE, _FIRST, _SECOND, _USER, _WORD, _MORE, _TEXT = range(1, 9)

TAMPERINGS: Final[Mapping[str, Callable[[Files], str]]] = {
    "a value's data changed": lambda f: f.text.replace(_value(f.text, _FIRST), _flip(_value(f.text, _FIRST), 1)),
    "a value's iv changed": lambda f: f.text.replace(_value(f.text, _FIRST), _flip(_value(f.text, _FIRST), 2)),
    "a value's tag changed": lambda f: f.text.replace(_value(f.text, _FIRST), _flip(_value(f.text, _FIRST), 3)),
    "two accounts swapped": lambda f: _swap(f.text, _value(f.text, _FIRST), _value(f.text, _SECOND)),
    "username and password swapped": lambda f: _swap(f.text, _value(f.text, _USER), _value(f.text, _WORD)),
    "a field put before another": lambda f: _swap(
        f.text, f"pool: {_value(f.text, _POOL)}\n", f"accounts_text: {_value(f.text, _TEXT)}\n"
    ),
    "an account dropped": lambda f: f.text.replace(f"    - {_value(f.text, _FIRST)}\n", ""),
    "the last field dropped": lambda f: f.text.replace(_line(f.text, "accounts_text:"), ""),
    "an account duplicated": lambda f: f.text.replace(
        f"    - {_value(f.text, _FIRST)}\n", f"    - {_value(f.text, _FIRST)}\n" * 2
    ),
    "a key renamed": lambda f: f.text.replace("\nmore:", "\nless:"),
    "an account moved to another list": lambda f: f.text.replace(_value(f.text, _FIRST), _value(f.text, _MORE), 1),
    "a value replaced by a file's of old": lambda f: f.text.replace(
        _value(f.text, _FIRST), _value(f.same_again, _FIRST)
    ),
    "the MAC replaced by another file's": lambda f: f.text.replace(_line(f.text, "mac:"), _line(f.other, "mac:")),
    "the MAC replaced by an older one": lambda f: f.text.replace(_line(f.text, "mac:"), _line(f.same_again, "mac:")),
    "the MAC removed": lambda f: f.text.replace(_line(f.text, "mac:"), ""),
    "the MAC emptied": lambda f: f.text.replace(_line(f.text, "mac:"), '    mac: ""\n'),
    "the MAC replaced by a value": lambda f: f.text.replace(
        _line(f.text, "mac:"), f"    mac: {_value(f.text, _FIRST)}\n"
    ),
    "lastmodified changed": lambda f: f.text.replace(
        _line(f.text, "lastmodified:"), '    lastmodified: "2001-02-03T04:05:06Z"\n'
    ),
    "lastmodified removed": lambda f: f.text.replace(_line(f.text, "lastmodified:"), ""),
    "the metadata stripped": lambda f: f.text.replace(_metadata(f.text), ""),
    "the metadata of another file": lambda f: f.text.replace(_metadata(f.text), _metadata(f.other)),
    "the metadata of the same, encrypted again": lambda f: f.text.replace(_metadata(f.text), _metadata(f.same_again)),
    "a text made a number": lambda f: f.text.replace(
        _value(f.text, _WORD), _value(f.text, _WORD).replace("type:str", "type:int")
    ),
    "a text made a comment": lambda f: f.text.replace(
        _value(f.text, _FIRST), _value(f.text, _FIRST).replace("type:str", "type:comment")
    ),
    "a comment made an account": lambda f: f.text.replace(
        _value(f.text, _NOTE), _value(f.text, _NOTE).replace("type:comment", "type:str")
    ),
    "cut off within the values": lambda f: f.text[: f.text.index("\nmore:") + 1],
    "cut off within the metadata": lambda f: f.text[: f.text.index("    lastmodified:")],
    "a plain account added": lambda f: f.text.replace("\nmore:\n", "\nmore:\n    - canaryuser6:f\n"),
    "an empty text added": lambda f: f.text.replace("\nmore:\n", '\nmore:\n    - ""\n'),
    "a null added": lambda f: f.text.replace("\nmore:\n", "\nmore:\n    - null\n"),
    "an empty list added": lambda f: f.text.replace("\nmore:\n", "\nless: []\nmore:\n"),
    "a plain comment added": lambda f: f.text.replace("\nmore:\n", "\n# canaryuser6:f\nmore:\n"),
    "mac_only_encrypted added": lambda f: f"{f.text}    mac_only_encrypted: true\n",
    "mac_only_encrypted and a plain account added": lambda f: (
        f.text.replace("\nmore:\n", "\nmore:\n    - canaryuser6:f\n") + "    mac_only_encrypted: true\n"
    ),
    "an account under a key that is not encrypted": lambda f: f.text.replace(
        "\nmore:\n", "\nextra_unencrypted:\n    - canaryuser6:f\nmore:\n"
    ),
    "a second document": lambda f: f"{f.text}---\naccounts:\n    - canaryuser6:f\n",
    "a key written twice": lambda f: f.text.replace("\nmore:\n", f"\npool: {_value(f.text, _POOL)}\nmore:\n"),
}
"""Each by its name."""
