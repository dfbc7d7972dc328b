"""The record log: what is known of every listing and account, durable before anything is sent."""

from catalogsync.state.copies import looks_like_a_copy
from catalogsync.state.journal import RecordJournal
from catalogsync.state.keyless import KeylessState
from catalogsync.state.keys import KeyedFingerprints, parse_key, passing_fingerprints
from catalogsync.state.opening import (
    create_for_recovery,
    create_state,
    find_key,
    fingerprints_at_hand,
    has_key,
    open_for_recovery,
    open_journal,
    read_without_key,
    try_store,
)
from catalogsync.state.patience import Patience
from catalogsync.state.process import alive, this_process
from catalogsync.state.pushing import Pushed, Wish, push_copy
from catalogsync.state.stores.file import FileStore
from catalogsync.state.stores.memory import MemoryStore
from catalogsync.state.witness import Head, Witness, no_witness

__all__ = [
    "FileStore",
    "Head",
    "KeyedFingerprints",
    "KeylessState",
    "MemoryStore",
    "Patience",
    "Pushed",
    "RecordJournal",
    "Wish",
    "Witness",
    "alive",
    "create_for_recovery",
    "create_state",
    "find_key",
    "fingerprints_at_hand",
    "has_key",
    "looks_like_a_copy",
    "no_witness",
    "open_for_recovery",
    "open_journal",
    "parse_key",
    "passing_fingerprints",
    "push_copy",
    "read_without_key",
    "this_process",
    "try_store",
]
