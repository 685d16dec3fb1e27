"""Formulas that look right because the document's own sizes coincide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .formula.shapes import Undefined
from .problem import Problem, agree
from .report import Worst
from .worlds.world import World

Array = np.ndarray[Any, Any]


def worst_entry(written: Array, true: Array) -> Worst | None:
    """Where the two are furthest apart, counted from 1."""
    if written.shape != true.shape or not true.size:
        return None
    with np.errstate(all="ignore"):
        off = np.where(np.isfinite(written), np.abs(written - true), np.inf)
    place = np.unravel_index(int(np.argmax(off)), off.shape)
    with np.errstate(all="ignore"):
        size = float(np.linalg.norm(true))
        error = float(np.linalg.norm(written - true)) / size if size else None
    index = tuple(int(i) + 1 for i in place)
    return Worst(index, float(written[place]), float(true[place]), error)


def coincidence(own_world: World | None, problem: Problem) -> str:
    """Why a wrong formula looks right at the document's own sizes."""
    if own_world is None:
        return ""
    equal = coinciding(own_world)
    own = replace(problem, worlds=(own_world,))
    try:
        written, true = own.value(problem.written), own.truth()
    except Undefined:
        return ""
    if agree(written, true):
        return f"at the document's own sizes it comes out right ({', '.join(equal) or 'by chance'})"
    generic = problem.value(problem.written).shape == problem.truth().shape
    if equal and written.shape == true.shape and not generic:
        return f"its shape is right only because {' and '.join(equal)}"
    return ""


def fitting_by_chance(own_world: World | None, problem: Problem) -> tuple[str, Worst | None] | None:
    """What a formula gives at the document's own sizes, where it exists at no others."""
    if own_world is None:
        return None
    own = replace(problem, worlds=(own_world,))
    try:
        written, true = own.value(problem.written), own.truth()
    except Undefined:
        return None
    why = ", ".join(coinciding(own_world)) or "of the sizes chosen"
    if agree(written, true):
        return f"it looks right because {why}", None
    return f"its shapes fit only because {why}", worst_entry(written, true)


def coinciding(world: World) -> list[str]:
    """`n0 = n2 = 2`, for each number that several sizes have."""
    by_size: dict[int, list[str]] = {}
    for name, n in world.sizes.items():
        by_size.setdefault(n, []).append(name)
    return [" = ".join(names) + f" = {n}" for n, names in by_size.items() if len(names) > 1]
