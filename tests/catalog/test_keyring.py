"""Age keys as a user has them; what is none is refused, and never shown."""

import pytest
from pyrage.x25519 import Identity

from catalogsync.catalog.sealed.keyring import Keyring, identities_in
from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret
from tests.harness.canary import password

ONE = str(Identity.generate())


@pytest.mark.parametrize(
    "text",
    [password(1), f"{password(1)}\udc80", f"AGE-SECRET-KEY-1{password(1)}", f"{ONE}X"],
    ids=["text", "no UTF-8", "no key", "one letter more"],
)
def test_what_is_no_key_is_refused_unseen(text: str) -> None:
    """The environment may hold bytes that are no UTF-8: Python has them as lone surrogates."""
    with pytest.raises(UsageError) as told:
        Keyring(identities_in(Secret(f"# a key\n{text}\n")))
    error = told.value
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert password(1) not in f"{error!r} {error.message} {error.hint}"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (f"'{ONE}'", "quotes"),
        (f"{ONE} {ONE}", "a line of its own"),
        (f"{ONE} # mine", "beside the key"),
        ("age1ux9n4rmvdp2x6r4d7vdwyd0mmfsr8sj2lg38hzqwztmlz8xq4ugszsm6rf", "recipient"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "SSH"),
        ("~/keys.txt", "SOPS_AGE_KEY_FILE"),
        ("\0A\0G\0E", "one line"),
    ],
    ids=["quotes", "two in a line", "comment beside", "recipient", "SSH", "path", "UTF-16"],
)
def test_what_stands_instead_of_a_key_is_told_by_its_line(line: str, hint: str) -> None:
    with pytest.raises(UsageError, match=r"^line 2 of keys\.txt is no age key$") as told:
        identities_in(Secret(f"# a key\n{line}\n"), "keys.txt")
    assert hint in (told.value.hint or "")


def test_a_key_is_read_as_editors_of_other_systems_save_it_and_counts_once() -> None:
    ring = Keyring(identities_in(Secret(f"\ufeff# mine\r\n{ONE}\r\n{ONE.lower()}")))
    assert (len(ring), len(ring.recipients)) == (1, 1)
