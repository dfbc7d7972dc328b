"""What a server may do about a call: say no, say nothing, say yes in odd ways, or attack."""

import json
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from tests.faults.front import Document
from tests.faults.scene import Deed, Scene
from tests.marketplaces.stub import Doing, Request, answer

HTML: Final = "text/html; charset=utf-8"
LOGIN: Final = b"<!doctype html><title>Log in</title><form></form>"
_LONG_SILENCE: Final = 61.0


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


def unfinished(text: bytes) -> list[bytes]:
    """All pieces but the one that says that there are no more."""
    return [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"%x\r\n%b\r\n" % (len(text), text)]


def lost_while_selling(scene: Scene, request: Request) -> Doing:
    """An append is carried out, a unit is sold, and the answer is lost: only the orders can tell."""
    scene.front.do(request)
    scene.front.market.sell(request.target.rsplit("/", 3)[1])
    return "reset"


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
