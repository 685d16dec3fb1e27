"""The worlds in which lines are tried, and what the author believes in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from ..formula.shapes import Undefined
from ..formula.tree import (
    Call,
    Cases,
    Derivative,
    Each,
    Entry,
    Expr,
    Index,
    Indicator,
    behind,
    walk,
)
from .domains import REAL, within_domain
from .sizes import Fixed, fixed_by, generic
from .world import Setup, World

POINTS = 3
MORE = 6  # where a formula or the way to the loss is piecewise
PIECEWISE = {"relu", "leaky_relu", "elu", "maximum", "minimum", "max", "min", "abs", "clip", "step"}
ORDERS = 24  # of sizes that are tried for a forward pass that exists


class Points:
    """Worlds by the sizes that a line fixes, kept from line to line."""

    def __init__(self, setup: Setup, seed: int) -> None:
        sizes = generic(setup.size_names(), Fixed(), 0, unnamed(setup))
        self.setup, self.seed = within_domain(setup, sizes, seed), seed
        self.kept: dict[tuple[Fixed, int], World] = {}
        self.orders: dict[Fixed, list[int]] = {}
        # all that the author took for a derivative, in order: None for the truth, and the line
        self.history: tuple[tuple[Expr, Expr | None, int], ...] = ()
        self.auxiliary: dict[str, Expr] = {}
        self.used: dict[str, set[int]] = {}
        self.explaining = True
        self.branching = {q.name for q in setup.quantities if q.kind in ("labels", "onehot")}
        for d in setup.definitions:
            if any(map(is_piecewise, walk(d.expr))):
                self.branching.add(d.name)
        self.symbolic = self.symbolic_shapes()

    def symbolic_shapes(self) -> dict[str, tuple[int | str, ...]]:
        """Each quantity's shape in names of sizes, read off where all sizes that can differ do."""
        shapes: dict[str, tuple[int | str, ...]] = {q.name: q.shape for q in self.setup.quantities}
        labels = (q for q in self.setup.quantities if q.kind == "labels")
        shapes |= {q.name + "#": (q.classes,) for q in labels}
        written = fixed_by(self.formulas().values(), shapes, self.setup.sizes)
        for fixed in (written, Fixed()):
            world = self.at(fixed, 0)
            names = {value: name for name, value in world.sizes.items()}
            for name, shape in world.quantities().items():
                shapes.setdefault(name, tuple(names.get(n, n) for n in shape))
        return shapes

    def at(self, fixed: Fixed, k: int) -> World:
        """The k-th point with these sizes fixed: every other one has its sizes permuted."""
        world = self.kept.get((fixed, k))
        if world is None:
            orders = self.orders.get(fixed)
            if orders is None:
                orders = self.orders[fixed] = self.fitting(fixed)
            sizes = self.sizes(fixed, orders[k % len(orders)])
            world = self.kept[fixed, k] = self.setup.world(sizes, self.seed + 1000 * k)
        for name, n in world.sizes.items():
            self.used.setdefault(name, set()).add(n)
        return self.believing(world)

    def scaled(self, fixed: Fixed, k: int, scale: float) -> World:
        """A point with numbers so many times as large, where there is no limit to them."""
        world = self.at(fixed, k)
        free = {q.name for q in self.setup.quantities if q.kind in REAL} & set(world.leaves)
        return self.believing(
            self.setup.world(world.sizes, 0, {n: scale * world.leaves[n] for n in free})
        )

    def sizes(self, fixed: Fixed, order: int) -> dict[str, int]:
        return generic(self.setup.size_names(), fixed, order, unnamed(self.setup))

    def fitting(self, fixed: Fixed) -> list[int]:
        """Two orders of the sizes in which the most of the forward pass is defined."""
        found: list[tuple[int, int]] = []
        for order in range(ORDERS):
            sizes = self.sizes(fixed, order)
            world = self.setup.world(sizes, self.seed)
            defined = len(world.nodes)
            found.append((-defined, order))
            if sum(d == -defined for d, _ in found) > 1 and not world.trouble:
                break
        found.sort()
        best = [order for d, order in found if d == found[0][0]]
        return [best[0], best[1 % len(best)]]

    def believing(self, world: World) -> World:
        """The world with the author's values of what was wrong so far."""
        world.auxiliary = self.auxiliary
        world.override = {}
        for target, expr, _ in self.history:
            if expr is None:
                key = quantity(target)
                for other in [k for k in world.override if supersedes(key, quantity(k))]:
                    del world.override[other]
                continue
            try:
                self.assume(world, target, world.evaluate(expr, author=True))
            except Undefined:
                continue
        return world

    def assume(self, world: World, target: Expr, value: np.ndarray) -> None:
        """Keep a value for a derivative; that of a scaled one is divided by its scale."""
        key = quantity(target)
        scale = getattr(target.body if isinstance(target, Each) else target, "scale", None)
        if scale is not None:
            value = value / world.evaluate(scale)
        true = world.differentiated(key, {}) if not open_index(key) else None
        if true is not None and value.size == true.data.size == 1:
            value = value.reshape(true.data.shape)
        elif true is not None and value.shape == true.matrix_shape != ():
            value = true.from_matrix(value)
        world.override[key] = value

    def believe(self, target: Expr, expr: Expr | None, line: int) -> None:
        """From here on the author takes `expr` for `target`; None: the truth."""
        if isinstance(target, Each) and target.only is not None:
            return  # it says nothing of the other entries
        self.history += ((target, expr, line),)

    def beliefs(self) -> dict[Expr, int]:
        """What the author has otherwise than it is, and the line that says so last."""
        found: dict[Expr, int] = {}
        for target, expr, line in self.history:
            key = quantity(target)
            for other in [t for t in found if supersedes(key, quantity(t))]:
                del found[other]
            if expr is not None:
                found[target] = line
        return found

    @contextmanager
    def comparing(self) -> Iterator[None]:
        """While verdicts are only compared, nothing is explained: that takes longest."""
        before, self.explaining = self.explaining, False
        try:
            yield
        finally:
            self.explaining = before

    def fixed(self, exprs: Iterable[Expr]) -> Fixed:
        """The sizes that formulas write out, or those that they are computed from."""
        exprs = tuple(exprs)
        formulas = self.formulas()
        further = (formulas[name] for name in behind(exprs, formulas) if name in formulas)
        return fixed_by((*exprs, *further), self.symbolic, self.setup.sizes)

    def branches(self, exprs: Iterable[Expr]) -> bool:
        """Whether formulas, or what they are computed from, are piecewise."""
        return not self.branching.isdisjoint(behind(exprs, self.formulas()))

    def formulas(self) -> dict[str, Expr]:
        return {d.name: d.expr for d in self.setup.definitions} | self.auxiliary

    def few(self, fixed: Fixed, count: int = POINTS) -> tuple[World, ...]:
        return tuple(self.at(fixed, k) for k in range(count))

    def own(self, fixed: Fixed) -> World | None:
        """A point at the document's own sizes, as far as it states them."""
        if not self.setup.sizes:
            return None
        stated = frozenset((dict(self.setup.sizes) | dict(fixed.exact)).items())
        sizes = self.sizes(Fixed(stated, fixed.least), 0)
        return self.believing(self.setup.world(sizes, self.seed))


