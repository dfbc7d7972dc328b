"""AccPlanet's door: who may come in, and how AccPlanet says no."""

from functools import wraps
from hmac import compare_digest

from catalogsync.sandbox.gate import Handler
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.wire.answers import Answer, Call, Refused


def refuse(status: int, error: str, errors: dict[str, list[str]] | None = None) -> Refused:
    """AccPlanet's way of saying no."""
    body: dict[str, object] = {"success": False, "error": error}
    return Refused(Answer(body | {"errors": errors} if errors else body, status))


def supplier_only(handler: Handler) -> Handler:
    """A handler that checks the key first, and says no in the style that the settings ask for."""

    @wraps(handler)
    def guarded(market: Market, call: Call) -> Answer:
        if not compare_digest(call.key.encode(), market.key.encode()):
            raise refuse(401, "Invalid API key." if call.key else "Authentication required.")
        try:
            return handler(market, call)
        except Refused as refusal:
            body = refusal.answer.body
            if call.settings.refusals == "ok" and isinstance(body, dict) and "success" in body:
                return Answer(body)
            raise

    return guarded


def json_body(call: Call) -> dict[str, object]:
    """The fields of a JSON body.

    Raises:
        Refused: the body is no JSON object.
    """
    body = call.json_object()
    sent = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body is None or (call.body and sent != "application/json"):
        raise refuse(400, "The request body must be a JSON object.")
    return body
