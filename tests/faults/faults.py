"""What goes wrong: the rows of the matrix, as deeds of a server and of the way to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.faults.deeds import (
    HTML,
    LOGIN,
    bomb,
    broken,
    cut,
    done,
    drip,
    echo,
    echo_as_page,
    imported,
    late,
    leading_on,
    nested,
    nothing_but_yes,
    numbers,
    once,
    padded,
    refusing,
    respelled,
    rewritten,
    says,
    short_by,
    silence,
    slower,
    too_long,
    twice_a_key,
    unfinished,
)
from tests.faults.lists import (
    by,
    empty_first,
    ever_moving,
    last_page_again,
    moving,
    no_such_page,
    pages,
    plainly,
    same_page_twice,
    with_a_hole,
)
from tests.faults.network import Way
from tests.faults.scene import Deed
from tests.harness.fake_shop import FakeShop
from tests.marketplaces.stub import answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        deed: what the server does about a request; by default what is right.
        way: where the marketplace's name leads.
        proxy: what a proxy says.
        unread: requests are reset before anybody reads them.
        to_lists: it is lists that it happens to, whatever is to be changed.
        prepare: what is different about the marketplace.
        many: how many changes of a kind are due.
    """

    deed: Deed = lambda scene, request: scene.front.answer(request)
    way: Way | None = None
    proxy: bytes | None = None
    unread: bool = False
    to_lists: bool = False
    prepare: Callable[[FakeShop], None] = lambda shop: None
    many: int = 1


def lagging(seconds: float) -> Callable[[FakeShop], None]:
    def prepare(shop: FakeShop) -> None:
        shop.market.lag = seconds

    return prepare


def _nasty(words: str) -> Fault:
    return Fault(refusing(error=f"No. {words} Never."))


def _listed(deed: Deed, **more: Any) -> Fault:
    return Fault(deed, to_lists=True, **more)


_INTERNAL: Final = broken(500)

