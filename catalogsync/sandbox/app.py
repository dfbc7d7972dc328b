"""The sandbox as one ASGI application: both marketplaces, their images, and the doors for tests and people."""

import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from catalogsync.sandbox.accplanet import accplanet_routes
from catalogsync.sandbox.admin import admin_routes
from catalogsync.sandbox.admin.guard import LocalOnly
from catalogsync.sandbox.hstockplus import hstockplus_routes
from catalogsync.sandbox.market import Market


def create_app(db: str, *, key: str = "sandbox") -> Starlette:
    """The application.

    Args:
        db: a file for SQLite, or `:memory:`.
        key: the API key that both marketplaces accept.

    Raises:
        UsageError: the file cannot be used.
    """
    market = Market(db, key)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        for task in market.late:
            task.cancel()
        market.close()

    async def image(request: Request) -> Response:
        row = market.db.execute("SELECT media_type, content FROM images WHERE path = ?", (request.url.path,)).fetchone()
        if row is None:
            raise HTTPException(404)
        caching = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
        return Response(row["content"], media_type=row["media_type"], headers=caching)

    app = Starlette(
        routes=[
            *accplanet_routes(market),
            *hstockplus_routes(market),
            Route("/media/product_images/{name}", image),
            *admin_routes(market),
        ],
        middleware=[Middleware(LocalOnly)],
        exception_handlers={HTTPException: _http_error, Exception: _own_error},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.market = market
    return app


async def _http_error(_request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "Error")
    return JSONResponse({"success": False, "error": detail}, status)


async def _own_error(_request: Request, error: Exception) -> Response:
    # the place and the kind only: a message could quote a request
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    return JSONResponse({"success": False, "error": f"the sandbox itself failed: {where}"}, 500)
