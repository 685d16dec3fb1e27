"""How the functions that a derivation may use are computed, by their names in the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...backward import gradients
from ...elementwise import INTERNAL, TABLE, clip, elu, leaky_relu, where
from ...linalg import dot, matmul, norm, outer, trace
from ...reductions import cumsum, max, mean, min, prod, std, sum, var
from ...shaping import diag, expand_dims, reshape, transpose
from ...softmaxes import log_softmax, logsumexp, softmax
from ...tensor import Tensor

Value = Any

ELEMENTWISE: dict[str, Callable[..., Any]] = {
    **{name: TABLE[name] for name in TABLE if name not in INTERNAL},
    "sign": np.sign,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "clip": clip,
}
# Where the branch is decided by the first argument's sign.
KINKED = {"relu", "leaky_relu", "elu", "abs", "sign", "step"}
PAIRS = {"maximum", "minimum"}  # by which of two is larger


def over_samples(f: Callable[..., Any]) -> Callable[..., Any]:
    """Softmax of a column goes down the column; of anything else along the last axis."""

    def function(x: Value, axis: int | None = None) -> Value:
        shape = x.shape
        if axis is None:
            axis = 0 if len(shape) == 2 and shape[1] == 1 else -1
        return f(x, axis=axis)

    return function


def extreme(reduction: Callable[..., Any], pairwise: Callable[..., Any]) -> Callable[..., Any]:
    """max(x) of an array's entries, max(x, y) entry by entry."""

    def function(*args: Value, **options: Any) -> Value:
        if len(args) == 1:
            return reduction(args[0], **options)
        found = args[0]
        for x in args[1:]:
            found = pairwise(found, x)
        return found

    return function


def whole(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(int(n) for n in sizes)


def size(x: Value, axis: int | None = None) -> Value:
    return np.float64(np.prod(x.shape) if axis is None else x.shape[axis])


FUNCTIONS: dict[str, Callable[..., Any]] = ELEMENTWISE | {
    "sum": sum, "mean": mean, "prod": prod, "var": var, "std": std, "cumsum": cumsum,
    "max": extreme(max, TABLE["maximum"]), "min": extreme(min, TABLE["minimum"]),
    "norm": norm, "trace": trace, "diag": diag, "dot": dot, "outer": outer, "matmul": matmul,
    "transpose": transpose, "expand_dims": expand_dims, "size": size,
    "softmax": over_samples(softmax), "log_softmax": over_samples(log_softmax),
    "logsumexp": logsumexp,
    "where": where,
    "reshape": lambda x, *sizes: reshape(x, whole(sizes)),
    "ones": lambda *sizes: np.ones(whole(sizes)), "zeros": lambda *sizes: np.zeros(whole(sizes)),
    "eye": lambda n: np.eye(int(n)),
    "ones_like": lambda x: np.ones(x.shape), "zeros_like": lambda x: np.zeros(x.shape),
}  # fmt: skip


def primed(f: Callable[..., Any], times: int) -> Callable[..., Any]:
    """f′ of an elementwise function, entry by entry, as the engine differentiates it."""

    def function(*args: Value) -> Value:
        x = Tensor(np.asarray(args[0], float))
        y = f(x, *args[1:])
        for k in range(times):
            y = gradients(sum(y), x, graph=k + 1 < times)
        return y

    return function
