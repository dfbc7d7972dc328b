"""AccPlanet: a supplier's listings and orders there, as one client that is both doors."""

from catalogsync.marketplaces.accplanet.listing_calls import ListingCalls
from catalogsync.marketplaces.accplanet.order_calls import OrderCalls

__all__ = ["AccPlanet"]


class AccPlanet(ListingCalls, OrderCalls):
    """The marketplace AccPlanet, as one supplier sees it. May be used from several threads."""
