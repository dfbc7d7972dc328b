"""AccPlanet: a supplier's listings, orders, tickets and payments there, as one client that is all the doors."""

from catalogsync.marketplaces.accplanet.listing_calls import ListingCalls
from catalogsync.marketplaces.accplanet.office_calls import OfficeCalls
from catalogsync.marketplaces.accplanet.order_calls import OrderCalls

__all__ = ["AccPlanet"]


class AccPlanet(ListingCalls, OrderCalls, OfficeCalls):
    """The marketplace AccPlanet, as one supplier sees it. May be used from several threads."""