FAULTS: Final[dict[str, Fault]] = {
    "1": Fault(way="no-name"),
    "2": Fault(way="closed"),
    "3": Fault(way="full"),
    "4a": Fault(way="other"),
    "4b": Fault(way="old"),
    "4c": Fault(way="self"),
    "4d": Fault(way="no-tls"),
    "5a": Fault(proxy=answer(b"", 407)),
    "5b": Fault(proxy=answer(b"<html>Blocked</html>", 403, HTML)),
    "5c": Fault(proxy=answer(b"", 502)),
    "6": Fault(unread=True),
    "7a": Fault(done("reset")),
    "7b": Fault(done("close")),
    "8": Fault(silence()),
    "9": Fault(silence(lambda scene, request: scene.front.answer(request))),
    "10": Fault(late),
    "11a": Fault(respelled(cut)),
    "11b": Fault(done([b"HTTP/1.1 200 OK\r\nContent-Ty"])),
    "12a": Fault(respelled(too_long)),
    "12b": Fault(respelled(unfinished)),
    "12c": Fault(done([b"HTTP/1.1 200 OK\r\n", *([b"X-A: " + b"b" * 8000 + b"\r\n"] * 20)])),
    "12d": Fault(done([b"SSH-2.0-OpenSSH_9.2\r\n"])),
    "12e": Fault(done([b"\x00\x00\x12\x04\x00\x00\x00\x00\x00"])),
    "13": Fault(drip),
    "14": Fault(once(slower("30"))),
    "15": Fault(once(slower("Sat, 21 Nov 2026 12:05:00 GMT"))),
    "16": Fault(once(slower())),
    "17a": Fault(once(slower("99999999999"))),
    "17b": Fault(once(slower("-5"))),
    "17c": Fault(once(slower("soon"))),
    "17d": Fault(says(slower("50")), many=3),
    "17e": Fault(once(slower("30", b"<html>Slow down</html>", HTML))),
    "18": Fault(says(_INTERNAL)),
    "19": Fault(says(broken(502))),
    "20": Fault(says(broken(503))),
    "21": Fault(says(broken(504))),
    **{f"22{letter}": Fault(says(broken(520 + index))) for index, letter in enumerate("abcdefgh")},
    "22i": Fault(once(_INTERNAL)),
    "23a": Fault(done(_INTERNAL)),
    "23b": Fault(done(broken(504))),
    "23c": Fault(done(broken(524))),
    "23d": Fault(says(answer({"error": "Conflict"}, 409))),
    "23e": Fault(says(answer({"error": "Too early"}, 425))),
    "23f": Fault(says(answer({"error": "Timeout"}, 408))),
    "24a": Fault(says(answer({"success": False, "error": "Not today"}))),
    "24b": Fault(refusing(error="Not today")),
    "24c": Fault(says(answer({"detail": "Not found"}, 404))),
    "24d": Fault(says(answer({"errors": {"price": ["Not today"]}}, 422))),
    "24e": Fault(rewritten(lambda _: {"success": False, "error": "Not today"})),
    "25": Fault(says(answer(LOGIN, 200, HTML))),
    "26": Fault(says(answer(b"", 302, Location="/login"))),
    "27": Fault(leading_on),
    "28a": Fault(rewritten(lambda _: ["done", 1])),
    "28b": Fault(rewritten(lambda _: "done")),
    "28c": Fault(rewritten(lambda _: None)),
    "28d": Fault(rewritten(nested)),
    "29a": Fault(numbers(str)),
    "29b": Fault(numbers(float)),
    "29c": Fault(rewritten(nothing_but_yes)),
    "29d": Fault(rewritten(lambda document: {**document, "success": "true"})),
    "30": Fault(rewritten(lambda _: {"success": True})),
    "31a": Fault(rewritten(lambda document: {n: v for n, v in document.items() if n != "accounts_imported"})),
    "31b": Fault(imported(lambda number: -1)),
    "31c": Fault(imported(lambda number: number + 1)),
    "31d": Fault(imported(str)),
    "32a": Fault(says(answer({"success": False, "error": "Invalid API key"}, 401)), many=3),
    "32b": Fault(says(answer({"detail": "Forbidden"}, 403)), many=3),
    "32c": Fault(says(answer(LOGIN, 401, HTML)), many=3),
    "33": Fault(short_by(1)),
    "34": Fault(short_by(None)),
    "35": Fault(rewritten(lambda document: {**document, "delivery_tasks_queued": 2})),
    "36": _listed(pages(same_page_twice)),
    "37a": _listed(pages(moving)),
    "37b": _listed(pages(ever_moving)),
    "38": _listed(pages(plainly, 3)),
    "39": _listed(pages(plainly, -2)),
    "40a": _listed(pages(empty_first)),
    "40b": _listed(says(answer({"results": [], "count": 0}))),
    "41": _listed(pages(with_a_hole)),
    "42": _listed(last_page_again),
    "43": _listed(pages(lambda items, _scene: by(1, items))),
    "44a": _listed(pages(plainly, next="{target}")),
    "44b": _listed(pages(plainly, next="{elsewhere}{target}")),
    "45a": _listed(no_such_page),
    "45b": _listed(pages(plainly, None)),
    "46": Fault(prepare=lagging(55)),
    "47": Fault(done("reset"), prepare=lagging(45)),
    "48a": Fault(respelled(twice_a_key)),
    "48b": Fault(respelled(lambda text: answer(b'{"rating": NaN, ' + text[1:]))),
    "48c": Fault(respelled(padded)),
    "48d": Fault(done(answer(b'{"a":' * 100_000))),
    "48e": Fault(respelled(lambda _text: bomb())),
    "48f": Fault(respelled(lambda text: answer(b'{"message": "\xe9", ' + text[1:]))),
    "48g": Fault(respelled(lambda text: answer(b"\xef\xbb\xbf" + text))),
    "49a": _nasty("\x1b[31mred\x1b]0;title\x07\x1b[2J\x9b1A"),
    "49b": _nasty("\u202egnp.exe\u2066\u200b"),
    "49c": _nasty("\n::error::broken\n##[error]"),
    "49d": _nasty("</details><script>alert(1)</script>"),
    "49e": _nasty("=cmd()|' /C calc'!A0"),
    "50a": Fault(lambda scene, request: answer(echo(scene, request), 400)),
    "50b": Fault(echo_as_page),
    "50c": Fault(lambda scene, request: answer(echo(scene, request), 500)),
    "51a": Fault(says(_INTERNAL), many=8),
    "51b": Fault(way="closed", many=8),
}
"""What goes wrong, by the number that it has in the matrix."""
