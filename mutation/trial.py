"""Tries changes in a running pytest: tests are collected once, and each change is made in a fork of that process."""

import ast
import gc
import os
import resource
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Final

import pytest

from mutation.changes import Change, changes

WORKERS: Final = 2
SLOWER: Final = 4
"""A change that makes its tests so many times slower, in processor time, has been noticed."""
PATIENCE: Final = 300
"""Seconds after which a change has been noticed, however busy the machine is."""


@dataclass(frozen=True)
class Trial:
    """One change and what came of it: `noticed`, or not."""

    path: str
    change: Change
    noticed: bool


@dataclass(frozen=True)
class _Running:
    """A fork that is at work, and the pipe through which it says which test noticed the change."""

    path: str
    change: Change
    verdict: int
    began: float


class Trials:
    """A pytest plugin: runs the tests once as they are, and then those that a change can touch on each change.

    Args:
        root: of the project.
        tests: the files to change, and for each where the tests are that must notice.

    Attributes:
        done: what came of the changes.
    """

    def __init__(self, root: Path, tests: Mapping[str, tuple[str, ...]]) -> None:
        self._root = root
        self._tests = tests
        self._reach: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._took: dict[int, float] = {}
        self._saw: Counter[tuple[str, int]] = Counter()
        self.done: list[Trial] = []

    def pytest_configure(self) -> None:
        """Everybody who repeats this gets the same figures."""
        from hypothesis import Phase, settings  # not before pytest is there, which wants to rewrite it

        phases = [Phase.explicit, Phase.generate]  # one example is enough; nobody reads the smallest
        settings.register_profile("mutation", derandomize=True, database=None, phases=phases)
        settings.load_profile("mutation")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests once."""
        unknown = [path for path in self._tests if _module_of(path) not in sys.modules]
        if unknown:
            raise pytest.UsageError(f"no test imports {', '.join(unknown)}")
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # forks share it
        self._run_as_it_is(session)
        gc.freeze()  # so that forks share their memory
        running: dict[int, _Running] = {}
        for path in self._tests:
            for change, tree in changes((self._root / path).read_text(encoding="utf-8")):
                while len(running) >= WORKERS:
                    self._reap(running)
                child, verdict = self._begin(session, path, change, tree)
                running[child] = _Running(path, change, verdict, time.monotonic())
        while running:
            self._reap(running)
        return True

    def _run_as_it_is(self, session: pytest.Session) -> None:
        """Learn which tests reach which function, and how long they take."""
        spans = {str(self._root / path): (path, _spans(self._root / path)) for path in self._tests}
        number = 0

        def trace(frame: FrameType, _event: str, _value: object) -> None:
            code = frame.f_code
            if code.co_filename in spans:
                path, functions = spans[code.co_filename]
                if item.nodeid.startswith(self._tests[path]):
                    self._reach[path, _function_at(functions, code)].add(number)

        for number, item in enumerate(session.items):
            began = time.process_time()
            threading.settrace(trace)
            sys.settrace(trace)
            failed = _fails(session, item, session.items[number + 1 : number + 2])
            sys.settrace(None)
            threading.settrace(None)
            self._took[number] = time.process_time() - began
            if failed:
                raise pytest.UsageError(f"{item.nodeid} fails as things are")

    def _begin(self, session: pytest.Session, path: str, change: Change, tree: ast.Module) -> tuple[int, int]:
        """Fork, make the change, run the tests that it can touch. Gives the child, and where it says what it saw."""
        everywhere = set().union(*(items for (where, _), items in self._reach.items() if where == path))
        chosen = self._reach[path, change.where] if change.where else everywhere
        # What noticed a change nearby is likely to notice this one.
        numbers = sorted(chosen, key=lambda number: (-self._saw[path, number], self._took[number]))
        verdict, says = os.pipe()
        child = os.fork()
        if child:
            os.close(says)
            return child, verdict
        try:
            seconds = 10 + int(SLOWER * sum(self._took[number] for number in numbers))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            _silence(session)
            _make(path, compile(tree, str(self._root / path), "exec"), change)
            items = [session.items[number] for number in numbers]
            failing = (at for at, item in enumerate(items) if _fails(session, item, items[at + 1 : at + 2]))
            first = next(failing, None)
            os.write(says, b"none" if first is None else str(numbers[first]).encode())
        finally:
            os._exit(0)

    def _reap(self, running: dict[int, _Running]) -> None:
        """Wait until one is done."""
        while True:
            child, _ = os.waitpid(-1, os.WNOHANG)
            if child in running:
                break
            for late, one in running.items():
                if time.monotonic() - one.began > PATIENCE:
                    os.kill(late, signal.SIGKILL)
            time.sleep(0.005)
        one = running.pop(child)
        with os.fdopen(one.verdict, "rb") as pipe:
            said = pipe.read()
        if said.isdigit():
            self._saw[one.path, int(said)] += 1
        self.done.append(Trial(one.path, one.change, noticed=said != b"none"))
        if said == b"none":
            change = one.change
            print(f"{one.path}:{change.line}: {change.before!r} -> {change.after!r}", flush=True)


def _module_of(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _fails(session: pytest.Session, item: pytest.Item, following: list[pytest.Item]) -> bool:
    """Whether a test fails; what it needs and the next one needs too is kept."""
    before = session.testsfailed
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following[0] if following else None)
    return session.testsfailed > before


def _silence(session: pytest.Session) -> None:
    nowhere = open(os.devnull, "r+")  # noqa: SIM115  # until the process ends
    for stream in (0, 1, 2):
        os.dup2(nowhere.fileno(), stream)
    session.config.get_terminal_writer()._file = nowhere


def _spans(path: Path) -> list[tuple[int, int, str]]:
    """First line, last line and name of each function and method."""
    found: list[tuple[int, int, str]] = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.append((node.lineno, node.end_lineno or 0, node.name))
        elif isinstance(node, ast.ClassDef):
            methods = [inner for inner in node.body if isinstance(inner, ast.FunctionDef)]
            found += ((inner.lineno, inner.end_lineno or 0, f"{node.name}.{inner.name}") for inner in methods)
    return found


def _function_at(functions: list[tuple[int, int, str]], code: CodeType) -> str:
    return next((name for first, last, name in functions if first <= code.co_firstlineno <= last), "")


def _make(path: str, code: CodeType, change: Change) -> None:
    """Put a change into the module that is loaded: its functions stay the same objects, with other code in them."""
    module = sys.modules[_module_of(path)]
    fresh = ModuleType(module.__name__)
    fresh.__dict__.update(__file__=module.__file__, __package__=module.__package__)
    exec(code, fresh.__dict__)
    if not change.where:
        _exchange_values(module, fresh)
        return
    for (_, old), (_, new) in zip(_functions(module, change.where), _functions(fresh, change.where), strict=True):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _functions(module: ModuleType, where: str) -> Iterator[tuple[str, FunctionType]]:
    owner, _, name = where.rpartition(".")
    found = vars(vars(module)[owner] if owner else module)[name]
    found = found.fget if isinstance(found, property) else getattr(found, "__func__", found)
    if isinstance(found, FunctionType):
        yield where, found


def _exchange_values(module: ModuleType, fresh: ModuleType) -> None:
    """Tables and numbers, wherever they were imported to."""
    for name, new in vars(fresh).items():
        old = vars(module).get(name)
        if name.startswith("__") or isinstance(new, FunctionType | type | ModuleType) or old == new:
            continue
        for other in [one for key, one in sys.modules.items() if key.startswith("catalogsync")]:
            for known, value in list(vars(other).items()):
                if value is old and known == name:
                    setattr(other, known, new)
