"""`detect_anomaly`: the first nan or infinity, in the forward or the backward pass, is an error.

What watches is loaded when a block opens: watch.py sees every result and every cotangent, site.py
knows the line of code, report.py writes the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .. import modes


def detect_anomaly(function: Callable[..., Any] | None = None, *, infinities: bool = True) -> Any:
    """Raise AnomalyError at the first nan or infinity that an operation or a derivative gives.

    `with detect_anomaly():`, `@detect_anomaly` and `@detect_anomaly()` all do.  The error names the
    op, its operands with their names and values, the scope, and the line of your code; in the
    backward pass also the argument and the cotangent that came in.  Record the graph inside the
    block, too: that is when lines are noted.  `infinities=False` lets ±inf pass and looks for nan,
    for computations that mean their infinities, such as a mask of −inf before softmax.

    Only results count, so what a stable op forms in between (sigmoid, logsumexp) raises no alarm.
    numpy's own warnings are silent inside the block.  Everything runs many times slower there; see
    docs/anomalies.md.

    >>> from autograd import Value, log
    >>> with detect_anomaly():
    ...     y = log(Value(0.0, name="x"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    autograd.errors.AnomalyError: log gave -inf
      x = 0
      File ...
    """
    if function is None:
        return watched(infinities)
    return modes.decorated(watched(infinities), function, "detect_anomaly")


@contextmanager
def watched(infinities: bool) -> Iterator[None]:
    from .watch import Watch

    quiet = np.errstate(divide="ignore", over="ignore", invalid="ignore")
    with quiet, modes.watching(Watch(infinities)):
        yield
