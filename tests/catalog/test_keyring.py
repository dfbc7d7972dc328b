"""Age keys as a user has them; what is none is refused, and never shown."""

import pytest

from catalogsync.catalog.sealed.keyring import Keyring, identities_in
from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret
from tests.harness.canary import password


@pytest.mark.parametrize("text", [password(1), f"{password(1)}\udc80", f"AGE-SECRET-KEY-1{password(1)}"])
def test_what_is_no_key_is_refused_unseen(text: str) -> None:
    """The environment may hold bytes that are no UTF-8: Python has them as lone surrogates."""
    with pytest.raises(UsageError) as told:
        Keyring(identities_in(Secret(f"# a key\n{text}\n")))
    error = told.value
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert password(1) not in f"{error!r} {error.message} {error.hint}"
