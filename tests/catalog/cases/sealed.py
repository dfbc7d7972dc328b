"""Encrypted pools in which something is wrong that shows without any key."""

from collections.abc import Iterator
from pathlib import Path

from tests.catalog.cases.case import Case, Content, pool
from tests.harness.canary import username

FROZEN = Path(__file__).parents[1] / "sops"
"""Files that the real sops made, of planted accounts, and the keys that open them."""
SOPS = "pools/paperbird.sops.yaml"
AGE = "pools/paperbird.yaml.age"


def frozen(name: str) -> str:
    """One of those files."""
    return (FROZEN / f"{name}.yaml").read_text("utf-8")


WHOLE = frozen("whole")
PASSPHRASE = b"age-encryption.org/v1\n-> scrypt bm90aGluZw 18\nbm90aGluZw\n--- bm90aGluZw\nx"
SSH = PASSPHRASE.replace(b"scrypt", b"ssh-ed25519")
PLUGIN = PASSPHRASE.replace(b"scrypt", b"piv-p256")


def instead(name: str, content: Content, **others: Content) -> dict[str, Content]:
    """The base with another file in the place of its pool."""
    return {"pools/paperbird.yaml": None, name: content, **others}


def sops(name: str, content: str, code: str, line: int | None = None, hint: str | None = None) -> Case:
    """A case of a SOPS file."""
    return Case(f"sops-{name}", instead(SOPS, content), code, SOPS, line, hint)


def without(field: str, text: str = WHOLE) -> str:
    """A SOPS file without a line of its metadata."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(f"    {field}:"))


def changed(old: str, new: str, text: str = WHOLE) -> str:
    """A SOPS file with something else in it."""
    assert old in text
    return text.replace(old, new, 1)


def cases() -> Iterator[Case]:
    """All of them."""
    at = 1 + WHOLE[: WHOLE.index("\nsops:")].count("\n") + 1
    yield Case("age-not", instead(AGE, pool(1)), "not-encrypted", AGE, 1, "pools encrypt")
    yield Case("age-passphrase", instead(AGE, PASSPHRASE), "no-age-recipient", AGE, 1, "a passphrase")
    yield Case("age-ssh", instead(AGE, SSH), "no-age-recipient", AGE, 1, "SSH")
    yield Case("age-plugin", instead(AGE, PLUGIN), "no-age-recipient", AGE, 1, "plugins")
    yield Case("age-endless-head", instead(AGE, PASSPHRASE[:40] * 20_000), "damaged-encryption", AGE, 1)
    twice: dict[str, Content] = {"pools/paperbird.sops.yaml": WHOLE}
    yield Case("pool-in-two-forms", twice, "same-stem", "pools/paperbird.yaml", 1, "pools encrypt")
    yield sops("not", pool(1), "not-encrypted", 1, "rename")
    yield sops("no-key", WHOLE, "no-age-key", 1, "SOPS_AGE_KEY")
    yield sops("clear-value", frozen("clear-beside"), "sops-clear-text", 1, "whole file")
    yield sops("clear-comment", frozen("clear-beside"), "sops-clear-text", 2, "before sops encrypts it")
    yield sops("comment-behind", changed("\naccounts:\n", "\naccounts: # x\n"), "sops-clear-text", 3)
    yield sops("comment-in-metadata", f"{WHOLE}    # {username(1)}\n", "sops-clear-text", WHOLE.count("\n") + 1)
    yield sops("comment-cut", changed(",type:comment]\npool", ",type:str]\npool"), "sops-clear-text", 1)
    for line, what in enumerate(("text", "null", "list", "map"), 3):
        yield sops(f"empty-{what}", frozen("empty"), "sops-clear-text", line)
    yield sops("value-added", changed("\naccounts:\n", f"\nnote: {username(1)}\naccounts:\n"), "sops-clear-text", 3)
    yield sops("not-base64", changed("data:", "data:====", WHOLE.partition("\n")[2]), "sops-clear-text", 1)
    yield sops("json", '{"sops": {"age": []}}', "sops-json", 1)
    yield sops("groups", f"{WHOLE}    key_groups:\n      - age: []\n", "sops-key-groups", WHOLE.count("\n") + 2)
    yield sops("shamir", f"{WHOLE}    shamir_threshold: 2\n", "sops-key-groups", WHOLE.count("\n") + 1)
    yield sops("no-mac", without("mac"), "sops-metadata", at + 1, "MAC")
    yield sops("mac-in-clear", f"{without('mac')}    mac: none\n", "sops-metadata", WHOLE.count("\n"), "MAC")
    yield sops("no-time", without("lastmodified"), "sops-metadata", at + 1, "lastmodified")
    yield sops("no-enc", changed("          enc: |", "          else: |"), "sops-metadata", at + 2, "enc")
    yield sops("cloud-only", changed("    age:", "    hc_vault:"), "no-age-recipient", at + 1, "--add-age")
    yield sops("text-for-metadata", "accounts: x\nsops: x\n", "no-age-recipient", 2)
    yield sops("two-documents", f"{WHOLE}---\n{WHOLE}", "multi-document", WHOLE.count("\n") + 3)
    yield sops("key-twice", changed("\naccounts:\n", "\npool: x\naccounts:\n"), "duplicate-key", 3)
    yield sops("metadata-twice", f"{WHOLE}sops: x\n", "duplicate-key", WHOLE.count("\n") + 1)
    yield sops("anchor", changed("pool: ENC", "pool: &a ENC"), "yaml-anchor", 2)
    yield sops("alias", changed("pool: ENC", "pool: &a ENC") + "more: *a\n", "yaml-alias", WHOLE.count("\n") + 1)
    yield sops("tag", changed("pool: ENC", "pool: !!str ENC"), "yaml-tag", 2)
    yield sops("deep", changed("\naccounts:\n", f"\nx: {'[' * 60}{']' * 60}\naccounts:\n"), "yaml-too-deep", 3)
    yield sops("broken", f"{WHOLE}\t- x\n", "yaml-syntax", WHOLE.count("\n") + 1)


SEALED = [*cases()]
