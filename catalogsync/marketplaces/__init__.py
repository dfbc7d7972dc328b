"""Marketplaces over HTTP: what they list, and the calls that change it."""

from typing import TYPE_CHECKING

from catalogsync.marketplaces.accplanet import AccPlanet
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret
from catalogsync.ports.clock import Clock

if TYPE_CHECKING:
    from catalogsync.marketplaces.hstockplus import HstockPlus

__all__ = ["AccPlanet", "open_marketplace", "open_orders"]


def open_marketplace(config: MarketplaceConfig, key: Secret, clock: Clock, *, seed: int | None = None) -> AccPlanet:
    """The client of a marketplace that has listings.

    Args:
        config: which marketplace, and where.
        key: its API key.
        clock: time.
        seed: makes the jitter of retries repeatable.

    Raises:
        UsageError: the marketplace has orders, but no listings.
        MarketplaceError: the address or the key cannot be used.
    """
    if config.type == "hstockplus":
        raise UsageError(
            f"{config.name} is of type hstockplus, which has orders but no listings",
            "choose a marketplace of type accplanet with -m",
        )
    return AccPlanet(config, key, clock, seed=seed)


def open_orders(
    config: MarketplaceConfig, key: Secret, clock: Clock, *, seed: int | None = None
) -> "AccPlanet | HstockPlus":
    """The client of a marketplace that has orders, as each has.

    Args:
        config: which marketplace, and where.
        key: its API key.
        clock: time.
        seed: makes the jitter of retries repeatable.

    Raises:
        MarketplaceError: the address or the key cannot be used.
    """
    if config.type == "accplanet":
        return AccPlanet(config, key, clock, seed=seed)
    from catalogsync.marketplaces.hstockplus import HstockPlus  # not loaded by whatever is about listings

    return HstockPlus(config, key, clock, seed=seed)
