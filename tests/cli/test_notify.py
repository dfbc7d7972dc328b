"""`notify:` through the real command line: who is told what, and that nothing which goes wrong there counts."""

import json
from collections.abc import Iterator

import pytest

from tests.harness.canary import API_KEY, leaks
from tests.harness.inbox import Inbox, open_inbox
from tests.harness.shop import Shop

APPLY = ("apply", "--auto-approve")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with open_inbox() as inbox:
        yield inbox


@pytest.fixture
def telling(shop: Shop, inbox: Inbox) -> Shop:
    """A shop that tells what happens."""
    shop.configure(notify=[{"env": "NOTIFY_URL"}])
    shop.env["NOTIFY_URL"] = inbox.address
    shop.product("tea", pool="tea")
    shop.pool("tea", 1, 3)
    return shop


def test_what_is_told_of_a_day(telling: Shop, inbox: Inbox) -> None:
    assert telling.run("plan").code == 0
    assert telling.run(*APPLY, "--dry-run").code == 0
    assert telling.run("apply").code == 1, "nobody is there to be asked"
    assert inbox.letters == [], "who only looks tells nothing"

    first = telling.run("-v", *APPLY)
    assert first.code == 0
    assert [letter["type"] for letter in inbox.letters] == ["info"]
    assert inbox.titles[0].startswith("accplanet: the day's digest, 20")
    assert "No open doubts" in inbox.body("digest")
    assert "1 message sent to NOTIFY_URL." in first.err

    inbox.letters.clear()
    assert telling.run(*APPLY).code == 0
    assert inbox.letters == [], "once a day is enough"

    telling.product("cups")
    telling.market.fault(call="create", kind="status", status=400, body={"detail": "no"})
    telling.env |= {"CI_JOB_URL": "https://ci.example/jobs/7"}
    assert telling.run(*APPLY).code == 3
    assert inbox.titles == ["accplanet: the apply is not complete"]
    body = inbox.body("not complete").splitlines()
    assert body[0] == "1 of 1 change not done."
    assert body[1].startswith("- cups: HTTP 400")
    assert body[-1] == "Log: https://ci.example/jobs/7"
    assert leaks(json.dumps(inbox.letters)) is None


def test_an_apply_that_an_error_ends_is_told_of(telling: Shop, inbox: Inbox) -> None:
    telling.apply()
    inbox.letters.clear()
    telling.product("tea", price="cheap", pool="tea")
    broken = telling.run(*APPLY)
    assert (broken.code, inbox.titles) == (1, ["catalogsync apply failed"])
    assert inbox.body("failed") == "the catalog has 1 error; nothing was changed"

    inbox.letters.clear()
    telling.configure(safety={"max_price_change": "10%"})
    telling.product("tea", price="100", pool="tea")
    assert telling.run(*APPLY).code == 4
    assert inbox.body("failed").splitlines()[:2] == [
        "a safety rule blocks this plan; nothing was changed",
        "- max_price_change: tea",
    ]

    inbox.letters.clear()
    assert telling.run("apply", "--only").code == 1
    assert inbox.letters == [], "a wrong word is told to whoever typed it"


def test_whatever_goes_wrong_with_a_message_is_a_warning(telling: Shop, inbox: Inbox) -> None:
    telling.configure(notify=[{"env": "NOTIFY_URL"}, {"env": "OTHER_URL"}])
    del telling.env["NOTIFY_URL"]
    nobody = telling.run(*APPLY)
    assert nobody.code == 0
    assert nobody.err.count("is not set, so nobody is told there") == 2

    telling.env["NOTIFY_URL"] = f"to whom it may concern, {API_KEY}"
    telling.env["OTHER_URL"] = inbox.address
    inbox.status = 500
    refused = telling.run(*APPLY)
    assert refused.code == 0
    assert "warning: nothing was sent to NOTIFY_URL: Apprise does not understand the address in it" in refused.err
    assert "warning: the service of OTHER_URL did not take the message" in refused.err
    assert len(inbox.letters) == 1, "nothing was told as long as there was nobody to tell"


def test_the_doctor_looks_at_each_address_and_sends_nothing(telling: Shop, inbox: Inbox) -> None:
    telling.configure(notify=[{"env": "NOTIFY_URL"}, {"env": "WRONG_URL"}, {"env": "UNSET_URL"}])
    telling.env["WRONG_URL"] = API_KEY
    found = telling.run("doctor", "--format", "json")
    notes = [check for check in json.loads(found.out)["checks"] if check["check"] == "notify"]
    assert [(note["grade"], note["message"]) for note in notes] == [
        ("ok", "NOTIFY_URL holds an address that Apprise understands; nothing was sent"),
        ("failed", "Apprise does not understand the address in WRONG_URL"),
        ("warning", "UNSET_URL is not set: nobody is told there"),
    ]
    assert (found.code, inbox.letters) == (1, [])


def test_whoever_fills_orders_tells_what_cannot_be_filled(telling: Shop, inbox: Inbox) -> None:
    telling.product("tea", pool="tea", delivery="manual")
    telling.apply()
    inbox.letters.clear()
    listing = telling.market.product("Title of tea")["product_id"]
    telling.market.sell(listing, 5)
    assert telling.run("orders", "plan").code == 0
    assert telling.run("orders", "fulfill", "--auto-approve", "--dry-run").code == 0
    assert inbox.letters == [], "who only looks tells nothing"
    inbox.status = 500
    done = telling.run("orders", "fulfill", "--auto-approve")
    assert "warning: the service of NOTIFY_URL did not take the message" in done.err
    assert inbox.titles == ["accplanet: 1 order cannot be filled as bought"]
    assert "pool tea has 3 new accounts left of 5 that it needs" in inbox.body("cannot be filled")
    again = telling.run("orders", "fulfill", "--auto-approve")
    assert len(inbox.letters) == 1, "once a day is enough"
    assert done.code == again.code, "what became of a message is no part of it"
    buyer = telling.market.buyers()[0]
    told = [name for name, value in buyer.items() if value and str(value) in json.dumps(inbox.letters)]
    assert told == ["marketplace", "order_id"], "nothing of the buyer"
    assert leaks(json.dumps(inbox.letters)) is None
