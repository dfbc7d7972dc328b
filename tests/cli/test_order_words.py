"""Words on the command line that no order, status or text can be: refused before anything is sent, with a hint."""

import pytest

from tests.harness.canary import password
from tests.harness.shop import Shop

NOT_UTF_8 = "\udc80"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("orders", "fulfill", "--auto-approve", "--watch", "nan"), "no number of seconds"),
        (("orders", "fulfill", "--auto-approve", "--watch", "inf"), "not in the range"),
        (("orders", "fulfill", "--auto-approve", "--watch", "0.5"), "not in the range"),
        (("orders", "deliver", "o1", "--auto-approve", "--text", f"{password(1)} {NOT_UTF_8}"), "not in UTF-8"),
        (("orders", "deliver", "o1", "--auto-approve", "--text", password(1) * 1_500), "more than 20,000 characters"),
        (("orders", "list", "--status", " "), "--status is empty"),
        (("tickets", "list", "--status", ""), "--status is empty"),
    ],
)
def test_what_cannot_be_meant(shop: Shop, words: tuple[str, ...], why: str) -> None:
    outcome = shop.run(*words)
    assert (outcome.code, outcome.out, why in outcome.err) == (1, "", True), outcome.err
    assert "hint: " in outcome.err
    assert shop.market.changing_calls() == []
