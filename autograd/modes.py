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
from typing import Any, NamedTuple


class Modes(NamedTuple):
    recording: bool = True
    scope: tuple[str, ...] = ()
    # One set for each transform (grad, jacobian, …) that is calling the user's function: which
    # numbers were taken out of nodes there, as math.sin(x) does through float(x).
    calls: tuple[set[str], ...] = ()


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
    return unrecorded() if function is None else unrecorded()(function)


@contextmanager
def unrecorded() -> Iterator[None]:
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


def take_out(what: str) -> None:
    """Note that a node gave its plain number away: no cotangent can come back from there."""
    for taken in current().calls:
        taken.add(what)
