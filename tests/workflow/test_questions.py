"""Open questions: what is asked, which accounts it is about, and what an answer leads to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogsync.model.catalog import Catalog
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place
from catalogsync.model.state import Call, Op, State
from catalogsync.model.survey import Doubt
from catalogsync.workflow.questions import consequence, doubts
from tests.harness.canary import password, username
from tests.harness.fake_fate import Fault
from tests.harness.fake_shop import FakeShop


def pool(shop: FakeShop, *places: tuple[str, int], first: int = 0) -> None:
    """A pool whose accounts stand at these places."""

    def rows() -> Iterator[tuple[str, str, Place]]:
        for number, (file, line) in enumerate(places, first):
            yield username(number), password(number), Place(file, line, 1)

    shop.pools["k"] = Pool("k", Place("pools/k.yaml", 1, 1), rows())


def asked(shop: FakeShop, *, catalog: bool = True) -> Doubt:
    """The only open question."""
    journal = shop.journal()
    known = Catalog(Path("/nowhere"), shop.config, shop.products, shop.pools) if catalog else None
    (doubt,) = doubts(journal.state, known, journal.fingerprints)
    return doubt


def in_doubt(*places: tuple[str, int]) -> FakeShop:
    """Three accounts arrived, and the next four may have."""
    shop = FakeShop()
    pool(shop, *places)
    shop.product("k", pool="k")
    shop.market.fail(Fault.LOST_BEFORE, on="append", after=2)
    shop.apply()
    return shop


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([("pools/k.yaml", line) for line in range(3, 10)], "pools/k.yaml:6-9"),
        ([("pools/k.yaml", 1)] * 7, "pools/k.yaml:1"),
        ([("pools/k.yaml", line) for line in (1, 2, 3, 4, 5, 8, 9)], "pools/k.yaml:4-5, pools/k.yaml:8-9"),
        (
            [*[("pools/k.yaml", line) for line in range(2, 7)], ("pools/k.txt", 1), ("pools/k.txt", 2)],
            "pools/k.yaml:5-6, pools/k.txt:1-2",
        ),
    ],
)
def test_which_accounts_are_in_question_is_told_by_their_places(places: list[tuple[str, int]], expected: str) -> None:
    doubt = asked(in_doubt(*places))
    assert (doubt.key, doubt.call, doubt.accounts) == ("k", "append", 4)
    assert f"4 accounts at listing p1 ({expected})?" in doubt.question
    assert doubt.evidence == "the stock did not rise from 3: probably not sent"


def test_accounts_that_were_taken_out_of_the_catalog_are_told() -> None:
    shop = in_doubt(*[("pools/k.yaml", line) for line in range(1, 8)])
    pool(shop, *[("pools/k.yaml", line) for line in range(1, 6)])
    assert "(pools/k.yaml:4-5, 2 accounts no longer in the catalog)" in asked(shop).question


@pytest.mark.parametrize("lost", ["the catalog", "the pool"])
def test_nobody_can_tell_where_they_stand_without_the_catalog(lost: str) -> None:
    shop = in_doubt(*[("pools/k.yaml", line) for line in range(1, 8)])
    if lost == "the pool":
        shop.pools.clear()
    assert "4 accounts at listing p1?" in asked(shop, catalog=lost == "the pool").question


def test_what_the_next_apply_looks_after_is_no_question_yet() -> None:
    shop = FakeShop()
    shop.product("k")
    shop.market.fail(Fault.LOST_BEFORE, on="create")
    shop.market.before["create"] = shop.clock.interrupted.set
    shop.apply()
    doubt = asked(shop)
    assert (doubt.key, doubt.call, doubt.accounts) == ("k", "create", 0)
    assert doubt.evidence == "it was sent, and no answer was recorded"
    assert "the next `catalogsync apply` looks" in doubt.question


def state_of(op: Op) -> State:
    return State("lineage", ops={op.id: op})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call.CREATE, ("Which listing", "state bind k PRODUCT_ID`", "resolve x --not-sent`", "creates one")),
        (Call.APPEND, ("at listing p1?", "resolve x --sent`", "never sent again", "--not-sent`", "there twice")),
        (Call.DELETE, ("Is listing p1 gone?", "resolve x --sent`", "no longer managed", "--not-sent`")),
        (Call.UPDATE, ("Does listing p1 show", "(price, title)", "resolve x --sent`", "--not-sent`", "no")),
        (Call.RETIRE, ("Does listing p1 show", "resolve x --sent`", "--not-sent`")),
    ],
)
def test_each_question_says_what_its_answers_lead_to(call: Call, words: tuple[str, ...]) -> None:
    fields = {"price": "1.00", "title": "T"}
    op = Op("x", call, "k", "accplanet", "p1", fields=fields, pool="k", count=1, held=True, evidence="nobody knows")
    (doubt,) = doubts(state_of(op))
    assert all(word in doubt.question for word in words)
    assert doubt.evidence == "nobody knows"


def test_a_refusal_that_was_not_verified_is_told() -> None:
    (doubt,) = doubts(state_of(Op("x", Call.APPEND, "k", "accplanet", "p1", count=2, refused="HTTP 400: no")))
    assert doubt.evidence.startswith("the marketplace refused it (HTTP 400: no)")


@pytest.mark.parametrize(
    ("call", "sent", "words"),
    [
        (Call.CREATE, False, "the next apply creates one"),
        (Call.APPEND, True, "2 accounts of pool k count as sent"),
        (Call.APPEND, False, "new again, and the next apply sends them"),
        (Call.DELETE, True, "no longer managed"),
        (Call.DELETE, False, "not deleted"),
        (Call.UPDATE, True, "counts as changed"),
        (Call.UPDATE, False, "sends what differs"),
        (Call.RETIRE, False, "sends what differs"),
    ],
)
def test_what_follows_from_an_answer(call: Call, sent: bool, words: str) -> None:
    assert words in consequence(Op("x", call, "k", "accplanet", "p1", pool="k", count=2), sent=sent)
