"""True derivatives, from the engine: total ones, along all paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...backward import gradients
from ...shaping import stack
from ...tensor import Tensor
from ..formula.evaluate import Evaluation
from ..formula.shapes import Undefined, called
from ..formula.slopes import Slope
from ..formula.tree import Derivative, Entry, Expr, Index, Number, Symbol, Transpose, mapped

if TYPE_CHECKING:
    from .world import World

Array = np.ndarray[Any, Any]


def true_slope(world: World, e: Derivative, indices: Mapping[str, int]) -> Slope:
    """∂of/∂wrt, for any number of `wrt`.  Raises Undefined."""
    of = node_of(world, e.of, indices)
    if of.size == 1 and of.shape:  # xᵀAx is a number
        of = of.reshape(())
    slope: Any = of
    for k, variable in enumerate(e.wrt):
        slope = differentiated(world, slope, variable, indices, graph=k + 1 < len(e.wrt))
    data = np.asarray(slope.data if isinstance(slope, Tensor) else slope)
    last = e.wrt[-1]
    of_shape = tuple(of.shape)
    if len(e.wrt) > 1:
        head = shape_for(world, e.wrt[0], indices)
        of_shape = of_shape + head
    wrt_shape = tuple(data.shape[len(of_shape) :])
    keys = fixed(e.of, indices), fixed(last, indices)
    return Slope(data, *keys, of_shape, wrt_shape, world.setup.numerator)


def fixed(e: Expr, indices: Mapping[str, int]) -> Expr:
    """The formula with its letters replaced by their values, so that equal ones compare equal."""
    if isinstance(e, Index):
        return Number(float(indices[e.name])) if e.name in indices else e
    return mapped(e, lambda x: fixed(x, indices))


def node_of(world: World, e: Expr, indices: Mapping[str, int]) -> Any:
    """What is differentiated, as a node."""
    if isinstance(e, Symbol):
        node = world.nodes.get(e.name)
        if node is None:
            world.lookup(e)  # says what is missing, or finds a number
            raise Undefined(f"{e.text or e.name} is no quantity of the forward pass", e.at)
        return node
    recorder = world.recorder()
    found = Evaluation(recorder, indices).value(e)
    return found if isinstance(found, Tensor) else Tensor(np.asarray(found, float))


def shape_for(world: World, variable: Expr, indices: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(node_of(world, variable, indices).shape)


def differentiated(
    world: World, y: Any, variable: Expr, indices: Mapping[str, int], graph: bool
) -> Any:
    """∂y/∂variable: y's shape followed by the variable's."""
    if isinstance(variable, Entry):
        whole = differentiated(world, y, variable.of, indices, graph)
        axes = tuple(y.shape)
        x = node_of(world, variable.of, indices)
        places = Tensor(np.arange(x.size, dtype=float).reshape(x.shape))
        place = Evaluation(world.marked(variable.of, places), indices).value(variable)
        chosen = np.asarray(place, int)  # where in the flat variable
        flat = whole.reshape((*axes, -1))
        return flat[(*(slice(None) for _ in axes), chosen)]
    if isinstance(variable, Transpose):
        found = differentiated(world, y, variable.of, indices, graph)
        order = (*range(len(y.shape)), len(y.shape) + 1, len(y.shape))
        return found.transpose(order)
    if not isinstance(variable, Symbol):
        raise Undefined("a derivative is taken for a quantity or an entry of one", variable.at)
    x = world.nodes.get(variable.name)
    if x is None:
        world.lookup(variable)
        raise Undefined(f"{called(variable)} is no quantity of the forward pass", variable.at)
    if y.size == 1:
        g = gradients(y.reshape(()) if y.shape else y, x, graph=graph)
        return g.reshape(tuple(y.shape) + tuple(x.shape))
    rows = []
    for k in range(y.size):
        rows.append(gradients(y.reshape((-1,))[k], x, graph=graph))
    if graph:
        return stack(rows).reshape((*y.shape, *x.shape))
    return np.stack(rows).reshape((*y.shape, *x.shape))
