"""A journal at work, and its clock."""

import pytest

from catalogsync.state import RecordJournal
from tests.state.ground import ManualClock, at_work


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def journal(clock: ManualClock) -> RecordJournal:
    return at_work(clock=clock)
