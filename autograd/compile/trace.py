"""Tracing: call the function once on nodes, and take down what it recorded.

Since `grad` and its relatives stay nodes when they are given nodes, a gradient, a Hessian or a
whole training step is recorded like any other function: forward and then backward.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from .. import modes
from ..data import kind_of
from ..elementwise import identity
from ..errors import MixedNodesError, TraceError
from ..node import Node, serial, tick
from ..numpy_protocol import plain
from ..tensor import Tensor
from ..tree import leaves, rebuilt
from ..value import Value
from .naming import Leaf, argument_leaves, is_traced, locals_named, outer_arrays, positional
from .program import FLOAT64, Program, Step


def trace(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    fixed: frozenset[str],
    entries: bool = False,
) -> tuple[Program, Any]:
    """The program that `f` is at these arguments, and the structure of its result.

    Scalars alone make a scalar program of Values.  With an array among the arguments, or where the
    function brings Tensors in, numbers become 0-d Tensors, as in `grad`.  With `entries`, the
    program is scalar whatever is given: arrays become arrays of Values.
    """
    given = argument_leaves(f, args, kwargs, fixed)
    if entries:
        return traced(f, args, kwargs, fixed, given, Value)
    arrays = [x.value for x in given if isinstance(x.value, np.ndarray)]
    if not arrays:
        try:
            found = traced(f, args, kwargs, fixed, given, Value)
            if found[0].scalar:  # else the function's own parameters are Tensors
                return found
        except MixedNodesError:
            pass
    # A Python number takes the arrays' dtype; among Tensors only one of float32 leaves float32.
    single = arrays and all(a.dtype == np.float32 for a in arrays)
    number = np.float32 if single else np.float64

    def tensor(value: Any, name: str) -> Tensor:
        return Tensor(value if isinstance(value, np.ndarray) else number(value), name)

    return traced(f, args, kwargs, fixed, given, tensor)


def traced(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    fixed: frozenset[str],
    given: list[Leaf],
    make: Callable[[Any, str], Node],
) -> tuple[Program, Any]:
    start = tick()
    inputs: dict[Node, Step] = {}
    names = iter(given)

    def lifted(tree: Any) -> Any:
        return rebuilt(tree, iter([lift(leaf) for leaf in leaves(tree)]))

    def lift(leaf: Any) -> Any:
        name = next(names).name
        if not is_traced(leaf):
            return leaf
        if make is Value and isinstance(leaf, np.ndarray):
            values = np.empty(leaf.shape, dtype=object)
            for i, index in enumerate(np.ndindex(leaf.shape)):
                values[index] = entered(leaf[index], f"{name}{i}")
            return values
        return entered(leaf, name)

    def entered(leaf: Any, name: str) -> Node:
        node = make(leaf, name)
        inputs[node] = Step(None, (), np.shape(node._raw), dtype(node), name)
        return node

    parameters = positional(f, len(args))
    args = tuple([a if n in fixed else lifted(a) for n, a in zip(parameters, args, strict=True)])
    kwargs = {k: v if k in fixed else lifted(v) for k, v in kwargs.items()}
    with locals_named(f, start) as name_locals, modes.tracing(name_locals):
        result = f(*args, **kwargs)
    if result is None:
        raise TraceError("compile: the function gave None; does it return its result?")
    program, structure = written_down(f, result, inputs, start, make is Value)
    program.notes["outer"] = outer_arrays(f)
    program.notes["parameters"] = [x.parameter for x in given if is_traced(x.value)]
    return program, structure


def written_down(
    f: Callable[..., Any], result: Any, inputs: dict[Node, Step], start: int, scalar: bool
) -> tuple[Program, Any]:
    """The recorded graph as a program, and the result with a position in place of each leaf."""
    outputs, shape = spread(result)
    recorded, outer = reached([y for y in outputs if isinstance(y, Node)], start)
    known: dict[Any, Any] = dict(inputs)
    captured: dict[Step, Node] = {}
    for node in outer:
        if node in known:
            continue
        if node.op is None and node.serial < start:  # a parameter: its data is read at each call
            step = Step(None, (), np.shape(node._raw), dtype(node), node.name or "parameter")
            captured[step] = node
            known[node] = step
        else:  # made inside the function, or recorded before: it stays what it is
            known[node] = plain(node)
    steps = []
    for _, node, args in recorded:
        own = tuple([known[a] if isinstance(a, Node) else a for a in args])
        name = None if node._tag is None else node._tag[0]
        if node.is_scalar:
            step = Step(node.op, own, (), FLOAT64, name)
        else:
            step = Step(node.op, own, node._raw.shape, node._raw.dtype, name)
        known[node] = step
        steps.append(step)
    rename_inputs(steps)
    for y in outputs:
        root = known[y] if isinstance(y, Node) else None
        if type(root) is Step and root.name is None:
            root.name = "result"
    title = getattr(f, "__name__", "function")
    program = Program(
        title if title.isidentifier() else "function",
        list(inputs.values()),
        list(captured),
        steps,
        [known[y] if isinstance(y, Node) else constant(y) for y in outputs],
        scalar and all(node.is_scalar for node in known),
    )
    program.notes["leaves"] = list(captured.values())
    return program, shape


def rename_inputs(steps: list[Step]) -> None:
    """An entry of a container is called what the function's own variable for it is called."""
    for step in steps:
        source = step.args[0] if step.op is identity.op else None
        if type(source) is Step and source.op is None and step.name:
            source.name = step.name


def spread(result: Any) -> tuple[list[Any], Any]:
    """The leaves of a result, arrays of Values entry by entry; and how to put them back."""
    outputs: list[Any] = []

    def place(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray) and leaf.dtype == object:
            first = len(outputs)
            outputs.extend(leaf.flat)
            return Block(first, leaf.shape)
        outputs.append(leaf)
        return Place(len(outputs) - 1)

    return outputs, rebuilt(result, iter([place(leaf) for leaf in leaves(result)]))


class Place(int):
    """Stands in a result's structure for the output of this number."""


class Block:
    """Stands for an array whose entries are the outputs from number `first` on."""

    def __init__(self, first: int, shape: tuple[int, ...]) -> None:
        self.first, self.shape = first, shape


def reached(
    roots: Sequence[Node], start: int
) -> tuple[list[tuple[int, Node, tuple[Any, ...]]], list[Node]]:
    """What the function recorded: (serial, node, arguments) in order; where that begins: nodes."""
    seen = set(roots)
    stack = list(seen)
    recorded, outer = [], []
    while stack:
        node = stack.pop()
        if node.op is None or node.serial < start:
            outer.append(node)
            continue
        recorded.append((node.serial, node, node.args))
        for arg in node._parents:
            if arg is not None and arg not in seen:
                seen.add(arg)
                stack.append(arg)
    recorded.sort(key=itemgetter(0))
    outer.sort(key=serial)
    return recorded, outer


def constant(y: Any) -> Any:
    """A result that is no node: the same number or array at every call."""
    if isinstance(y, np.ndarray | np.number | int | float) and np.asarray(y).dtype.kind in "biuf":
        return y
    raise TraceError(f"compile: a result has to be made of numbers and arrays; got {kind_of(y)}")


def dtype(node: Any) -> np.dtype[Any]:
    return FLOAT64 if node.is_scalar else node._raw.dtype
