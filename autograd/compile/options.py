"""What `compile` is asked for, checked, and the backend that follows from it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from ..data import kind_of
from ..errors import TraceError
from . import arrays
from .batched import Axes, Batched
from .built import Built
from .compiled import Compiled
from .program import Program

BACKENDS = ("numpy", "numba")


def compiled(
    f: Any,
    static: str | Sequence[str],
    donate: str | Sequence[str],
    batch: Any,
    reduce: str | None,
    backend: str,
    cache_size: int,
    report: Callable[[str], Any] | None,
) -> Compiled:
    if not callable(f):
        raise TypeError(f"compile takes a function, and gives a function; got {kind_of(f)}")
    if backend not in BACKENDS:
        raise ValueError(f"compile: backend is one of {', '.join(BACKENDS)}; got {backend!r}")
    if reduce not in (None, "sum", "mean") or (reduce and batch is None):
        raise ValueError(
            f"compile: reduce is None, 'sum' or 'mean', together with batch=; got {reduce!r}"
        )
    if isinstance(cache_size, bool) or not isinstance(cache_size, int) or cache_size < 1:
        raise ValueError(f"compile: cache_size is a whole number from 1 on; got {cache_size!r}")
    fixed, given_away = names(f, "static", static), names(f, "donate", donate)

    def build(program: Program, structure: Any) -> Built:
        if program.scalar:
            return scalar(program, structure, backend)
        if backend == "numba":
            raise TraceError(
                "compile: backend='numba' compiles functions of numbers; this one takes arrays, "
                "which numpy runs: leave backend= away"
            )
        donated = frozenset(
            i for i, root in enumerate(program.notes["parameters"]) if root in given_away
        )
        return arrays.build(program, structure, donated)

    if batch is not None:
        if fixed or given_away:
            raise ValueError("compile: batch= goes neither with static= nor with donate=")
        return Batched(
            f,
            lambda program, structure, axes: samples(program, structure, axes, reduce, backend),
            fixed,
            cache_size,
            report,
            batch,
        )
    return Compiled(f, build, fixed, cache_size, report)


def scalar(program: Program, structure: Any, backend: str) -> Built:
    if backend == "numba":
        from . import jit

        return jit.build(program, structure)
    from . import floats

    return floats.build(program, structure)


def samples(
    program: Program, structure: Any, axes: Axes, reduce: str | None, backend: str
) -> Built:
    if backend == "numba":
        from . import jit

        return jit.build(program, structure, axes, reduce)
    from . import batch

    return batch.build(program, structure, axes, reduce)


def names(f: Callable[..., Any], option: str, given: str | Sequence[str]) -> frozenset[str]:
    """The parameters that `static=` or `donate=` names."""
    chosen = (given,) if isinstance(given, str) else tuple(given)
    try:
        known = set(inspect.signature(f).parameters)
    except (TypeError, ValueError):
        return frozenset(chosen)
    unknown = [n for n in chosen if n not in known]
    if unknown:
        raise ValueError(
            f"compile: {option}= names parameters of the function, {sorted(known)}; got {unknown}"
        )
    return frozenset(chosen)
