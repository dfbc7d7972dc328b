"""What was decided, as it comes together."""

from dataclasses import dataclass, field

from catalogsync.model.plan import Blocked, Change, Notice


@dataclass(slots=True)
class Verdicts:
    """What was decided."""

    changes: list[Change] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    unchanged: int = 0
    unmanaged: int = 0
    drifted: int = 0
