"""The expressions of GitHub Actions, as far as our workflows use them."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Function = Callable[..., Any]

_TOKEN: Final = re.compile(r"\s*('(?:[^']|'')*'|[\w.-]+|==|!=|&&|\|\||[!(),])")
_WHOLE: Final = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


def filled(text: str, contexts: Mapping[str, Any], functions: Mapping[str, Function]) -> Any:
    """A text with the values of its expressions; the value itself if it is but one expression."""
    if whole := re.fullmatch(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", text, re.DOTALL):
        return value(whole.group(1), contexts, functions)
    return _WHOLE.sub(lambda match: as_text(value(match.group(1), contexts, functions)), text)


def value(text: str, contexts: Mapping[str, Any], functions: Mapping[str, Function]) -> Any:
    """What an expression comes to."""
    tokens = _TOKEN.findall(text)
    assert "".join(tokens) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", text), text
    parser = _Parser(tokens, contexts, functions)
    found = parser.either()
    assert not parser.rest, (text, parser.rest)
    return found


def as_text(found: Any) -> str:
    """A value as it stands in a text."""
    if found is None:
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found)


class _Parser:
    """Of rising order: ||, &&, == and !=, !, and what is not put together."""

    def __init__(self, tokens: list[str], contexts: Mapping[str, Any], functions: Mapping[str, Function]) -> None:
        self.rest = tokens
        self._contexts = contexts
        self._functions = functions

    def either(self) -> Any:
        found = self._both()
        while self._next("||"):
            other = self._both()
            found = found or other
        return found

    def _both(self) -> Any:
        found = self._compared()
        while self._next("&&"):
            other = self._compared()
            found = found and other
        return found

    def _compared(self) -> Any:
        found = self._single()
        for sign, equal in (("==", True), ("!=", False)):
            if self._next(sign):
                return (as_text(found).lower() == as_text(self._single()).lower()) == equal
        return found

    def _single(self) -> Any:
        if self._next("!"):
            return not self._single()
        if self._next("("):
            found = self.either()
            assert self._next(")")
            return found
        word = self.rest.pop(0)
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if not self._next("("):
            return self._looked_up(word)
        arguments = []
        while not self._next(")"):
            arguments.append(self.either())
            self._next(",")
        return self._functions[word](*arguments)

    def _looked_up(self, path: str) -> Any:
        first, *names = path.split(".")
        found: Any = self._contexts[first]
        for name in names:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def _next(self, token: str) -> bool:
        if self.rest[:1] == [token]:
            self.rest.pop(0)
            return True
        return False
