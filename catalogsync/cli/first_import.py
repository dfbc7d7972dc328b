"""Listings that a new catalog begins with: the files as they would be, then written, bound, and proven by a plan."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from catalogsync.cli.options import selection
from catalogsync.cli.session import Session
from catalogsync.cli.signals import interruptible
from catalogsync.model.errors import Interrupted

if TYPE_CHECKING:
    from catalogsync.catalog.edition import Edition
    from catalogsync.model.importing import Imported
    from catalogsync.model.plan import Plan
    from catalogsync.state import RecordJournal


def begun(session: Session, root: Path, files: Mapping[str, str]) -> "Edition":
    """A catalog as it will be with these files, by name, beside those that are there."""
    from catalogsync.catalog.edition import Edition

    edition = Edition(root, keys=session.pool_keys)
    for name, text in files.items():
        edition.put(name, text.encode())
    return edition


def foresee(
    session: Session, files: Mapping[str, str], wanted: tuple[str, ...]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """All files of a catalog that is not there yet, with products for these listings. Writes nothing.

    Returns:
        Name and content of each file, and why listings have none, if some have none.

    Raises:
        CatalogError: they would be no catalog.
        MarketplaceError: the listings could not be read.
    """
    from catalogsync.model.importing import Asked
    from catalogsync.workflow.importing import propose
    from catalogsync.workflow.taking_over import prepare

    edition = begun(session, session.root, files)
    with session.progress() as observer, session.desk(edition.outcome(), None, observer, selection()) as desk:
        proposal = propose(desk, edition, Asked(wanted))
        prepared = prepare(desk, edition, proposal, {})
    unwritten = [f"{one.what}: {one.why}" for one in proposal.left_out]
    unwritten += [f"{one.key}: {one.message}" for one in prepared.remarks if one.field is None]
    return {change.name: change.after for change in edition.changes()}, tuple(unwritten)


def take_over(session: Session, journal: "RecordJournal", wanted: tuple[str, ...]) -> "Imported":
    """Write products for these listings into a catalog that was just begun, and bind them.

    Raises:
        CatalogError: a file cannot be written.
        StateError: the state could not be written; an import goes on from there.
        MarketplaceError: the listings could not be read.
        Interrupted: somebody asked the run to stop.
    """
    from catalogsync.catalog.edition import Edition
    from catalogsync.model.importing import Asked
    from catalogsync.workflow.importing import propose
    from catalogsync.workflow.taking_over import carry_out, outcome, prepare

    catalog = session.catalog()
    edition = Edition(session.root, catalog, keys=session.pool_keys)
    with (
        interruptible(session.interrupted),
        session.progress() as observer,
        session.desk(catalog, journal, observer, selection()) as desk,
    ):
        prepared = prepare(desk, edition, propose(desk, edition, Asked(wanted)), {})
        if session.interrupted.is_set():
            raise Interrupted(
                "interrupted; catalogsync.yaml is there, and no listing is managed yet",
                "`catalogsync import --all` goes on from there",
            )
        carry_out(desk, journal, edition, session.run("init"), prepared)
        return outcome(desk, edition, prepared, {})


def first_plan(session: Session, journal: "RecordJournal") -> "Plan":
    """What an apply would do now: nothing, if all went well.

    Raises:
        MarketplaceError: the listings could not be read.
    """
    from catalogsync.workflow.planning import make_plan

    with session.progress() as observer, session.desk(session.catalog(), journal, observer, selection()) as desk:
        return make_plan(desk).plan
