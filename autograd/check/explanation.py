"""What a wrong gradient looks like, and how much of it is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from .comparison import Comparison, Point
from .patterns import looks_like, missing_sums
from .subject import Subject

Array = np.ndarray[Any, Any]

MOST = 4096  # entries of a Jacobian that is worth its while for an explanation


def explained(point: Point, found: Comparison, i: int, order: int) -> str:
    """The mistake that fits all entries of the argument that entry `i` belongs to, or nothing."""
    leaf, _ = point.subject.place(i)
    if "differences along directions" in found.method or not np.all(np.isfinite(found.rules)):
        return ""
    leaves = point.subject.leaves
    right = {leaf.name: found.slope.value[leaf.span].reshape(leaf.shape) for leaf in leaves}
    g = found.rules[leaf.span].reshape(leaf.shape)
    error = float(np.max(found.slope.error[leaf.span], initial=0.0))
    floor = 3.0 * error + 1e-9 * float(np.max(np.abs(g), initial=0.0))

    def fits(a: Array, b: Array) -> bool:
        return a.shape == b.shape and bool(np.all(np.abs(a - b) <= floor + 1e-6 * np.abs(b)))

    text = looks_like(leaf.name, g, right, fits, lengths(point))
    shapes = [np.shape(y._raw) for y in point.run.outputs]
    if text or order == 2 or len(shapes) > 1 or g.size * point.y.size > MOST:
        return text
    matrix = jacobian(point, range(leaf.span.start, leaf.span.stop))
    return next(missing_sums(g, matrix, point.c, shapes[0], fits), "")


def lengths(point: Point) -> dict[int, str]:
    """The lengths of axes, with names: factors that a mean or a batch leaves behind."""
    sizes: dict[int, str] = {}
    shapes = [(leaf.shape, leaf.name) for leaf in point.subject.leaves]
    shapes += [(np.shape(y._raw), "the result") for y in point.run.outputs]
    for shape, name in shapes:
        for axis, n in enumerate(shape):
            sizes.setdefault(n, f"the length of axis {axis} of {name}")
    for shape, name in shapes:
        sizes.setdefault(int(np.prod(shape)), f"the number of entries of {name}")
    return sizes


def jacobian(point: Point, entries: range) -> Array:
    """∂results/∂entries, entries as columns, by central differences to fourth order."""
    columns = []
    for i in entries:
        h = 1e-3 * float(point.units[i])
        values = []
        for k in (-2.0, -1.0, 1.0, 2.0):
            x = point.x.copy()
            x[i] += k * h
            values.append(point.subject.run(x).values())
        a, b, c, d = values
        columns.append((8.0 * (c - b) - (d - a)) / (12.0 * h))
    return np.array(columns).T


def counted(subject: Subject, which: Array) -> str:
    """How many entries of each argument it is about."""
    parts = []
    for leaf in subject.leaves:
        n, size = int(np.count_nonzero(which[leaf.span])), which[leaf.span].size
        if size == 1:
            parts.append(leaf.name if n else f"not {leaf.name}")
        else:
            parts.append(f"{n or 'none'} of {size} entries of {leaf.name}")
    return ", ".join(parts) if which.size > 1 else ""


def weights(point: Point) -> str:
    """What the gradient is of: the result times the random cotangent."""
    if point.c.size == 1:
        return f"{point.c[0]:.6g} y (y the result)"
    return "Σ c y (y the result, c random)"
