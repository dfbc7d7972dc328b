"""The admin API's door: JSON in, JSON out, and refusals that say what would do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from catalogsync.sandbox.market import Market


@dataclass(frozen=True, slots=True)
class Asked:
    """One admin request.

    Attributes:
        query: each parameter once.
        body: the JSON value that came; an empty object if none did.
    """

    query: Mapping[str, str]
    body: object

    def fields(self) -> dict[str, object]:
        """The body as an object.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(self.body, dict):
            raise ValueError("send a JSON object")
        return self.body

    def text(self, name: str) -> str:
        """A text that must be there.

        Raises:
            ValueError: it is not.
        """
        value = self.fields().get(name)
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name} must be a text")
        return value

    def text_or(self, name: str, default: str) -> str:
        """A text, or the default where none is given.

        Raises:
            ValueError: it is something else.
        """
        return self.text(name) if name in self.fields() else default

    def flag_or(self, name: str, default: bool) -> bool:
        """True or false, or the default where neither is given.

        Raises:
            ValueError: it is something else.
        """
        value = self.fields().get(name, default)
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number, or the default where none is given.

        Raises:
            ValueError: it is something else, or out of range.
        """
        value = self.fields().get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"{name} must be a whole number from {least} to {most}")
        return value


Handler = Callable[[Market, Asked], object]


def admin_route(market: Market, name: str, handlers: Mapping[str, Handler]) -> Route:
    """`/admin/api/<name>`, with a handler for each method. ValueError means 400, LookupError 404."""

    async def endpoint(request: Request) -> Response:
        try:
            asked = Asked(dict(request.query_params), orjson.loads(await request.body() or b"{}"))
            return _json(handlers[request.method](market, asked), 200)
        except LookupError as error:
            return _json({"error": str(error.args[0])}, 404)
        except ValueError as error:
            return _json({"error": str(error)}, 400)

    return Route(f"/admin/api/{name}", endpoint, methods=list(handlers))


def _json(value: object, status: int) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
