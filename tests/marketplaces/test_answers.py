"""What an answer came to and how it is put, without a socket: the borders of every class."""

import json

import pytest

from catalogsync.marketplaces.answers import Body, Expected, classify, looks_like_html, says_no, shape
from catalogsync.marketplaces.exchange import NoReply, Reply
from catalogsync.marketplaces.masking import Mask
from catalogsync.model.answer import Answer, AnswerClass

MASK = Mask([])
DONE = Expected(lambda body: Answer(AnswerClass.CONFIRMED), evidence="made")
WITHOUT_EVIDENCE = Expected(lambda body: "it is not enough")


def reply(body: object, status: int = 200, media_type: str = "application/json") -> Reply:
    return Reply(status, media_type, body if isinstance(body, bytes) else json.dumps(body).encode(), None)


@pytest.mark.parametrize(
    ("never", "final", "kind", "stop"),
    [
        (True, True, AnswerClass.NEVER, True),
        (True, False, AnswerClass.NEVER, False),
        (False, True, AnswerClass.UNKNOWN, False),
        (False, False, AnswerClass.UNKNOWN, False),
    ],
)
def test_no_answer_is_never_reached_only_if_that_is_proven(
    never: bool, final: bool, kind: AnswerClass, stop: bool
) -> None:
    answer = classify(NoReply("the connection broke", never, final), DONE, MASK)
    assert (answer.kind, answer.stop, answer.reason) == (kind, stop, "the connection broke")


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"success": True}, 200, AnswerClass.CONFIRMED),
        ({"success": True}, 299, AnswerClass.CONFIRMED),
        ({"success": True}, 300, AnswerClass.UNKNOWN),
        ({"success": True}, 199, AnswerClass.UNKNOWN),
        ({"success": False}, 200, AnswerClass.REFUSED),
        ({"success": False}, 299, AnswerClass.REFUSED),
        ({"success": False}, 300, AnswerClass.UNKNOWN),
        ({"success": False}, 199, AnswerClass.UNKNOWN),
        ({"success": None}, 200, AnswerClass.UNKNOWN),
        ({"success": False, "made": "0"}, 200, AnswerClass.REFUSED),
        ({"success": False, "made": 0}, 200, AnswerClass.REFUSED),
        ({"success": False, "made": ""}, 200, AnswerClass.REFUSED),
        ({"success": False, "made": "1"}, 200, AnswerClass.UNKNOWN),
        ({"errors": ["no"]}, 200, AnswerClass.REFUSED),
        ({"success": True, "errors": ["no"]}, 200, AnswerClass.UNKNOWN),
        ({"non_field_errors": ["no"]}, 400, AnswerClass.REFUSED),
        ({"non_field_errors": "no"}, 429, AnswerClass.REFUSED),
        ({"detail": "no"}, 430, AnswerClass.UNKNOWN),
        ({"title": ["too long"], "price": ["too low"]}, 400, AnswerClass.REFUSED),
        ({"title": ["too long"], "price": 3}, 400, AnswerClass.UNKNOWN),
        ({"title": ["too long"], "price": []}, 400, AnswerClass.UNKNOWN),
        ({"title": ["too long", 3]}, 400, AnswerClass.UNKNOWN),
        ({"title": "abc"}, 400, AnswerClass.UNKNOWN),
        ({}, 400, AnswerClass.UNKNOWN),
    ],
)
def test_borders(body: object, status: int, kind: AnswerClass) -> None:
    answer = classify(reply(body, status), DONE, MASK)
    assert answer.kind is kind
    assert answer.status == status
    assert not answer.stop


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_stops_the_run_even_if_nothing_else_is_clear(status: int) -> None:
    for body in ({"detail": "key"}, {"success": True}, b"<html>", {"success": False, "made": 3}):
        assert classify(reply(body, status), DONE, MASK).stop
    assert classify(reply({"detail": "key"}, status), DONE, MASK).kind is AnswerClass.REFUSED


