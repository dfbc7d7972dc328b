"""The object store against its contract, and against answers that are not what they seem."""

import json
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalogsync.model.errors import StateError
from catalogsync.ports import RecordStore
from catalogsync.state.stores.buckets import Bucket, open_bucket
from catalogsync.state.stores.durable import LARGEST
from catalogsync.state.stores.object import ObjectStore
from tests.contracts.record_store import RecordStoreContract
from tests.harness.bucket_server import Objects, serving
from tests.harness.fake_clock import FakeClock
from tests.harness.moto_server import CREDENTIALS, new_bucket, running_moto
from tests.state.ground import create, said


def bucket_at(endpoint: str, name: str = "shop-bucket", environ: dict[str, str] = CREDENTIALS) -> Bucket:
    return open_bucket(f"s3://{name}/state", {"endpoint": endpoint}, environ)


def store_at(endpoint: str, name: str = "shop-bucket") -> ObjectStore:
    return ObjectStore(bucket_at(endpoint, name), FakeClock())


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_moto(tmp_path_factory.mktemp("moto")) as endpoint:
        yield endpoint


@pytest.mark.xdist_group("moto")
class TestObjectStoreOnS3(RecordStoreContract):
    @pytest.fixture
    def store(self, moto: str) -> RecordStore:
        return store_at(moto, new_bucket(moto))


