"""The state's first day: make it, and bind the catalog to it by its lineage."""

from typing import TYPE_CHECKING

from catalogsync.cli.session import Session
from catalogsync.model.errors import StateError

if TYPE_CHECKING:
    from catalogsync.model.config import Config
    from catalogsync.state import RecordJournal


def first_state(session: Session, config: "Config", journal: "RecordJournal | None") -> "RecordJournal":
    """The state, made if there is none; its lineage written into catalogsync.yaml if it is not there.

    Raises:
        StateError: this is CI, where the written line would be lost and the next run would start from nothing.
    """
    from catalogsync.catalog import write_lineage

    if journal is not None and config.state.lineage is not None:
        return journal
    require_place_for_lineage(session, config)
    if journal is None:
        journal = session.new_journal(config)
    write_lineage(session.root, journal.state.lineage)
    session.tell(f"catalogsync.yaml: state.lineage is now {journal.state.lineage}. Commit this.")
    return journal


def require_place_for_lineage(session: Session, config: "Config") -> None:
    """Refuse where the line that binds the catalog to its state is yet to be written, and would be lost.

    Raises:
        StateError: this is CI, and catalogsync.yaml names no lineage.
    """
    if config.state.lineage is None and session.environ.get("CI"):
        raise StateError(
            "catalogsync.yaml names no state.lineage, and in CI the line would be lost",
            "run `catalogsync state init` on your machine and commit catalogsync.yaml",
        )
