"""The one place where cyclic garbage collection rests."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def bulk() -> Iterator[None]:
    """While very many objects are made that have no cycles among them and stay.

    Python would look through all of them for cycles again and again, which takes up to two thirds of the time. May be
    nested; what is nested ends nothing.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
