"""What the doctor makes of facts: each check's every verdict."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from catalogsync.core.secrecy import judge_keys_in_git, judge_pool_keys, judge_secrecy, judge_state_in_git
from catalogsync.core.soundness import (
    judge_balance,
    judge_catalog,
    judge_clock,
    judge_doubts,
    judge_fields,
    judge_key,
    judge_lease,
    judge_listings,
    judge_store,
)
from catalogsync.model.balance import Balance
from catalogsync.model.catalog import Catalog
from catalogsync.model.config import Config, Safety
from catalogsync.model.fields import FIELDS
from catalogsync.model.finding import Exposure, Finding, Fitness, Grade, KeyPlace, Remote
from catalogsync.model.listing import Listing, Listings
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place, Problem
from catalogsync.model.state import Call, Op, Run, State
from tests.harness.canary import password, username
from tests.harness.fake_clock import START

OK, WARNING, FAILED, NOT_CHECKED = Grade
RUN = Run("r1", "apply", "2026-11-21T11:58:00Z", "box", 7, who="ann")
ERROR = Problem(Place("products/a.yaml", 3, 1), "error", "bad-price", "no price")
PLAIN = Problem(Place("pools/a.yaml", 1, 1), "error", "pool-plaintext", "clear text")


def catalog(*, accounts: int = 0, warnings: tuple[Problem, ...] = (), accepted: bool = False) -> Catalog:
    place = Place("pools/a.yaml", 1, 1)
    pool = Pool("a", place, [(username(n), password(n), place) for n in range(accounts)])
    config = Config({}, safety=Safety(allow_plaintext_pools=accepted))
    return Catalog(Path(), config, {}, {"a": pool}, warnings)


def op(number: int, *, held: bool) -> Op:
    return Op(str(number), Call.APPEND, "a", "accplanet", held=held)


def listings(count: int, fields: Mapping[str, str] = {}, *, sales: int | None = 0, largest: int = 100) -> Listings:
    every = [Listing(str(n), fields, sales=sales) for n in range(count)]
    return Listings({listing.product_id: listing for listing in every}, 2, 1, 100, largest)


def exposed(**facts: object) -> Exposure:
    return replace(Exposure(state_folder="st"), **facts)  # type: ignore[arg-type]  # the fields of an Exposure


def secrecy(
    what: Catalog | None,
    *problems: Problem,
    remotes: tuple[Remote, ...] = (),
    public: bool = False,
    repository: bool = True,
) -> Finding:
    return judge_secrecy(what, problems, exposed(remotes=remotes) if repository else None, public=public)


HERE = (Remote("origin", "git.example/shop"),)
WHOLE = dict.fromkeys(FIELDS, "x")

CASES: list[tuple[Finding, Grade, str]] = [
    (judge_catalog(catalog(accounts=2), (), "c.yaml"), OK, "0 products, 1 pool with 2 accounts"),
    (judge_catalog(catalog(warnings=(ERROR,)), (), "c.yaml"), WARNING, "1 warning"),
    (judge_catalog(None, (ERROR, ERROR), "c.yaml"), FAILED, "2 errors; the first: products/a.yaml:3:1: no price"),
    (judge_catalog(None, (replace(ERROR, place=Place("c.yaml")),), "c.yaml"), NOT_CHECKED, "c.yaml cannot be read"),
    (judge_balance("shop", Balance("1.00", total="2.00"), 0.25), OK, "in 250 ms and accepts the key; supplier balance"),
    (judge_balance("shop", Balance(total="2.00"), 3), OK, "in 3.0 s and accepts the key; balance 2.00"),
    (judge_clock(None), NOT_CHECKED, "does not say"),
    (judge_clock(-60.0), OK, "agree"),
    (judge_clock(61.0), WARNING, "this machine is 61 seconds behind the marketplace's"),
    (judge_clock(-7300.0), WARNING, "this machine is 2 hours ahead of the marketplace's"),
    (judge_listings(listings(3), 0.1), OK, "3 listings, proven complete by 2 pages in 1 scan"),
    (judge_listings(listings(150, largest=50), 1), OK, "at most 50 a page (100 were asked for)"),
    (judge_fields(listings(0)), NOT_CHECKED, "no listing"),
    (judge_fields(listings(1, WHOLE)), OK, "every field"),
    (judge_fields(listings(1, WHOLE, sales=None)), WARNING, "`sales_count`"),
    (judge_fields(listings(1, {"stock": "x", "title": "x"})), OK, "does not show `category_id`, `description`"),
    (judge_doubts(State("l"), at_work=False), OK, "nothing is in doubt"),
    (judge_doubts(State("l", ops={"1": op(1, held=False)}), at_work=False), WARNING, "1 call with an open end"),
    (judge_doubts(State("l", ops={"1": op(1, held=False)}), at_work=True), OK, "1 call under way"),
    (judge_doubts(State("l", ops={"1": op(1, held=True)}), at_work=True), WARNING, "1 doubt that only a person"),
    (judge_lease(None, START, gone=False), OK, "nobody"),
    (judge_lease(RUN, START, gone=False), WARNING, "`apply` of ann on box, process 7 holds the state since 2026"),
    (judge_lease(RUN, START, gone=False), WARNING, "(2 minutes ago)"),
    (judge_lease(RUN, START, gone=True), OK, "its process is gone"),
    (judge_store(Fitness("/x", "by a lock", 5 << 30)), OK, "/x can be written to"),
    (judge_store(Fitness("/x", "by a lock", 5 << 30, made=False)), OK, "will be made, can be written to"),
    (judge_store(Fitness("/x", "by a lock", 5 << 20)), WARNING, "5 MiB left"),
    (judge_store(Fitness("branch b", "by a refused push")), OK, "overwritten there (by a refused push)"),
    (judge_key(KeyPlace(variable=False, file=None)), OK, "none yet"),
    (judge_key(KeyPlace(variable=True, file="k")), OK, "in CATALOGSYNC_STATE_KEY and k"),
    (judge_key(KeyPlace(variable=False, file="k", open_folder="st")), WARNING, "others of this machine"),
    (judge_state_in_git(None, made=True), NOT_CHECKED, "no git repository"),
    (judge_state_in_git(exposed(state_ignored=True), made=True), OK, "nothing of st"),
    (judge_state_in_git(exposed(state_ignored=False), made=False), OK, "nothing of st"),
    (judge_state_in_git(exposed(state_ignored=False), made=True), WARNING, "does not ignore st"),
    (judge_state_in_git(exposed(state_committed=("st/head",)), made=True), FAILED, "1 file of st; a copy"),
    (judge_state_in_git(exposed(state_committed=("st/key", "st/h")), made=True), FAILED, "its key among them"),
    (
        judge_pool_keys([("A", None), ("B", 0)], {}),
        OK,
        "no pool is encrypted; looked for age keys in A: not there, B: 0 keys",
    ),
    (judge_pool_keys([("A", 1)], {"pools/a.age": True}), OK, "open pools/a.age; looked for age keys in A: 1 key"),
    (judge_pool_keys([], {f"{n}.age": n > 5 for n in range(9)}), WARNING, "4.age and 1 more (3 of 9 are opened)"),
    (judge_keys_in_git(None), NOT_CHECKED, "no git repository"),
    (judge_keys_in_git(exposed()), OK, "no file in git"),
    (judge_keys_in_git(exposed(keys_committed=tuple(f"{n}.pem" for n in range(7)))), WARNING, "4.pem and 2 more"),
    (secrecy(catalog(), remotes=HERE), OK, "no account stands in clear text"),
    (secrecy(catalog(accounts=2), repository=False), OK, "2 accounts of 1 pool in clear text; this is no git"),
    (secrecy(catalog(accounts=2)), OK, "no remote"),
    (secrecy(catalog(accounts=2), remotes=HERE), WARNING, "1 remote: origin (git.example/shop)"),
    (secrecy(catalog(accounts=2, accepted=True), remotes=HERE), OK, "says that this is meant"),
    (secrecy(catalog(accounts=2, accepted=True), public=True), WARNING, "CI says that the repository is public"),
    (secrecy(None, PLAIN, public=True, repository=False), FAILED, "1 pool in clear text, and CI says"),
    (secrecy(None, PLAIN), FAILED, "`safety.allow_plaintext_pools` refuses that"),
    (secrecy(None, ERROR), NOT_CHECKED, "the catalog cannot be read"),
]


@pytest.mark.parametrize(("finding", "grade", "said"), CASES, ids=lambda value: getattr(value, "check", None))
def test_a_verdict(finding: Finding, grade: Grade, said: str) -> None:
    assert (finding.grade, said in finding.message) == (grade, True), finding
    if grade in (WARNING, FAILED):
        assert finding.hint, "what is wrong is said together with what to do"


def test_no_check_is_left_out() -> None:
    assert len({finding.check for finding, _, _ in CASES}) == 13
