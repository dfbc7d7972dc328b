"""Reading `--allow RULE=N`."""

import re
from decimal import Decimal

from catalogsync.model.config import Limit
from catalogsync.model.errors import UsageError
from catalogsync.model.plan import Selection

COUNTED = ("max_deletes", "max_updates", "look-alike", "missing-listing", "empty-catalog", "pool-alarm")
"""Rules that are let pass up to a count."""
MEASURED = ("max_price_change", "min_price")
"""Rules that are let pass up to a measure."""

_LIMIT = re.compile(r"([0-9]{1,48}(?:\.[0-9]{1,6})?)(%?)", re.ASCII)


def parse_limit(text: str) -> Limit:
    """Read `30%`, `4` or `0.50`.

    Raises:
        ValueError: it is none of these.
    """
    match = _LIMIT.fullmatch(text.strip())
    if match is None:
        raise ValueError("a number or a percentage is due, such as 4 or 30%")
    return Limit(Decimal(match.group(1)), percent=bool(match.group(2)))


def parse_allowances(words: tuple[str, ...]) -> dict[str, str]:
    """Read the values of `--allow`.

    Raises:
        UsageError: a word is not `RULE=N`, or the rule is not one that can be let pass.
    """
    allowed: dict[str, str] = {}
    for word in words:
        rule, equals, number = word.partition("=")
        if rule not in COUNTED + MEASURED:
            names = ", ".join(COUNTED + MEASURED)
            raise UsageError(f"--allow {rule}: there is no such rule to let pass", f"it can be one of {names}")
        try:
            limit = parse_limit(number if equals else "")
        except ValueError:
            raise UsageError(f"--allow {word}: a number is due", f"for example --allow {rule}=4") from None
        if rule in COUNTED and (limit.percent or limit.amount != limit.amount.to_integral_value()):
            raise UsageError(f"--allow {word}: a whole number is due", f"for example --allow {rule}=4")
        if rule == "min_price" and limit.percent:
            raise UsageError(f"--allow {word}: an amount is due", "for example --allow min_price=0.50")
        allowed[rule] = number.strip()
    return allowed


def allowed_limit(selection: Selection, rule: str) -> Limit | None:
    """Up to where the user lets a rule pass, or None."""
    return parse_limit(selection.allow[rule]) if rule in selection.allow else None


def allowed_count(selection: Selection, rule: str) -> int:
    """Up to how many the user lets a rule pass; 0 if nothing was said."""
    limit = allowed_limit(selection, rule)
    return int(limit.amount) if limit else 0
