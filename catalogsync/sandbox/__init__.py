"""Both marketplaces on one loopback port, with faults on demand: `serve` runs them, `create_app` mounts them."""

from catalogsync.sandbox.app import create_app
from catalogsync.sandbox.server import serve

__all__ = ["create_app", "serve"]
