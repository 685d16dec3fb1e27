"""One call of a function that is being differentiated: in with leaves, back with gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import modes
from .backward import finished, pulled_back
from .data import as_array, as_float, kind_of, numbers
from .elementwise import identity
from .errors import StructureError
from .node import Node, ordered
from .tensor import Tensor
from .tree import leaves, rebuilt
from .value import Value

Function = Callable[..., Any]
Argnums = int | Sequence[int]


def function(f: Any, who: str) -> Function:
    if not callable(f):
        raise TypeError(f"{who} takes a function, and gives a function; got {kind_of(f)}")
    checked: Function = f
    return checked


def positions(argnums: Any, who: str) -> tuple[int, ...]:
    nums = tuple(argnums) if isinstance(argnums, tuple | list) else (argnums,)
    if any(isinstance(n, bool) or not isinstance(n, int) for n in nums) or not nums:
        raise TypeError(f"{who}: argnums is an int or a tuple of ints; got {argnums!r}")
    return nums


class Call:
    """One call of the user's function on fresh leaves, and the way back to its arguments."""

    def __init__(
        self, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums, who: str
    ) -> None:
        self.who = who
        self.single = isinstance(argnums, int)
        nums = positions(argnums, who)
        for n in nums:
            if not -len(args) <= n < len(args):
                raise IndexError(f"{who}: argnums {n} asks for an argument that was not given: the "
                                 f"function was called with {len(args)}")  # fmt: skip
        self.chosen = tuple(args[n] for n in nums)
        given = leaves(self.chosen)
        self.given = given
        arrays = any(not isinstance(a, int | float | Value) or isinstance(a, np.ndarray)
                     for a in given)  # fmt: skip
        self.kind: Any = Tensor if arrays else Value
        self.leaves = [self.fresh(a) for a in given]
        lifted = rebuilt(self.chosen, iter(self.leaves))
        full = list(args)
        for n, tree in zip(nums, lifted, strict=True):
            full[n] = tree
        with modes.differentiating() as self.taken:
            self.result = f(*full, **kwargs)
        if self.result is None:
            raise StructureError(f"{who}: the function gave None; does it return its result?")

    def fresh(self, a: Any) -> Any:
        """A leaf for plain data; for a node, a copy in its graph."""
        if isinstance(a, Node):
            return identity(a)
        if self.kind is Value:
            return Value(as_float(a, self.who))
        return Tensor(as_array(a, f"an argument of {self.who}"))

    def constant(self, y: Any) -> Any:
        """A result that is no node, as a leaf: it does not depend on the arguments."""
        if self.taken:
            raise TypeError(
                f"{self.who}: the function gave the plain {kind_of(y)}, having taken an argument's "
                f"number out of its graph by {' and '.join(sorted(self.taken))}, as math.sin(x) "
                "does: use autograd's functions, such as autograd.sin(x)"
            )
        if (isinstance(y, np.ndarray) and y.ndim) or self.kind is Tensor:
            try:
                return Tensor(y)
            except TypeError:
                pass
        elif isinstance(y, int | float | np.generic | np.ndarray):
            return Value(y)
        wanted = "one number (for several, use jacobian)" if self.who == "grad" else "numbers"
        raise StructureError(f"{self.who}: the function has to give {wanted}; it gave {kind_of(y)}")

    def nested(self, roots: Sequence[Node]) -> bool:
        """Whether results belong to an outer computation and therefore have to stay nodes."""
        if any(isinstance(a, Node) for a in self.given):
            return True
        if not (modes.current().calls or modes.is_tracing()):
            return False
        own = set(self.leaves)
        return any(node.op is None and node not in own for node in ordered(*roots))

    def pull(self, roots: Sequence[Any], seeds: Sequence[Any]) -> Any:
        """The arguments' cotangents, in their structure and kind."""
        nested = self.nested(roots) or any(isinstance(s, Node) for s in seeds)
        found = pulled_back(roots, seeds, self.leaves, nested)
        return self.arranged([
            self.as_plain(g, nested, a)
            for g, a in zip(finished(self.leaves, found, nested), self.given, strict=True)
        ])  # fmt: skip

    def arranged(self, results: list[Any]) -> Any:
        tree = rebuilt(self.chosen, iter(results))
        return tree[0] if self.single else tree

    def lowered(self, y: Any) -> Any:
        """f's result as the caller sees it: plain, unless it belongs to an outer computation."""
        if isinstance(y, np.ndarray) and y.dtype == object:
            roots = [e for e in y.flat if isinstance(e, Node)]
            if self.nested(roots):
                return y
            return numbers(y)
        if not isinstance(y, Node) or self.nested([y]):
            return y
        return y._raw if y.is_scalar else np.array(y._raw)[()]

    @staticmethod
    def as_plain(g: Any, nested: bool, given: Any) -> Any:
        """A 0-d gradient of an argument that was a number as a float."""
        if nested or not isinstance(given, int | float):
            return g
        return float(g)

    @staticmethod
    def dtype(leaf: Any) -> Any:
        return float if leaf.is_scalar else leaf._raw.dtype
