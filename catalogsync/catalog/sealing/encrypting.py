"""From clear text to encrypted files: a run that is killed at any moment loses nothing, and the next one finishes it.

Of each pool first everything encrypted is written, then read back, then what stands in clear text is removed.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from catalogsync.catalog.files import Folder
from catalogsync.catalog.pool_names import AGE, is_age_name, is_sops_name
from catalogsync.catalog.problems import Refused
from catalogsync.catalog.saving import Content, remove_files, save_files
from catalogsync.catalog.sealed.age import is_age, open_age, seal_age
from catalogsync.catalog.sealed.no_key import NoKeyFits
from catalogsync.catalog.sealing.plain_files import is_pool_file, plain_files
from catalogsync.catalog.sealing.pool_texts import PoolTexts, age_name, located, sops_name
from catalogsync.catalog.sealing.references import renamed
from catalogsync.model.errors import CatalogError
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Problem
from catalogsync.ports.keys import PoolKeys

Sops = Callable[[str, bytes, Sequence[str]], bytes]
"""Makes a SOPS file: its name, a pool's text, and the recipients."""

Recipients = Callable[[str], Sequence[str]]

_KEEP_ONE: Final = "see which of the two is right, and remove the other"


@dataclass(frozen=True, slots=True)
class Job:
    """What is encrypted together.

    Attributes:
        pool: the pool file; None if no pool names the accounts file.
        whole: whether the pool file itself is to be encrypted, and not only its accounts file.
        accounts: its accounts file in clear text, if it has one.
    """

    pool: str | None
    whole: bool
    accounts: str | None

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are to be encrypted."""
        return tuple(name for name in (self.pool if self.whole else None, self.accounts) if name is not None)


class Encryption:
    """Encrypts files of a catalog.

    Args:
        root: the catalog's folder.
        keys: what is at hand: a file that is encrypted to one of these keys is opened again and compared.

    Raises:
        UsageError: a key is none.
    """

    def __init__(self, root: Path, keys: PoolKeys) -> None:
        self._root = root
        self._texts = PoolTexts(Folder(root), keys)

    def jobs(self, names: Sequence[str] | None) -> list[Job]:
        """What is to be done, accounts files with the pools that name them.

        Args:
            names: the files, whatever they hold; if None, every one that holds accounts in clear text.

        Raises:
            CatalogError: nobody can tell which pool names an accounts file.
        """
        plain = plain_files(self._texts.folder) if names is None else list(dict.fromkeys(names))
        pools = [name for name in plain if is_pool_file(name)]
        rest = [name for name in plain if not is_pool_file(name)]
        # What is called `.age` already needs no other name in its pool.
        naming = {name: None if is_age_name(name) else self._texts.naming(name) for name in rest}
        if names is None:
            # A pool file that only names accounts goes with them: a comment in it may hold some too.
            pools += [pool for pool in dict.fromkeys(naming.values()) if pool and pool not in pools]
        jobs = [Job(name, self._is_open(name), self._texts.accounts_of(name)) for name in pools]
        taken = {job.accounts for job in jobs}
        return jobs + [Job(naming[name], whole=False, accounts=name) for name in rest if name not in taken]

    def check(self, jobs: Sequence[Job]) -> None:
        """See that all that is to be encrypted can be read, before any of it is.

        Raises:
            CatalogError: some of it cannot; what is wrong with all of it.
        """
        problems: list[Problem] = []
        for job in jobs:
            try:
                self._read(job)
            except CatalogError as error:
                problems += error.problems
        if problems:
            raise CatalogError(tuple(problems), "nothing was encrypted: not all of it can be read")

    def encrypt(self, job: Job, recipients: Recipients, sops: Sops | None = None) -> dict[str, str]:
        """Encrypt a pool, its accounts file, or both.

        Args:
            job: what.
            recipients: gives the `age1…` texts for an encrypted file's name.
            sops: makes the pool file a SOPS file; if None, it becomes an age file.

        Returns:
            What each file is called now.

        Raises:
            CatalogError: the pool is broken, an encrypted file of other content is there, or one cannot be written.
        """
        found, texts = self._read(job), self._texts
        changes = _Changes(texts, recipients)
        if job.accounts is not None:
            changes.seal(job.accounts, found.files[job.accounts])
        if job.pool is not None and found.pool is not None:
            before, text = found.files[job.pool], found.text
            if job.accounts is not None:
                with located(job.pool):
                    text = renamed(text, lambda name: name + AGE)
            if not job.whole:
                changes.rewrite(job.pool, before, text)
            elif sops is None:
                changes.seal(job.pool, text, before)
            else:
                changes.to_sops(job.pool, text, before, found.pool, sops)
        changes.save()
        # The pool goes first, so that it never names what is there no more.
        remove_files(self._root, {name: found.files[name] for name in job.files if changes.done[name] != name})
        return changes.done

    def _read(self, job: Job) -> "_Found":
        """The files of a job, read as strictly as every command does."""
        texts = self._texts
        names = dict.fromkeys((*job.files, *([job.pool] if job.pool is not None else [])))
        files = {name: texts.data(name) for name in names}
        if job.accounts is not None:
            texts.check_lines(job.accounts, files[job.accounts])
        if job.pool is None:
            return _Found(files, b"", None)
        text = texts.opened(job.pool, files[job.pool])
        return _Found(files, text, texts.strictly(job.pool, text))

    def _is_open(self, name: str) -> bool:
        """Whether a file is yet to be encrypted, whatever its name says."""
        if is_age_name(name):
            return not is_age(self._texts.data(name))
        return not is_sops_name(name) or name in plain_files(self._texts.folder, [name])


@dataclass(frozen=True, slots=True)
class _Found:
    """What the files of a job hold.

    Attributes:
        files: their bytes, as they are.
        text: that of the pool file, in clear text.
        pool: the pool; None if no pool names the accounts file.
    """

    files: Mapping[str, bytes] = field(repr=False)
    text: bytes = field(repr=False)
    pool: Pool | None


class _Changes:
    """What is to be written for one job.

    Attributes:
        done: what each file is to be called.
    """

    def __init__(self, texts: PoolTexts, recipients: Recipients) -> None:
        self.done: dict[str, str] = {}
        self._texts = texts
        self._recipients = recipients
        self._contents: dict[str, Content] = {}
        self._inside: dict[str, bytes] = {}

    def seal(self, name: str, text: bytes, before: bytes | None = None) -> None:
        """Make an age file of one in clear text, unless an earlier run did."""
        target = age_name(name)
        self.done[name] = target
        there = self._texts.data(target) if os.path.lexists(self._texts.folder.root / target) else None
        if there is not None and there != (text if before is None else before):
            with located(target):
                self._compare(there, text)
            return
        self._inside[target] = text
        self._contents[target] = Content(there, seal_age(text, self._recipients(target)))

    def rewrite(self, name: str, before: bytes, text: bytes) -> None:
        """Give a pool file another text, in the form that it has."""
        if is_age(before):
            self._inside[name] = text
        self._contents[name] = Content(before, seal_age(text, self._recipients(name)) if is_age(before) else text)

    def to_sops(self, name: str, text: bytes, before: bytes, pool: Pool, sops: Sops) -> None:
        """Make a SOPS file of a pool file in clear text, unless an earlier run did."""
        target = sops_name(name)
        self.done[name] = target
        there = self._texts.data(target) if os.path.lexists(self._texts.folder.root / target) else None
        if there is not None and there != before:
            with located(target):
                self._compare_pools(self._texts.strictly(target), pool)
            return
        self._contents[target] = Content(there, sops(target, text, self._recipients(target)))

    def save(self) -> None:
        """Write it, and read it back.

        Raises:
            CatalogError: something cannot be written, or is not what was written.
        """
        save_files(self._texts.folder.root, self._contents)
        for name, content in self._contents.items():
            with located(name):
                data = self._texts.data(name)
                if data != content.after or not self._holds(data, self._inside.get(name)):
                    raise Refused(
                        "changed-meanwhile", "somebody else wrote this file meanwhile", "run the command again"
                    )

    def _holds(self, data: bytes, text: bytes | None) -> bool:
        """Whether a file holds a text, as far as the keys at hand can tell."""
        try:
            return text is None or open_age(data, self._texts.keyring) == text
        except NoKeyFits:
            return True

    def _compare(self, there: bytes, text: bytes) -> None:
        try:
            same = open_age(there, self._texts.keyring) == text
        except NoKeyFits:
            message = "this stands here in clear text too, and no age key at hand can tell whether both are the same"
            raise Refused("encrypted-twin", message, _KEEP_ONE) from None
        if not same:
            raise Refused("encrypted-twin", "this holds something else than the file in clear text", _KEEP_ONE)

    def _compare_pools(self, there: Pool, pool: Pool) -> None:
        if there.name != pool.name or list(there) != list(pool):
            raise Refused("encrypted-twin", "this holds something else than the file in clear text", _KEEP_ONE)
