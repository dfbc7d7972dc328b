"""What tests of the whole tool share: one sandbox a worker, emptied for each test, and a catalog at it."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from tests.harness.certificates import make_certificates
from tests.harness.market import Market, running_market
from tests.harness.shop import Shop

# How long an example takes says more about the machine than about the law.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

if threading.current_thread() is threading.main_thread():
    # A shell that starts tests in the background has told them, and so all that they start, not to hear Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def cache_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where caches are made instead of in the user's own folder, by fixtures of many tests too."""
    folder = tmp_path_factory.mktemp("caches")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "shared"))
        yield folder


@pytest.fixture(autouse=True)
def own_cache(cache_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of this test, and beside it one for the temporary files of what it starts."""
    folder = cache_folders / uuid4().hex[:12]
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("TMPDIR", str(temporary))
    return folder


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Market]:
    with running_market() as market:
        yield market


@pytest.fixture
def sandbox(running_sandbox: Market) -> Market:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def shop(tmp_path: Path, sandbox: Market) -> Shop:
    return Shop(tmp_path / "shop", sandbox)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("certificates"))
