"""What git says about the catalog's folder, as far as it touches secrets."""

from typing import TYPE_CHECKING, Final

from catalogsync.cli.repository import Repository
from catalogsync.model.finding import Exposure, Remote

if TYPE_CHECKING:
    from catalogsync.cli.session import Session
    from catalogsync.model.config import Config

_NAMES: Final = (
    *(".env", ".env.*", "*.env", ".netrc", "*.pem", "*.p12", "id_rsa", "id_ed25519"),
    *("*.api-key", "*.api_key", "api-key", "api_key", "api-key.txt", "api_key.txt", "apikey.txt"),
)
"""What files with keys are called."""
_HARMLESS: Final = (".example", ".sample", ".template")


def exposure(session: "Session", config: "Config | None") -> Exposure | None:
    """What git says; None where there is no git or no repository.

    Args:
        session: where the catalog is.
        config: says where the state is; None where it cannot be read.
    """
    repository = Repository(session.root, session.outward)
    keys = repository.committed(*(f":(top,glob,icase)**/{name}" for name in _NAMES))
    if keys is None:
        return None
    folder = config.state.path if config is not None else ".catalogsync"
    return Exposure(
        remotes=tuple(Remote(name, address) for name, address in repository.remotes()),
        state_folder=folder,
        state_ignored=repository.ignores(f"{folder}/key"),
        state_committed=repository.committed(f":(literal){folder}") or (),
        keys_committed=tuple(name for name in keys if not name.endswith(_HARMLESS)),
    )