def test_without_evidence_a_no_is_a_no() -> None:
    answer = classify(reply({"success": False, "null": 3}), WITHOUT_EVIDENCE, MASK)
    assert answer.kind is AnswerClass.REFUSED
    answer = classify(reply({"success": True}), WITHOUT_EVIDENCE, MASK)
    assert (answer.kind, answer.reason.endswith(", but it is not enough")) == (AnswerClass.UNKNOWN, True)


def test_a_status_must_be_said_to_refuse() -> None:
    body: Body = {"detail": "no"}
    assert not says_no(body)
    assert says_no(body, refused_by_status=True)


@pytest.mark.parametrize(
    ("body", "media_type", "is_page"),
    [
        (b" <!doctype html>", "text/plain", True),
        (b"<p>", "application/json", True),
        (b"Please log in", "text/html", True),
        (b"Please log in", "text/plain", False),
        (b' {"success": true}', "text/html", False),
        (b'["a"]', "text/html", False),
        (b"{}", "application/json", False),
    ],
)
def test_a_web_page_is_known_by_its_first_sign_or_its_type(body: bytes, media_type: str, is_page: bool) -> None:
    assert looks_like_html(reply(body, media_type=media_type)) is is_page
    assert ("an HTML page" in classify(reply(body, 500, media_type), DONE, MASK).reason) is is_page


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (300, {"a": 1}, "a redirect elsewhere, which is not followed"),
        (399, b"", "a redirect elsewhere, which is not followed"),
        (299, b" ", "no content"),
        (400, b" ", "no content"),
        (500, {"a": 1}, "an object of a (number)"),
        (500, {"error": ""}, "an object of error (text)"),
        (500, b"oops", "content that is no JSON object (application/json)"),
        (500, {"message": "later"}, "“later”"),
    ],
)
def test_what_came_is_told(status: int, body: object, says: str) -> None:
    assert says in classify(reply(body, status), DONE, MASK).reason


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({}, "an empty object"),
        ({"a": {"b": {"c": 1}}}, "an object of a (an object of b (an object))"),
        ({"a": []}, "an object of a (an empty array)"),
        ([{"a": 1.5}], "an array of 1, such as an object of a (number)"),
        ([1, "x", None, True, [], {}], "an array of 6: array or boolean or null or number or object or text"),
        ([2.5], "an array of 1: number"),
        (dict.fromkeys("abcdefghijkl"), ", ".join(f"{name} (null)" for name in "abcdefghijkl")),
        (dict.fromkeys("abcdefghijklm"), "l (null), and 1 more"),
    ],
)
def test_shapes(value: object, says: str) -> None:
    shown = shape(value, MASK)
    assert shown.endswith(says)
    assert "m (null)" not in shown


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"error": True}, "“true”"),
        ({"error": 7}, "“7”"),
        ({"error": False, "detail": "no"}, "“no”"),
        ({"error": 0, "detail": "no"}, "“no”"),
        ({"error": "no", "message": "no", "detail": "why"}, "“no; why”"),
        ({"errors": {"title": ["too long"]}}, "“title: too long”"),
        ({"error": [[[["deep"]]]]}, "“deep”"),
        ({"error": [[[[["too deep"]]]]]}, "an object of error"),
        ({"error": {"a": {"b": {"c": {"d": "deep"}}}}}, "“a: b: c: d: deep”"),
        ({"error": {"a": {"b": {"c": {"d": {"e": "too deep"}}}}}}, "an object of error"),
    ],
)
def test_words_are_found_wherever_they_stand_but_not_for_ever(body: object, says: str) -> None:
    assert says in classify(reply(body, 400), DONE, MASK).reason


def test_a_doubt_keeps_its_status_and_a_refused_key_stops_it_too() -> None:
    answer = classify(reply({"success": "maybe"}), DONE, MASK)
    assert (answer.kind, answer.status, answer.stop) == (AnswerClass.UNKNOWN, 200, False)
