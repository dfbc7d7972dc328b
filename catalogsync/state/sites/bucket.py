"""The object backend: a state in a bucket, of Amazon S3 or one of its likes, Google Cloud or Azure."""

from collections.abc import Mapping
from pathlib import Path

from catalogsync.model.config import StateConfig
from catalogsync.model.finding import Fitness
from catalogsync.ports.clock import Clock
from catalogsync.state.stores.buckets import open_bucket
from catalogsync.state.stores.object import ObjectStore
from catalogsync.state.stores.trial import try_bucket


class BucketSite:
    """A Site that is a folder in a bucket, which many machines can get at.

    Args:
        config: says where it is.
        clock: time.
        environ: the environment, which holds the credentials.

    Raises:
        StateError: what the config says is of no use.
    """

    way_back = "look whether `state.url` is right, or put a copy back with `catalogsync state push`"
    key_folder: Path | None = None

    def __init__(self, config: StateConfig, clock: Clock, environ: Mapping[str, str]) -> None:
        self._bucket = open_bucket(config.url or "", config.options, environ)
        self._clock = clock

    @property
    def place(self) -> str:
        """The bucket's address, and its endpoint if it has one of its own."""
        return self._bucket.place

    def store(self, *, heed_head: bool = True) -> ObjectStore:
        """The records in the bucket."""
        return ObjectStore(self._bucket, self._clock, head=heed_head)

    def prepare(self) -> None:
        """Try the bucket: it is there already, but may be none that keeps records.

        Raises:
            StateError: it is not fit for a state.
        """
        try_bucket(self._bucket, self._clock)

    def trial(self) -> Fitness:
        """Try the bucket.

        Raises:
            StateError: it is not fit for a state.
        """
        tidy = try_bucket(self._bucket, self._clock)
        left = "these credentials may not remove objects, which is good; so the trial left some under `trial-…`"
        return Fitness(self.place, "by the store itself", remark=None if tidy else left)
