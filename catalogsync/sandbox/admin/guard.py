"""Keeps foreign web pages out of the admin doors, which ask for no key."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class LocalOnly:
    """Refuses admin requests that a page from elsewhere made a local browser send.

    A foreign `Host` means a foreign name was pointed at this address; a foreign `Origin` means that a foreign page
    posts a form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 (ASGI)
        if scope["type"] == "http" and (scope["path"] == "/" or scope["path"].startswith("/admin")):
            problem = _problem(Headers(scope=scope))
            if problem:
                await JSONResponse({"error": problem}, 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _problem(headers: Headers) -> str | None:
    host = headers.get("host", "")
    if not _is_loopback(host):
        return "the admin doors open on loopback names only"
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return "the admin doors take no request from a page of another origin"
    return None


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
