"""What a marketplace says is quoted without secrets, escapes and tricks."""

import base64
import html
import json
import re
import sys
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.marketplaces.masking import Mask, printable
from catalogsync.model.answer import AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.marketplaces.stub import KEY, KEY_ENV, answer, in_turn, shop

USER, PASSWORD = "Zoë.Canary+1@example.com", 'pä"ss\\wo&rd/7'
ACCOUNTS = [Account(Secret("someone"), Secret("something")), Account(Secret(USER), Secret(PASSWORD))]

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "upper case": str.upper,
    "lower case": str.lower,
    "JSON": json.dumps,
    "HTML": html.escape,
    "URL": lambda text: quote(text, safe=""),
    "lower case URL": lambda text: quote(text, safe="").lower(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "URL base64": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 inside": lambda text: base64.b64encode(f"a:{text}:b".encode()).decode(),
    "every byte as in a URL": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "hexadecimal": lambda text: text.encode().hex(),
    "with an escape inside": lambda text: text[:5] + "\x1b[31m" + text[5:],
    "with an unseen sign inside": lambda text: text[:5] + "\u200b" + text[5:],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", [USER, PASSWORD, KEY])
@pytest.mark.parametrize("field", ["error", "message", "detail", "errors"])
def test_an_echoed_secret_is_masked(form: str, secret: str, field: str) -> None:
    shown = FORMS[form](secret)
    words = [f"bad: {shown} or so"] if field == "errors" else f"bad: {shown} or so"
    with shop(in_turn(answer({"success": False, field: words}, 400))) as (client, _):
        result = client.append("p1", ACCOUNTS)
    assert result.kind is AnswerClass.REFUSED
    assert shown not in result.reason
    assert re.search(r"bad: (\*\*\*|\"\*\*\*\"|\w{3,4}\*\*\*\w{3,4}={0,2}) or so”$", result.reason)


def test_where_anything_may_be_a_secret_only_known_words_are_quoted() -> None:
    mask = Mask([Secret(KEY)]).quoting_only(frozenset({"total", KEY}))
    for strict in (mask, mask.with_secrets([Secret(PASSWORD)])):
        assert strict.quote("total") == "total"
        assert strict.quote(KEY) == "***"
        assert {strict.quote(text) for text in ("Total", "total ", f"total {USER}", USER)} == {"…"}
        assert strict.quote("") == ""


def test_the_key_is_masked_in_the_words_of_a_reading_call() -> None:
    refused = answer({"detail": f"Key {KEY} is no good"}, 401)
    with shop(in_turn(refused)) as (client, _), pytest.raises(MarketplaceError) as caught:
        client.listings()
    assert KEY not in str(caught.value)
    assert KEY_ENV in caught.value.message
    assert KEY_ENV in str(caught.value.hint)


def test_a_secret_in_a_key_or_a_media_type_is_masked_too() -> None:
    with shop(in_turn(answer({f"user {USER}": 1}, 400), answer(b"x", 400, f"text/{PASSWORD[4:]}"))) as (client, _):
        assert USER not in client.append("p1", ACCOUNTS).reason
        client.append("p1", ACCOUNTS)
    with shop(in_turn(answer(b"x", 400, "text/something"))) as (client, _):
        assert "something" not in client.append("p1", ACCOUNTS).reason


def test_a_secret_at_the_cut_is_not_shown_in_part() -> None:
    mask = Mask([Secret("correct horse battery staple")])
    for filler in (150, 190, 199, 3980, 3999, 4000):
        quoted = mask.quote("x" * filler + "correct horse battery staple")
        assert "correct" not in quoted
        assert len(quoted) <= 200
    long = "word " * 2000
    assert "word" not in Mask([Secret(long.strip())]).quote(long + "tail " * 2000)


def test_words_that_repeat_a_very_short_secret_are_not_shown_at_all() -> None:
    mask = Mask([Secret("ab")])
    assert mask.quote("the tab is open") == "(not shown: it may hold a part of an account)"
    assert mask.quote("Limit reached") == "Limit reached"
    assert Mask([Secret("-")]).quote("sold-out") == "sold-out"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link", "alink"),
        ("a\x1bcb", "ab"),
        ("a\x9b31mb", "ab"),
        ("two\r\nlines\tand a tab", "two lines and a tab"),
        ("x\u202egnp.exe", "xgnp.exe"),
        ("a\u2066b\u2069c\u200bd\ufeffe", "abcde"),
        ("null\x00byte", "nullbyte"),
        ("Preis: 9,99 € 🎟", "Preis: 9,99 € 🎟"),
        ("\ud800 alone", "alone"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.from_regex(r"[A-Za-z0-9äß@.]{4,30}", fullmatch=True), st.text(max_size=60), st.text(max_size=60))
def test_no_text_around_a_secret_brings_it_out(secret: str, before: str, after: str) -> None:
    quoted = Mask([Secret(secret)]).quote(before + secret + after, 10_000)
    assert quoted.isprintable()
    assert secret not in quoted


def test_two_hundred_accounts_are_masked_in_good_time() -> None:
    secrets = [Secret(f"user-{number}@example.com") for number in range(400)]
    assert Mask(secrets).quote("user-399@example.com " * 300) == "*** " * 49 + "***…"


def test_what_is_equal_in_any_case_is_found_in_any_case() -> None:
    """Whatever `re.IGNORECASE` takes for equal, a quick look must take for equal, too."""
    cases = re._casefix._EXTRA_CASES  # type: ignore[attr-defined]
    pairs = {(chr(one), chr(other)) for one, others in cases.items() for other in others}
    pairs |= {(chr(one), chr(one).lower()) for one in range(sys.maxunicode + 1) if len(chr(one).lower()) == 1}
    pairs |= {(chr(one), chr(one).upper()) for one in range(sys.maxunicode + 1) if len(chr(one).upper()) == 1}
    for one, other in {(one, other) for one, other in pairs if one != other}:
        if re.fullmatch(re.escape(one), other, re.IGNORECASE):
            assert Mask([Secret(f"abc{one}")]).quote(f"abc{other}") == "***", (one, other)
