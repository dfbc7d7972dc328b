"""What `catalogsync.yaml` says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from catalogsync.model.problem import Place

MarketplaceType = Literal["accplanet", "hstockplus"]
DriftPolicy = Literal["restore", "warn", "ignore"]


@dataclass(frozen=True, slots=True)
class MarketplaceConfig:
    """One supplier account at one site. Times are seconds."""

    name: str
    type: MarketplaceType
    base_url: str
    api_key_env: str
    retired_status: str = "inactive"
    connect_timeout: float = 10.0
    call_timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class StateConfig:
    """Where the state is kept. `path` is relative to the catalog; `lineage` binds the catalog to its state."""

    backend: Literal["file", "git", "object"] = "file"
    path: str = ".catalogsync"
    branch: str = "catalogsync-state"
    remote: str = "origin"
    url: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    lineage: str | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a safety rule: a count or amount, or a share of something in percent."""

    amount: Decimal
    percent: bool = False

    def __str__(self) -> str:
        return f"{self.amount.normalize():f}{'%' if self.percent else ''}"


@dataclass(frozen=True, slots=True)
class Safety:
    """The safety rules; None switches a rule off."""

    max_deletes: Limit | None = Limit(Decimal(30), percent=True)
    max_updates: Limit | None = None
    max_price_change: Limit | None = Limit(Decimal(50), percent=True)
    min_price: Decimal | None = None
    allow_plaintext_pools: bool | Literal["error"] = False


@dataclass(frozen=True, slots=True)
class Recovery:
    """What to do about calls whose answer never came. `settle`: seconds that a write may take to show."""

    in_doubt: Literal["ask", "auto"] = "ask"
    settle: float = 60.0


@dataclass(frozen=True, slots=True)
class Config:
    """The whole of `catalogsync.yaml`, defaults filled in.

    Attributes:
        place: where the file begins.
        limit_places: where the settings of `safety` stand that are written down; it says nothing of what they mean.
    """

    marketplaces: Mapping[str, MarketplaceConfig]
    state: StateConfig = StateConfig()
    categories: Mapping[str, str] = field(default_factory=dict)
    drift: DriftPolicy = "restore"
    safety: Safety = Safety()
    max_batch: int = 200
    paid_statuses: tuple[str, ...] = ("completed_payment", "paid")
    notify_envs: tuple[str, ...] = ()
    recovery: Recovery = Recovery()
    place: Place = Place("catalogsync.yaml", 1, 1)
    limit_places: Mapping[str, Place] = field(default_factory=dict, compare=False)
