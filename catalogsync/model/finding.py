"""What was found when the set-up was looked at: one finding for each thing that was checked."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one check ended, in words without a secret.

    Attributes:
        check: what was looked at, a stable word such as `api-key`.
        grade: how it ended.
        message: what was found, or why nobody could look.
        hint: what to do, or None where nothing is.
    """

    check: str
    grade: Grade
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote of the repository: what git calls it, and its address without user and password."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """What git says about the catalog's folder, as far as it touches secrets.

    Attributes:
        remotes: where the repository is pushed to, or pulled from.
        state_folder: where the state is, in the catalog.
        state_ignored: whether git ignores the state's folder; None: nobody can tell.
        state_committed: files of the state's folder that are in git.
        keys_committed: files in git whose names are those of files with keys.
    """

    remotes: tuple[Remote, ...] = ()
    state_folder: str = ".catalogsync"
    state_ignored: bool | None = None
    state_committed: tuple[str, ...] = ()
    keys_committed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where the key of the state is.

    Attributes:
        variable: in the environment.
        file: which file holds it, or None.
        open_folder: the state's folder, if others of this machine can look into it, else None.
    """

    variable: bool
    file: str | None
    open_folder: str | None = None


@dataclass(frozen=True, slots=True)
class Fitness:
    """How fit a place is for a state.

    Attributes:
        place: which place, in words.
        how: by what a record is kept there from being overwritten.
        free: bytes that are left there; None where nobody can tell.
        made: whether the place is there already, or one above it was tried.
        remark: what else somebody should know, or None.
    """

    place: str
    how: str
    free: int | None = None
    made: bool = True
    remark: str | None = None
