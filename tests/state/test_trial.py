"""Object stores that break their promises: the real client at real sockets, refused by the trial and by a run."""

import threading
import time

import pytest

from catalogsync.model.errors import StateError
from catalogsync.state.stores.trial import _RACE, try_bucket
from tests.harness.bucket_server import Objects, serving
from tests.harness.fake_clock import FakeClock
from tests.state.ground import create, run
from tests.state.test_object_store import bucket_at, store_at


class Overwriting(Objects):
    """Ignores the condition: who writes last, wins."""

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        return super().put(path, data, False)


class Hasty(Objects):
    """Looks first and writes then, without holding on to anything in between: two who look at once both write."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.both_looked = threading.Event()

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        if not path.endswith(f"{_RACE:09d}.json"):
            return super().put(path, data, only_new)
        with self.lock:
            self.looks += 1
            if self.looks > 2:
                return 412, "PreconditionFailed"
            if self.looks == 2:
                self.both_looked.set()
        self.both_looked.wait(60)
        return super().put(path, data, False)


class Stale(Objects):
    """Shows what was written only a while later."""

    lag = 0.5

    def get(self, path: str) -> tuple[int, str | tuple[bytes, float]]:
        status, held = super().get(path)
        if not isinstance(held, str) and time.time() - held[1] < self.lag:
            return 404, "NoSuchKey"
        return status, held


class Caching(Objects):
    """Remembers what was not there."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: set[str] = set()

    def get(self, path: str) -> tuple[int, str | tuple[bytes, float]]:
        status, held = super().get(path)
        if status == 404:
            self.missing.add(path)
        return (404, "NoSuchKey") if path in self.missing else (status, held)


class Denying(Objects):
    """Says that there is one already, and has none."""

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        return (412, "PreconditionFailed") if only_new else super().put(path, data, False)


class Losing(Objects):
    """Says yes, and keeps nothing."""

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        return 200, ""


class Forgetting(Objects):
    """Keeps what it confirmed until the next one comes."""

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        answer = super().put(path, data, only_new)
        for other in self.records():
            if other != path:
                del self.objects[other]
        return answer


class Clinging(Objects):
    """What was removed there cannot be written anew."""

    def __init__(self) -> None:
        super().__init__()
        self.gone: set[str] = set()

    def delete(self, path: str) -> tuple[int, str]:
        self.gone.add(path)
        return super().delete(path)

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        return (412, "PreconditionFailed") if path in self.gone else super().put(path, data, only_new)


class Keeping(Objects):
    """Forbids to remove anything, as a bucket may."""

    def delete(self, path: str) -> tuple[int, str]:
        return 403, "AccessDenied"


class Doubting(Objects):
    """Writes, and says to its own write that there is one already."""

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        super().put(path, data, only_new)
        return (412, "PreconditionFailed") if only_new else (200, "")


UNFIT = [Overwriting, Hasty, Stale, Caching, Denying, Losing, Forgetting, Clinging]


@pytest.mark.parametrize("kind", UNFIT)
def test_a_trial_refuses_a_store_that_breaks_its_promises(kind: type[Objects]) -> None:
    objects = kind()
    with serving(objects) as endpoint, pytest.raises(StateError, match="not fit for a state"):
        try_bucket(bucket_at(endpoint), FakeClock())
    assert objects.objects == {}


@pytest.mark.parametrize("kind", [Overwriting, Stale, Caching, Denying, Losing, Forgetting])
def test_a_run_refuses_it_before_any_call(kind: type[Objects]) -> None:
    objects = kind()
    with serving(objects) as endpoint, pytest.raises(StateError):
        create(store_at(endpoint)).begin(run())
    assert len(objects.records()) <= 2


@pytest.mark.parametrize("kind", [Objects, Doubting])
def test_a_trial_of_a_good_store_leaves_nothing_behind(kind: type[Objects]) -> None:
    objects = kind()
    with serving(objects) as endpoint:
        assert try_bucket(bucket_at(endpoint), FakeClock())
    assert objects.objects == {}


def test_a_bucket_that_lets_nothing_be_removed_will_do() -> None:
    objects = Keeping()
    with serving(objects) as endpoint:
        assert not try_bucket(bucket_at(endpoint), FakeClock())
    assert all("/trial-" in path for path in objects.records())


def test_several_trials_at_once_do_not_meet() -> None:
    objects = Objects()
    with serving(objects) as endpoint:
        bucket = bucket_at(endpoint)
        found: list[bool] = []
        trials = [threading.Thread(target=lambda: found.append(try_bucket(bucket, FakeClock()))) for _ in range(3)]
        for trial in trials:
            trial.start()
        for trial in trials:
            trial.join()
    assert found == [True] * 3
    assert objects.objects == {}
