"""`Compiled`: a function with a cache of programs, one for each kind of arguments."""

from __future__ import annotations

import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import update_wrapper
from threading import RLock
from typing import Any, NamedTuple

from .. import modes
from ..node import Node
from .arguments import bound, described, is_nodes, kind, plain, shape_of
from .built import Built
from .entrance import MISS, Enter, entrance
from .naming import Leaf, argument_leaves, is_traced, positional
from .passes import optimised
from .program import Program
from .trace import trace


class CacheInfo(NamedTuple):
    """How often a program was there, how often one was traced, and how many are kept."""

    hits: int
    traces: int
    size: int
    limit: int


@dataclass
class Entry:
    """One program of a compiled function."""

    signature: dict[str, str]  # what each argument was: `float64 (4, 5)`
    program: Program
    built: Built
    seconds: float  # what tracing and compiling took
    enter: Enter
    leaves: list[Node] = field(default_factory=list)  # parameters that f reaches by itself

    def run(self, given: tuple[Any, ...]) -> Any:
        return self.built.run(*given, *[leaf._raw for leaf in self.leaves])


Build = Callable[[Program, Any], Built]


class Compiled:
    """What `autograd.compile` gives: called like the function itself.

    `.source` is the text of the program that ran last, `.programs` are all that are kept, and
    `.cache_info()` counts.  Given nodes, it runs the function itself, so that it can be part of
    what is differentiated or compiled elsewhere.
    """

    __name__: str

    def __init__(
        self,
        f: Callable[..., Any],
        build: Build,
        fixed: frozenset[str],
        limit: int,
        report: Callable[[str], Any] | None,
    ) -> None:
        update_wrapper(self, f)
        self.__name__ = getattr(f, "__name__", type(f).__name__)
        self._f, self._build, self._fixed = f, build, fixed
        self._limit, self._report = limit, report
        self._entries: OrderedDict[Any, Entry] = OrderedDict()
        self._latest: Entry | None = None
        self._lock = RLock()
        self._hits = self._traces = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        entry = self._latest
        if entry is not None and not kwargs:
            if modes.active:
                if modes.is_tracing():
                    return self._f(*args)  # part of another program, with what it captures
                if modes.current().watch is not None:
                    return self._looked_up(args, kwargs)
            result = entry.enter(args)
            if result is not MISS:
                self._hits += 1
                return result
        return self._looked_up(args, kwargs)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """A compiled function in a class body is a method, as the function would be."""
        return self if instance is None else Method(self, instance)

    def prepare(self, *args: Any, **kwargs: Any) -> Entry:
        """Trace and compile for these arguments without running; the entry has the `.source`."""
        return self._entry(args, kwargs)

    @property
    def source(self) -> str:
        """The program that ran last, as text.  Raises RuntimeError before the first call."""
        if self._latest is None:
            raise RuntimeError(
                f"{self.__name__} has no program yet: call it, or prepare(…) it with example "
                "arguments"
            )
        return self._latest.built.source

    @property
    def programs(self) -> list[Entry]:
        """The programs that are kept, the one used last at the end."""
        with self._lock:
            return list(self._entries.values())

    def cache_info(self) -> CacheInfo:
        """Calls that found their program, programs traced, programs kept, and the limit."""
        return CacheInfo(self._hits, self._traces, len(self._entries), self._limit)

    def cache_clear(self) -> None:
        """Forget all programs; the next call traces anew."""
        with self._lock:
            self._entries.clear()
            self._latest = None
            self._hits = self._traces = 0

    # ── the way through the cache ───────────────────────────────────────────────────────────────
    def _looked_up(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound_args, bound_kwargs = bound(self._f, args, kwargs)
        given = argument_leaves(self._f, bound_args, bound_kwargs, self._fixed)
        if modes.is_tracing() or any(isinstance(x.value, Node) or is_nodes(x.value) for x in given):
            return self._f(*args, **kwargs)
        if modes.current().watch is not None:
            return self._watched(args, kwargs)
        entry = self._entry(args, kwargs)
        name = self.__name__
        return entry.run(tuple([plain(x.value, name) for x in given if is_traced(x.value)]))

    def _watched(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Inside detect_anomaly: on nodes, op by op; the program runs if that finds nothing."""
        trace(self._f, *bound(self._f, args, kwargs), self._fixed)
        with modes.watching(None):
            return self(*args, **kwargs)

    def _entry(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Entry:
        args, kwargs = bound(self._f, args, kwargs)
        given = argument_leaves(self._f, args, kwargs, self._fixed)
        parameters = positional(self._f, len(args))
        key = (
            tuple([kind(x.value) for x in given]),
            tuple([shape_of(a, n in self._fixed) for n, a in zip(parameters, args, strict=True)]),
            tuple([(k, shape_of(v, k in self._fixed)) for k, v in kwargs.items()]),
        )
        return self._kept(key, lambda: self._new(args, kwargs, given))

    def _kept(self, key: Any, make: Callable[[], Entry]) -> Entry:
        """The entry of that key, made if there is none; the one not used for longest goes."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                with collector_paused():
                    entry = self._entries[key] = make()
                self._traces += 1
                if self._report:
                    self._report(self._told(entry))
                if len(self._entries) > self._limit:
                    self._entries.popitem(last=False)
            else:
                self._hits += 1
            self._entries.move_to_end(key)
            self._latest = entry
        return entry

    def _new(self, args: tuple[Any, ...], kwargs: dict[str, Any], given: list[Leaf]) -> Entry:
        start = time.perf_counter()
        program, structure = trace(self._f, args, kwargs, self._fixed)
        program = optimised(program)
        leaves = program.notes["leaves"]
        built = self._build(program, structure)
        seconds = time.perf_counter() - start
        signature = {x.name: described(x.value) for x in given}
        enter = entrance(self._f, args, kwargs, self._fixed, built.run, leaves)
        return Entry(signature, program, built, seconds, enter, leaves)

    def _told(self, entry: Entry) -> str:
        """The report of a trace: for what, how large, how long, and what is new about it."""
        text = (
            f"{self.__name__}: traced {len(entry.program.steps)} steps in "
            f"{entry.seconds * 1e3:.1f} ms"
        )
        if self._latest is None:
            return f"{text}, for {listed([f'{n} {d}' for n, d in entry.signature.items()])}"
        before = self._latest.signature
        new = [
            f"{n} was {before.get(n, 'absent')}, is {d}"
            for n, d in entry.signature.items()
            if before.get(n) != d
        ]
        return f"{text}, since {listed(new) or 'the structure of the arguments changed'}"


class Method:
    """A compiled function bound to an instance, which is fixed: its parameters are captured."""

    def __init__(self, compiled: Compiled, instance: Any) -> None:
        self._compiled, self._instance = compiled, instance

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._compiled(self._instance, *args, **kwargs)

    def prepare(self, *args: Any, **kwargs: Any) -> Entry:
        """As `Compiled.prepare`, with the instance as first argument."""
        return self._compiled.prepare(self._instance, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the cycle collector: what is made here lives until the end and has no cycles.

    Going through it again and again took a fifth of the time of tracing 65,000 scalar operations.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def listed(items: list[str], most: int = 8) -> str:
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more
