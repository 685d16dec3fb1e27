"""`compile`: a traced function as a straight-line program that runs without the engine.

trace -> program of steps -> passes -> source, by a backend: numpy's calls with planned memory for
arrays; floats, arrays of samples or machine code for scalars.  Nothing here is loaded before the
first use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

CACHE = 64  # programs kept for each function


def compile(
    f: Callable[..., Any] | None = None,
    *,
    static: str | Sequence[str] = (),
    donate: str | Sequence[str] = (),
    batch: Any = None,
    reduce: str | None = None,
    backend: str = "numpy",
    cache_size: int = CACHE,
    report: Callable[[str], Any] | None = None,
) -> Any:
    """A function that computes what `f` computes, by a program traced from one call of it.

    The first call with arguments of a kind (structure, shapes, dtypes) runs `f` on nodes,
    simplifies what it recorded and writes it out as straight-line code; later calls run that code.
    `compile(grad(f))`, `compile(value_and_grad(f))`, jacobians, Hessians and whole training steps
    compile too.  Arguments and results are numbers, arrays, and dicts, lists and tuples of them, as
    for `grad`; Tensors and Values that `f` reaches by itself are read anew at every call.  Also a
    decorator.  `.source` is the program's text, `.cache_info()` counts traces.

    static: names of parameters that are fixed: another value is another program.  (Bools, strings,
        None and other objects always are.)
    donate: names of parameters whose arrays results may be written into: they are then lost.
    batch: for functions of numbers, like vmap's in_axes: for each argument the axis of its arrays
        along which the samples lie, or None for what all samples share.
    reduce: with `batch`, None (results have the samples as first axis), "sum" or "mean" over them.
    backend: "numpy", or "numba" for machine code of functions of numbers (extra `jit`).
    cache_size: how many programs are kept; the one not used for longest goes.
    report: called with a line of text at each trace: what was traced, and what changed.

    Raises TraceError where `f` does what a program cannot repeat: branches on data, takes numbers
    out of nodes, assigns data, calls backward.

    >>> from autograd import grad
    >>> slope = compile(grad(lambda x: x**3 + 2 * x))
    >>> slope(2.0)
    14.0
    """
    if f is None:
        return lambda function: compile(
            function, static=static, donate=donate, batch=batch, reduce=reduce, backend=backend,
            cache_size=cache_size, report=report,
        )  # fmt: skip
    from .options import compiled

    return compiled(f, static, donate, batch, reduce, backend, cache_size, report)
