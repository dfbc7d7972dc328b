"""A plan that was saved by `plan --out`, and whether it is still what would be done."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogsync.model.errors import PlanStale, UsageError
from catalogsync.model.plan import Plan, Selection


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """The document of a saved plan."""

    path: Path
    document: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "SavedPlan":
        """Read a saved plan.

        Raises:
            UsageError: it cannot be read, or is no untouched plan.
        """
        from catalogsync.render.plan_json import read_plan_document

        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{path} cannot be read", "`catalogsync plan --out FILE` saves a plan") from None
        return cls(path, read_plan_document(text))

    @property
    def selection(self) -> Selection:
        """What the plan was limited to."""
        chosen = self.document["selection"]
        return Selection(tuple(chosen["only"]), tuple(chosen["exclude"]), dict(chosen["allow"]))

    def require_same(self, plan: Plan) -> None:
        """Make sure that a new plan would do exactly what this one says.

        Raises:
            PlanStale: it would not; the message names what differs.
        """
        from catalogsync.core.staleness import staleness
        from catalogsync.render.plan_json import plan_document

        differences = staleness(self.document, plan_document(plan))
        if differences:
            raise PlanStale(
                f"{self.path} is stale: {'; '.join(differences)}; nothing was changed",
                "make a new one: `catalogsync plan --out FILE`",
            )
