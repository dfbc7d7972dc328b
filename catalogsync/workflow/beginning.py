"""The first look at a marketplace, before there is a catalog: does the key work, and can all listings be seen."""

from dataclasses import dataclass

from catalogsync.model.balance import Balance
from catalogsync.model.listing import Listings
from catalogsync.ports import Marketplace, Observer


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What a first look saw: whose key it is by its balance, and all listings."""

    balance: Balance
    listings: Listings


def first_look(marketplace: Marketplace, observer: Observer) -> FirstLook:
    """Ask for the balance, which only a good key is told, and read all listings.

    Raises:
        MarketplaceError: the key is refused, the marketplace cannot be reached, or the list proves not complete.
    """
    observer.stage("Asking for the balance")
    balance = marketplace.balance()
    observer.stage("Reading the listings")
    return FirstLook(balance, marketplace.listings())
