"""Faults on demand: rules that say which call goes wrong, and how."""

import gzip
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from catalogsync.sandbox.checked import (
    accepting,
    anything,
    check,
    flag,
    flag_or_none,
    one_of,
    text,
    texts,
    whole,
    whole_or_none,
)
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.wire.answers import Answer

CALLS = (
    "any",
    *("upload", "create", "list", "update", "append", "delete"),
    *("orders", "order", "deliver", "set_status", "refund"),
    *("tickets", "ticket", "ticket_create", "ticket_update", "payments", "balance"),
    *("manual_orders", "manual_update"),
)
KINDS = (
    *("reset", "close", "hang", "late", "truncated", "garbage", "slow"),
    *("status", "json", "html", "redirect", "override"),
)

LOGIN_PAGE = (
    "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1>"
    '<form method="post"><input name="email"><input name="password" type="password"></form></body></html>'
)

_DONE: tuple[int, object, str] = (200, {"success": True, "message": "Done"}, "application/json")
_MADE_UP: dict[str, tuple[int, object, str]] = {
    "html": (200, LOGIN_PAGE, "text/html; charset=utf-8"),
    "redirect": (302, "", "text/html; charset=utf-8"),
    "status": (500, {"success": False, "error": "Internal error"}, "application/json"),
}


def _settings_problem(value: object) -> str | None:
    if not isinstance(value, dict):
        return "must be an object"
    try:
        Settings().changed(value)
    except ValueError as error:
        return f"cannot be so: {error}"
    return None


@dataclass(slots=True)
class Rule:
    """One rule.

    Attributes:
        id: counts from 1.
        kind: what goes wrong, see `docs/sandbox.md`.
        call: which call it strikes.
        query: strikes only calls with these query parameters.
        accounts: strikes only calls that bring accounts, or only those that bring none; None is either.
        nth: the first matching call that is struck, from 1; None is the next one.
        count: how many matching calls in a row are struck; None is all that follow.
        when: before or after the marketplace did what was asked.
        status: of a made-up answer.
        body: of a made-up answer: a JSON value, or text.
        repeat: the body so many times over.
        gzip: the body is compressed, and says so.
        headers: of a made-up answer.
        location: of a redirect.
        delay_ms: between the bytes of `slow`, or until a `late` call is done.
        settings: those that `override` puts in place for the call.
        seen: matching calls so far.
        fired: struck calls so far.
    """

    id: int
    kind: str = one_of(*KINDS)
    call: str = one_of(*CALLS)
    query: Mapping[str, str] = texts()
    accounts: bool | None = flag_or_none()
    nth: int | None = whole_or_none(None, 1, 10**9)
    count: int | None = whole_or_none(1, 1, 10**9)
    when: str = one_of("before", "after")
    status: int | None = whole_or_none(None, 200, 599)
    body: object = anything()
    repeat: int = whole(1, 1, 10**8)
    gzip: bool = flag()
    headers: Mapping[str, str] = texts()
    location: str = text("/login/")
    delay_ms: int = whole(100, 0, 600_000)
    settings: Mapping[str, object] | None = accepting(None, _settings_problem)
    seen: int = 0
    fired: int = 0

    def strikes(self, call: str, query: Mapping[str, str], accounts: int) -> bool:
        """Counts a call if it matches, and says whether it is one to strike."""
        if self.call not in ("any", call) or any(query.get(name) != text for name, text in self.query.items()):
            return False
        if self.accounts not in (None, accounts > 0):
            return False
        self.seen += 1
        first = self.nth or 1
        return self.seen >= first and (self.count is None or self.seen < first + self.count)

    def as_dict(self) -> dict[str, object]:
        """The rule for JSON."""
        return asdict(self)

    def made_up(self) -> Answer:
        """The answer that this rule sends instead of the marketplace's."""
        status, body, media = _MADE_UP.get(self.kind, _DONE)
        chosen = body if self.body is None else self.body
        content = Answer(chosen.encode() if isinstance(chosen, str) else chosen).content() * self.repeat
        headers = {"content-type": media}
        if self.kind == "redirect":
            headers["location"] = self.location
        if self.gzip:
            content = gzip.compress(content)
            headers["content-encoding"] = "gzip"
        headers |= {name.lower(): value for name, value in self.headers.items()}
        return Answer(content, self.status or status, headers)


class FaultRules:
    """The rules in force, in the order in which they came."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def add(self, wanted: list[object]) -> None:
        """Puts rules in force, all of them or none.

        Raises:
            ValueError: one of them cannot be; the text says which and why.
        """
        first = len(self.rules) + 1
        self.rules += [_rule(number, data) for number, data in enumerate(wanted, first)]

    def clear(self) -> None:
        """No faults from now on."""
        self.rules.clear()

    def pick(self, call: str, query: Mapping[str, str], accounts: int) -> Rule | None:
        """The first rule that strikes a call with so many accounts. All that match count it."""
        struck = [rule for rule in self.rules if rule.strikes(call, query, accounts)]
        if not struck:
            return None
        struck[0].fired += 1
        return struck[0]


def _rule(number: int, data: object) -> Rule:
    if not isinstance(data, dict) or "kind" not in data:
        raise ValueError(f"a rule is an object with at least a kind: one of {', '.join(KINDS)}")
    check(Rule, data)
    return Rule(id=number, **data)
