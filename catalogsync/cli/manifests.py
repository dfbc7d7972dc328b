"""Keeping manifests current: what every command that changes pools at rest does before and after."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from catalogsync.cli.session import Session
from catalogsync.model.errors import CatalogsyncError, StateError

if TYPE_CHECKING:
    from catalogsync.catalog.sealing.refreshing import Refreshed
    from catalogsync.model.config import Config
    from catalogsync.ports import Fingerprints


class ManifestKeeper:
    """Makes the manifests of a catalog, with the key of its state.

    It is made before a pool is changed, so that a run which cannot write manifests changes nothing.

    Args:
        session: who speaks.
        config: the catalog's; says where the state is.

    Raises:
        StateError: the state's key is not at hand; or there is no state yet, and this is CI, where the line that names
            a new one would be lost.
    """

    def __init__(self, session: Session, config: "Config") -> None:
        self._session = session
        self._prints = _fingerprints(session, config)

    def refresh(self) -> "Refreshed":
        """Make, update and remove manifests, and say which.

        Raises:
            CatalogError: a manifest cannot be written.
        """
        from catalogsync.catalog.sealing.refreshing import refresh_manifests
        from catalogsync.model.counted import some_of

        done = refresh_manifests(self._session.root, self._session.pool_keys, self._prints)
        for names, what in ((done.written, "written"), (done.removed, "removed")):
            if names:
                self._session.tell(f"Manifests {what}: {some_of(names)}.")
        if done.closed:
            self._session.tell(
                f"No manifest was made for what no key at hand opens: {some_of(done.closed)}. Whoever can open that "
                "runs `catalogsync pools encrypt`."
            )
        return done


@contextmanager
def manifests_kept(session: Session, *, sealing: bool = False) -> Iterator[None]:
    """Make the manifests fit what is done to pools while this is open, also where that fails half-way.

    Args:
        session: who speaks.
        sealing: something will be encrypted; else nothing is done where there is nothing encrypted.

    Raises:
        StateError: manifests cannot be made here; nothing was done.
        CatalogError: one cannot be written.
    """
    from catalogsync.catalog.sealing.refreshing import has_encrypted_pools

    if not sealing and not has_encrypted_pools(session.root):
        yield
        return
    keeper = ManifestKeeper(session, session.config())
    try:
        yield
    except CatalogsyncError:
        # What went wrong first is what is told.
        with suppress(CatalogsyncError):
            keeper.refresh()
        raise
    keeper.refresh()


def _fingerprints(session: Session, config: "Config") -> "Fingerprints":
    from catalogsync.cli.first_state import first_state

    if config.state.lineage is None:
        return first_state(session, config, session.journal(config)).fingerprints
    if config.state.backend == "file":
        return session.existing_journal(config).fingerprints
    # The state itself is not looked at: pools can be encrypted where there is no network.
    prints = session.pool_keys.fingerprints(config.state)
    if prints is None:
        raise StateError(
            "the manifests of encrypted pools are made with the state's key, and it is not at hand",
            "put it into CATALOGSYNC_STATE_KEY; nothing was changed",
        )
    return prints
