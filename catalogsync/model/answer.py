"""What a changing call came to: the four answer classes."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerClass(StrEnum):
    """How much is known about a call that was meant to change something."""

    NEVER = "N"
    """No byte of the request was written: proof that it was not done."""
    REFUSED = "R"
    """The marketplace said no, in a shape that is recognised. Taken as not done, and verified where it matters."""
    CONFIRMED = "C"
    """The marketplace said yes, with everything that its answer must hold."""
    UNKNOWN = "U"
    """Everything else: the call is in doubt."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one changing call.

    Attributes:
        kind: the answer class.
        reason: for N, R and U, what came, in words without secrets; empty for C.
        status: the HTTP status, or None if there was none.
        stop: the whole run should stop (the key was refused, the certificate is bad, the budget of waiting is spent).
        product_id: of a confirmed create.
        image_path: of a confirmed upload.
        imported: of a confirmed append: how many accounts the marketplace says that it took.
        queued: of a confirmed append: how many deliveries it queued for orders that were waiting.
        code: of a refusal, the marketplace's word for it that is made for programs, such as `INVALID_ACCOUNTS`.
        delivered: of a confirmed delivery: how many units the order has now.
        completed: of a confirmed delivery: whether the marketplace takes the order for completed.
        id: of what was made by a confirmed call: a ticket's id.
        number: of what was made by a confirmed call: a refund's or a ticket's number.
    """

    kind: AnswerClass
    reason: str = ""
    status: int | None = None
    stop: bool = False
    product_id: str | None = None
    image_path: str | None = None
    imported: int | None = None
    queued: int | None = None
    code: str = ""
    delivered: int | None = None
    completed: bool | None = None
    id: str | None = None
    number: str | None = None
