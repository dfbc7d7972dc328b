"""Numbers as people say them."""


def counted(count: int, noun: str) -> str:
    """A number and its noun: `1 account`, `2,000 accounts`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
