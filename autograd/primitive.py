"""`primitive`: an op of the user's own, which then works everywhere that a built-in does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, cast

import numpy as np

from .data import numbers
from .errors import DTypeError
from .op import Function, Op, Rule, Template, apply


def primitive(
    name: str,
    forward: Callable[..., Any],
    rules: Sequence[Rule | None] | Rule,
    python: Template | None = None,
    tex: Template | None = None,
) -> Function:
    """Declare an op and return its function.

    `forward(*args)` computes on floats and arrays.  `rules` holds one `rule(g, y, *args)` per
    argument: the argument's cotangent, given the result's `g`; None where there is no derivative.
    A rule that is written with operators and autograd's functions can itself be differentiated.
    `python` and `tex` are templates such as `"cube({})"`, for generated source and formulas.

    The function takes numbers, arrays, Values, Tensors and object arrays of Values (elementwise
    ops), and its results can be differentiated to any order.

    >>> from autograd import Value
    >>> cube = primitive("cube", lambda x: x**3, [lambda g, y, x: g * 3 * x**2], tex="{}^3")
    >>> x = Value(2.0)
    >>> y = cube(x)
    >>> y.backward()
    >>> y.data, x.grad
    (8.0, 12.0)

    Raises TypeError for a declaration that does not hold together.
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"primitive: name is a non-empty str; got {name!r}")
    if not callable(forward):
        raise TypeError(f"primitive {name}: forward is a function; got {forward!r}")
    table = (rules,) if callable(rules) else tuple(rules)
    for rule in table:
        if rule is not None and not callable(rule):
            raise TypeError(f"primitive {name}: a rule is a function or None; got {rule!r}")
    slots = ", ".join("{}" for _ in table)
    op = Op(
        name,
        lambda *args: owned(forward(*args)),
        tuple([rule and reading(rule) for rule in table]),
        scalar=lambda *xs: number(name, forward(*xs)),
        objects=lambda *args: on_elements(op, forward, args),
        python=python or f"{name}({slots})",
        tex=tex or rf"\operatorname{{{{{name}}}}}({slots})",
        analytic=False,  # nothing is known of the user's function
    )

    def function(*args: Any) -> Any:
        if len(args) != len(table):
            raise TypeError(f"{name} takes {len(table)} arguments, one per rule; got {len(args)}")
        return apply(op, *args)

    public: Any = function
    public.__name__ = public.__qualname__ = name
    public.__doc__ = forward.__doc__
    public.__wrapped__ = forward  # whose argument names reports use
    public.op = op
    return cast(Function, public)


def reading(rule: Rule) -> Rule:
    """The user's rule, with a cotangent that it cannot write into: other arguments may share it."""

    @wraps(rule)
    def read(g: Any, y: Any, *args: Any) -> Any:
        if isinstance(g, np.ndarray):
            g.setflags(write=False)
        return rule(g, y, *args)

    return read


def owned(y: Any) -> Any:
    """The user's result as an array that shares no memory with what it was computed from."""
    return np.array(y) if isinstance(y, np.ndarray) else y


def number(name: str, y: Any) -> float:
    if isinstance(y, complex):
        raise ValueError("Python's power of a negative float; numpy's answer, nan, is taken")
    if np.ndim(y) or isinstance(y, str):
        raise DTypeError(f"{name} of numbers has to give a number; its forward gave {y!r}")
    return float(y)


def on_elements(op: Op, forward: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """An object array of Values, entry by entry, if that is what forward does to an array."""
    result = np.frompyfunc(lambda *xs: apply(op, *xs), len(args), 1)(*args)
    whole = np.asarray(forward(*(numbers(a) if isinstance(a, np.ndarray) else a for a in args)))
    if whole.shape != np.shape(result) or not np.allclose(whole, numbers(result), equal_nan=True):
        raise DTypeError(
            f"{op.name} is not elementwise, so it cannot run on an array of Values: use a Tensor"
        )
    return result
