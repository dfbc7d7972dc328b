"""Baselines that need a few lines and nothing of this project: YAML to dicts, fingerprints in a set, a shop's list."""

import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def load(root: Path) -> None:
    """Load every file of products and pools as a script does, keep all of it, and print the seconds without imports."""
    import yaml

    started, busy = time.perf_counter(), time.process_time()
    documents = [
        yaml.load(path.read_bytes(), yaml.CSafeLoader)
        for folder in ("products", "pools")
        for path in sorted((root / folder).rglob("*.yaml"))
    ]
    cost = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    print(json.dumps({**cost, "documents": len(documents)}))


def remember(accounts: int) -> None:
    """Hold so many fingerprints in a set."""
    data = random.Random(1).randbytes(accounts * 16)
    keys = {data[start : start + 16] for start in range(0, len(data), 16)}
    print(json.dumps({"accounts": len(keys)}))


def list_all(base: str) -> None:
    """Read all pages of a shop's listings, trusting each of them."""
    import httpx

    found: list[object] = []
    with httpx.Client(base_url=base, headers={"X-API-Key": "sandbox"}, trust_env=False) as client:
        while True:
            query = {"page": len(found) // 100 + 1, "page_size": 100}
            page = client.get("/products/api/supplier/products/", params=query).json()
            found += page
            if len(page) < 100:
                break
    print(json.dumps({"listings": len(found)}))


def main(words: Sequence[str]) -> None:
    """Do one of the three."""
    what, argument = words
    if what == "load":
        load(Path(argument))
    elif what == "list":
        list_all(argument)
    else:
        remember(int(argument))


if __name__ == "__main__":
    main(sys.argv[1:])
