"""Random documents, written as a person might write YAML: every kind of text, quotes, comments, lists in lists."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

TEXTS: Final = (
    "canaryuser:x",
    "79001234567:12",
    "012",
    "1e5",
    "0x1F",
    "1:20",
    "true",
    "no",
    "null",
    "~",
    "2001-02-03",
    "-",
    "ENC[AES256_GCM,data:x]",
    "a # b",
    "#",
    "'\"`",
    "\\n\\",
    " outer ",
    "tab\there",
    "ÄÖ€ 名 🔑",
    "e\u0301\u200b\u00a0\u2028\x85",
    "two\nlines",
    "a\n\n  b\n",
    "\n",
    "x" * 3000,
    "{{ a }}",
    "&a *b !c %d @e",
    "- a: b",
    "ctrl\x01\x1b",
    "canaryuser\r\nx",
)
KEYS: Final = (
    "accounts",
    "username",
    "pass word",
    "a:b",
    "ключ",
    "k#1",
    "'q'",
    "true",
    "12",
    "sops",
    "ENC[x]",
    "-",
    "",
)
NO_TEXTS: Final = (
    "0123",
    "12",
    "-7",
    "1.50",
    "1e-07",
    "1.0",
    "true",
    "false",
    "2001-02-03T04:05:06Z",
    "9007199254740993",
)
NOTHINGS: Final = ('""', "null", "[]", "{}")


class Document:
    """A random document.

    Args:
        number: which one; the same number gives the same document.
        odd: what it also holds: some of NO_TEXTS or NOTHINGS, or nothing odd.
        comments: whether there are comments.
    """

    def __init__(self, number: int, odd: tuple[str, ...], *, comments: bool = True) -> None:
        self._random = Random(number)
        self._often = 0.2 if comments else 0.0
        self._odd = odd
        self._odd_due = bool(odd)
        self.text = "\n".join([*self._map(0, top=True), ""])

    def _map(self, depth: int, *, top: bool = False) -> Iterator[str]:
        keys = [key for key in KEYS if not (top and key == "sops")]
        chosen = self._random.sample(keys, self._random.randint(1, 4))
        for key in chosen:
            yield from self._comment(depth)
            yield from self._entry(f"{json.dumps(key, ensure_ascii=False)}:", depth)
        if top and self._odd_due:
            yield f"odd: {self._random.choice(self._odd)}"

    def _list(self, depth: int) -> Iterator[str]:
        for _ in range(self._random.randint(1, 5)):
            yield from self._comment(depth)
            yield from self._entry("-", depth)

    def _entry(self, head: str, depth: int) -> Iterator[str]:
        pad = "  " * depth
        match self._random.choice(("text",) * 5 + (("map", "list") if depth < 4 else ())):
            case "map":
                yield f"{pad}{head}"
                yield from self._map(depth + 1)
            case "list":
                yield f"{pad}{head}"
                yield from self._list(depth + 1)
            case _:
                yield f"{pad}{head} {self._scalar(pad)}"

    def _scalar(self, pad: str) -> str:
        if self._odd and self._random.random() < 0.3:
            self._odd_due = False
            return self._random.choice(self._odd)
        text = self._random.choice(TEXTS)
        if self._random.random() < 0.3:
            text = "".join(self._random.choice(TEXTS)[:40] for _ in range(3))
        if text.isascii() and text.replace("\n", "").isprintable() and text[0] not in " \n" and "\n" in text:
            return "|-\n" + "\n".join(f"{pad}  {line}" if line else "" for line in text.rstrip("\n").split("\n"))
        if text.isalpha() and text not in {"true", "no", "null"}:
            return text
        quoted = json.dumps(text, ensure_ascii=False).replace("\x85", "\\u0085").replace("\u2028", "\\u2028")
        return quoted + (" # behind" if self._random.random() < self._often / 2 else "")

    def _comment(self, depth: int) -> Iterator[str]:
        if self._random.random() < self._often:
            yield f"{'  ' * depth}# {self._random.choice(('a note', 'canaryuser:x', 'ключ'))}"


def plain(events: Iterator[Any]) -> Any:
    """What the events of one document say, as Python has it."""
    from yaml.events import DocumentStartEvent

    take = events.__next__
    while type(take()) is not DocumentStartEvent:
        pass
    return _built(take(), take)


def _built(event: Any, take: Any) -> Any:
    from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

    if type(event) is ScalarEvent:
        return event.value
    if type(event) is MappingStartEvent:
        found = {}
        while type(key := take()) is not MappingEndEvent:
            found[key.value] = _built(take(), take)
        return found
    items = []
    while type(item := take()) is not SequenceEndEvent:
        items.append(_built(item, take))
    return items
