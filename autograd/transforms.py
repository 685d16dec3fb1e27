"""Functions of functions: grad, value_and_grad, jacobian, hessian, vjp, jvp, hvp.

Each calls the user's function once on fresh leaves and pulls cotangents back.  Arguments that are
nodes already belong to an outer computation: they enter through a copy in the graph, and results
stay nodes, so transforms compose to any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any

import numpy as np

from .backward import finished, pulled_back, seeded
from .call import Argnums, Call, Function, function
from .elementwise import mul
from .errors import ShapeError, StructureError
from .node import Node
from .reductions import sum
from .shaping import reshape, stack
from .tree import leaves, mapped, matching, rebuilt


def grad(f: Function, argnums: Argnums = 0) -> Function:
    """The function that gives ∂f/∂argument, for an `f` with one number as result.

    Arguments may be floats, arrays, or nested dicts, lists and tuples of them; the gradient has the
    structure, shapes and dtypes of the argument.  With several `argnums`, a tuple of gradients.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0

    Raises ShapeError when f's result has several elements (use jacobian, or reduce it).
    """
    both = value_and_grad(function(f, "grad"), argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(f: Function, argnums: Argnums = 0) -> Function:
    """Like `grad`, with the function giving the pair (f's value, gradient)."""

    function(f, "value_and_grad")

    @wraps(f)
    def both(*args: Any, **kwargs: Any) -> Any:
        call = Call(f, args, kwargs, argnums, "grad")
        y = call.result
        if not isinstance(y, Node):
            y = call.constant(y)
        start = seeded(y, None, "grad")
        return call.lowered(y), call.pull([y], [start])

    return both


def jacobian(f: Function, argnums: Argnums = 0) -> Function:
    """The function that gives ∂f/∂argument for an `f` with any result.

    For arrays, its shape is result.shape + argument.shape.  For containers, the result's structure
    is outside and the argument's inside.
    """

    function(f, "jacobian")

    @wraps(f)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        call = Call(f, args, kwargs, argnums, "jacobian")
        outputs = leaves(call.result)
        return rebuilt(call.result, iter([rows(call, y) for y in outputs]))

    return matrix


def rows(call: Call, y: Any) -> Any:
    """One cotangent pulled back per entry of `y`, and the results stacked in y's shape."""
    if isinstance(y, np.ndarray) and y.dtype == object:  # an array of Values
        entries = [
            call.pull([e if isinstance(e, Node) else call.constant(e)], [1.0]) for e in y.flat
        ]
        return stacked(call, entries, y.shape)
    if not isinstance(y, Node):
        y = call.constant(y)
    if y.is_scalar:
        return call.pull([y], [1.0])
    entries = []
    for i in range(y._raw.size):
        seed = np.zeros(y._raw.size, y._raw.dtype)
        seed[i] = 1.0
        entries.append(call.pull([y], [frozen(seed.reshape(y._raw.shape))]))
    return stacked(call, entries, y._raw.shape)


def stacked(call: Call, entries: list[Any], shape: tuple[int, ...]) -> Any:
    """A list of trees of gradients as a tree of arrays with `shape` in front."""
    columns = [list(column) for column in zip(*(leaves(e) for e in entries), strict=True)]
    if not entries:
        columns = [[] for _ in call.leaves]
    joined = []
    for leaf, column, given in zip(call.leaves, columns, call.given, strict=True):
        inner = np.shape(leaf._raw)
        if any(isinstance(e, Node) for e in column):
            joined.append(reshape(stack(column), shape + inner))
        else:
            array = np.array(column, dtype=call.dtype(leaf)).reshape(shape + inner)
            joined.append(call.as_plain(array, False, given) if array.ndim == 0 else array)
    return call.arranged(joined)


def hessian(f: Function, argnums: Argnums = 0) -> Function:
    """The function that gives ∂²f/∂argument², for an `f` with one number as result."""
    return jacobian(grad(f, argnums), argnums)


def vjp(f: Function, *args: Any) -> tuple[Any, Function]:
    """(f(*args), pull): `pull(g)` gives Σ g · ∂f/∂arg, one cotangent per argument.

    `g` has the structure and shapes of f's result.
    """
    call = Call(function(f, "vjp"), args, {}, tuple(range(len(args))), "vjp")
    roots = [y if isinstance(y, Node) else call.constant(y) for y in leaves(call.result)]

    def pull(g: Any) -> Any:
        given = matching(g, call.result, "vjp")
        return call.pull(roots, [seeded(y, c, "vjp") for y, c in zip(roots, given, strict=True)])

    return mapped(call.lowered, call.result), pull


def jvp(f: Function, args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """(f(*args), t): the derivative of f along `tangents`, in the structure of f's result.

    Σ c · ∂f/∂arg is linear in the cotangent c, and its derivative in c along the tangents is the
    result: reverse mode twice, so the same rules serve.
    """
    if not isinstance(args, tuple | list):
        raise StructureError(f"jvp: args is a tuple of f's arguments, (x,) for one; got {args!r}")
    call = Call(function(f, "jvp"), tuple(args), {}, tuple(range(len(args))), "jvp")
    given = matching(tangents, tuple(args), "jvp")
    starts = [seeded(leaf, t, "jvp: a tangent") for leaf, t in zip(call.leaves, given, strict=True)]
    outputs: list[Any] = [
        y if isinstance(y, Node) else call.constant(y) for y in leaves(call.result)
    ]
    cotangents: list[Any] = [type(y)(np.zeros_like(y._raw)) for y in outputs]
    found = pulled_back(outputs, cotangents, call.leaves, True)
    reached = [
        (found[leaf], t)
        for leaf, t in zip(call.leaves, starts, strict=True)
        if isinstance(found.get(leaf), Node)
    ]
    nested = call.nested(outputs) or any(isinstance(t, Node) for t in starts)
    pushed = (
        pulled_back([r for r, _ in reached], [t for _, t in reached], cotangents, nested)
        if reached
        else {}
    )
    results = finished(cotangents, pushed, nested)
    tangent = iter([t[()] if isinstance(t, np.ndarray) else t for t in results])
    return mapped(call.lowered, call.result), rebuilt(call.result, tangent)


def hvp(f: Function, x: Any, v: Any) -> Any:
    """∂²f/∂x² · v for an `f` with one number as result; v has x's structure and shapes."""
    given = matching(v, x, "hvp")

    def slope(x: Any) -> Any:
        total: Any = 0.0
        for g, w in zip(leaves(grad(f)(x)), given, strict=True):
            if np.shape(getattr(w, "_raw", w)) != np.shape(getattr(g, "_raw", g)):
                raise ShapeError("hvp: v has the shapes of x")
            product = mul(g, w)
            total = total + (product if getattr(product, "shape", ()) == () else sum(product))
        return total

    return grad(slope)(x)


def frozen(array: Any) -> Any:
    array.setflags(write=False)
    return array
