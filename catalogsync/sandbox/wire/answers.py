"""One call of a marketplace as its handler sees it, and the answer or the refusal that comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from catalogsync.sandbox.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status, a JSON value or ready bytes, and headers beside the usual ones."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """The body as it is sent."""
        return self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


class Refused(Exception):
    """The marketplace says no; `answer` is how it says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"refused with {answer.status}")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a marketplace.

    Attributes:
        name: what the call is, as in `faults`: create, list, ...
        path: without the query.
        path_params: the ids in the path.
        query: each parameter once; the last one wins.
        headers: by lower-case name.
        body: all of it.
        origin: scheme and host that the client used, for absolute links.
        settings: those that count for this call.
    """

    name: str
    path: str
    path_params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    origin: str
    settings: Settings

    @property
    def key(self) -> str:
        """The API key that the client showed, in either header; empty if none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        return self.headers.get("x-api-key", bearer)

    def json_object(self) -> dict[str, object] | None:
        """The body if it is a JSON object (an empty body is an empty one), else None."""
        try:
            value = orjson.loads(self.body or b"{}")
        except orjson.JSONDecodeError:
            return None
        return value if isinstance(value, dict) else None
