"""The doors: what the workflow asks of the world, as Protocols. Each room implements some; none is imported here."""

from catalogsync.ports.catalog import CatalogEditor, CatalogWriter, ImageReader
from catalogsync.ports.clock import Clock
from catalogsync.ports.journal import Fingerprints, Journal, Recorded
from catalogsync.ports.keys import NoKeys, PoolKeys
from catalogsync.ports.marketplace import Marketplace
from catalogsync.ports.observer import Observer
from catalogsync.ports.office import Office
from catalogsync.ports.orders import OrderMarket
from catalogsync.ports.store import RecordStore

__all__ = [
    "CatalogEditor",
    "CatalogWriter",
    "Clock",
    "Fingerprints",
    "ImageReader",
    "Journal",
    "Marketplace",
    "NoKeys",
    "Observer",
    "Office",
    "OrderMarket",
    "PoolKeys",
    "RecordStore",
    "Recorded",
]
