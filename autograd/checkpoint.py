"""`checkpoint`: recompute what a function computes in between, instead of storing it.

Calling the wrapped function records one node per result, whose arguments are the nodes from outside
that the function used.  Its rule calls the function again, recording everything this time, and
pulls the cotangents back through that, down to those arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial, wraps
from itertools import accumulate, pairwise
from typing import Any, TypeVar

import numpy as np

from . import modes
from .cotangents import arrays_pulled_back, nodes_pulled_back
from .data import kind_of
from .errors import StaleGraphError
from .node import Node, serial, tick
from .op import Op
from .shaping import getitem, reshape
from .tensor import Tensor
from .tree import leaves, rebuilt
from .value import Value

F = TypeVar("F", bound=Callable[..., Any])


def checkpoint(f: F) -> F:
    """`f`, storing only its results and recomputing the rest when a gradient needs it.

    A network of n layers keeps the intermediates of all of them until backward; with each layer,
    or each group of √n layers, under `checkpoint` it keeps their results and the intermediates of
    one.  The price is one more forward pass.  Values, gradients and higher derivatives are the
    same; `f` takes and gives what it did: Tensors or Values in any containers, and parameters that
    it reaches without being passed get their gradients.  What `f` makes and keeps inside cannot be
    differentiated with respect to; what it gives back can.

    `f` has to compute the same when it is called again.  Random numbers, such as a dropout mask,
    are drawn outside and passed in.  Raises StaleGraphError in backward if the second call gave
    another result, or if a leaf that `f` uses was assigned in between.

    >>> from autograd import Tensor, gradients, tanh
    >>> W = Tensor([[0.5]], name="W")
    >>> layer = checkpoint(lambda x: tanh(tanh(x @ W) @ W))
    >>> y = layer(Tensor([[1.0]])).sum()
    >>> gradients(y, W).round(4)
    array([[0.8113]])
    """
    if not callable(f):
        raise TypeError(f"checkpoint takes a function, and gives a function; got {kind_of(f)}")

    @wraps(f)
    def once(*args: Any, **kwargs: Any) -> Any:
        state = modes.current()
        if not state.recording or state.tracing:  # nothing is stored, or the compiler plans it
            return f(*args, **kwargs)
        return Call(partial(f, *args, **kwargs), getattr(f, "__name__", "f")).result()

    return once  # type: ignore[return-value]  # it has f's signature


class Run:
    """What one call recorded: its result, the nodes inside in order, those used from outside."""

    def __init__(self, f: Callable[[], Any]) -> None:
        start = tick()
        self.tree = f()
        self.outputs = list(dict.fromkeys([
            y for y in leaves(self.tree) if isinstance(y, Node) and y.op and y.serial > start
        ]))  # fmt: skip
        stack = list(self.outputs)
        seen: dict[Node, None] = dict.fromkeys(stack)
        self.order: list[Node] = []
        while stack:  # `ordered`, but not beyond what was there before the call
            node = stack.pop()
            if node.op is None or node.serial < start:
                continue
            self.order.append(node)
            new = [arg for arg in node.parents() if arg not in seen]
            seen.update(dict.fromkeys(new))
            stack += new
        self.order.sort(key=serial)
        self.outside = [node for node in seen if node.serial < start]

    def data(self, group: Sequence[int]) -> Any:
        """The data of the results `group`, of several arrays as one vector; no views of others."""
        raws = [self.outputs[k]._raw for k in group]
        if len(group) > 1:
            return np.concatenate([raw.ravel() for raw in raws])
        raw = raws[0]
        return raw.copy() if isinstance(raw, np.ndarray) and raw.base is not None else raw


class Call:
    """One call of the function: the nodes that it used from outside, and how to repeat it."""

    def __init__(self, f: Callable[[], Any], name: str) -> None:
        self.f = f
        self.name = name if name.isidentifier() else "checkpoint"
        self.scope = modes.current().scope
        self.first: Run | None = Run(f)  # until the results are recorded
        self.outside = self.first.outside
        self.raws = [node._raw for node in self.outside]

    def result(self) -> Any:
        """f's result, with one node of ours for each that it computed."""
        run = self.first
        assert run is not None
        made: dict[int, Any] = {}
        groups: dict[Any, list[int]] = {}  # Values one by one, arrays by dtype
        for k, y in enumerate(run.outputs):
            groups.setdefault(k if y.is_scalar else y._raw.dtype, []).append(k)
        for group in groups.values():
            made |= zip(group, self.recorded(run, group), strict=True)
        self.first = None
        found = {}
        for k, y in enumerate(run.outputs):
            found[y] = made[k]
            if y.name is not None:
                made[k].name = y.name
        new = [found.get(y, y) if isinstance(y, Node) else y for y in leaves(run.tree)]
        return rebuilt(run.tree, iter(new))

    def recorded(self, run: Run, group: list[int]) -> list[Any]:
        """The nodes for the results `group`; several arrays are parts of one vector."""
        outputs = [run.outputs[k] for k in group]
        shapes = [np.shape(y._raw) for y in outputs]
        op = Op(
            self.name,
            lambda *raws: self.again(raws).data(group),
            lambda g, y, *xs: self.pulled_back(group, shapes, g, y, xs),
            scalar=lambda *raws: self.again(raws).data(group),
            python=lambda *texts: f"{self.name}({', '.join(texts)})",
            tex=lambda *texts: rf"\operatorname{{{self.name}}}({', '.join(texts)})",
            analytic=False,
        )
        kind: Any = Value if outputs[0].is_scalar else Tensor
        node = kind.record(op, tuple(self.outside))
        return [node] if len(group) == 1 else parts(node, shapes)

    def again(self, xs: Sequence[Any]) -> Run:
        """The function called once more, with what it used from outside unchanged."""
        if self.first is not None:
            return self.first
        for x, raw, node in zip(xs, self.raws, self.outside, strict=True):
            if node._raw is not raw or (x is not raw and x is not node):
                raise changed(self.name, f"{node.name or 'a leaf'}, which it uses, was assigned")
        now = modes.current()
        watch = now.watch and now.watch.unparted()
        with modes.entered(now._replace(recording=True, scope=self.scope, watch=watch)):
            run = Run(self.f)
        if not set(run.outside) <= set(self.outside):
            raise changed(self.name, "it used other nodes")
        return run

    def pulled_back(
        self, group: list[int], shapes: list[Any], g: Any, y: Any, xs: Sequence[Any]
    ) -> list[Any]:
        """One function per node from outside, giving its cotangent."""
        run = self.again(xs)
        roots = [run.outputs[k] for k in group]
        if self.first is None and not np.allclose(
            run.data(group), getattr(y, "_raw", y), rtol=1e-4, equal_nan=True
        ):
            raise changed(self.name, "it gave another result: are there random numbers in it?")
        seeds = [g] if len(group) == 1 else parts(g, shapes)
        graph = any(isinstance(x, Node) for x in (g, *xs))
        if roots[0].is_scalar and not graph:
            found = slopes(roots[0], g, run.order)
        elif (watch := modes.current().watch) is not None:
            found = watch.unparted().pulled_back(roots, seeds, self.outside, graph, run.order)
        elif graph:
            found = nodes_pulled_back(roots, seeds, self.outside, run.order)
        else:
            found = arrays_pulled_back(roots, seeds, self.outside, (), run.order)
        return [partial(found.get, node) for node in self.outside]


def parts(vector: Any, shapes: list[Any]) -> list[Any]:
    """Arrays of these shapes that were joined into one vector."""
    ends = [0, *accumulate(math.prod(shape) for shape in shapes)]
    return [
        reshape(getitem(vector, slice(*span)), shape)
        for span, shape in zip(pairwise(ends), shapes, strict=True)
    ]


def slopes(root: Node, g: float, order: Sequence[Any]) -> dict[Node, float]:
    """The cotangents of what the Values in `order` were computed from."""
    found: dict[Node, float] = {root: g}
    for node in reversed(order):
        g = found.pop(node, 0.0)
        for arg, slope in zip(node.args, node.locals(), strict=True):
            if slope is not None:
                found[arg] = found.get(arg, 0.0) + g * slope
    return found


def changed(name: str, what: str) -> StaleGraphError:
    return StaleGraphError(
        f"checkpoint: {name} was called again in backward, and {what}; it has to compute the same "
        "each time: pass random numbers in, and compute the result anew after assigning a leaf"
    )
