"""A function at a point, and what every law asks of it: results, cotangents, names, text."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, cast

import numpy as np

from ..backward import gradients
from ..data import kind_of
from ..node import Node
from ..tensor import Tensor
from ..tree import leaves, rebuilt
from ..value import Value
from .arrays import Array
from .boxes import boxed, weighted

Function = Callable[..., Any]


class PropertyError(AssertionError):
    """A law of gradients that a function breaks; `.law` is the law's name."""

    def __init__(self, law: str, text: str) -> None:
        super().__init__(text)
        self.law = law


class Subject:
    """`f` at `args`: floats and arrays of floats are differentiated, all else is constant.

    Arguments may be nested dicts, lists and tuples.  `seed` chooses the cotangents.
    """

    def __init__(self, f: Function, args: Sequence[Any], seed: int = 0) -> None:
        self.f = f
        self.args = tuple(args)
        self.seed = seed
        self.flat = leaves(self.args)
        self.places = [i for i, a in enumerate(self.flat) if is_real(a)]
        self.points = [self.flat[i] for i in self.places]
        self.names = [named(f, self.args)[i] for i in self.places]
        if not self.points:
            raise TypeError(
                f"{name_of(f)}: no argument is a float or an array of floats, so there is nothing "
                f"to differentiate; got {', '.join(map(kind_of, self.flat)) or 'none'}"
            )
        self.scalar = all(isinstance(p, float) for p in self.points)

    def call(self, *points: Any) -> Any:
        """f with these in place of the arguments that are differentiated."""
        flat = list(self.flat)
        for i, point in zip(self.places, points, strict=True):
            flat[i] = point
        return self.f(*rebuilt(self.args, iter(flat)))

    @property
    def whole(self) -> tuple[int, ...] | None:
        """The arguments that are differentiated, if no container mixes them with constants."""
        real = [[is_real(leaf) for leaf in leaves((arg,))] for arg in self.args]
        mixed = any(any(each) and not all(each) for each in real)
        return None if mixed else tuple(i for i, each in enumerate(real) if any(each))

    def function(self) -> Function:
        """f of what is differentiated, all else being as given."""
        function: Any = lambda *points: self.call(*points)
        function.__name__ = function.__qualname__ = name_of(self.f)
        return cast(Function, function)

    def plain(self) -> Any:
        """f of copies of the plain arguments; of nodes, if it has to have their methods."""
        try:
            return self.call(*map(copied, self.points))
        except AttributeError:
            return self.result(self.fresh()).data

    def fresh(self, points: Sequence[Any] | None = None) -> list[Any]:
        """A leaf for each: Values if all are floats, else Tensors."""
        make: Any = Value if self.scalar else Tensor
        return [make(point) for point in (self.points if points is None else points)]

    def result(self, xs: Sequence[Any]) -> Any:
        """What f records from these leaves: one node, or an array of Values."""
        y = self.call(*xs)
        if isinstance(y, Node) or (isinstance(y, np.ndarray) and y.dtype == object):
            return y
        raise TypeError(
            f"{name_of(self.f)} of {type(xs[0]).__name__}s gave {kind_of(y)}; a property test "
            "needs one result that is computed with autograd's functions and operators"
        )

    @cached_property
    def recorded(self) -> tuple[list[Any], Any]:
        """Leaves, and the result computed from them."""
        xs = self.fresh()
        return xs, self.result(xs)

    @cached_property
    def elsewhere(self) -> tuple[list[Any], Any] | None:
        """The same at the same numbers in another order; None if f cannot be called there."""
        xs = self.fresh([moved(p) for p in self.points])
        try:
            return xs, self.result(xs)
        except Exception:  # whatever the user's function has against it
            return None

    def cotangent(self, y: Any, which: int = 0) -> Any:
        """Random, in the shape of y, no entry close to 0 and none alike: with ones, errors hide."""
        rng = np.random.default_rng([self.seed, which])
        shape = np.shape(y.data if isinstance(y, Node) else y)
        c = rng.uniform(0.3, 1.0, shape) * rng.choice([-1.0, 1.0], shape)
        return c if shape else float(c)

    def pull(self, c: Any, graph: bool = False) -> list[Any]:
        """The cotangents of all arguments, for the recorded result's."""
        xs, y = self.recorded
        if isinstance(y, np.ndarray):
            y, c = weighted(y, c), 1.0
        found: list[Any] = gradients(y, xs, seed=c, graph=graph)
        return found

    def boxes(self) -> tuple[list[Array], Any]:
        """The arguments as arrays of Values, and what f makes of them."""
        boxes = [boxed(p) for p in self.points]
        return boxes, self.call(*[b[()] if b.ndim == 0 else b for b in boxes])


def is_real(a: Any) -> bool:
    return isinstance(a, float) or (isinstance(a, np.ndarray) and a.dtype.kind == "f")


def is_array(a: Any) -> bool:
    return isinstance(a, np.ndarray)


def moved(a: Any) -> Any:
    """The same entries in another order: still in the domain, as a rule."""
    return np.roll(a, 1).reshape(a.shape) if isinstance(a, np.ndarray) else a


def copied(a: Any) -> Any:
    return a.copy() if isinstance(a, np.ndarray) else a


def name_of(f: Function) -> str:
    """What messages call a function; a lambda is f."""
    name = str(getattr(f, "__name__", type(f).__name__))
    return name if name.isidentifier() else "f"


def named(f: Function, args: Sequence[Any]) -> list[str]:
    """A name for each leaf of the arguments: `x`, `params['W1']`."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    single = [p.name for p in parameters if p.kind is not p.VAR_POSITIONAL]
    names = [*single, *(f"argument {i}" for i in range(len(single), len(args)))]
    return [path for name, arg in zip(names, args, strict=False) for path in paths(arg, name)]


def paths(tree: Any, path: str) -> list[str]:
    """The leaves of a tree as Python would reach them."""
    if isinstance(tree, dict):
        return [p for key, child in tree.items() for p in paths(child, f"{path}[{key!r}]")]
    if isinstance(tree, list | tuple):
        return [p for i, child in enumerate(tree) for p in paths(child, f"{path}[{i}]")]
    return [] if tree is None else [path]
