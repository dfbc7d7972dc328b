"""HstockPlus' door: who may come in, and how HstockPlus says no."""

from functools import wraps
from hmac import compare_digest

from catalogsync.sandbox.gate import Handler
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.wire.answers import Answer, Call, Refused


def refuse(status: int, error: str, message: str) -> Refused:
    """HstockPlus' way of saying no."""
    return Refused(Answer({"error": error, "message": message}, status))


def invalid(message: str) -> Refused:
    """How it says no to a request that cannot be, which its guide has no code for."""
    return refuse(400, "VALIDATION_ERROR", message)


def supplier_only(handler: Handler) -> Handler:
    """A handler that checks the key first, and says no in the style that the settings ask for."""

    @wraps(handler)
    def guarded(market: Market, call: Call) -> Answer:
        if not compare_digest(call.key.encode(), market.key.encode()):
            raise refuse(401, "INVALID_API_KEY", "Invalid API key")
        try:
            return handler(market, call)
        except Refused as refusal:
            if call.settings.refusals == "ok":
                return Answer(refusal.answer.body)
            raise

    return guarded