def unnamed(setup: Setup) -> set[int]:
    """Sizes without a name."""
    return {n for q in setup.quantities for n in q.shape if isinstance(n, int)}


def is_piecewise(e: Expr) -> bool:
    return isinstance(e, Indicator | Cases) or (isinstance(e, Call) and e.function in PIECEWISE)


def quantity(e: Expr) -> Derivative:
    """The derivative that a line is about: ∂L/∂z for m ∂L/∂z_i, for every i."""
    e = stripped(e.body if isinstance(e, Each) else e)
    assert isinstance(e, Derivative)
    return replace(e, scale=None)


def supersedes(new: Derivative, old: Derivative) -> bool:
    """Whether a new value leaves nothing of an old one: of the same, or of an entry of it."""
    return new == old or (
        isinstance(old.wrt[-1], Entry) and new == replace(old, wrt=(*old.wrt[:-1], old.wrt[-1].of))
    )


def stripped(e: Expr) -> Expr:
    """∂L/∂z_i for every i is ∂L/∂z."""
    if isinstance(e, Derivative) and isinstance(e.wrt[-1], Entry):
        last = e.wrt[-1]
        if all(isinstance(i, Index) for i in last.index):
            return replace(e, wrt=(*e.wrt[:-1], last.of))
    return e


def open_index(e: Expr) -> bool:
    return any(isinstance(x, Index) for x in walk(e))
