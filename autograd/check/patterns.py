"""What a wrong gradient looks like: the mistakes that people make, each tried on all entries.

A pattern is said only when it fits every entry of the argument, and when the right gradient is not
such that it would fit anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Fits = Callable[[Array, Array], bool]

MOST_AXES = 4


def looks_like(
    name: str, g: Array, right: dict[str, Array], fits: Fits, sizes: dict[int, str]
) -> str:
    """What the rules' gradient `g` of the argument `name` has to do with the right ones.

    `sizes` names the lengths of axes, for factors that are one of them.
    """
    for text in said(name, g, right, fits, sizes):
        return text
    return ""


def said(
    name: str, g: Array, right: dict[str, Array], fits: Fits, sizes: dict[int, str]
) -> Iterator[str]:
    d = right[name]
    if fits(g, np.zeros_like(g)):
        yield "zero: nothing flows through here (was a number taken out of the graph?)"
    if fits(g, -d):
        yield "the right gradient with the wrong sign"
    yield from by_factor(g, d, fits, sizes)
    if d.size < 2:
        return
    yield from transposed(g, d, fits, "")
    for other, e in right.items():
        if other != name and e.shape == g.shape and fits(g, e):
            yield f"the gradient in {other}: have arguments been exchanged?"
    for other, e in right.items():
        if other != name and e.size == g.size and e.size > 1:
            yield from transposed(g, e, fits, f"the gradient in {other}, ")
    yield from along_axes(g, d, fits)


def by_factor(g: Array, d: Array, fits: Fits, sizes: dict[int, str]) -> Iterator[str]:
    square = float(np.sum(d * d))
    if not square:
        return
    factor = float(np.sum(g * d)) / square
    if not factor or not fits(g, factor * d):
        return
    name = named(factor, sizes)
    if name:
        yield f"the right gradient times {name}"
    elif np.count_nonzero(np.abs(d) > 1e-6 * np.max(np.abs(d))) > 1:
        yield f"the right gradient times {factor:.6g}, in every entry"


def named(factor: float, sizes: dict[int, str]) -> str:
    """A factor that has a name: a small number, a half, the length of an axis."""
    sign, size = ("−" if factor < 0 else ""), abs(factor)
    for number, text in ((2.0, "2"), (0.5, "½"), (3.0, "3"), (4.0, "4"), (0.25, "¼")):
        if np.isclose(size, number, rtol=1e-6, atol=0.0):
            length = sizes.get(round(max(size, 1.0 / size)))
            over = "" if size > 1 else "one over "
            return f"{sign}{text}" + (f" ({over}{length})" if length else "")
    for n, what in sizes.items():
        if n > 1 and np.isclose(size, n, rtol=1e-6, atol=0.0):
            return f"{sign}{n}, {what}"
        if n > 1 and np.isclose(size, 1.0 / n, rtol=1e-6, atol=0.0):
            return f"{sign}1/{n}: one over {what}"
    return ""


def transposed(g: Array, d: Array, fits: Fits, whose: str) -> Iterator[str]:
    if g.ndim < 2 or g.ndim > MOST_AXES or d.ndim != g.ndim:
        return
    for axes in permutations(range(d.ndim)):
        turned = d.transpose(axes)
        if axes == tuple(range(d.ndim)):
            continue
        if turned.shape == g.shape and fits(g, turned):
            yield (
                f"{whose}transposed" if d.ndim == 2 else f"{whose}with its axes in the order {axes}"
            )
    if fits(g, d.T.reshape(g.shape)) and not whose:
        yield "transposed and then reshaped: its entries are in the order of the transpose"


def along_axes(g: Array, d: Array, fits: Fits) -> Iterator[str]:
    """The same along an axis where the right gradient is not."""
    for axis in range(g.ndim):
        n = g.shape[axis]
        if n < 2 or not fits(g, np.broadcast_to(np.take(g, [0], axis), g.shape)):
            continue
        sums = np.broadcast_to(np.sum(d, axis, keepdims=True), g.shape)
        for what, e in (("sum", sums), ("mean", sums / n)):
            if fits(g, np.asarray(e)):
                yield f"the {what} over axis {axis} of the right gradient, in every entry along it"


def missing_sums(
    g: Array, jacobian: Array, c: Array, shape: tuple[int, ...], fits: Fits
) -> Iterator[str]:
    """One part of a sum over an axis of the result, or a cotangent that was not used.

    `jacobian` has the results' entries as rows and the argument's as columns.
    """
    felt = np.count_nonzero(np.abs(jacobian) > 1e-9 * np.max(np.abs(jacobian), initial=0.0), axis=0)
    summed = felt.size > 0 and bool(np.all(felt > 1))  # else dropping a part drops entries
    for axis, n in enumerate(shape if summed else ()):
        for k in (0, n - 1):
            mask = np.zeros(shape)
            mask[(slice(None),) * axis + (k,)] = 1.0
            if n > 1 and fits(g.ravel(), (c * mask.ravel()) @ jacobian):
                where = "first" if k == 0 else "last"
                yield (f"a sum missing over axis {axis} of the result: only the {where} of its "
                       f"{n} parts is there")  # fmt: skip
    if fits(g.ravel(), np.ones(c.size) @ jacobian):
        yield "the cotangent is not used: right for a cotangent of all ones"
