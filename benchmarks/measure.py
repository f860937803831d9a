"""Measuring: CPU by part, rounds, and the last line of a benchmark.

CPU only, of threads and of the process: the machine may be shared, and waiting is no cost. What is compared is
measured in the same run, in turns.
"""

import statistics
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from inspect import isfunction
from time import thread_time
from typing import Any

from handlers import dispatch
from storage.sealed import Keyring
from storage.unit_of_work import Work

OURS = ("bot", "handlers", "storage", "complaints", "classifier")


class Shares:
    """Seconds of CPU by part. Parts nest; whoever is innermost pays.

    Watching costs: what it adds to a part at each entry, and at each part entered from it, is measured at the start
    and taken off.
    """

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._thread = threading.local()
        self._inside: float = 0.0
        self._outside: float = 0.0
        self._inside, self._outside = self._price()

    def _price(self, times: int = 20_000) -> tuple[float, float]:
        """Seconds a watched call that does nothing adds to its own part, and to the one around it."""
        nothing = self.watched("nothing", _nothing)
        with self.part("around"):
            for _ in range(times):
                nothing()
        watched, self.spent = self.spent, Counter()
        with self.part("around"):
            for _ in range(times):
                _nothing()
        around, self.spent = self.spent["around"], Counter()
        return watched["nothing"] / times, (watched["around"] - around) / times

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        self._enter(name)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, name: str) -> None:
        stack = self._stack()
        self._charge(stack)
        if stack:
            self.spent[stack[-1]] += -self._outside
        self.spent[name] += -self._inside
        stack.append(name)
        self._thread.since = thread_time()

    def _leave(self) -> None:
        stack = self._stack()
        self._charge(stack)
        stack.pop()
        self._thread.since = thread_time()

    def _stack(self) -> list[str]:
        if not hasattr(self._thread, "stack"):
            self._thread.stack = []
        stack: list[str] = self._thread.stack
        return stack

    def _charge(self, stack: list[str]) -> None:
        if stack:
            self.spent[stack[-1]] += thread_time() - self._thread.since

    def watched(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*given: Any, **named: Any) -> Any:
            if self._stack()[-1:] == [name]:  # the part goes on
                return function(*given, **named)
            self._enter(name)
            try:
                return function(*given, **named)
            finally:
                self._leave()

        return run


def _nothing() -> None: ...


def watch_store(shares: Shares) -> None:
    """Every public function of `storage` is charged as store, sealing by itself; for the rest of the process."""
    for module in [each for name, each in sys.modules.items() if name.startswith("storage.")]:
        for name, value in list(vars(module).items()):
            if isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
                replace(value, shares.watched("store", value))
    for name in ("seal", "open", "lookup"):
        setattr(Keyring, name, shares.watched("sealing", getattr(Keyring, name)))
    _watch_savepoint(shares)
    Work.carry_out = shares.watched("store", Work.carry_out)  # type: ignore[method-assign]


def _watch_savepoint(shares: Shares) -> None:
    original = Work.savepoint

    @contextmanager
    def savepoint(work: Work) -> Iterator[None]:
        inner = original(work)
        with shares.part("store"):
            inner.__enter__()
        try:
            yield
        except BaseException as error:
            with shares.part("store"):
                inner.__exit__(type(error), error, error.__traceback__)
            raise
        with shares.part("store"):
            inner.__exit__(None, None, None)

    Work.savepoint = savepoint  # type: ignore[assignment, method-assign]


def watch_handlers(shares: Shares) -> None:
    """The doors of `handlers`; what they ask of the store is charged there."""
    for function in (dispatch.keep, dispatch.answer, dispatch.again, dispatch.draw, dispatch.tick):
        replace(function, shares.watched("handlers", function))


def watch_transactions(shares: Shares, dialect: Any) -> None:
    """COMMIT, on the engine of this dialect."""
    dialect.do_commit = shares.watched("commit", dialect.do_commit)


def replace(function: Any, watched: Any) -> None:
    """Wherever one of our modules has it under a name."""
    for module in [each for name, each in sys.modules.items() if name.partition(".")[0] in OURS]:
        for name, value in list(vars(module).items()):
            if value is function:
                setattr(module, name, watched)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def line(name: str, seconds: float, note: str = "") -> None:
    print(f"  {name:<44}{seconds * 1e6:>10,.0f} us  {note}".rstrip())


def verdict(claim: str, ratio: float, bound: float) -> None:
    """The last line: the ratio and the bound."""
    kept = "kept" if ratio <= bound else "NOT KEPT"
    print(f"{claim}: ratio {ratio:.2f}, bound {bound:g}, {kept}")
