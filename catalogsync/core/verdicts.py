"""What was decided, as it comes together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogsync.model.plan import Blocked, Change, Notice


@dataclass(slots=True)
class Verdicts:
    """What was decided.

    Attributes:
        changes: what is done, by key at most one.
        blocked: the safety rules that say no.
        warnings: what a person should know.
        unchanged: how many listings have nothing to do.
        unmanaged: how many listings are not ours.
        drifted: how many were changed at the marketplace.
        wanted: by pool, for how many accounts paid orders of other marketplaces wait: they were set aside.
    """

    changes: list[Change] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    unchanged: int = 0
    unmanaged: int = 0
    drifted: int = 0
    wanted: Mapping[str, int] = field(default_factory=dict)
