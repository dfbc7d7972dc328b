"""`python -m supply.bom BOM SITE`: a bill of materials names exactly what a release needs, no more and no less."""

import importlib.metadata
import json
import sys
from collections.abc import Mapping
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from supply.closure import EXTRAS, ROOT, by_name, closure


def misstated(bom: Mapping[str, Any], installed: Mapping[str, Distribution]) -> list[str]:
    """Where a CycloneDX document and the closure of catalogsync with its extras differ, in sentences.

    Args:
        bom: the document, read from JSON.
        installed: what lies in the environment that it was made of.

    Raises:
        NotInstalled: a requirement is missing.
    """
    needed = {name: one.distribution.version for name, one in closure(installed, EXTRAS).items()}
    about = bom["metadata"]["component"]
    said = []
    if (about["name"], about["version"]) != (ROOT, needed.pop(ROOT)):
        said.append(f"it is about {about['name']} {about['version']}")
    wanted = {f"pkg:pypi/{name}@{version}" for name, version in needed.items()}
    listed = {component["purl"] for component in bom["components"]}
    said += [f"it lacks {purl}" for purl in sorted(wanted - listed)]
    said += [f"it has {purl}, which is not needed" for purl in sorted(listed - wanted)]
    return said


def main() -> None:
    """Check the document named first against the site-packages named second; exit with 1 where they differ."""
    file, site = sys.argv[1:]
    bom = json.loads(Path(file).read_text(encoding="utf-8"))
    if said := misstated(bom, by_name(importlib.metadata.distributions(path=[site]))):
        sys.exit("\n".join(f"{file}: {line}" for line in said))
    print(f"{file}: {len(bom['components'])} packages, exactly what is needed")


if __name__ == "__main__":
    main()
