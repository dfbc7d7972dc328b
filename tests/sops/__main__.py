"""`make oracle`: our reader of SOPS files against the real sops, on random documents and on files tampered with."""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Final

from pyrage.x25519 import Identity

from tests.sops.documents import NO_TEXTS, NOTHINGS, Document
from tests.sops.oracle import Oracle, Verdict, ours
from tests.sops.tampering import BEFORE, OTHER, TAMPERINGS, Files

DOCUMENTS: Final = 1200
WORKERS: Final = 4
WHOLE: Final = ((), ("mac_only_encrypted: true",), ("encrypted_regex: .*",), ("unencrypted_suffix: _nothing_has_it",))
"""Settings with which everything is encrypted."""
HALF: Final = (
    ("encrypted_regex: ^user",),
    ("encrypted_suffix: name",),
    ("unencrypted_regex: ^left",),
    ("encrypted_regex: ^user", "mac_only_encrypted: true"),
)
"""Settings that leave something in clear text."""
LEFT: Final = "left: in clear\n"
KINDS: Final[Sequence[tuple[tuple[str, ...], Sequence[tuple[str, ...]], str | None]]] = (
    ((), WHOLE, None),
    (NO_TEXTS, WHOLE, "sops-not-text"),
    (NOTHINGS, WHOLE, "sops-clear-text"),
    ((), HALF, "sops-clear-text"),
)
"""What a document holds, the settings that it is encrypted with, and what our reader must say of it."""
IDENTITIES: Final = tuple(Identity.generate() for _ in range(3))
KEYS: Final = tuple(map(str, IDENTITIES))


def main() -> int:
    """Run everything; 1 if the two differ where they must not."""
    with tempfile.TemporaryDirectory() as folder:
        oracle = Oracle(Path(folder), KEYS)
        with ThreadPoolExecutor(WORKERS) as pool:
            found = Counter(pool.map(lambda number: compared(oracle, number), range(DOCUMENTS)))
        for what, count in sorted(found.items()):
            print(f"{count:5}  {what}")
        wrong = sum(count for what, count in found.items() if what.startswith("WRONG"))
        return 1 if (wrong + sum(map(bool, tampered(oracle)))) else 0


def compared(oracle: Oracle, number: int) -> str:
    """One random document, read by both: what came of it."""
    random = Random(number)
    odd, choice, expected = random.choices(KINDS, [85, 5, 5, 5])[0]
    settings = random.choice(choice)
    recipients = tuple(str(one.to_public()) for one in random.sample(IDENTITIES, random.randint(1, 3)))
    # Comments are encrypted with all the rest, or where no rule says what is to be.
    text = Document(number, odd, comments=not any("regex" in one for one in settings)).text
    sealed = oracle.encrypt(str(number), text + (LEFT if choice is HALF else ""), recipients, *settings)
    theirs, own = oracle.decrypt(str(number), sealed), ours(sealed, KEYS)
    if theirs.refused:
        return f"{'' if own.refused else 'WRONG: '}document that sops itself does not read, document {number}"
    if own.refused != expected or own.values != (None if expected else theirs.values):
        return f"WRONG: document {number}, {own.refused}, {expected} was due"
    return f"documents refused by rule ({expected}), which sops reads" if expected else "documents read, equal values"


def tampered(oracle: Oracle) -> Iterator[str | None]:
    """Each tampering: what is wrong with what our reader made of it, or None."""
    recipient = (str(IDENTITIES[0].to_public()),)
    texts = (BEFORE, BEFORE, OTHER)
    files = Files(*(oracle.encrypt(f"before-{n}", text, recipient) for n, text in enumerate(texts)))
    untouched = ours(files.text, KEYS)
    assert untouched.values == oracle.decrypt("untouched", files.text).values is not None
    strangers = (str(Identity.generate()),)
    both = 0
    for number, (name, tampering) in enumerate(TAMPERINGS.items()):
        changed = tampering(files)
        assert changed != files.text, name
        theirs, own = oracle.decrypt(f"tampered-{number}", changed), ours(changed, KEYS)
        both += theirs.refused is not None
        print(f"  {own.refused or 'READ':20}  {'sops refuses too' if theirs.refused else 'sops reads it':16}  {name}")
        yield None if own.refused else name
    yield _recipients(files, strangers)
    print(f"{len(TAMPERINGS):5}  tamperings; sops refuses {both} of them")


def _recipients(files: Files, strangers: tuple[str, ...]) -> str | None:
    """With a stranger's key nothing is read."""
    verdict: Verdict = ours(files.text, strangers)
    print(f"  {verdict.refused or 'READ':20}  {'':16}  opened with a key of somebody else")
    return None if verdict.refused == "no-fitting-key" else "a stranger reads it"


if __name__ == "__main__":
    sys.exit(main())
