"""What is true while a block runs: whether operations are recorded, and under which scope.

Modes live in a context variable, so threads and tasks do not see each other's.  Reading one costs
more than recording a scalar op; `active` counts the blocks that are open anywhere, and while it is
zero nobody has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import TraceError

if TYPE_CHECKING:
    from .anomaly.watch import Watch


class Modes(NamedTuple):
    recording: bool = True
    scope: tuple[str, ...] = ()
    # One set for each transform (grad, jacobian, …) that is calling the user's function: which
    # numbers were taken out of nodes there, as math.sin(x) does through float(x).
    calls: tuple[set[str], ...] = ()
    # Whether a function is being traced for compilation: what is computed from nodes then has to
    # stay a node, since the program runs later on other data.
    tracing: bool = False
    returned: Callable[[], None] | None = None  # called when a transform has called a function
    watch: Watch | None = None  # inside detect_anomaly


NONE = Modes()
_current: ContextVar[Modes] = ContextVar("autograd_modes", default=NONE)
_lock = Lock()
active = 0


def current() -> Modes:
    return _current.get() if active else NONE


@contextmanager
def entered(modes: Modes) -> Iterator[None]:
    global active
    with _lock:
        active += 1
    token = _current.set(modes)
    try:
        yield
    finally:
        _current.reset(token)
        with _lock:
            active -= 1


def no_grad(function: Callable[..., Any] | None = None) -> Any:
    """Compute without recording: results inside the block (or the decorated function) are leaves.

    `with no_grad():`, `@no_grad` and `@no_grad()` all do.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.op is None, y.data
    (True, 4.0)
    """
    return unrecorded() if function is None else decorated(unrecorded(), function, "no_grad")


LATER = 0x20 | 0x80 | 0x200  # flags of generators, coroutines, and both (inspect.CO_GENERATOR, …)


def decorated(block: Any, function: Any, who: str) -> Any:
    """The function with each call inside the block; refuses what runs when the call is over."""
    if not callable(function):
        raise TypeError(
            f"{who} decorates a function, or opens a block: with {who}(): …; got {function!r}"
        )
    code = getattr(function, "__code__", None)
    if code is not None and code.co_flags & LATER:
        raise TypeError(
            f"{who}: {function.__name__} is a generator or async, so it runs when the decorated "
            f"call is over; open a block inside it: with {who}(): …"
        )
    return block(function)


@contextmanager
def unrecorded() -> Iterator[None]:
    if is_tracing():
        raise TraceError(
            "no_grad() inside a function that is being compiled would leave plain numbers in the "
            "program: compute them outside and pass them as arguments"
        )
    with entered(current()._replace(recording=False)):
        yield


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Group what is recorded inside the block (or the decorated function), for drawing and reading.

    Scopes nest; a node's `.scope` is the tuple of names, outermost first.
    """
    if not isinstance(name, str):
        raise TypeError(f"scope() takes a name, a str; got {type(name).__name__}")
    modes = current()
    with entered(modes._replace(scope=(*modes.scope, name))):
        yield


@contextmanager
def differentiating() -> Iterator[set[str]]:
    """While a transform calls the user's function; yields what is taken out of nodes meanwhile."""
    modes = current()
    taken: set[str] = set()
    with entered(modes._replace(calls=(*modes.calls, taken), recording=True)):
        yield taken
    if modes.returned is not None:
        modes.returned()


@contextmanager
def tracing(returned: Callable[[], None] | None = None) -> Iterator[None]:
    """While `compile` calls the user's function to see what it records.

    `returned` is called when a transform has called a function and before it differentiates that.
    """
    now = current()
    with entered(Modes(scope=now.scope, tracing=True, returned=returned, watch=now.watch)):
        yield


@contextmanager
def watching(watch: Watch | None) -> Iterator[None]:
    """Have all results checked by `watch` (see anomaly); None checks nothing."""
    with entered(current()._replace(watch=watch)):
        yield


def is_tracing() -> bool:
    return active > 0 and current().tracing


def take_out(what: str) -> None:
    """Note that a node gave its plain number away: no cotangent can come back from there."""
    modes = current()
    if modes.tracing:
        raise TraceError(
            f"{what} takes a number out of what is being compiled; the program would keep the "
            "number of this one call: compute with the node itself, or outside the function"
        )
    for taken in modes.calls:
        taken.add(what)


def side_effect(what: str) -> None:
    """Refuse what the compiled program would not repeat."""
    if is_tracing():
        raise TraceError(
            f"{what} inside a function that is being compiled would happen in this one call alone: "
            "return the new value, and store it where the compiled function is called"
        )


def branch() -> None:
    """Refuse a decision that the compiled program would take once and for all."""
    if is_tracing():
        raise TraceError(
            "this branches on data that is being compiled, so the program would always go the way "
            "of this one call: use autograd.where(condition, a, b), maximum, clip or relu instead"
        )


def indexing() -> None:
    """Refuse an index by data: the compiled program would always read where this one call did."""
    if is_tracing():
        raise TraceError(
            "an index that is being compiled would be the one of this call in every call: name its "
            "parameter in compile(…, static=…), or choose entries with autograd.where"
        )
