"""A catalog's first files: what they are, and writing them where nothing is overwritten."""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from catalogsync.catalog.config_reader import CONFIG_FILE, looks_like_a_key
from catalogsync.catalog.config_values import base_url
from catalogsync.catalog.new_texts import ATTRIBUTES, CONFIG, IGNORED, POOL, PRODUCT, STATE_HERE, STATE_IN_GIT
from catalogsync.catalog.problems import Refused
from catalogsync.catalog.published import schema_text
from catalogsync.model.config import MarketplaceConfig, StateConfig
from catalogsync.model.errors import UsageError

_IGNORE_FILE: Final = ".gitignore"
_FOR_GIT: Final = (_IGNORE_FILE, ".gitattributes")
"""What may be there already, and stays as it is."""
_IN_EDITORS: Final = ("config", "product", "defaults", "pool")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,99}", re.ASCII)


def new_marketplace(url: str, api_key_env: str) -> MarketplaceConfig:
    """The settings of a marketplace that has listings.

    Args:
        url: its address.
        api_key_env: the name of the environment variable that holds the API key.

    Raises:
        UsageError: one of them cannot be used. Neither is quoted, since a key may have been given for either.
    """
    try:
        address = base_url(url.strip(), "accplanet")
    except Refused as refused:
        raise UsageError(refused.message, refused.hint) from None
    name = api_key_env.strip()
    if not _VARIABLE.fullmatch(name) or looks_like_a_key(name):
        raise UsageError(
            "the NAME of an environment variable is due, in capitals, such as ACCPLANET_API_KEY",
            "the key itself belongs into that variable; if it was given here by mistake, replace it at the "
            "marketplace: it may have been seen",
        )
    return MarketplaceConfig("accplanet", "accplanet", address, name)


def new_files(marketplace: MarketplaceConfig, *, sample: bool, remote: str | None = None) -> dict[str, str]:
    """The files of a new catalog, by name, in the order in which they are to be written.

    Args:
        marketplace: where its listings are.
        sample: with a product and a pool that show how they are written.
        remote: the git remote at which the state is to be; None: in a folder beside the catalog.
    """
    files = dict(zip(_FOR_GIT, (IGNORED, ATTRIBUTES), strict=True))
    files |= {f".schemas/{name}.schema.json": schema_text(name) for name in _IN_EDITORS}
    if sample:
        files |= {"pools/sample.yaml": POOL, "products/sample.yaml": PRODUCT}
    config = CONFIG.format(base_url=marketplace.base_url, api_key_env=marketplace.api_key_env)
    config += STATE_IN_GIT.format(remote=remote) if remote else STATE_HERE
    return files | {CONFIG_FILE: config}


def room_for(root: Path, files: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Make sure that a new catalog can be written into a folder and nothing would be overwritten.

    A file that holds already what it should, as an interrupted run may have left it, is not in the way; nor is a
    `.gitignore` or `.gitattributes`, which stay as they are.

    Returns:
        The files that are yet to be written, and the lines that a `.gitignore` that is there lacks.

    Raises:
        UsageError: there is a catalog or a state already, or a file is in the way; the text names all of them.
    """
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is no folder", "begin in another one")
    if os.path.lexists(root / CONFIG_FILE):
        raise UsageError(
            f"{root / CONFIG_FILE} is there already, so this is a catalog",
            "`catalogsync import --all` takes over more listings, `catalogsync doctor` checks its set-up",
        )
    state = root / StateConfig().path
    if os.path.lexists(state):
        raise UsageError(
            f"{state} holds the state of an earlier catalog, which remembers what was sent",
            f"bring its {CONFIG_FILE} back, or keep {StateConfig().path} somewhere else if you are sure",
        )
    in_the_way = [name for name, text in files.items() if name not in _FOR_GIT and _occupied(root, name, text)]
    if in_the_way:
        raise UsageError(
            f"nothing is overwritten, and in {root} these are in the way: {', '.join(in_the_way)}",
            "move them elsewhere, or begin in another folder",
        )
    return {name: text for name, text in files.items() if not os.path.lexists(root / name)}, _lines_lacking(root)


def room_beside(top: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Make sure that CI's files can be written into a repository and nothing would be overwritten.

    Returns:
        Those that are yet to be written.

    Raises:
        UsageError: a file is in the way; the text names all that are.
    """
    in_the_way = [name for name, text in files.items() if _occupied(top, name, text)]
    if in_the_way:
        raise UsageError(
            f"nothing is overwritten, and in {top} these are in the way: {', '.join(in_the_way)}",
            "move them elsewhere, or leave CI as it is with `--ci none`",
        )
    return {name: text for name, text in files.items() if not os.path.lexists(top / name)}


def write_new(root: Path, files: Mapping[str, str]) -> tuple[Path, ...]:
    """Write files of a new catalog, none of which is there; the folder is made.

    Returns:
        What was made, folders too, for `take_back`.

    Raises:
        UsageError: one cannot be written; those that were are removed again.
    """
    written: list[Path] = []
    try:
        for name, text in files.items():
            _make_folders((root / name).parent, written)
            _create(root / name, text.encode(), written)
        return tuple(written)
    except OSError as error:
        take_back(written)
        raise UsageError(f"{error.filename or root} cannot be written: {error.strerror}") from None
    except BaseException:
        take_back(written)
        raise


def take_back(made: Sequence[Path]) -> None:
    """Remove what `write_new` has made; a folder in which something else lies by now stays."""
    for path in reversed(made):
        with suppress(OSError):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()


def _occupied(root: Path, name: str, text: str) -> bool:
    """Whether something else than this text is where a file is to be, or where one of its folders is."""
    for folder in list((root / name).relative_to(root).parents)[:-1]:
        if os.path.lexists(root / folder) and not (root / folder).is_dir():
            return True
    path = root / name
    if not os.path.lexists(path):
        return False
    try:
        return path.is_symlink() or not path.is_file() or path.read_bytes() != text.encode()
    except OSError:
        return True


def _lines_lacking(root: Path) -> tuple[str, ...]:
    """What should stand in a `.gitignore` that is there, and does not."""
    path = root / _IGNORE_FILE
    if not os.path.lexists(path):
        return ()
    try:
        known = {line.strip() for line in path.read_text("utf-8", "replace").splitlines()} if path.is_file() else set()
    except OSError:
        known = set()
    due = [line for line in IGNORED.splitlines() if line and not line.startswith("#")]
    return tuple(line for line in due if not known & {line, line.rstrip("/"), f"/{line}"})


def _make_folders(folder: Path, made: list[Path]) -> None:
    if not folder.is_dir():
        _make_folders(folder.parent, made)
        folder.mkdir()
        made.append(folder)


def _create(path: Path, data: bytes, made: list[Path]) -> None:
    with open(path, "xb") as file:
        made.append(path)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
