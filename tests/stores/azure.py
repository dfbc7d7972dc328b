"""The object store at Azure's emulator. It needs node, so it runs by `make stores` and not among the tests."""

from collections.abc import Iterator

import pytest

from catalogsync.model.errors import StateError
from catalogsync.ports import RecordStore
from catalogsync.state.stores.buckets import Bucket, open_bucket
from catalogsync.state.stores.object import ObjectStore
from catalogsync.state.stores.trial import try_bucket
from tests.contracts.record_store import RecordStoreContract
from tests.harness.azurite_server import ACCOUNT, KEY, new_container, running_azurite
from tests.harness.fake_clock import FakeClock
from tests.state.ground import create, reopen, run, said

CREDENTIALS = {"AZURE_STORAGE_ACCOUNT_KEY": KEY}


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_azurite(tmp_path_factory.mktemp("azurite")) as endpoint:
        yield endpoint


def bucket_at(endpoint: str, container: str, environ: dict[str, str] = CREDENTIALS) -> Bucket:
    return open_bucket(f"az://{container}/state", {"endpoint": endpoint, "account": ACCOUNT}, environ)


class TestObjectStoreOnAzure(RecordStoreContract):
    @pytest.fixture
    def store(self, azurite: str) -> RecordStore:
        return ObjectStore(bucket_at(azurite, new_container(azurite)), FakeClock())


def test_a_state_lives_there(azurite: str) -> None:
    bucket = bucket_at(azurite, new_container(azurite))
    assert try_bucket(bucket, FakeClock())
    store = ObjectStore(bucket, FakeClock())
    create(store).begin(run())
    assert reopen(store).state.run == run()


@pytest.mark.parametrize(
    ("container", "environ", "says"),
    [
        ("nobody-made-this", CREDENTIALS, "there is no such bucket"),
        ("", {"AZURE_STORAGE_ACCOUNT_KEY": KEY[:-8] + "SEKRIQ=="}, "the credentials are not accepted"),
        ("", {"AZURE_STORAGE_SAS_TOKEN": "sv=2020-10-02&sig=SEKRIT"}, "the credentials are not accepted"),
    ],
)
def test_a_refusal_is_told_in_words(azurite: str, container: str, environ: dict[str, str], says: str) -> None:
    store = ObjectStore(bucket_at(azurite, container or new_container(azurite), environ), FakeClock())
    for attempt in (lambda: store.get(1), lambda: store.create(1, b"1"), store.hint):
        with pytest.raises(StateError) as caught:
            attempt()
        assert says in caught.value.message
        assert "SEKRI" not in said(caught.value)
