"""Orders through the command line, at both marketplaces of a sandbox: one pool, nothing twice, no buyer's data told."""

import csv
import io
import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from catalogsync.catalog import schema_text
from tests.harness.canary import API_KEY, leaks, username
from tests.harness.command import Outcome, Started
from tests.harness.shop import Shop
from tests.harness.terminal import on_terminal

SHAPE = Draft202012Validator(json.loads(schema_text("orders")))
THERE = "507f1f77bcf86cd799439012"
OTHER = "507f1f77bcf86cd799439099"
HOSTILE = "=cmd()\x1b[31m\n::error::owned \u202e"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A product that is sold at both marketplaces, eight accounts of it, and its listing."""
    base = shop.market.base
    entries = {
        "accplanet": {"type": "accplanet", "base_url": base, "api_key_env": "ACCPLANET_API_KEY"},
        "hub": {"type": "hstockplus", "base_url": f"{base}/hstockplus/api/admin/v2", "api_key_env": "HUB_API_KEY"},
    }
    shop.env["HUB_API_KEY"] = "sandbox"
    shop.configure(marketplaces=entries, recovery={"settle": "0s"})
    shop.product("seat", pool="seat", delivery="manual", stock=50, marketplaces={"hub": {"product_id": THERE}})
    shop.pool("seat", 1, 8)
    shop.apply()
    return shop


def sold(shop: Shop, quantity: int, **more: Any) -> str:
    """Somebody buys at AccPlanet, an hour ago."""
    return shop.market.sell(shop.market.product("Title of seat")["product_id"], quantity, age_s=3600, **more)


def ordered(shop: Shop, quantity: int, product_id: str = THERE, **more: Any) -> str:
    """Somebody whose data must be told nowhere buys at HstockPlus."""
    buyer = {"buyer_email": username(900), "buyer_name": "canaryuser of the hub"}
    return str(shop.market.manual_order(product_id, quantity, **buyer, **more))


def told(outcome: Outcome, code: int = 0) -> str:
    assert outcome.code == code, outcome.out + outcome.err
    return outcome.out


def plan(shop: Shop, *words: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(told(shop.run("orders", *(words or ("plan",)), "--format", "json")))
    SHAPE.validate(document)
    return document


def actions(document: dict[str, Any]) -> dict[str, str]:
    return {order["order_id"]: order["code"] or order["action"] for order in document["orders"]}


def units(shop: Shop) -> dict[tuple[str, str], int]:
    """How many accounts are at each order; that none went twice is checked."""
    return {place: len(names) for place, names in shop.market.deliveries().items()}


def test_what_plans_and_rehearsals_read_is_filled_from_one_pool_for_both_marketplaces(shop: Shop) -> None:
    first, unpaid = sold(shop, 2), sold(shop, 1, payment_status="pending_payment")
    whole, in_part, foreign = ordered(shop, 4), ordered(shop, 3), ordered(shop, 1, OTHER, product_name=HOSTILE)
    expected = {first: "fill", unpaid: "unpaid", whole: "fill", in_part: "partial", foreign: "not-mapped"}
    rehearsed = plan(shop, "fulfill", "--dry-run")
    assert actions(rehearsed) == expected
    assert [call.split(": ")[0].split(" order ")[1] for call in rehearsed["sketch"]] == [
        first,
        *(whole, whole),
        *(in_part, in_part),
    ]
    assert rehearsed["pools"] == [{"pool": "seat", "key": "seat", "new": 8, "taken": 8, "left": 0, "short": 1}]
    text = told(shop.run("orders", "plan", "--detailed-exitcode"), 2)
    assert text.startswith("Plan: 2 orders to fill, 1 to fill in part, 8 accounts to send.\n")
    rows = {row["order_id"]: row for row in json.loads(told(shop.run("orders", "list", "--format", "json")))}
    assert [rows[one]["action"] for one in (whole, in_part, foreign)] == ["fill", "partial", "none"]
    assert rows[whole]["seen_at"]
    sheet = io.StringIO(told(shop.run("orders", "list", "--format", "csv")).removeprefix("\ufeff"))
    cells = {row["order_id"]: row for row in csv.DictReader(sheet)}
    assert cells[foreign]["title"].startswith("'=cmd()\\x1b")
    assert actions(plan(shop)) == expected, "hub lists them no more, and they are known all the same"
    assert units(shop) == {}
    report = plan(shop, "fulfill", "--auto-approve")
    assert [order.get("result") for order in report["orders"] if order["action"] != "none"] == ["applied"] * 3
    sent = {("order", first): 2, ("manual_order", whole): 4, ("manual_order", in_part): 2}
    assert units(shop) == sent
    after = plan(shop)
    assert actions(after) == {unpaid: "unpaid", in_part: "partial-before", foreign: "not-mapped"}
    assert told(shop.run("orders", "fulfill", "--auto-approve")).endswith("Nothing to do.\n")
    done = json.loads(told(shop.run("orders", "list", "--status", "completed_order", "--format", "json")))
    assert [(row["order_id"], row["delivered"], row["action"]) for row in done] == [(first, 2, None)]
    shown = told(shop.run("-m", "hub", "orders", "show", whole))
    assert "what the state remembers" in shown
    assert "4 accounts" in shown
    told(shop.run("-m", "hub", "orders", "fulfill", whole, "--auto-approve"))
    told(shop.run("-m", "hub", "orders", "fulfill", whole, "4711", "--auto-approve"), 1)
    shop.pool("seat", 1, 9)
    shop.market.pay(unpaid)
    assert told(shop.run("orders", "fulfill", "--auto-approve")).count("✓") == 1
    assert units(shop) == sent | {("order", unpaid): 1}
    assert shop.plan()["summary"]["accounts"] == 0, "apply sends none of them"
    _nobody_is_told_of(shop)


def _nobody_is_told_of(shop: Shop) -> None:
    """Nothing of buyers stands in any file; what was printed, `told` and the canary have looked at."""
    secrets = [buyer[name] for buyer in shop.market.buyers() for name in ("id", "email", "name") if buyer[name]]
    assert secrets
    for path in shop.root.rglob("*"):
        text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
        assert not [secret for secret in secrets if secret in text], path


def test_an_answer_that_is_lost_has_the_same_accounts_sent_to_the_same_order(shop: Shop) -> None:
    here, there = sold(shop, 2), ordered(shop, 3)
    shop.market.fault(call="deliver", when="after", kind="reset")
    shop.market.fault(call="manual_update", nth=2, count=None, when="after", kind="reset")
    outcome = shop.run("orders", "fulfill", "--auto-approve")
    text = told(outcome, 3)
    assert f"✓ accplanet {here}" in text, "the order itself shows that they arrived"
    assert "Not everything is done: 1 of 2 orders served, 1 in doubt." in text
    shop.market.delete("/faults")
    assert actions(plan(shop)) == {there: "resend"}
    ordered(shop, 2)
    report = plan(shop, "fulfill", "--auto-approve")
    assert report["summary"]["resend"] == 1
    assert [order["result"] for order in report["orders"]] == ["applied"] * 2
    assert sorted(units(shop).values()) == [2, 2, 3]


def test_by_hand(shop: Shop) -> None:
    here, there = sold(shop, 3), ordered(shop, 3)
    hub, accplanet = ("-m", "hub", "orders"), ("-m", "accplanet", "orders")
    assert "Delivered 2 accounts to" in told(shop.run(*hub, "deliver", there, "--accounts", "2", "--auto-approve"))
    assert "can get 1 account" in shop.run(*hub, "deliver", there, "--accounts", "2", "--auto-approve").err
    secret = "the door is blue\n"
    written = shop.run(*accplanet, "deliver", here, "--text", "-", "--auto-approve", stdin=secret)
    assert "Delivered the text to" in told(written)
    assert "blue" not in written.out + written.err
    marked = shop.run(*accplanet, "deliver", here, "--text", "-", "--auto-approve", stdin="\ufeff\n")
    assert "the text is empty" in marked.err, "the mark that some editors put first is no text"
    account = f"{username(3)}:x\n"
    again = shop.run(*accplanet, "deliver", here, "--text", "-", "--auto-approve", stdin=account)
    assert "holds an account" in again.err
    assert (again.code, units(shop)) == (1, {("manual_order", there): 2})
    done = told(shop.run(*hub, "set-status", there, "completed", "--auto-approve"))
    assert f"Set to completed: order {there} at hub." in done
    assert shop.market.manual_orders()[int(there)]["status"] == "completed"
    assert "Refunded (" in told(shop.run(*accplanet, "refund", here, "--auto-approve"))
    assert shop.market.order(here)["status"] == "refunded_order"
    assert "was refunded before" in shop.run(*accplanet, "refund", here, "--auto-approve").err
    late = shop.run(*accplanet, "set-status", here, "running_order", "--auto-approve")
    assert "Not done: order" in told(late, 3)


REFUSED = [
    (("orders", "fulfill"), "nobody can be asked here"),
    (("orders", "refund", "1"), "nobody can be asked here"),
    (("orders", "show", "1"), "whose order is that? catalogsync.yaml has accplanet, hub"),
    (("orders", "fulfill", "1", "2", "--auto-approve"), "or `catalogsync -m hub orders fulfill 1 2`"),
    (("-m", "hubb", "orders", "plan"), "-m hubb: no such marketplace"),
    (("-m", "hub", "orders", "show", "99"), "hub lists no order 99, and none is kept"),
    (("-m", "accplanet", "orders", "show", "99"), "write the whole id, as `catalogsync orders list` shows it"),
    (("tickets", "show", "99"), "the ticket 99 is not there"),
    (("-m", "hub", "orders", "refund", "1", "--auto-approve"), "`catalogsync -m hub orders set-status 1 cancelled`"),
    (("-m", "hub", "orders", "show", "1", "--reveal"), "--reveal shows personal data on a terminal"),
    (("orders", "list", "--status", "pendng"), "did you mean `pending`?"),
    (("orders", "list", "--status", "pending", "--all"), "--all is every status"),
    (("orders", "deliver", "1", "--auto-approve"), "say what it gets: --accounts N, or --text TEXT"),
    (("orders", "deliver", "1", "--text", " ", "--auto-approve"), "the text is empty"),
    (("-m", "hub", "orders", "refund", "1", "--auto-approve"), "hub has no call for refunds"),
    (("-m", "hub", "orders", "set-status", "1", "canceled", "--auto-approve"), "did you mean `cancelled`?"),
    (("orders", "fulfill", "--watch", "5"), "say --auto-approve with it"),
    (("orders", "fulfill", "1", "--watch", "5", "--auto-approve"), "leave out IDs, --dry-run, --format"),
]


def test_what_cannot_be_done_is_said_before_any_call(shop: Shop) -> None:
    before = shop.market.get("/calls")["count"]
    for words, message in REFUSED:
        outcome = shop.run(*words)
        assert message in outcome.err, words
        assert (outcome.code, outcome.out) == (1, ""), words
    changing = [call["call"] for call in shop.market.changing_calls()]
    assert changing == ["create"], before


def test_where_something_is_to_be_kept_there_is_a_state_first(shop: Shop) -> None:
    number = ordered(shop, 1)
    (shop.root / "catalogsync.yaml").write_text(
        (shop.root / "catalogsync.yaml").read_text().split("\nstate:", maxsplit=1)[0] + "\n"
    )
    subprocess.run(["rm", "-r", shop.root / ".catalogsync"], check=True)
    shop.env["CI"] = "true"
    assert "names no state.lineage" in shop.run("-m", "hub", "orders", "plan").err
    told(shop.run("-m", "accplanet", "orders", "plan"))
    del shop.env["CI"]
    made = shop.run("-m", "hub", "orders", "list")
    assert "Commit this." in made.err
    assert number in told(made)


def test_one_marketplace_that_cannot_be_read_does_not_stop_the_other(shop: Shop) -> None:
    here = sold(shop, 1)
    shop.env["HUB_API_KEY"] = f"{API_KEY}-wrong"
    assert "the orders of hub could not be read" in shop.run("orders", "list").err
    assert "not-read" in told(shop.run("orders", "plan"), 1)
    assert f"✓ {here}" in told(shop.run("orders", "fulfill", "--auto-approve"), 3)
    refused = shop.run("-m", "hub", "orders", "fulfill", "--watch", "1", "--auto-approve")
    assert (refused.code, "it refused the key in HUB_API_KEY" in refused.err) == (1, True)
    shop.write("products/bad.yaml", "x: [")
    broken = shop.run("orders", "fulfill", "--watch", "1", "--auto-approve")
    assert (broken.code, "yaml-syntax" in broken.err) == (1, True)


def test_a_person_sees_the_plan_says_yes_and_may_see_who_bought(shop: Shop) -> None:
    here = sold(shop, 2)
    (buyer,) = shop.market.buyers()
    with on_terminal("-m", "accplanet", "orders", "fulfill", root=shop.root, env=shop.env, columns=60) as terminal:
        assert f"> fill    {here}  seat  2 accounts" in terminal.answer("Fill this order? [y/N]:", "no")
        terminal.expect("No order was filled.")
        assert terminal.end() == 1
    assert units(shop) == {}
    with on_terminal("-qm", "accplanet", "orders", "deliver", here, "--accounts", "1", root=shop.root) as terminal:
        asked = terminal.answer("Deliver it? [y/N]:", "yes")
        assert (buyer["id"] in asked, f"Order {here}" in asked, "It gets 1 new account" in asked) == (False, True, True)
        terminal.expect("Delivered 1 account to order")
        assert terminal.end() == 0
    with on_terminal("-m", "accplanet", "orders", "show", here, "--reveal", root=shop.root) as terminal:
        terminal.expect(buyer["id"])
        terminal.expect(username(1))
        terminal.run.wait(timeout=60)
    assert "masked" in told(shop.run("-m", "accplanet", "orders", "show", here))


def test_watch_goes_on_through_what_mends_itself_and_stops_in_order(shop: Shop) -> None:
    with shop.start("orders", "fulfill", "--watch", "1", "--auto-approve") as run:
        seen: list[str] = []
        try:
            _until(run, seen, "0 read, 0 filled, 0 accounts, 0 waiting, 0 errors")
            ordered(shop, 2)
            waiting = ordered(shop, 1, OTHER)
            _until(run, seen, "2 accounts, 1 waiting, 0 errors")
            _until(run, seen, f"! not-mapped hub {waiting}")
            shop.write("products/bad.yaml", "x: [")
            _until(run, seen, "waits for the catalog")
            shop.remove("products/bad.yaml")
            _until(run, seen, "1 read, 0 filled")
            shop.market.fault(call="orders", kind="status", status=400, body={"error": "no"}, count=1)
            shop.market.fault(call="manual_orders", kind="status", status=400, body={"error": "no"}, count=1)
            _until(run, seen, "next round in 2 seconds")
            _until(run, seen, "1 read, 0 filled")
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=60)
        finally:
            run.kill()
    text = "".join(seen) + out
    assert run.returncode == 130, err
    assert text.endswith("stopped; what was done is recorded\n")
    assert "once more stops at once" in err
    assert text.count("not-mapped hub") == 1, "it is told when it is new"
    assert leaks(text + err) is None
    assert sum(units(shop).values()) == 2
    assert json.loads(told(shop.run("state", "doubts", "--format", "json"))) == []


def _until(run: Started, seen: list[str], text: str) -> None:
    assert run.stdout is not None
    for line in run.stdout:
        seen.append(line)
        if text in line:
            return
    raise AssertionError(f"{text!r} was never said: {seen[-5:]} {run.stderr.read() if run.stderr else ''}")


def test_a_round_is_skipped_while_another_run_holds_the_state(shop: Shop, tmp_path: Path) -> None:
    here = ordered(shop, 1)
    shop.pool("more", 20, 1)
    shop.product("more", pool="more")
    shop.market.fault(call="append", when="before", kind="hang")
    apply = shop.start("apply", "--auto-approve")
    shop.market.wait_until_held(apply)
    assert shop.run("orders", "fulfill", "--auto-approve").code == 5
    assert shop.run("orders", "plan").code == 5
    with shop.start("orders", "fulfill", "--watch", "1", "--auto-approve") as run:
        try:
            _until(run, [], "skipped")
            shop.market.post("/release")
            apply.communicate(timeout=60)
            _until(run, [], "1 filled")
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=60)
        finally:
            run.kill()
    assert run.returncode == 130
    assert units(shop)["manual_order", here] == 1