class TestObjectStoreInMemory(RecordStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> RecordStore:
        return ObjectStore(open_bucket(f"memory://{tmp_path.name}", {}, {}), FakeClock())


class TestObjectStoreOnASmallServer(RecordStoreContract):
    """The server on which all else here is built is no different."""

    @pytest.fixture
    def store(self) -> Iterator[RecordStore]:
        with serving(Objects()) as endpoint:
            yield store_at(endpoint)


class TestObjectStoreAsOnGoogleCloud(RecordStoreContract):
    """What the real client sends there; how Google itself takes it, nobody can try here."""

    @pytest.fixture
    def store(self) -> Iterator[RecordStore]:
        account = {"disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}
        with serving(Objects()) as endpoint:
            environ = {"GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps({**account, "gcs_base_url": endpoint})}
            yield ObjectStore(open_bucket("gs://shop-bucket/state", {"endpoint": endpoint}, environ), FakeClock())


@pytest.mark.xdist_group("moto")
def test_a_bucket_that_is_not_there_is_no_empty_bucket(moto: str) -> None:
    store = store_at(moto, "nobody-made-this")
    for attempt in (lambda: store.get(1), store.hint, lambda: store.create(1, b"1"), lambda: store.age(1)):
        with pytest.raises(StateError, match="there is no such bucket"):
            attempt()
    store.set_hint(1)


class Answering(Objects):
    """Answers every request alike."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__()
        self.answer = status, code

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        return self.answer

    def get(self, path: str) -> tuple[int, str | tuple[bytes, float]]:
        return self.answer


REFUSALS = [
    (403, "AccessDenied", "access is denied"),
    (403, "", "access is denied"),
    (403, "SignatureDoesNotMatch", "the credentials are not accepted"),
    (400, "ExpiredToken", "the credentials are not accepted"),
    (403, "RequestTimeTooSkewed", "the clock of this machine is wrong"),
    (400, "AuthorizationHeaderMalformed", "in another region"),
    (301, "", "in another region"),
    (404, "", "the store answered 404"),
    (404, "<html>Not here</html>", "the store answered 404"),
    (501, "NotImplemented", "only if it is absent"),
    (418, "Teapot", "the store answered 418 Teapot"),
]


@pytest.mark.parametrize(("status", "code", "says"), REFUSALS)
def test_each_refusal_is_an_error_in_words_and_never_absence(status: int, code: str, says: str) -> None:
    with serving(Answering(status, code)) as endpoint:
        store = store_at(endpoint)
        for attempt in (lambda: store.get(1), lambda: store.create(1, b"1"), store.hint):
            with pytest.raises(StateError) as caught:
                attempt()
            assert says in caught.value.message
            assert caught.value.hint
            assert "SEKRIT" not in said(caught.value)


class Scripted(Objects):
    """Does something of its own at the first write, or as it is asked."""

    def __init__(self, first: Callable[["Scripted", str, bytes], tuple[int, str]]) -> None:
        super().__init__()
        self.first = first
        self.began = False

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        if self.began or not only_new:
            return super().put(path, data, only_new)
        self.began = True
        return self.first(self, path, data)


def written_but(status: int, code: str) -> Callable[[Scripted, str, bytes], tuple[int, str]]:
    def first(objects: Scripted, path: str, data: bytes) -> tuple[int, str]:
        Objects.put(objects, path, data, True)
        return status, code

    return first


@pytest.mark.parametrize(
    ("status", "code"), [(500, "InternalError"), (412, "PreconditionFailed"), (409, "X"), (400, "")]
)
def test_a_write_that_arrived_counts_whatever_the_answer_says(status: int, code: str) -> None:
    objects = Scripted(written_but(status, code))
    with serving(objects) as endpoint:
        assert store_at(endpoint).create(1, b"mine")
    assert [method for method, _ in objects.seen] == ["PUT", "GET"]


def test_a_write_that_is_led_to_a_page_of_somebody_else_is_no_write() -> None:
    class Portal(Objects):
        def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
            return 302, "/login"

        def get(self, path: str) -> tuple[int, str | tuple[bytes, float]]:
            return (200, (b"<html>Who are you?</html>", 0.0)) if path == "/login" else super().get(path)

    with serving(Portal()) as endpoint:
        store = store_at(endpoint)
        with pytest.raises(StateError, match="at another address"):
            create(store)
        assert store.get(1) is None


def test_a_write_is_sent_once_even_if_it_fails() -> None:
    objects = Scripted(lambda *_: (503, "SlowDown"))
    with serving(objects) as endpoint:
        store = store_at(endpoint)
        with pytest.raises(StateError, match="cannot be written: the store is busy"):
            store.create(1, b"mine")
        assert [method for method, _ in objects.seen] == ["PUT", "GET"]
        assert store.create(1, b"mine")


def test_where_two_write_at_once_the_loser_waits_for_the_winner() -> None:
    def conflict(objects: Scripted, path: str, _data: bytes) -> tuple[int, str]:
        threading.Timer(0.05, lambda: Objects.put(objects, path, b"theirs", True)).start()
        return 409, "ConditionalRequestConflict"

    class Waiting(FakeClock):
        def sleep(self, seconds: float) -> None:
            threading.Event().wait(seconds)

    with serving(Scripted(conflict)) as endpoint:
        assert not ObjectStore(bucket_at(endpoint), Waiting()).create(1, b"mine")
    with serving(Scripted(lambda *_: (409, "ConditionalRequestConflict"))) as endpoint:
        clock = FakeClock()
        with pytest.raises(StateError, match="being written by somebody else"):
            ObjectStore(bucket_at(endpoint), clock).create(1, b"mine")
        assert len(clock.waits) == 4


def test_a_store_that_says_there_is_one_and_shows_none_is_not_fit() -> None:
    refusing = Scripted(lambda *_: (412, "PreconditionFailed"))
    with serving(refusing) as endpoint, pytest.raises(StateError, match="not fit for a state"):
        store_at(endpoint).create(1, b"mine")


def test_where_nobody_can_tell_that_is_said() -> None:
    nobody = "nobody can tell whether record 7 was written"
    with serving(Answering(403, "AccessDenied")) as endpoint, pytest.raises(StateError, match=nobody):
        store_at(endpoint).create(7, b"mine")


WRITER = """
    import sys
    from tests.harness.fake_clock import FakeClock
    from tests.state.test_object_store import store_at
    store = store_at(sys.argv[1])
    number = store.hint()
    while True:
        number += 1
        if store.create(number, b"%06d " % number * 400):
            store.set_hint(number)
            print(number, flush=True)
"""


def test_writers_killed_at_any_moment_lose_nothing_that_was_confirmed() -> None:
    acknowledged = 0
    with serving(Objects()) as endpoint:
        for _ in range(4):
            writer = subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(WRITER), endpoint], stdout=subprocess.PIPE, text=True
            )
            assert writer.stdout is not None
            for _ in range(10):
                acknowledged = max(acknowledged, int(writer.stdout.readline()))
            writer.kill()
            out, _ = writer.communicate()
            acknowledged = max([acknowledged, *map(int, out.split("\n")[:-1])])
        store = store_at(endpoint)
        assert acknowledged >= 40
        for number in range(1, acknowledged + 1):
            assert store.get(number) == b"%06d " % number * 400
        assert store.hint() <= acknowledged + 1


def test_nobody_at_home_is_said_in_words() -> None:
    store = store_at("http://127.0.0.1:9")
    for attempt in (lambda: store.get(1), lambda: store.create(1, b"1")):
        with pytest.raises(StateError, match="it cannot be reached"):
            attempt()


def test_reading_is_tried_again_and_writing_is_not() -> None:
    class Tired(Objects):
        def get(self, path: str) -> tuple[int, str | tuple[bytes, float]]:
            return (503, "SlowDown") if len(self.seen) < 3 else super().get(path)

    objects = Tired()
    with serving(objects) as endpoint:
        assert store_at(endpoint).get(1) is None
    assert len(objects.seen) == 3


def test_without_its_hint_a_state_is_found() -> None:
    objects = Objects()
    with serving(objects) as endpoint:
        store = store_at(endpoint)
        store.create(1, b"1")
        assert store.hint() == 1
        for head in (b"garbage", b"-1", b"0", b"9" * 30):
            objects.objects["/shop-bucket/state/head"] = (head, 0.0)
            assert store.hint() == 1
        store.set_hint(12)
        assert store.hint() == 12
        objects.objects["/shop-bucket/state/head"] = (bytes(LARGEST + 1), 0.0)
        with pytest.raises(StateError, match="head is larger than any record"):
            store.hint()
        assert ObjectStore(bucket_at(endpoint), FakeClock(), head=False).hint() == 1


def test_an_address_of_its_own_for_each_bucket() -> None:
    bucket = open_bucket("s3://shop/x", {"endpoint": "https://storage.invalid", "path_style": "false"}, CREDENTIALS)
    with pytest.raises(StateError, match="it cannot be reached"):
        ObjectStore(bucket, FakeClock()).get(1)


@pytest.mark.parametrize(
    ("url", "options", "says"),
    [
        ("s3://", {}, "no address of a bucket"),
        ("s3:///prefix", {}, "no address of a bucket"),
        ("s3://bucket/../other", {}, "no address of a bucket"),
        ("s3://bucket//x", {}, "no address of a bucket"),
        ("s3://bucket", {"endpont": "x"}, "did you mean `endpoint`"),
        ("gs://bucket", {"region": "x"}, "has no 'region' for gs://"),
        ("memory://bucket", {"endpoint": "x"}, "leave `options` out"),
        ("s3://bucket", {"path_style": "yes"}, "neither"),
        ("s3://bucket", {"endpoint": "storage.example"}, "is no address"),
        ("s3://bucket", {"endpoint": "http://storage.example"}, "in clear text"),
        ("s3://bucket", {"endpoint": "https://me:SEKRIT@storage.example"}, "more than an address"),
        ("az://box", {"endpoint": "https://storage.example/?sig=SEKRIT"}, "more than an address"),
    ],
)
def test_an_address_of_no_use_is_refused_at_once(url: str, options: dict[str, str], says: str) -> None:
    with pytest.raises(StateError) as caught:
        open_bucket(url, options, {})
    assert says in said(caught.value)
    assert "SEKRIT" not in said(caught.value)


def test_what_the_library_does_not_like_is_not_repeated() -> None:
    with pytest.raises(StateError, match="refuses what it was given") as caught:
        open_bucket("gs://bucket", {}, {"GOOGLE_SERVICE_ACCOUNT_KEY": '{"private_key": "SEKRIT'})
    assert "SEKRIT" not in said(caught.value)


def test_what_is_given_counts_and_not_what_the_process_has(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_ENDPOINT": "http://127.0.0.1:9",
        "AWS_CONDITIONAL_PUT": "disabled",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        "AWS_ALLOW_HTTP": "false",
    }.items():
        monkeypatch.setenv(name, value)
    with serving(Objects()) as endpoint:
        store = store_at(endpoint)
        assert store.create(1, b"1")
        assert not store.create(1, b"2")


def test_without_the_extra_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(StateError) as caught:
        bucket_at("https://storage.example")
    assert "pip install 'catalogsync[object]'" in said(caught.value)
