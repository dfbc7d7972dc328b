"""To whom a pool is encrypted: whoever is named, or whom `.sops.yaml` names, or else those whose keys are at hand."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from catalogsync.cli.asking import confirmed
from catalogsync.cli.console import is_terminal
from catalogsync.cli.session import Session
from catalogsync.model.counted import counted
from catalogsync.model.errors import UsageError

if TYPE_CHECKING:
    from catalogsync.catalog.sealed.keyring import Keyring


class Recipients:
    """Who can read what is encrypted in this run.

    Args:
        session: the invocation.
        named: `age1…` texts from the command line.

    Raises:
        UsageError: one of them, or a key at hand, is none.
        CatalogError: `.sops.yaml` cannot be read.
    """

    def __init__(self, session: Session, named: Sequence[str] = ()) -> None:
        from catalogsync.catalog.sealed.age import recipient
        from catalogsync.catalog.sealing.sops_rules import find_rules

        for text in named:
            recipient(text)
        self._session = session
        self._named = tuple(dict.fromkeys(named))
        self._rules = None if named else find_rules(session.root)
        self._keyring = _keyring(session)
        self._said: set[str] = set()

    @property
    def keyring(self) -> "Keyring":
        """The keys at hand."""
        return self._keyring

    def by_rule(self, name: str) -> bool:
        """Whether somebody said to whom a file is to be encrypted, so that it is not a matter of the keys at hand."""
        return bool(self._named) or self._ruled(name) is not None

    def of(self, name: str) -> tuple[str, ...]:
        """To whom a file is encrypted; where that comes from is said once.

        Args:
            name: what it is called once it is encrypted.

        Raises:
            UsageError: there is nobody, or the file is there, and somebody who can read it would not be named again.
            CatalogError: a rule cannot be understood.
        """
        if self._named:
            return self._named
        if (ruled := self._ruled(name)) is not None:
            return ruled
        if not len(self._keyring):
            self._keyring = _with_new_key(self._session)
        self._keep_everybody(name)
        self._say_once(
            f"No rule of {self._rules.name} fits {name}, so it is encrypted to the keys at hand."
            if self._rules
            else "Nothing says to whom pools are encrypted, so it is to the keys at hand."
        )
        return self._keyring.recipients

    def agreed(self, recipients: Sequence[str]) -> bool:
        """Whether to go on, also where nobody here will be able to read what is encrypted."""
        if not set(recipients).isdisjoint(self._keyring.recipients):
            return True
        # Said even with -q: nobody can answer what was not asked.
        click.echo(
            f"warning: this is encrypted to {counted(len(recipients), 'recipient')}, and the key of none is at hand: "
            "you will not be able to read it here.",
            err=True,
        )
        return not is_terminal(sys.stdin) or confirmed(self._session, "Encrypt it all the same?")

    def _keep_everybody(self, name: str) -> None:
        from catalogsync.catalog.sealed.age import is_age, strangers_of
        from catalogsync.catalog.sealing.sops_program import recipients_in

        path = self._session.root / name
        if not path.is_file():
            return
        data = path.read_bytes()
        others = (
            strangers_of(data, self._keyring)
            if is_age(data)
            else len(recipients_in(data) - set(self._keyring.recipients))
        )
        if others > 0:
            raise UsageError(
                f"{counted(others, 'other')} can read {name} too, and nothing says whether they shall from now on",
                "write .sops.yaml; docs/encryption.md of catalogsync shows how",
            )

    def _ruled(self, name: str) -> tuple[str, ...] | None:
        from catalogsync.catalog.sealing.pool_texts import plain_name

        if self._rules is None:
            return None
        real = self._session.root.resolve()
        return self._rules.recipients(real / plain_name(name), real / name)

    def _say_once(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._session.tell(text)


def _keyring(session: Session) -> "Keyring":
    from catalogsync.catalog.sealed.keyring import Keyring

    return Keyring(session.pool_keys.identities())


def _with_new_key(session: Session) -> "Keyring":
    """The keys at hand, once one was made.

    Raises:
        UsageError: nobody wants one, or can be asked.
    """
    from catalogsync.catalog.sealed.new_key import make_key
    from catalogsync.cli.pool_keys import usual_path

    path = usual_path(session.environ)
    hint = (
        "name somebody with `-r age1…`; or make a key: run this on a terminal, or `age-keygen -o FILE` and "
        "SOPS_AGE_KEY_FILE=FILE"
    )
    if path is None or not is_terminal(sys.stdin):
        raise UsageError("there is nobody to encrypt to: no age key is at hand, and nothing names a recipient", hint)
    click.echo("There is no age key yet. With one, you and whoever you give it to can read your pools.", err=True)
    if not confirmed(session, f"Make one in {path}?"):
        raise UsageError("there is nobody to encrypt to", "name somebody with `-r age1…`, or say yes")
    recipient = make_key(path, session.clock.now().isoformat(timespec="seconds"))
    click.echo(
        f"Made: {path}\nKeep a copy of that file in your password manager now: without it nobody can read the pools "
        f"again.\nIts recipient, which is no secret: {recipient}",
        err=True,
    )
    return _keyring(session)
