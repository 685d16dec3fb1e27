"""numpy's functions on nodes: each that has an op of ours runs as that op, the rest raises.

What has no derivative because it answers a question about the data (`np.isfinite`, `np.argmax`,
comparisons) runs on the data and gives plain arrays.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from . import linalg, modes, reductions, shaping
from .elementwise import TABLE, clip, where
from .errors import NoDerivativeError
from .node import Node

Function = Callable[..., Any]

UFUNCS: dict[Any, Function] = {
    ufunc: function
    for function in TABLE.values()
    for ufunc in function.op.numpy
    if isinstance(ufunc, np.ufunc)
}
UFUNCS[np.matmul] = linalg.matmul
REDUCTIONS: dict[Any, Function] = {
    np.add: reductions.sum,
    np.multiply: reductions.prod,
    np.maximum: reductions.max,
    np.minimum: reductions.min,
}

# numpy's function -> ours, and numpy's parameters in order under our names.  A parameter that ours
# lacks may only be given its default None.
FUNCTIONS: dict[Any, tuple[Function, str]] = {
    np.sum: (reductions.sum, "x axis dtype out keepdims initial where"),
    np.mean: (reductions.mean, "x axis dtype out keepdims where"),
    np.var: (reductions.var, "x axis dtype out ddof keepdims where"),
    np.std: (reductions.std, "x axis dtype out ddof keepdims where"),
    np.max: (reductions.max, "x axis out keepdims initial where"),
    np.min: (reductions.min, "x axis out keepdims initial where"),
    np.amax: (reductions.max, "x axis out keepdims initial where"),
    np.amin: (reductions.min, "x axis out keepdims initial where"),
    np.prod: (reductions.prod, "x axis dtype out keepdims initial where"),
    np.cumsum: (reductions.cumsum, "x axis dtype out"),
    np.clip: (clip, "x lo hi out"),
    np.where: (where, "condition a b"),
    np.dot: (linalg.dot, "a b out"),
    np.outer: (linalg.outer, "a b out"),
    np.einsum: (linalg.einsum, ""),
    np.trace: (linalg.trace, "x offset axis1 axis2 dtype out"),
    np.linalg.norm: (linalg.norm, "x ord axis keepdims"),
    np.transpose: (shaping.transpose, "x axes"),
    np.swapaxes: (shaping.swapaxes, "x axis1 axis2"),
    np.reshape: (shaping.reshape, "x shape order copy"),
    np.ravel: (lambda x: shaping.reshape(x, (-1,)), "x order"),
    np.broadcast_to: (shaping.broadcast_to, "x shape subok"),
    np.expand_dims: (shaping.expand_dims, "x axis"),
    np.squeeze: (shaping.squeeze, "x axis"),
    np.concatenate: (shaping.concatenate, "arrays axis out dtype casting"),
    np.stack: (shaping.stack, "arrays axis out dtype casting"),
    np.take: (shaping.take, "x indices axis out mode"),
    np.diag: (shaping.diag, "x k"),
}
RENAMED = {"a": "x", "v": "x", "a_min": "lo", "a_max": "hi", "min": "lo", "max": "hi"}
POSITIONAL = {shaping.transpose: "axes", shaping.reshape: "shape"}  # ours take these as *args

QUESTIONS = {
    np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal,
    np.isnan, np.isinf, np.isfinite, np.signbit,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor,
    np.shape, np.ndim, np.size, np.argmax, np.argmin, np.argsort, np.nonzero, np.flatnonzero,
    np.count_nonzero, np.any, np.all, np.allclose, np.isclose, np.array_equal,
    np.zeros_like, np.ones_like, np.full_like, np.empty_like,
    np.array_repr, np.array_str, np.array2string, np.result_type,
}  # fmt: skip


STRUCTURAL = {np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.result_type}
COMPARISONS: dict[Any, Function] = {
    np.greater: TABLE["greater"],
    np.greater_equal: TABLE["at_least"],
    np.less: lambda a, b: TABLE["greater"](b, a),
    np.less_equal: lambda a, b: TABLE["at_least"](b, a),
    np.equal: TABLE["same"],
    np.not_equal: TABLE["differ"],
}


def plain(arg: Any) -> Any:
    """A node's data; lists and tuples of nodes likewise."""
    if isinstance(arg, Node):
        if not arg.is_scalar:
            arg._raw.setflags(write=False)  # what answers may be another library's array
        return arg._raw
    return type(arg)(plain(a) for a in arg) if type(arg) in (list, tuple) else arg


def answered(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    if func not in STRUCTURAL and modes.is_tracing():
        if func in COMPARISONS and not kwargs:
            return COMPARISONS[func](*args)
        modes.take_out(f"np.{func.__name__}")
    return func(*plain(args), **{k: plain(v) for k, v in kwargs.items()})


def array_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if kwargs.get("out") is not None:
        raise TypeError(
            f"np.{ufunc.__name__}(…, out=…) and in-place arithmetic cannot write a node into an "
            "array: use the node's .data, or a new name for the result"
        )
    axis = kwargs.get("axis", 0)  # numpy's default for ufunc.reduce; None is all axes
    kwargs = {k: v for k, v in kwargs.items() if v is not None}
    if ufunc in QUESTIONS and method == "__call__":
        return answered(ufunc, inputs, kwargs)
    if method == "__call__" and ufunc in UFUNCS and not kwargs:
        return UFUNCS[ufunc](*inputs)
    if method == "reduce" and ufunc in REDUCTIONS and not kwargs.keys() - {"axis", "keepdims"}:
        return REDUCTIONS[ufunc](*inputs, **{**kwargs, "axis": axis})
    options = f" with {', '.join(kwargs)}" if kwargs and method == "__call__" else ""
    name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    raise without_rule(name + options)


def array_function(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if func in QUESTIONS:
        return answered(func, args, kwargs)
    if func not in FUNCTIONS:
        name = getattr(func, "__name__", repr(func))
        module = getattr(func, "__module__", "").removeprefix("numpy")
        raise without_rule(f"{module.lstrip('.')}.{name}".lstrip("."))
    ours, names = FUNCTIONS[func]
    if func is np.where and len(args) + len(kwargs) == 1:
        raise without_rule("where with one argument")
    given = dict(zip(names.split(), args, strict=False)) if names else {}
    rest = () if names else args
    for key, value in kwargs.items():
        known = key if key in names.split() else RENAMED.get(key, key)
        given["arrays" if known == "x" and "arrays" in names else known] = value
    given = {k: v for k, v in given.items() if v is not None and v is not np._NoValue}
    accepted = set(inspect.signature(ours).parameters)
    star = POSITIONAL.get(ours)
    unknown = [k for k in given if k not in accepted]
    if "out" in given:
        raise TypeError(f"np.{func.__name__}(…, out=…) cannot write a node: use the node's .data")
    if unknown:
        raise without_rule(f"{func.__name__} with {', '.join(unknown)}")
    if star:
        value = given.pop(star, None)
        return ours(given["x"]) if value is None else ours(given["x"], value)
    return ours(*rest, **given)


def without_rule(name: str) -> NoDerivativeError:
    return NoDerivativeError(
        f"np.{name} has no derivative rule here: use a function of autograd's, or declare the op "
        "with autograd.primitive; for the plain numbers, pass the node's .data"
    )
