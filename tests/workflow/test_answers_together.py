"""Answers that come while one is recorded share the next record."""

import threading

import pytest

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import StateError
from catalogsync.model.listing import Listings
from catalogsync.workflow.planning import make_plan
from catalogsync.workflow.work import Work
from tests.harness.fake_shop import FakeShop

DONE = Answer(AnswerClass.CONFIRMED)


def work_of(shop: FakeShop) -> Work:
    journal = shop.journal()
    journal.begin(shop.run())
    desk = shop.desk(journal)
    return Work(desk, journal, make_plan(desk).plan, Listings())


def test_what_came_while_somebody_was_busy_comes_at_once() -> None:
    under_way = threading.Barrier(4)
    first_is_told = threading.Event()

    def call(number: int) -> Answer:
        under_way.wait(10)
        if number:
            first_is_told.wait(10)
        return DONE

    groups = []
    answers = work_of(FakeShop(parallel=4)).answers(range(4), call)
    groups.append(next(answers))
    first_is_told.set()
    threading.Event().wait(0.1)  # as long as a store may take: the calls end meanwhile
    groups += answers
    assert [[number for number, _ in group] for group in groups] == [[0], [1, 2, 3]]


def test_what_was_answered_is_told_before_what_was_raised() -> None:
    under_way = threading.Barrier(2)

    def call(number: int) -> Answer:
        under_way.wait(10)
        if number:
            return DONE
        raise StateError("the lease is lost")

    told: list[tuple[int, Answer]] = []

    def listen() -> None:
        for group in work_of(FakeShop(parallel=2)).answers(range(2), call):
            told.extend(group)

    with pytest.raises(StateError, match="the lease is lost"):
        listen()
    assert told in ([(1, DONE)], [])  # what ends after it is not waited for; nothing comes twice
