"""Messages through the real Apprise, over a real socket: what arrives, and what is said of what does not."""

import os
from collections.abc import Iterator

import pytest

from catalogsync.messages import AppriseMessenger, understood
from catalogsync.model.message import Kind, Message
from catalogsync.model.secret import Secret
from tests.harness.canary import API_KEY, leaks
from tests.harness.inbox import Inbox, open_inbox

LOW = Message("Low stock", "- tea: 2 left\n- <b>cups</b>: *none*", Kind.WARNING)
FAILED = Message("It failed", "Nobody knows why.", Kind.FAILURE)
NOWHERE = f"json://127.0.0.1:1/{API_KEY}"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with open_inbox() as inbox:
        yield inbox


def send(addresses: dict[str, str], *messages: Message, limit: float = 10.0) -> tuple[str, ...]:
    secrets = {name: Secret(text) for name, text in addresses.items()}
    said = AppriseMessenger(secrets, os.environ, limit).send(messages)
    assert leaks("\n".join(said)) is None
    return said


def test_messages_arrive_as_they_were_written(inbox: Inbox) -> None:
    assert send({"HERE": inbox.address}, LOW, FAILED) == ()
    came = [(letter["title"], letter["message"], letter["type"]) for letter in inbox.letters]
    assert came == [(LOW.title, LOW.body, "warning"), (FAILED.title, FAILED.body, "failure")]


def test_each_address_is_told_of_by_itself(inbox: Inbox) -> None:
    said = send({"DEAD": NOWHERE, "WORDS": f"to whom it may concern {API_KEY}", "HERE": inbox.address}, LOW)
    assert said == (
        "the service of DEAD did not take the message",
        "nothing was sent to WORDS: Apprise does not understand the address in it",
    )
    assert inbox.titles == [LOW.title]
    inbox.status = 500
    assert send({"HERE": inbox.address}, LOW, FAILED) == ("the service of HERE did not take all of 2 messages",)


def test_a_service_that_does_not_answer_is_not_waited_for(inbox: Inbox) -> None:
    inbox.silent = True
    assert send({"SLOW": inbox.address}, LOW, limit=1.0) == (
        "the service of SLOW did not take the message within 1 seconds",
    )


def test_nothing_to_say_or_nobody_to_say_it_to() -> None:
    assert send({}, LOW) == ()
    assert send({"DEAD": NOWHERE}) == ()


def test_an_interpreter_without_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert send({"HERE": NOWHERE}, LOW) == ("nothing was sent to HERE: Apprise cannot be started here",)
    assert understood({"HERE": Secret(NOWHERE)}, os.environ) == {}


def test_addresses_are_looked_at_without_a_message(inbox: Inbox) -> None:
    known = {"HERE": inbox.address, "WORDS": "hello", "CONFIG": "file:///etc/apprise.yml", "BARE": "mailto://"}
    found = understood({name: Secret(text) for name, text in known.items()}, os.environ)
    assert found == {"HERE": True, "WORDS": False, "CONFIG": False, "BARE": False}
    assert inbox.letters == []
