"""One look at all three sides, for commands that change nothing: each is read while the others are."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from catalogsync.model.bulk import bulk
from catalogsync.model.errors import CatalogsyncError

if TYPE_CHECKING:
    from catalogsync.cli.session import Session
    from catalogsync.model.plan import Selection
    from catalogsync.workflow.desk import Desk

_TURN: Final = 0.0005
"""Seconds."""


@contextmanager
def look(session: "Session", chosen: "Selection") -> "Iterator[Desk]":
    """Catalog, state and marketplace, wired together.

    The listings are read while the catalog is. What is wrong with the catalog is told before anything else is, and does
    not wait for the marketplace.

    Args:
        session: where all that is.
        chosen: which keys.

    Raises:
        CatalogError: the catalog has errors.
        CatalogsyncError: the state cannot be read, or the marketplace cannot be asked.
    """
    from dataclasses import replace

    from catalogsync.cli.commits import Commits
    from catalogsync.cli.stocks import Stocks
    from catalogsync.workflow.reading_ahead import ReadAhead
    from catalogsync.workflow.remembering import Remembered

    with bulk(), _taking_turns(), session.reading() as reading:
        try:
            config = session.config()
            journal = session.journal(config)
            remarks = Commits(session.root, session.for_state).notices(journal.state) if journal else ()
            with session.connected(session.settings(config)) as marketplace, session.progress() as observer:
                ahead = ReadAhead(marketplace.listings)
                desk = session.desk_at(marketplace, reading(), journal, observer, chosen, remarks, ahead)
                yield replace(desk, remembered=Remembered(Stocks(session.environ)))
        except CatalogsyncError:
            reading()
            raise


@contextmanager
def _taking_turns() -> Iterator[None]:
    """While one thread computes and others wait for pages: each wait would take 5 ms longer, Python's usual turn."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
