"""What a marketplace, and the way to it, can do to a call: the rows of the matrix, as deeds of a server."""

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tests.faults.front import Document, Front
from tests.faults.network import Way
from tests.harness.fake_clock import FakeClock
from tests.harness.fake_shop import FakeShop
from tests.marketplaces.stub import Doing, Request, answer

HTML: Final = "text/html; charset=utf-8"
LOGIN: Final = b"<!doctype html><title>Log in</title><form></form>"
_LONG_SILENCE: Final = 61.0


@dataclass(slots=True)
class Scene:
    """What a deed may use.

    Attributes:
        front: the honest server.
        clock: the time, which passes when a deed says so.
        elsewhere: the address of a server that nobody may ever speak to.
        hits: how many requests of the call have come, with this one.
        scans: how often the list was begun, with this time.
    """

    front: Front
    clock: FakeClock
    elsewhere: str
    hits: int = 0
    scans: int = 0

    def items(self, request: Request) -> list[Document]:
        """What the list shows that a request asks for."""
        return self.front.items("orders" if "/orders/" in request.target else "list")


Deed = Callable[[Scene, Request], Doing]


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


def says(doing: Doing) -> Deed:
    """Nothing is done, and that is the answer."""
    return lambda _scene, _request: doing


def done(doing: Doing) -> Deed:
    """It is done, and that is the answer."""

    def deed(scene: Scene, request: Request) -> Doing:
        scene.front.do(request)
        return doing

    return deed


def once(doing: Doing) -> Deed:
    """That is the answer the first time; then all is well."""
    return lambda scene, request: doing if scene.hits == 1 else scene.front.answer(request)


def rewritten(change: Callable[[Document], object], status: int = 200) -> Deed:
    """It is done, and the answer's document is another."""
    return lambda scene, request: answer(change(scene.front.do(request)[0]), status)


def respelled(change: Callable[[bytes], Doing]) -> Deed:
    """It is done, and the answer's text is another."""
    return lambda scene, request: change(json.dumps(scene.front.do(request)[0]).encode())


def refusing(**words: object) -> Deed:
    return says(answer({"success": False, **words}, 400))


# The answer is lost


def silence(deed: Deed | None = None) -> Deed:
    """The first byte of an answer comes when the time is up."""

    def silent(scene: Scene, request: Request) -> Iterator[bytes]:
        if deed is not None:
            deed(scene, request)
        scene.clock.pass_time(_LONG_SILENCE)
        yield b"H"

    return silent


def late(scene: Scene, request: Request) -> Doing:
    """The time is up, and half a minute later the request is carried out all the same."""
    if request.method == "POST":
        scene.front.market.later(_LONG_SILENCE + 30, lambda: scene.front.do(request))
    return silence()(scene, request)


def drip(scene: Scene, request: Request) -> Iterator[bytes]:
    """It is done, and its answer comes a byte a second."""
    scene.front.do(request)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b" " * 40:
        scene.clock.pass_time(1)
        yield bytes([byte])


def cut(text: bytes) -> list[bytes]:
    return [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text), text[: len(text) // 2]]


def too_long(text: bytes) -> list[bytes]:
    return [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(text) + 10), text]


# The answer is a no, or none at all


def slower(retry_after: str | None = None, body: object = None, media_type: str = "application/json") -> bytes:
    words = {"success": False, "error": "Too many requests"} if body is None else body
    headers = {} if retry_after is None else {"Retry_After": retry_after}
    return answer(words, 429, media_type, **headers)


def broken(status: int) -> bytes:
    """A server error, as a page or as JSON."""
    if status in (500, 503):
        return answer({"error": "Something went wrong"}, status)
    return answer(b"<html><h1>Error</h1></html>", status, HTML)


def leading_on(scene: Scene, request: Request) -> Doing:
    return answer(b"", 307, Location=f"{scene.elsewhere}{request.target}")


def echo(scene: Scene, request: Request) -> Document:
    """What was sent, all of it: accounts and key."""
    words = f"cannot read {request.body.decode('latin-1')} of {request.headers['x-api-key']}"
    return {"success": False, "error": words}


def echo_as_page(scene: Scene, request: Request) -> Doing:
    return answer(f"<pre>{json.dumps(echo(scene, request))}</pre>".encode(), 500, HTML)


# The answer is odd


