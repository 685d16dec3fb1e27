"""Where a cotangent arrives at its argument: added up, and broadcasting undone.

A cotangent may be kept *small*: of a shape that broadcasts against its node's, as the cotangent of
`sum` is one number.  It is written out when an op needs it whole.  A cotangent that nobody else can
see is added to in place.
"""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

from .errors import ShapeError
from .node import Node
from .op import Op, apply
from .reductions import BLOCK, SUM, ones, sum_array, sum_of_rows
from .shaping import Shape, shape_of

Cotangents = dict[Node, Any]
LITTLE = 256  # entries: finding out whether a new array can be saved takes longer than making it


def joined(arg: Any, h: Any, cotangents: Cotangents, small: set[Node]) -> None:
    """Add h to the cotangent that `arg` has."""
    before = cotangents[arg]
    if before.size > LITTLE and getrefcount(before) == HELD and writable(before, h):
        h = np.add(before, h, before)  # nobody else sees it
    else:
        h = before + h
    if small and arg in small and h.shape == arg._raw.shape:
        small.remove(arg)
    cotangents[arg] = h


def sent(
    arg: Any, own: Shape, h: Any, shape: Shape, op: Op, i: int,
    cotangents: Cotangents, small: set[Node],
) -> None:  # fmt: skip
    """The same for a cotangent of any shape, and for the first.

    `own` is the shape of `arg`, `shape` that of op's result.
    """
    given = h.shape
    m, n = given if len(given) == 2 and given == shape else (0, 0)
    if own == (n,) and n:  # rows, as a bias meets them
        h = ones(h.itemsize, m).dot(h) if m <= BLOCK else sum_of_rows(h)
    elif own == (m, 1) and n > 1:  # columns
        h = h.dot(ones(h.itemsize, n, 1)) if n <= BLOCK else sum_array(h, (1,), True)
    else:
        if op.elementwise and given != shape != own:
            h = expanded(h, shape)  # summed next, over all that it stands for
        if h.ndim:
            h = arrived(h, own, op, i)
    if arg in cotangents:
        return joined(arg, h, cotangents, small)
    if h.shape != own:
        small.add(arg)
    cotangents[arg] = h
    return None


def references() -> int:
    array = np.empty(0)
    return getrefcount(array)


SOLE = references()  # of an array that one local variable holds: 2, or 1 since Python 3.14
HELD = SOLE + 1  # of one that is in a dict besides


def writable(before: Any, h: Any) -> bool:
    """Whether `before` has room for before + h, and is no view of what others see."""
    return (
        before.base is None
        and before.flags.writeable
        and before.dtype == h.dtype
        and (before.shape == h.shape or np.broadcast(before, h).shape == before.shape)
    )


def expanded(h: Any, shape: Shape) -> Any:
    """A cotangent that is the same along some axes, written out."""
    if h.shape == shape:
        return h
    out = np.empty(shape, h.dtype)
    out[...] = h
    return out


def arrived(h: Any, shape: Shape, op: Op, i: int) -> Any:
    """A cotangent in the shape of its argument: broadcasting undone (`sent` does so for biases).

    One that is smaller than the shape, the same along some axes, stays small.
    """
    given = shape_of(h)
    if given == shape or not given:
        return h
    column = len(given) == 2 and shape == (given[0], 1)
    if isinstance(h, Node) and (column or given[1:] == shape):  # one node, not two
        return apply(SUM, h, (1,) if column else (0,), column)
    lead = len(given) - len(shape)
    if lead >= 0 and all(n in (1, m) for n, m in zip(shape[::-1], given[::-1], strict=False)):
        axes = (*range(lead), *[a + lead for a, n in enumerate(shape) if n != given[a + lead]])
        summed = apply(SUM, h, axes, False) if isinstance(h, Node) else sum_array(h, axes, False)
        return summed.reshape(shape)
    if lead <= 0 and all(m in (1, n) for n, m in zip(shape[::-1], given[::-1], strict=False)):
        return h
    raise ShapeError(
        f"the rule of {op.name} for argument {i} gave a cotangent of shape {given}; the argument "
        f"has shape {shape}"
    )
