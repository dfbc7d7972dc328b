"""Every rule that blocks says what would let it pass, and that does; every command that a warning names is real.

What stands between backticks is held against the real command line; what `--allow` names is given to the same plan.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from catalogsync.cli.main import cli
from catalogsync.cli.session import Session
from catalogsync.core.limits import parse_allowances
from catalogsync.model.config import Limit, Safety
from catalogsync.model.plan import Blocked, Notice, Plan
from catalogsync.model.product import Lifecycle
from catalogsync.workflow import marking
from tests.harness.fake_fate import Fault, Killed
from tests.harness.fake_shop import FakeShop

THERE = {"title": "Title of k", "category_id": "c-1", "price": "9.99", "description": "plain"}


def limited(shop: FakeShop, **safety: Any) -> None:
    shop.config = replace(shop.config, safety=replace(Safety(), **safety))


def with_listings(count: int) -> FakeShop:
    shop = FakeShop()
    for number in range(count):
        shop.product(f"k{number}", price="10.00")
    shop.apply()
    return shop


def emptied() -> FakeShop:
    shop = with_listings(3)
    shop.products.clear()
    limited(shop, max_deletes=None)
    return shop


def many_gone() -> FakeShop:
    shop = with_listings(12)
    for number in range(5):
        del shop.products[f"k{number}"]
    return shop


def many_updated() -> FakeShop:
    shop = with_listings(3)
    limited(shop, max_updates=Limit(Decimal(1)))
    for key in shop.products:
        shop.edit(key, title="New")
    return shop


def slipped() -> FakeShop:
    shop = with_listings(1)
    shop.edit("k0", price="0.08")
    return shop


def slipped_far() -> FakeShop:
    shop = with_listings(1)
    limited(shop, max_price_change=Limit(Decimal(2)))
    shop.edit("k0", price="23.46")
    return shop


def cheap() -> FakeShop:
    shop = FakeShop()
    limited(shop, min_price=Decimal(5))
    shop.product("k", price="4.90")
    return shop


def vanished() -> FakeShop:
    shop = with_listings(3)
    for key in ("k0", "k1"):
        shop.market.remove(shop.state.bindings[key].product_id)
    return shop


def alike() -> FakeShop:
    shop = FakeShop()
    shop.market.put(**{**THERE, "price": "5.00"})
    shop.product("k", description="plain")
    return shop


def alarmed() -> FakeShop:
    shop = FakeShop()
    shop.pool("k", 0, 3)
    shop.product("k", pool="k")
    shop.apply()
    shop.market.fill(shop.state.bindings["k"].product_id, ["theirs-1", "theirs-2"])
    shop.pool("k", 0, 5)
    return shop


def unknown() -> FakeShop:
    shop = FakeShop()
    shop.market.fill(shop.market.put(**THERE), ["theirs-1"])
    shop.pool("k", 0, 3)
    shop.product("k", pool="k", description="plain")
    return shop


def moved() -> FakeShop:
    shop = FakeShop()
    shop.pool("one", 0, 3)
    shop.product("k1", pool="one")
    shop.apply()
    shop.pool("one", 0, 2)
    shop.pool("two", 2, 2)
    shop.product("k2", pool="two")
    return shop


def protected() -> FakeShop:
    shop = FakeShop()
    shop.product("k", lifecycle=Lifecycle(prevent_delete=True))
    shop.product("other")
    shop.apply()
    del shop.products["k"]
    return shop


ALLOWED = {
    "empty-catalog": emptied,
    "max_deletes": many_gone,
    "max_updates": many_updated,
    "max_price_change": slipped,
    "max_price_change, an amount": slipped_far,
    "min_price": cheap,
    "missing-listing": vanished,
    "look-alike": alike,
    "pool-alarm": alarmed,
}
"""Rules that `--allow` lets pass."""


def blocking(shop: FakeShop, rule: str) -> list[Blocked]:
    return [entry for entry in shop.plan().blocked if entry.rule == rule]


@pytest.mark.parametrize("name", ALLOWED)
def test_the_flag_that_is_named_lets_the_same_plan_pass_and_the_next_smaller_does_not(name: str) -> None:
    rule, shop = name.partition(",")[0], ALLOWED[name]()
    (entry, *_) = blocking(shop, rule)
    assert_real(entry)
    (flag,) = re.findall(r"`--allow ([^`]*)`", entry.message)
    assert [one.rule for one in shop.plan(allow=parse_allowances((flag,))).blocked] == []
    number = flag.partition("=")[2]
    least = Decimal(number.rstrip("%"))
    step = Decimal(1) if least == int(least) and rule not in {"max_price_change", "min_price"} else Decimal("0.01")
    less = least + step if rule == "min_price" else least - step
    if less:
        again = shop.plan(allow=parse_allowances((f"{rule}={less}{'%' * number.endswith('%')}",)))
        assert [one.rule for one in again.blocked][:1] == [rule]


def test_what_is_known_of_a_pool_lets_it_pass() -> None:
    shop = unknown()
    (entry,) = blocking(shop, "pool-unknown")
    assert_real(entry)
    journal = shop.journal()
    catalog = shop.desk(journal).catalog
    marking.write(
        journal,
        shop.run("pools mark"),
        lambda: marking.mark(catalog, "accplanet", journal, journal.fingerprints, "k", [], whole=False),
    )
    assert not shop.plan().blocked


def test_accounts_of_another_pool_are_named_by_their_lines_and_moving_them_lets_it_pass() -> None:
    shop = moved()
    (entry,) = blocking(shop, "account-already-sent")
    assert (entry.file, entry.line) == ("pools/two.yaml", 1)
    assert "move it back there, or take it out of this one (pools/two.yaml, line 1)" in entry.message
    shop.pool("one", 0, 3)
    shop.pool("two", 3, 1)
    assert not shop.plan().blocked


def test_a_protected_listing_goes_once_the_product_said_so() -> None:
    shop = protected()
    (entry,) = blocking(shop, "prevent_delete")
    assert_real(entry)
    shop.product("k", lifecycle=Lifecycle(prevent_delete=False))
    shop.apply()
    del shop.products["k"]
    assert not shop.plan().blocked


def doubtful() -> Plan:
    shop = FakeShop()
    shop.pool("k", 0, 3)
    shop.product("k", pool="k")
    shop.market.fail(Fault.KILL_AFTER, on="append")
    with pytest.raises(Killed):
        shop.apply()
    shop.revive()
    return shop.plan()


def drifted() -> Plan:
    shop = with_listings(1)
    shop.market.edit(shop.state.bindings["k0"].product_id, title="Theirs")
    shop.config = replace(shop.config, drift="warn")
    return shop.plan()


def new_password() -> Plan:
    shop = moved()
    shop.pool("one", 0, 0)
    return shop.plan()


def deleted_and_back() -> Plan:
    shop = FakeShop()
    shop.pool("k", 0, 3)
    shop.product("k", pool="k")
    shop.product("other")
    shop.apply()
    wanted = shop.products.pop("k")
    shop.apply(allow={"max_deletes": "1"})
    shop.products["k"] = wanted
    shop.pool("k", 0, 4)
    return shop.plan()


def not_to_be_deleted() -> Plan:
    shop = FakeShop()
    shop.pool("k", 0, 3)
    shop.product("k", pool="k", lifecycle=Lifecycle(on_remove="delete"))
    shop.product("other")
    shop.apply()
    shop.market.sell(shop.state.bindings["k"].product_id)
    del shop.products["k"]
    return shop.plan()


def renamed() -> Plan:
    shop = with_listings(2)
    old = shop.products.pop("k0")
    shop.products["new"] = replace(old, key="new")
    return shop.plan()


def nobody() -> Plan:
    return with_listings(1).plan(only=("nothing",))


WARNED: dict[str, Callable[[], Plan]] = {
    "drift": drifted,
    "in-doubt": doubtful,
    "account-removed": new_password,
    "accounts-of-deleted": deleted_and_back,
    "delete-impossible": not_to_be_deleted,
    "maybe-renamed": renamed,
    "nothing-selected": nobody,
}


@pytest.mark.parametrize("code", WARNED)
def test_a_warning_names_what_there_is(code: str) -> None:
    notices = [notice for notice in WARNED[code]().warnings if notice.code == code]
    assert notices
    for notice in notices:
        assert_real(notice, required=code != "account-removed")


def assert_real(entry: Blocked | Notice, *, required: bool = True) -> None:
    """What is named between backticks is a command of ours, an option of plan and apply, or YAML."""
    named = re.findall("`([^`]*)`", entry.message)
    assert named or not required
    for text in named:
        words = shlex.split(text.replace("FILE", shlex.quote(__file__)))
        if words[0] == "catalogsync":
            accept(words[1:])
        elif words[0].startswith("--"):
            accept(["plan", *words])
            accept(["apply", *words])
        else:
            assert isinstance(yaml.safe_load(text), dict), text


def accept(words: list[str]) -> None:
    """Let click read a command as it would, without doing it."""
    command: click.Command = cli
    session = Session(Path(), None, verbose=0, no_color=True, environ={})
    context = command.make_context("catalogsync", list(words), obj=session)
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        command, context = found, found.make_context(name, rest, parent=context)