def numbers(change: Callable[[Any], object]) -> Deed:
    """Every number, and every decimal in a text, in another type."""

    def walk(value: Any) -> object:
        if isinstance(value, dict):
            return {name: value[name] if name in ("count", "product_id") else walk(value[name]) for name in value}
        if isinstance(value, list):
            return [walk(entry) for entry in value]
        return change(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return rewritten(walk)


def nothing_but_yes(document: Document) -> Document:
    """Each value null, but for the yes and the list."""
    if "results" in document:
        kept = ("product_id", "order_id", "product", "title", "price", "category_id", "stock")
        rows = [{name: value if name in kept else None for name, value in row.items()} for row in document["results"]]
        return {**document, "results": rows}
    return {name: value if name == "success" else None for name, value in document.items()}


def imported(change: Callable[[int], object]) -> Deed:
    def changed(document: Document) -> Document:
        return {**document, "accounts_imported": change(document.get("accounts_imported", 0))}

    return rewritten(changed)


def nested(document: Document) -> object:
    return {"data": {"answer": {"of": {"the": document}}}}


def short_by(missing: int | None) -> Deed:
    """So many accounts are not taken; None: not one is."""
    return lambda scene, request: answer(scene.front.do(request, 0 if missing is None else -missing)[0])


def twice_a_key(text: bytes) -> bytes:
    """Each key stands twice, with another value first."""
    first = b'"success": false, "results": [], "count": 0, "accounts_imported": 0, '
    return answer(b"{" + first + text[1:])


def padded(text: bytes) -> bytes:
    return answer(b'{"padding": "' + b"x" * 10_000_000 + b'", ' + text[1:])


@cache
def bomb() -> bytes:
    packer = zlib.compressobj(wbits=31)
    block = b" " * 1_000_000
    packed = b"".join(packer.compress(block) for _ in range(100)) + packer.flush()
    return answer(packed, Content_Encoding="gzip")


# Lists


def pages(of: Callable[[list[Document], Scene], list[list[Document]]], total: int | None = 0, **more: str) -> Deed:
    """A list in pages.

    Args:
        of: cuts the items into pages.
        total: by how much the total is wrong; None: there is none.
        more: what else each page says; {elsewhere} and {target} are replaced.
    """

    def deed(scene: Scene, request: Request) -> Doing:
        items = scene.items(request)
        cuts = of(items, scene)
        number = int(request.query["page"])
        rows = cuts[number - 1] if number <= len(cuts) else []
        said = {} if total is None else {"count": max(0, len(items) + total)}
        links = {name: text.format(elsewhere=scene.elsewhere, target=request.target) for name, text in more.items()}
        return answer({"results": rows, **said, **links})

    return deed


def by(size: int, items: list[Document]) -> list[list[Document]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def plainly(items: list[Document], _scene: Scene) -> list[list[Document]]:
    return by(2, items)


def moving(items: list[Document], scene: Scene, until: float = 1) -> list[list[Document]]:
    """After the first page the first item has gone to the end, so that one item is on no page."""
    moved = [*items[1:], *items[:1]]
    return by(2, items)[:1] + by(2, moved)[1:] if scene.scans <= until else by(2, items)


def ever_moving(items: list[Document], scene: Scene) -> list[list[Document]]:
    return moving(items, scene, until=float("inf"))


def last_page_again(scene: Scene, request: Request) -> Doing:
    cuts = by(2, scene.items(request))
    number = min(int(request.query["page"]), len(cuts))
    return answer({"results": cuts[number - 1]})


def no_such_page(scene: Scene, request: Request) -> Doing:
    if request.query["page"] != "1":
        return answer({"detail": "Invalid page."}, 404)
    return scene.front.answer(request)


def lagging(seconds: float) -> Callable[[FakeShop], None]:
    def prepare(shop: FakeShop) -> None:
        shop.market.lag = seconds

    return prepare


def _nasty(words: str) -> Fault:
    return Fault(refusing(error=f"No. {words} Never."))


def _empty_first(items: list[Document], _scene: Scene) -> list[list[Document]]:
    return [[], *by(2, items)]


def _hole(items: list[Document], _scene: Scene) -> list[list[Document]]:
    cuts = by(2, items)
    return [*cuts[:1], [], *cuts[1:]]


def _same_page_twice(items: list[Document], _scene: Scene) -> list[list[Document]]:
    cuts = by(2, items)
    return [*cuts[:2], *cuts[1:]]


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
    "11": Fault(respelled(cut)),
    "12": Fault(respelled(too_long)),
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
    "36": _listed(pages(_same_page_twice)),
    "37a": _listed(pages(moving)),
    "37b": _listed(pages(ever_moving)),
    "38": _listed(pages(plainly, 3)),
    "39": _listed(pages(plainly, -2)),
    "40a": _listed(pages(_empty_first)),
    "40b": _listed(says(answer({"results": [], "count": 0}))),
    "41": _listed(pages(_hole)),
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
