"""What counts for every product besides its own file and the defaults above it."""

import os
import sys
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path

import orjson
import yaml
from yaml._yaml import get_version_string

import catalogsync
from catalogsync.catalog.published import schema_text
from catalogsync.model.config import Config


def context_of(config: Config) -> bytes:
    """A digest of the schemas, this tool, its Python, and what of the configuration products are read by."""
    marketplaces = [[name, entry.type] for name, entry in config.marketplaces.items()]
    said = [_tool(), list(config.categories.items()), marketplaces]
    return blake2b(orjson.dumps(said), digest_size=16).digest()


@cache
def _tool() -> list[str]:
    # Of a tool that is installed to be worked on, the version alone does not tell what it does.
    package = Path(catalogsync.__file__).parent
    code: list[str] = []
    with suppress(OSError):
        for folder in ("catalog", "catalog/kept", "model"):
            for entry in sorted(os.scandir(package / folder), key=lambda entry: entry.name):
                if entry.name.endswith(".py"):
                    status = entry.stat()
                    code.append(f"{folder}/{entry.name} {status.st_size} {status.st_mtime_ns}")
    reader = [yaml.__version__, str(get_version_string())]
    return [catalogsync.__version__, sys.version, *reader, schema_text("product"), schema_text("defaults"), *code]
