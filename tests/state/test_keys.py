"""The state key and the fingerprints made with it."""

import base64
import hashlib
import hmac
import os
import stat
import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.model.errors import StateError
from catalogsync.model.ledger import FINGERPRINT
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.state import KeyedFingerprints, parse_key
from catalogsync.state.keys import StateKey, hkdf, make_key_file, read_key_file
from catalogsync.state.stores.file import make_state_folder
from tests.harness.canary import password, username
from tests.state.ground import KEY, KEY_TEXT, OTHER_KEY_TEXT, said

PRINTS = KeyedFingerprints(KEY)


def account(name: str, word: str = "word") -> Account:
    return Account(Secret(name), Secret(word))


def parts(key: StateKey) -> tuple[bytes, bytes, bytes, str]:
    return key.users, key.contents, key.log, key.check


def test_hkdf_gives_what_the_rfc_gives() -> None:
    # RFC 5869, A.3: no salt, no info; its first 32 of 42 bytes are the first block.
    assert hkdf(b"\x0b" * 22, b"").hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


def test_hkdf_is_extract_then_expand() -> None:
    extracted = hmac.new(bytes(32), b"secret", hashlib.sha256).digest()
    assert hkdf(b"secret", b"info") == hmac.new(extracted, b"info\x01", hashlib.sha256).digest()


def test_what_is_derived_differs_by_use_and_by_key() -> None:
    other = parse_key(Secret(OTHER_KEY_TEXT))
    assert len({*parts(KEY), *parts(other)}) == 8
    assert parts(parse_key(Secret(f" {KEY_TEXT}\n"))) == parts(KEY)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("00" * 32, "48 bytes"),
        (base64.urlsafe_b64encode(bytes([251] * 32)).decode(), "not base64"),
        ("c2hvcnQ=", "5 bytes"),
        (base64.b64encode(bytes(33)).decode(), "33 bytes"),
        ("canarykey!!", "not base64"),
        ("canarykey", "not base64"),
        ("canarykéy", "not base64"),
        (KEY_TEXT[:-1], "not base64"),
        (KEY_TEXT[:20] + "\n\n" + KEY_TEXT[20:], "not base64"),
    ],
)
def test_what_is_no_key_is_refused_without_showing_it(text: str, says: str) -> None:
    with pytest.raises(StateError, match=says) as caught:
        parse_key(Secret(text))
    assert "CATALOGSYNC_STATE_KEY" in caught.value.message
    assert not text or text not in said(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_key_shows_nothing_of_itself() -> None:
    shown = repr(KEY) + str(KEY)
    assert KEY.users.hex() not in shown
    assert "users" not in shown


def test_fingerprints_are_of_one_length_and_their_own_kind() -> None:
    one = account(username(1), password(1))
    assert len(PRINTS.user(one)) == len(PRINTS.content(one)) == FINGERPRINT
    assert PRINTS.user(one) != PRINTS.content(one)
    assert PRINTS.user(one) != KeyedFingerprints(parse_key(Secret(OTHER_KEY_TEXT))).user(one)


@pytest.mark.parametrize("variant", ["ANN@example.test", "ａｎｎ@example.test", "ann@example.teﬆ"])
def test_case_and_width_make_no_other_account(variant: str) -> None:
    assert PRINTS.user(account(variant)) == PRINTS.user(account("ann@example.test"))
    assert PRINTS.content(account(variant)) == PRINTS.content(account("ann@example.test"))


def test_a_password_makes_no_other_account_but_another_content() -> None:
    assert PRINTS.user(account("ann", "one")) == PRINTS.user(account("ann", "two"))
    assert PRINTS.content(account("ann", "one")) != PRINTS.content(account("ann", "two"))
    assert PRINTS.content(account("ann", "one")) != PRINTS.content(account("ann", "ONE"))


@given(st.tuples(st.text("ab", max_size=3), st.text("ab", max_size=3)), st.tuples(st.text("ab"), st.text("ab")))
def test_contents_are_equal_only_for_equal_accounts(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (PRINTS.content(account(*one)) == PRINTS.content(account(*other))) == (one == other)


def test_a_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "state"
    make_state_folder(folder)
    made = make_key_file(folder)
    assert parts(make_key_file(folder)) == parts(made)
    found = read_key_file(folder)
    assert found is not None
    assert parts(found) == parts(made)
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "key"]


def test_of_many_who_make_a_key_file_all_get_the_same(tmp_path: Path) -> None:
    made: list[str] = []
    gate = threading.Barrier(8)

    def make() -> None:
        gate.wait()
        make_state_folder(tmp_path / "state")
        made.append(make_key_file(tmp_path / "state").check)

    makers = [threading.Thread(target=make) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(made) == 8
    assert len(set(made)) == 1


def test_git_sees_nothing_of_a_state(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    make_state_folder(tmp_path / "state")
    make_key_file(tmp_path / "state")
    status = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain", "-uall"], check=True, capture_output=True
    )
    assert status.stdout == b""


@pytest.mark.parametrize("content", [b"", b"\0" * 44, b"\xff\xfe", KEY_TEXT[:-4].encode()])
def test_a_damaged_key_file_is_refused_and_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(StateError) as caught:
        read_key_file(tmp_path)
    assert str(tmp_path / "key") in caught.value.message


def test_a_key_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(StateError, match="cannot be read"):
        read_key_file(tmp_path)


def test_a_key_that_is_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key")
    with pytest.raises(StateError, match="is no file"):
        read_key_file(tmp_path)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o777])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "key").write_text(KEY_TEXT)
    (tmp_path / "key").chmod(mode)
    with pytest.raises(StateError, match="open to other users") as caught:
        read_key_file(tmp_path)
    assert f"chmod 600 {tmp_path / 'key'}" in said(caught.value)
    (tmp_path / "key").chmod(0o400)
    assert read_key_file(tmp_path) is not None


def test_no_key_file_is_no_error(tmp_path: Path) -> None:
    assert read_key_file(tmp_path) is None
