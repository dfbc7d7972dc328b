"""What a marketplace says no with names nobody whom it told of before: over a socket, at both marketplaces."""

import json

import pytest

from catalogsync.marketplaces import AccPlanet
from catalogsync.marketplaces.hstockplus import HstockPlus
from catalogsync.marketplaces.people import People
from catalogsync.model.answer import AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.secret import Secret
from tests.harness.canary import PLANTED, leaks, password, username
from tests.marketplaces.stub import KEY, QuickClock, Request, Stub, answer, manual_config, shop

BUYER, NAME, MAIL = PLANTED["buyer-id"], PLANTED["buyer-name"], PLANTED["buyer-email"]
SAID = (
    f"the buyer {BUYER} did not pay",
    f"{NAME.upper()} has blocked you",
    f"ask {NAME.split()[1]} first",
    f"write to {MAIL}, or to {MAIL.partition('@')[0]} there",
    f"no user <b>{BUYER.replace('-', '&#45;')}</b>",
    f"see /users/{BUYER.replace('-', '%2D')}",
    f"row {username(7)} is there already, with {password(7)}",
)
ORDER = {
    "order_id": "o-1",
    "product_id": "p-1",
    "buyer_id": BUYER,
    "buyer": {"name": NAME, "contact": {"email": MAIL}, "age": 41, "is_new": True},
    "delivered_info": json.dumps([f"{username(7)}:{password(7)}"]),
}


@pytest.mark.parametrize("said", SAID)
def test_a_refusal_names_nobody_who_was_met(said: str) -> None:
    def script(request: Request) -> bytes:
        if request.method == "GET":
            return answer({"orders": [ORDER], "count": 1})
        return answer({"success": False, "error": f"{said}; the status cannot be set"}, 400)

    with shop(script) as (client, stub):
        assert isinstance(client, AccPlanet)
        assert len(client.orders()) == 1
        refused = client.set_status("o-1", "running_order")
        assert refused.kind is AnswerClass.REFUSED
        assert leaks(refused.reason) is None
        assert "***" in refused.reason
        assert "the status cannot be set" in refused.reason, "and what is nobody's is quoted"
        assert not [request for request in stub.requests if leaks(request.target)], "and no address holds a secret"


def test_hstockplus_and_what_cannot_be_read() -> None:
    said = f"{NAME} ({BUYER}) cancelled"
    order = {"order": 7, "quantity": 1, "product": {"id": 3}, "user": {"id": BUYER, "email": MAIL, "name": NAME}}
    pages = iter([{"orders": [order], "total": 1}, {"orders": [], "total": 0}])

    def script(request: Request) -> bytes:
        if request.method == "POST":
            return answer({"success": False, "error": said}, 422)
        page = next(pages, None)
        return answer({"message": said}, 403) if page is None else answer(page)

    stub = Stub(script)
    try:
        with HstockPlus(manual_config(stub.url), Secret(KEY), QuickClock(), seed=1) as client:
            assert [found.order_id for page in client.order_pages() for found in page] == ["7"]
            refused = client.set_status("7", "cancelled")
            assert (leaks(refused.reason), "cancelled" in refused.reason) == (None, True)
            with pytest.raises(MarketplaceError) as failed:
                list(client.order_pages())
            assert leaks(f"{failed.value.message} {failed.value.hint}") is None
    finally:
        stub.stop()


def test_short_details_and_numbers_count_only_as_words() -> None:
    people = People()
    people.meet({"buyer_id": 42, "buyer_name": "Li", "quantity": 77}, None)
    people.meet({"user": {"id": 12345}}, None)
    assert people.named_in("order 4242 and 5123456 of Lisbon, 77 units") == []
    assert {secret.reveal() for secret in people.named_in("LI (42) said no to 12345")} == {"Li", "42", "12345"}
