"""A text that cannot be shown by accident."""

from typing import NoReturn


class Secret:
    """A secret text. Only `reveal()` gives it, at the one place that sends it.

    `repr` shows a fixed word; `str`, `format`, pickling, copying and JSON are refused, so that a secret in an
    f-string, a log call or a plan is a bug that a test finds and not a leak that a user finds.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. To be called where it is sent or hashed, and nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return "<secret>"

    def __str__(self) -> NoReturn:
        raise TypeError("a secret has no text form; reveal() it where it is sent")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("a secret has no text form; reveal() it where it is sent")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)
