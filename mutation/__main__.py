"""`python -m mutation [FILE ...]`: changes the code that decides, runs the tests on each change, and reports."""

import os
import sys
from pathlib import Path
from typing import Final

import pytest

from mutation.report import report
from mutation.trial import Trials

FILES: Final = {
    "catalogsync/core/alarm.py": ("tests/core",),
    "catalogsync/core/allocate.py": ("tests/core",),
    "catalogsync/core/arrival.py": ("tests/core",),
    "catalogsync/core/decide.py": ("tests/core",),
    "catalogsync/core/doubt.py": ("tests/core",),
    "catalogsync/core/match.py": ("tests/core",),
    "catalogsync/core/recognise.py": ("tests/core",),
    "catalogsync/core/recovery.py": ("tests/core",),
    "catalogsync/core/release.py": ("tests/core",),
    "catalogsync/core/removal.py": ("tests/core",),
    "catalogsync/core/sequence.py": ("tests/core",),
    "catalogsync/marketplaces/answers.py": ("tests/marketplaces",),
    "catalogsync/state/effects.py": ("tests/state",),
    "catalogsync/state/lease.py": ("tests/state",),
    "catalogsync/state/replay.py": ("tests/state",),
    "catalogsync/state/rules.py": ("tests/state",),
    "catalogsync/workflow/calling.py": ("tests/workflow",),
    "catalogsync/workflow/settling.py": ("tests/workflow",),
}
"""The code that decides what is sent, what is believed and what is remembered; and the tests that must notice."""
SLOW: Final = (
    "tests/state/test_process.py",
    "tests/state/test_stores.py",
    "tests/state/test_unfit_stores.py",
    "tests/workflow/test_faults.py",
    "tests/workflow/test_laws.py",
    "tests/workflow/test_lying_lists.py",
    "tests/marketplaces/test_network.py",
    "tests/marketplaces/test_masking.py",
    "tests/marketplaces/test_orders.py",
    "tests/marketplaces/test_pace.py",
    "tests/marketplaces/test_paging.py",
    "tests/marketplaces/test_paging_lies.py",
    "tests/marketplaces/test_sandbox.py",
    "tests/marketplaces/test_tls_and_proxies.py",
)
"""Tests that are not run: what they alone would notice counts as not noticed."""


def main() -> int:
    """Try every change, and write what no test noticed."""
    root = Path(__file__).resolve().parent.parent
    os.chdir(root)
    chosen = {path: tests for path, tests in FILES.items() if not sys.argv[1:] or path in sys.argv[1:]}
    folders = sorted({folder for tests in chosen.values() for folder in tests})
    trials = Trials(root, chosen)
    left_out = [f"--ignore={path}" for path in SLOW]
    options = ["-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--tb=line", "--timeout=0", *left_out]
    code = pytest.main([*options, *folders], plugins=[trials])
    if not trials.done:
        return int(code) or 1
    return report(root, trials.done, whole=len(chosen) == len(FILES))


if __name__ == "__main__":
    sys.exit(main())
