"""Telling people who are not at the terminal: to whom, when there is something, and what is said if it goes wrong."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import click

from catalogsync.cli.origin import ci_url
from catalogsync.cli.session import Session
from catalogsync.model.errors import CatalogsyncError, Interrupted, UsageError
from catalogsync.model.secret import Secret

if TYPE_CHECKING:
    from catalogsync.model.config import Config
    from catalogsync.model.message import Message


class Teller:
    """Whoever is named under `notify:`. Nothing that goes wrong here changes what a run comes to.

    Attributes:
        watched: whether somebody sees at the terminal how the run goes; then a failure is not told.

    Args:
        session: how to speak, and the environment.
    """

    def __init__(self, session: Session, *, watched: bool = False) -> None:
        self.watched = watched
        self._session = session

    @property
    def ready(self) -> bool:
        """Whether there is anybody to tell. What keeps it from that is said once."""
        return bool(self._addresses)

    def send(self, messages: "Sequence[Message]") -> None:
        """Send them to everybody."""
        if not messages or not self.ready:
            return
        from catalogsync.messages import AppriseMessenger
        from catalogsync.model.counted import counted

        messenger = AppriseMessenger(self._addresses, environment(self._session, self._config))
        try:
            troubles = messenger.send(messages)
        except KeyboardInterrupt:
            troubles = ("the messages were not all sent: interrupted",)
        for trouble in troubles:
            self._session.tell(f"warning: {trouble}; docs/notify.md")
        if self._session.verbose > 0 and not troubles:
            self._session.tell(f"{counted(len(messages), 'message')} sent to {', '.join(self._addresses)}.")

    @contextmanager
    def failures(self, command: str) -> Iterator[None]:
        """Tell of an error that ends what is done in here, unless somebody watches, or asked for it to end."""
        try:
            yield
        except (Interrupted, UsageError, click.Abort, click.ClickException, OSError):
            raise
        except CatalogsyncError as error:
            self._tell_of(command, error)
            raise
        except Exception as error:
            self._tell_of(command, error)
            raise

    def _tell_of(self, command: str, error: Exception) -> None:
        if self.watched or not self.ready:
            return
        from catalogsync.core.telling import of_failure

        self.send([of_failure(command, error, ci_url(self._session.environ))])

    @cached_property
    def _config(self) -> "Config | None":
        from catalogsync.catalog import read_config

        return read_config(self._session.root)[0]

    @cached_property
    def _addresses(self) -> Mapping[str, Secret]:
        if self._config is None or not self._config.notify_envs:
            return {}
        from catalogsync.core.soundness import APPRISE
        from catalogsync.messages import is_installed

        if not is_installed():
            self._session.tell(f"warning: nobody is told: what sends messages is not installed; {APPRISE}")
            return {}
        given = addresses(self._session, self._config)
        for name in self._config.notify_envs:
            if name not in given:
                self._session.tell(f"warning: {name} is not set, so nobody is told there; `notify:` names it")
        return given


def addresses(session: Session, config: "Config") -> dict[str, Secret]:
    """The addresses of `notify:` that are set, by the names of their variables."""
    texts = {name: session.environ.get(name, "").strip() for name in config.notify_envs}
    return {name: Secret(text) for name, text in texts.items() if text}


def environment(session: Session, config: "Config | None") -> dict[str, str]:
    """What Apprise is given of the environment: proxies and certificates count, our secrets are not its business."""
    if config is not None:
        session.keep_to_itself(config)
    return session.surroundings()
