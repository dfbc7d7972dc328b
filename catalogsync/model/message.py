"""What somebody is told who does not sit at the terminal."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of news it is, in Apprise's words."""

    INFO = "info"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as plain text without a secret.

    Attributes:
        title: one line.
        body: a few lines.
        kind: what sort of news it is.
    """

    title: str
    body: str
    kind: Kind = Kind.INFO
