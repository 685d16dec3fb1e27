"""Leaves of which a forward pass takes logarithms or roots are drawn where it has a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ..formula.tree import behind
from .quantity import Quantity
from .world import Setup, World

REAL = ("parameter", "data", "number")
NARROWER = ("positive", "probability")
TRIED = 3  # points in which it has to have a value


def within_domain(setup: Setup, sizes: Mapping[str, int], seed: int) -> Setup:
    """The setup with as few leaves as possible drawn from less than all numbers.

    As it is where the forward pass has a value, or where none of this gives it one.
    """
    bad = {name for k in range(TRIED) for name in unsound(setup.world(sizes, seed + 1000 * k))}
    if not bad:
        return setup
    formulas = {d.name: d.expr for d in setup.definitions}
    names = behind([formulas[name] for name in bad if name in formulas], formulas)
    for other, remark in narrowed(setup, names):
        if not any(unsound(other.world(sizes, seed + 1000 * k)) for k in range(TRIED)):
            return replace(other, remarks=(*other.remarks, remark))
    return setup


def narrowed(setup: Setup, names: set[str]) -> Iterator[tuple[Setup, str]]:
    leaves = [q.name for q in setup.quantities if q.name in names and q.kind in REAL]
    for kind in NARROWER:
        for chosen in (*([name] for name in leaves), leaves):
            quantities = tuple(of_kind(q, kind, chosen) for q in setup.quantities)
            words = "positive" if kind == "positive" else "between 0 and 1"
            yield (
                replace(setup, quantities=quantities),
                f"drawn {words}, since the forward pass has no value elsewhere: "
                + ", ".join(chosen),
            )


def of_kind(q: Quantity, kind: str, chosen: list[str]) -> Quantity:
    return replace(q, kind=kind) if q.name in chosen else q


def unsound(world: World) -> list[str]:
    """The quantities that are no numbers in this point."""
    return [name for name, node in world.nodes.items() if not np.isfinite(node.data).all()]
