"""`catalogsync doctor`: look at the whole set-up, and say of each part whether it is sound."""

import platform
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import click

from catalogsync import __version__
from catalogsync.cli.options import Form, formatted
from catalogsync.cli.session import Session, pass_session
from catalogsync.model.errors import CatalogsyncError
from catalogsync.model.finding import Finding, Grade
from catalogsync.model.secret import Secret

if TYPE_CHECKING:
    from catalogsync.model.config import Config
    from catalogsync.model.state import State

_CONFIG: Final = "catalogsync.yaml"
_SHORTEST_KEY: Final = 12
"""A shorter text, such as the sandbox's key, may stand in a file by chance."""


@click.command(short_help="Check the set-up: files, key, marketplace, state, git.")
@formatted
@pass_session
def command(session: Session, form: Form) -> int:
    """Check the whole set-up, and say what to do where something is wrong.

    Changes nothing at the marketplace and nothing in the state. Exits 1 if a check failed; warnings are no failure.
    """
    from catalogsync.render.doctor_text import render_findings

    found = list(_Doctor(session).findings())
    session.say(render_findings(found, form, width=session.width, color=session.color))
    return 1 if any(finding.grade is Grade.FAILED for finding in found) else 0


class _Doctor:
    """One examination; what an early check found out, later ones use."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def findings(self) -> Iterator[Finding]:
        yield Finding("version", Grade.OK, f"catalogsync {__version__}, Python {platform.python_version()}")
        config, finding = self._config()
        yield finding
        yield from self._catalog(config)
        yield from self._marketplace(config)
        yield from self._orders(config)
        yield from self._state(config)
        yield from self._notify(config)

    def _config(self) -> "tuple[Config | None, Finding]":
        from catalogsync.catalog import read_config
        from catalogsync.model.counted import counted

        config, problems = read_config(self._session.root)
        errors = [problem for problem in problems if problem.severity == "error"]
        if config is None:
            first = f"; the first: {errors[0].place}: {errors[0].message}" if errors else ""
            hint = errors[0].hint if len(errors) == 1 else "`catalogsync validate` shows each of them"
            return None, Finding(
                "config", Grade.FAILED, f"catalogsync.yaml has {counted(len(errors), 'error')}{first}", hint
            )
        self._session.keep_to_itself(config)
        names = ", ".join(f"{name} ({entry.base_url})" for name, entry in config.marketplaces.items())
        return config, Finding("config", Grade.OK, f"catalogsync.yaml, version 1, can be read; {names}")

    def _catalog(self, config: "Config | None") -> Iterator[Finding]:
        from catalogsync.cli.exposure import exposure
        from catalogsync.core.secrecy import judge_keys_in_git, judge_secrecy, judge_state_in_git
        from catalogsync.core.soundness import judge_catalog

        session = self._session
        reading = session.glance()
        yield judge_catalog(reading.catalog, reading.problems, _CONFIG)
        told = exposure(session, config)
        yield judge_secrecy(reading.catalog, reading.problems, told, public=session.ci_public)
        yield self._pool_keys(reading.encrypted)
        made = config is not None and (session.root / config.state.path).is_dir()
        yield judge_state_in_git(told, made=made)
        yield judge_keys_in_git(told)

    def _pool_keys(self, encrypted: "Mapping[str, bool]") -> Finding:
        from catalogsync.core.secrecy import judge_pool_keys
        from catalogsync.workflow.examining import failed

        try:
            found = self._session.pool_keys.sources()
        except CatalogsyncError as error:
            return failed("pool-keys", error)
        return judge_pool_keys(
            [(one.name, None if one.identities is None else len(one.identities)) for one in found], encrypted
        )

    def _marketplace(self, config: "Config | None") -> Iterator[Finding]:
        from catalogsync.workflow.examining import CHECKS, examine, failed, not_checked

        if config is None:
            yield from not_checked(("api-key", *CHECKS), "catalogsync.yaml cannot be read")
            return
        chosen = config.marketplaces.get(self._session.marketplace or "")
        if all(one.type != "accplanet" for one in ([chosen] if chosen else config.marketplaces.values())):
            yield from not_checked(("api-key", *CHECKS), "there is no marketplace with listings to look at")
            return
        try:
            settings = self._session.settings(config)
            key = self._session.api_key(settings)
        except CatalogsyncError as error:
            yield failed("api-key", error)
            yield from not_checked(CHECKS, "there is no key to ask with")
            return
        yield self._kept_apart("api-key", settings.api_key_env, key)
        try:
            with self._session.progress() as observer, self._session.connected(settings) as marketplace:
                yield from list(examine(marketplace, self._session.clock, observer))
        except CatalogsyncError as error:
            yield failed("marketplace", error)
            yield from not_checked(CHECKS[1:], "the marketplace cannot be asked")

    def _orders(self, config: "Config | None") -> Iterator[Finding]:
        """Marketplaces that have orders alone. They are not asked: what they list once is not listed again for long."""
        from catalogsync.workflow.examining import failed

        for settings in config.marketplaces.values() if config else ():
            if settings.type != "hstockplus" or self._session.marketplace not in {None, settings.name}:
                continue
            try:
                key = self._session.api_key(settings)
            except CatalogsyncError as error:
                yield failed("orders", error)
                continue
            found = self._kept_apart("orders", settings.api_key_env, key)
            asked = f"; {settings.name} was not asked, for what it lists it does not list again for half an hour"
            yield replace(found, message=found.message + asked) if found.grade is Grade.OK else found

    def _kept_apart(self, check: str, variable: str, key: Secret) -> Finding:
        """Whether a key is only where it belongs."""
        text = (self._session.root / _CONFIG).read_text("utf-8", "replace")
        if len(key.reveal()) >= _SHORTEST_KEY and key.reveal() in text:
            told = f"catalogsync.yaml holds the value of {variable}"
            hint = "take it out, and ask the marketplace for a new key if the file was ever shared"
            return Finding(check, Grade.FAILED, told, hint)
        return Finding(check, Grade.OK, f"{variable} is set, and is not in catalogsync.yaml")

    def _state(self, config: "Config | None") -> Iterator[Finding]:
        from catalogsync.core.soundness import judge_key, judge_state, judge_store
        from catalogsync.state import find_key, try_store
        from catalogsync.workflow.examining import failed, not_checked

        if config is None:
            yield from not_checked(
                ("store", "state-key", "state", "doubts", "lease"), "catalogsync.yaml cannot be read"
            )
            return
        session = self._session
        try:
            yield judge_store(try_store(config.state, session.root, session.clock, session.for_state))
        except CatalogsyncError as error:
            yield failed("store", error)
        try:
            key = session.state_key()
            yield judge_key(find_key(config.state, session.root, key, session.clock, session.for_state))
        except CatalogsyncError as error:
            yield failed("state-key", error)
            yield from not_checked(("state", "doubts", "lease"), "the state's key is not in order")
            return
        try:
            journal = session.journal(config)
        except CatalogsyncError as error:
            yield failed("state", error)
            yield from not_checked(("doubts", "lease"), "the state cannot be read")
            return
        if journal is None:
            yield judge_state(None, config.state.backend, "")
        else:
            yield judge_state(journal.state, config.state.backend, journal.place)
        yield from (
            self._recorded(journal.state) if journal else not_checked(("doubts", "lease"), "there is no state yet")
        )

    def _notify(self, config: "Config | None") -> Iterator[Finding]:
        if config is None or not config.notify_envs:
            return
        from catalogsync.cli.telling import addresses, environment
        from catalogsync.core.soundness import judge_addresses
        from catalogsync.messages import is_installed, understood

        given = addresses(self._session, config)
        known = understood(given, environment(self._session, config)) if given and is_installed() else None
        yield from judge_addresses(config.notify_envs, given.keys(), known, installed=is_installed())

    def _recorded(self, state: "State") -> Iterator[Finding]:
        from catalogsync.core.soundness import judge_doubts, judge_lease
        from catalogsync.state import alive

        run = state.run
        gone = run is not None and not alive(run.host, run.pid, run.pid_started)
        yield judge_doubts(state, at_work=run is not None and not gone)
        yield judge_lease(run, self._session.clock.now(), gone=gone)
