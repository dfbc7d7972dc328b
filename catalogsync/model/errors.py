"""The one error tree, with the exit code that each branch ends a run with.

CatalogsyncError ........ 1
├── UsageError .......... 1   the words of the command line do not fit
├── CatalogError ........ 1   the catalog cannot be read; carries every Problem
├── EditRefused ......... 1   what was to be edited in the catalog cannot be
├── PoolSealed .......... 1   the accounts of a pool are needed, and nothing at hand opens it
├── StateError .......... 1   the state is missing, damaged, foreign, or its key is wrong
│   └── StateLocked ..... 5   another run holds the lease
├── MarketplaceError .... 1   a reading call failed, or its answer cannot be understood
│   ├── Unreachable ..... 1   no answer came at all
│   └── KeyRefused ...... 1   it does not take the API key
├── PlanStale ........... 1   what was to be done is no longer what would be done
├── Superseded .......... 1   what is to be applied is older than what was applied last
├── PlanBlocked ......... 4   a safety rule says no
├── Unfinished .......... 3   a changing call was sent and not everything is done
│   └── StateFenced ..... 3   another run took the state over; this one stops
└── Interrupted ....... 130   somebody asked the run to stop; what was done is recorded

An error's text is meant for the user: it says what is wrong, where, and what to do next. It never holds a secret.
"""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from catalogsync.model.problem import Problem


class CatalogsyncError(Exception):
    """What went wrong, in words for the user.

    Args:
        message: one sentence; what is wrong, and where.
        hint: what to do next, or None where the message says it all.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(CatalogsyncError):
    """The words of the command line do not fit together."""


class CatalogError(CatalogsyncError):
    """The catalog has errors; `problems` holds all of them, warnings too.

    Args:
        problems: what is wrong.
        message: what it means; if None, that nothing was changed.
    """

    def __init__(self, problems: "tuple[Problem, ...]", message: str | None = None) -> None:
        errors = sum(1 for problem in problems if problem.severity == "error")
        nothing = f"the catalog has {errors} error{'s' if errors != 1 else ''}; nothing was changed"
        super().__init__(message or nothing)
        self.problems = problems


class EditRefused(CatalogsyncError):
    """What was to be edited in the catalog cannot be, or not all of it; nothing was written."""


class PoolSealed(CatalogsyncError):
    """The accounts of a pool are needed, and no key at hand opens it.

    Args:
        pool: the pool's name.
    """

    def __init__(self, pool: str) -> None:
        super().__init__(
            f"the accounts of pool {pool} are encrypted, and no age key at hand opens them",
            "put the key into SOPS_AGE_KEY, or its file's path into SOPS_AGE_KEY_FILE; `catalogsync doctor` tells "
            "which keys were looked for",
        )


class StateError(CatalogsyncError):
    """The state is missing, damaged, of another lineage, or its key does not fit."""


class StateLocked(StateError):
    """Another run holds the lease."""

    exit_code = 5


class MarketplaceError(CatalogsyncError):
    """A reading call failed, or its answer cannot be understood or trusted."""


class Unreachable(MarketplaceError):
    """No answer came from the marketplace; another question would hardly fare better."""


class KeyRefused(MarketplaceError):
    """The marketplace does not take the API key; until somebody mends that, no question will fare better."""


class PlanStale(CatalogsyncError):
    """The plan to be applied is no longer what would be done.

    Args:
        message: what is stale.
        hint: what to do next.
        differences: each difference in words; these may hold texts of the catalog and of the marketplace.
    """

    def __init__(self, message: str, hint: str | None = None, differences: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.differences = differences


class Superseded(CatalogsyncError):
    """The catalog is older than what was applied last, or nobody can tell."""


class PlanBlocked(CatalogsyncError):
    """A safety rule blocks the plan.

    Args:
        message: that it does.
        hint: where to read what lets it pass.
        rules: each that blocks, by its name, and of which product.
    """

    exit_code = 4

    def __init__(self, message: str, hint: str | None = None, rules: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message, hint)
        self.rules = rules


class Unfinished(CatalogsyncError):
    """A changing call was sent and not everything is done; running again is safe."""

    exit_code = 3


class StateFenced(Unfinished):
    """Another run took the state over while this one was at work."""


class Interrupted(CatalogsyncError):
    """Somebody asked the run to stop; what was done is recorded."""

    exit_code = 130
