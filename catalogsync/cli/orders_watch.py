"""`catalogsync orders fulfill --watch`: round after round, until somebody stops it."""

from typing import TYPE_CHECKING, Final

from catalogsync.cli.signals import interruptible
from catalogsync.model.errors import (
    CatalogError,
    CatalogsyncError,
    Interrupted,
    KeyRefused,
    StateError,
    StateLocked,
    UsageError,
)

if TYPE_CHECKING:
    from catalogsync.cli.session import Session
    from catalogsync.model.order_plan import OrderReport

LONGEST_WAIT: Final = 900.0
"""Seconds between rounds that go on failing: no longer than this, unless somebody asked for longer."""


class Watch:
    """Fills orders again and again. No failed round ends it but one that only a person can mend.

    Args:
        session: how to speak.
        seconds: from the end of a round to the next.
    """

    def __init__(self, session: "Session", seconds: float) -> None:
        from catalogsync.cli.telling import Teller
        from catalogsync.render.orders_round import Rounds

        self._session = session
        self._seconds = seconds
        self._teller = Teller(session)
        self._rounds = Rounds(session.width, color=session.color)
        self._failures = 0
        self._first = True

    def run(self) -> int:
        """Go on until a signal comes.

        Raises:
            CatalogError, StateError: the first round cannot begin.
            UsageError, KeyRefused: a person must mend something, in whatever round.
        """
        session = self._session
        with interruptible(session.interrupted, after="the order under way"):
            try:
                while not session.interrupted.is_set():
                    with self._teller.failures("orders fulfill --watch"):
                        self._round()
                    session.clock.sleep(self._wait())
            except Interrupted:
                pass
            session.say(self._rounds.end(session.clock.now()))
        return Interrupted.exit_code

    def _round(self) -> None:
        """One round, told in a line; whatever went wrong is told too."""
        session, failed = self._session, True
        try:
            report = self._fill()
        except (UsageError, KeyRefused, Interrupted):
            raise
        except StateLocked as error:
            failed = False
            self._tell("skipped", error)
        except CatalogError as error:
            if self._first:
                raise
            failed = False
            self._tell("waits for the catalog", error, "`catalogsync validate` shows what is wrong")
        except StateError as error:
            if self._first:
                raise
            self._tell("failed", error)
        except CatalogsyncError as error:
            self._tell("failed", error)
        else:
            failed = bool(report.failed) and report.failed == len(report.results)
            try:
                session.say(self._rounds.told(session.clock.now(), report))
            finally:
                self._teller.send(report.messages)
            if report.interrupted:
                raise Interrupted("interrupted; what was done is recorded")
        finally:
            # A round's state is let go of with it, and what was seen of it is remembered.
            session.close()
        self._first = False
        self._failures = self._failures + 1 if failed else 0

    def _fill(self) -> "OrderReport":
        """Fill what can be filled now: the catalog and the state are read anew, since both may have changed."""
        from catalogsync.cli.order_doors import order_desk, served, state_to_write
        from catalogsync.render.progress import SilentProgress
        from catalogsync.workflow.orders.fulfilling import fulfill

        session = self._session
        catalog = session.catalog()
        catalog.open_pools()
        journal = state_to_write(session, catalog.config)
        serving, tells = served(session, catalog.config), self._teller.ready
        with order_desk(session, catalog, serving, journal, SilentProgress(), tells=tells) as desk:
            return fulfill(desk, session.run("orders fulfill --watch"), show=lambda _: None)

    def _tell(self, what: str, error: CatalogsyncError, hint: str | None = None) -> None:
        self._session.say(self._rounds.broken(self._session.clock.now(), what, error.message, hint or error.hint))

    def _wait(self) -> float:
        """Seconds to the next round: doubled with each that failed in a row."""
        if not self._failures:
            return self._seconds
        wait = max(self._seconds, min(self._seconds * 2.0 ** min(self._failures, 20), LONGEST_WAIT))
        self._session.say(self._rounds.backing_off(wait))
        return wait
