"""The points at which a derivation is tried: random numbers in arrays of telling sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import ShapeError
from ...tensor import Tensor
from ..formula.evaluate import Evaluation
from ..formula.products import data
from ..formula.shapes import Shape, Undefined, Unknown, called
from ..formula.slopes import Slope
from ..formula.stretches import Stretch
from ..formula.tree import Derivative, Expr, Symbol, behind
from .own import authors
from .quantity import DISCRETE, Definition, Quantity, drawn
from .truth import true_slope

Array = np.ndarray[Any, Any]

STEP = 1e-6  # to a point close by


@dataclass(frozen=True)
class Setup:
    """What a derivation is about.

    sizes: those that the document states, for the "looks right because two coincide" remark;
    judging is done at generic ones.  exact_shapes: rows and columns are told apart, and nothing is
    broadcast but biases (documents); otherwise numpy's rules (Python).
    """

    quantities: tuple[Quantity, ...] = ()
    definitions: tuple[Definition, ...] = ()
    losses: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    numerator: bool = True
    zero_padded: bool = False
    ranges: Mapping[str, int | str] = field(default_factory=dict)  # i = 1, …, n
    exact_shapes: bool = True
    remarks: tuple[str, ...] = ()  # for the report's conventions

    def size_names(self) -> tuple[str, ...]:
        """All names of sizes, in the order of declaration."""
        found: dict[str, None] = {}
        for q in self.quantities:
            for n in (*q.shape, q.classes):
                if isinstance(n, str):
                    found[n] = None
        return tuple(found | dict.fromkeys(self.sizes))

    @property
    def kinked(self) -> bool:
        """Whether the way to the loss has branches that no formula shows."""
        return False

    def known(self) -> frozenset[str]:
        """The names of all quantities and sizes."""
        names = {q.name for q in self.quantities} | {d.name for d in self.definitions}
        return frozenset(names | set(self.size_names()))

    def world(
        self, sizes: Mapping[str, int], seed: int, values: Mapping[str, Array] | None = None
    ) -> World:
        """A point with these sizes; `values` are given instead of drawn."""
        rng = np.random.default_rng(seed)
        leaves = {q.name: drawn(q, sizes, rng) for q in self.quantities}
        leaves.update(values or {})
        return World(self, dict(sizes), leaves)


@dataclass
class World:
    """One point: sizes, the leaves' numbers, and all that follows from them.

    `override` are the author's own earlier values of derivatives, where they differ from the true
    ones; `own` are the author's other definitions (with derivatives in them).
    """

    setup: Setup
    sizes: dict[str, int]
    leaves: dict[str, Array]
    override: dict[Expr, Array] = field(default_factory=dict)
    auxiliary: dict[str, Expr] = field(default_factory=dict)
    branches: dict[Expr, set[int]] = field(default_factory=dict)
    paths: dict[Expr, set[int]] = field(default_factory=dict)  # of the forward pass
    author: bool = False
    slopes: dict[Any, Slope] = field(default_factory=dict)
    recording: bool = False
    trouble: dict[str, Undefined] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> dict[str, Any]:
        """Leaves and forward quantities as nodes of one graph; what is undefined is missing."""
        return self.computed(self.given()).nodes

    def computed(self, found: dict[str, Any]) -> World:
        """The same point with what follows from these leaves, as nodes."""
        recorder = self.alike(found, recording=True, branches=self.paths)
        with np.errstate(all="ignore"):
            pending = list(self.setup.definitions)
            while pending:  # a line may come before the one that defines what it speaks of
                later = [d for d in pending if not self.define(d, recorder, found)]
                pending = later if len(later) < len(pending) else []
        return recorder

    def given(self) -> dict[str, Any]:
        """What the definitions start from, as nodes."""
        return {name: Tensor(x, name=name) for name, x in self.leaves.items()}

    def define(self, d: Definition, recorder: World, found: dict[str, Any]) -> bool:
        """Whether a forward quantity can be computed from those found so far."""
        try:
            x = Evaluation(recorder).value(d.expr)
        except Undefined as error:
            self.trouble[d.name] = error
            return False
        except ShapeError as error:
            self.trouble[d.name] = Undefined(str(error), d.expr.at)
            return False
        self.trouble.pop(d.name, None)
        found[d.name] = x if isinstance(x, Tensor) else Tensor(np.asarray(x, float))
        return True

    def alike(self, nodes: dict[str, Any], **changes: Any) -> World:
        """The same point, seen otherwise."""
        other = replace(self, **changes)
        other.__dict__["nodes"], other.trouble = nodes, self.trouble
        return other

    def recorder(self) -> World:
        """The same point, where quantities are nodes."""
        return self.alike(self.nodes, recording=True)

    def marked(self, e: Expr, x: Any) -> World:
        """The same point, where the symbol `e` stands for something else."""
        return self.alike(self.nodes | {called(e): x}, recording=False)

    # what `evaluate` asks of its surroundings

    @property
    def names(self) -> Mapping[str, int]:
        return self.sizes

    @property
    def exact_shapes(self) -> bool:
        return self.setup.exact_shapes

    @property
    def zero_padded(self) -> bool:
        return self.setup.zero_padded

    @property
    def ranges(self) -> Mapping[str, int | str]:
        return self.setup.ranges

    def lookup(self, symbol: Symbol) -> Any:
        name = symbol.name
        node = self.nodes.get(name)
        if node is not None:
            return node if self.recording else node.data
        if name in self.auxiliary:
            return self.evaluate(self.auxiliary[name], self.author)
        if name in self.sizes:
            return np.float64(self.sizes[name])
        if (why := self.trouble.get(name)) is not None:
            cause = f"it needs {name}, which cannot be evaluated: {why}"
            raise Unknown(str(why) if isinstance(why, Unknown) else cause, symbol.at)
        raise self.missing(symbol)

    def missing(self, symbol: Symbol) -> Undefined:
        """What to say of a name that nothing defines: perhaps a layer that does not exist."""
        stem = symbol.name.rstrip("0123456789")
        layers = [q for q in self.nodes if q != stem and q.rstrip("0123456789") == stem]
        if stem in ("", symbol.name) or not layers:
            name = symbol.text or symbol.name
            return Unknown(f"it needs {name}, which no line that was read defines", symbol.at)
        return Undefined(f"there is no {symbol.name}, only {', '.join(sorted(layers))}", symbol.at)

    def differentiated(self, e: Derivative, indices: Mapping[str, int]) -> Any:
        """A Slope; in the author's view also an array of another shape that was taken for it."""
        key = (e.of, e.wrt, tuple(sorted(indices.items())))
        slope = self.slopes.get(key)
        if slope is None:
            with np.errstate(all="ignore"):  # nan is dealt with as a value
                slope = self.slopes[key] = true_slope(self, e, indices)
        own = authors(self, e, slope, indices) if self.author and self.override else None
        if own is None:
            return slope
        return replace(slope, data=own) if own.shape == slope.data.shape else own

    def elsewhere(self, where: Iterable[tuple[str, Any]], of: Expr | None = None) -> World:
        """The point where leaves have other values, with what `of` needs (all by default).

        In the forward pass, derivatives go on to the other leaves and to the values.
        """
        moved = dict(where)
        for name in moved:
            if name not in self.leaves:
                raise Undefined(f"{name} is no leaf, so it cannot be given another value")
        setup = self.setup
        if of is not None:
            needed = behind((of,), {d.name: d.expr for d in setup.definitions})
            defined = tuple(d for d in setup.definitions if d.name in needed)
            setup = replace(setup, definitions=defined)
        values = {name: np.asarray(data(x), float) for name, x in moved.items()}
        other = World(setup, self.sizes, self.leaves | values)
        if not self.recording:
            return other
        found = {name: self.nodes[name] for name in self.leaves} | {
            name: x if isinstance(x, Tensor) else Tensor(values[name]) for name, x in moved.items()
        }
        return other.computed(found)

    def nudged(self, seed: int) -> World:
        """A point close by."""
        rng = np.random.default_rng(seed)
        kept = {q.name for q in self.setup.quantities if q.kind in DISCRETE}
        moved = [
            (name, x * (1 + STEP * rng.normal(size=x.shape)))
            for name, x in self.leaves.items()
            if name not in kept
        ]
        found = self.elsewhere(moved)
        found.auxiliary, found.override = self.auxiliary, self.override
        return found

    def reached(self, e: Expr, outcome: Any) -> None:
        seen = np.asarray(getattr(outcome, "data", outcome))
        seen = seen > 0 if seen.dtype == float else seen
        self.branches.setdefault(e, set()).update(map(int, np.unique(seen)))

    # what the judge and its helpers ask

    def evaluate(self, e: Expr, author: bool = False, like: Expr | None = None) -> Array:
        """The value of a formula; with `author`, from the author's own earlier derivatives.

        An identity or ones alone are as large as `like`.  Raises Undefined.
        """
        around = self if author == self.author else self.alike(self.nodes, author=author)
        with np.errstate(all="ignore"):
            try:
                found = Evaluation(around).of(e)
                if isinstance(found, Stretch) and like is not None:
                    found = found.like(self.evaluate(like).shape)
                return np.asarray(Evaluation(around).plain(found, e), float)
            except ShapeError as error:
                raise Undefined(str(error), e.at) from None

    def quantities(self) -> dict[str, Shape]:
        """Every array and number of the forward pass, with its shape."""
        return {name: tuple(node.shape) for name, node in self.nodes.items()}

    def value(self, name: str) -> Array:
        return np.asarray(self.lookup(Symbol(name)))

    def scalars(self) -> tuple[str, ...]:
        return tuple(name for name, shape in self.quantities().items() if not shape)
