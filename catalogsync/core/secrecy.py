"""Whether secrets lie only where they belong, and can be got at where they are needed: facts to findings."""

from collections.abc import Mapping, Sequence
from typing import Final

from catalogsync.model.catalog import Catalog
from catalogsync.model.counted import counted
from catalogsync.model.finding import Exposure, Finding, Grade
from catalogsync.model.problem import Problem

PLAINTEXT: Final = "pool-plaintext"
"""What the catalog's reader calls accounts in clear text."""
_NO_GIT: Final = "this is no git repository, or git is not here"
_FEW: Final = 5


def judge_state_in_git(exposure: Exposure | None, *, made: bool) -> Finding:
    """The state is not for git: a checked-out copy is an old one, and its key must stay secret."""
    if exposure is None:
        return Finding("state-in-git", Grade.NOT_CHECKED, _NO_GIT)
    folder = exposure.state_folder
    if exposure.state_committed:
        files = counted(len(exposure.state_committed), "file")
        key = ", its key among them" if any(name.endswith("/key") for name in exposure.state_committed) else ""
        return Finding(
            "state-in-git",
            Grade.FAILED,
            f"the state is in git: {files} of {folder}{key}; a copy that is checked out is an old state",
            f"`git rm -r --cached {folder}` takes it out, here and in the next commit; add {folder}/ to .gitignore",
        )
    if made and exposure.state_ignored is False:
        return Finding("state-in-git", Grade.WARNING, f"git does not ignore {folder}", f"add {folder}/ to .gitignore")
    return Finding("state-in-git", Grade.OK, f"nothing of {folder} is in git")


def judge_keys_in_git(exposure: Exposure | None) -> Finding:
    """Files whose names say that they may hold a key."""
    if exposure is None:
        return Finding("keys-in-git", Grade.NOT_CHECKED, _NO_GIT)
    if exposure.keys_committed:
        more = _more(len(exposure.keys_committed))
        return Finding(
            "keys-in-git",
            Grade.WARNING,
            f"files that may hold a key are in git: {', '.join(exposure.keys_committed[:_FEW])}{more}",
            "if one does: take it out, add it to .gitignore, and ask the marketplace for a new key",
        )
    return Finding("keys-in-git", Grade.OK, "no file in git is named like one that holds a key")


def judge_secrecy(
    catalog: Catalog | None, problems: Sequence[Problem], exposure: Exposure | None, *, public: bool
) -> Finding:
    """Accounts in clear text, and who may read them. `public`: a CI says that the repository is."""
    refused = sum(1 for problem in problems if problem.code == PLAINTEXT and problem.severity == "error")
    if refused:
        why = "CI says that the repository is public" if public else "`safety.allow_plaintext_pools` refuses that"
        return Finding(
            "accounts",
            Grade.FAILED,
            f"{counted(refused, 'pool')} in clear text, and {why}",
            "`catalogsync pools encrypt` encrypts them; those that were public must be taken for stolen",
        )
    if catalog is None:
        return Finding("accounts", Grade.NOT_CHECKED, "the catalog cannot be read")
    plain = [pool for pool in catalog.pools.values() if pool.plain and len(pool)]
    if not plain:
        return Finding("accounts", Grade.OK, "no account stands in clear text")
    what = f"{counted(sum(map(len, plain)), 'account')} of {counted(len(plain), 'pool')} in clear text"
    remotes = exposure.remotes if exposure else ()
    if not remotes and not public:
        where = "the repository has no remote" if exposure else "this is no git repository"
        return Finding("accounts", Grade.OK, f"{what}; {where}")
    places = ", ".join(f"{remote.name} ({remote.address})" for remote in remotes[:_FEW])
    if public:
        message = f"{what}, and CI says that the repository is public"
        return Finding("accounts", Grade.WARNING, message, "take the accounts out of it, and take them for stolen")
    message = f"{what}; the repository has {counted(len(remotes), 'remote')}: {places}"
    if catalog.config.safety.allow_plaintext_pools is True:
        return Finding("accounts", Grade.OK, f"{message}; `safety.allow_plaintext_pools` says that this is meant")
    return Finding(
        "accounts",
        Grade.WARNING,
        message,
        "`catalogsync pools encrypt` encrypts them; or check that it is private, and who may read it: then "
        "`safety.allow_plaintext_pools: true` says that you have",
    )


def judge_pool_keys(sources: Sequence[tuple[str, int | None]], encrypted: Mapping[str, bool]) -> Finding:
    """The age keys at hand, and what they open.

    Args:
        sources: where keys were looked for, and how many identities are there; None where the place itself is not.
        encrypted: the encrypted files, and whether a key at hand opens each.
    """
    places = ", ".join(f"{name}: {'not there' if count is None else counted(count, 'key')}" for name, count in sources)
    looked = f"looked for age keys in {places}"
    if not encrypted:
        return Finding("pool-keys", Grade.OK, f"no pool is encrypted; {looked}")
    shut = sorted(name for name, opens in encrypted.items() if not opens)
    if not shut:
        told = ", ".join(sorted(encrypted)[:_FEW]) + _more(len(encrypted))
        return Finding("pool-keys", Grade.OK, f"the keys at hand open {told}; {looked}")
    opened = f" ({len(encrypted) - len(shut):,} of {len(encrypted):,} are opened)" if len(encrypted) > len(shut) else ""
    return Finding(
        "pool-keys",
        Grade.WARNING,
        f"not opened here: {', '.join(shut[:_FEW])}{_more(len(shut))}{opened}; {looked}",
        "what only reviews needs no key; for what sends accounts, put the right key into SOPS_AGE_KEY, or its file's "
        "path into SOPS_AGE_KEY_FILE",
    )


def _more(count: int) -> str:
    return f" and {count - _FEW:,} more" if count > _FEW else ""
