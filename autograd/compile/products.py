"""Products of matrices a few rows at a time, where that is faster.

OpenBLAS copies the operands of a product into panels first, but has a kernel that does without for
up to 10⁶ multiplications on processors with AVX-512: 10 to 15 % less time where rows are taken so
few at a time.  Elsewhere, or with several threads, the whole product is faster, so it is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter
from typing import Any

import numpy as np

SMALL = 10**6  # multiplications
ROWS = 4  # that the kernel takes at once
LONGEST = 16  # pieces that are timed, half a millisecond
TURNS = 8
PAYS = 0.96  # of the time of the whole product


def dot_by_rows(a: Any, b: Any, rows: int, out: Any = None) -> Any:
    """a b for matrices, that many rows of a at a time."""
    if out is None:
        out = np.empty((len(a), b.shape[1]), np.result_type(a, b))
    for i in range(0, len(a), rows):
        a[i : i + rows].dot(b, out[i : i + rows])
    return out


@lru_cache(1024)
def rows_at_once(m: int, k: int, n: int, dtype: Any) -> int | None:
    """How many rows of an m×k matrix to multiply at a time by one of k×n; None for all."""
    most = SMALL // max(k * n, 1) // ROWS * ROWS
    if m <= most or not most:
        return None
    pieces = -(-m // most)
    rows = -(-m // pieces // ROWS) * ROWS
    a, b = np.ones((min(m, LONGEST * rows), k), dtype), np.ones((k, n), dtype)
    out = np.empty((len(a), n), dtype)
    ways: tuple[Callable[[], Any], ...] = (
        lambda: a.dot(b, out),
        lambda: dot_by_rows(a, b, rows, out),
    )
    times = [[seconds(f) for f in ways] for _ in range(TURNS)]
    whole, parts = map(min, zip(*times, strict=True))
    return rows if parts < PAYS * whole else None


def seconds(f: Callable[[], Any]) -> float:
    start = perf_counter()
    f()
    return perf_counter() - start
