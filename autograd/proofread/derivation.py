"""A recorded graph as what a derivation is about: run again from other numbers in its leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..data import kind_of
from ..errors import ProofreadError, ShapeError
from ..node import Node, ordered
from ..op import apply
from ..tensor import Tensor
from .formula.products import data
from .formula.shapes import Undefined
from .formula.tree import Derivative, Expr, Symbol, walk
from .worlds.quantity import Quantity
from .worlds.world import Setup, World

Array = np.ndarray[Any, Any]

SPREAD = 0.3  # of the logarithm of numbers that are all positive
TRIES = 8  # halvings of the way to other numbers, until all results are finite
REMARK = (
    "the forward pass is a recorded graph: sizes are as recorded, and lines that only differ where "
    "two equal sizes are taken for each other cannot be told apart"
)


Numbers = Mapping[Any, Array]  # of leaves


@dataclass(frozen=True)
class RecordedSetup(Setup):
    """A graph's named nodes as quantities; `constants` are numbers and arrays beside it."""

    order: tuple[Any, ...] = ()  # every node, arguments first
    named: Mapping[str, Any] = field(default_factory=dict)  # name -> node
    constants: Mapping[str, Array] = field(default_factory=dict)

    @property
    def kinked(self) -> bool:
        return not all(node.op is None or node.op.analytic for node in self.order)

    def known(self) -> frozenset[str]:
        return super().known() | frozenset({**self.named, **self.constants})

    def world(
        self, sizes: Mapping[str, int], seed: int, values: Mapping[str, Array] | None = None
    ) -> World:
        """Other numbers in the leaves; `values` are given for some, by name."""
        given = {self.named[name]: x for name, x in (values or {}).items() if name in self.named}
        rng = np.random.default_rng(seed)
        start = {x: np.asarray(x.data, float) for x in self.order if x.op is None}
        end = {x: redrawn(data, rng) for x, data in start.items()}
        for k in range(TRIES):
            part = 0.5**k
            numbers = {x: start[x] + (end[x] - start[x]) * part for x in start} | given
            world = self.at(sizes, numbers)
            if all(np.all(np.isfinite(node.data)) for node in world.again.values()):
                return world
        return self.at(sizes, start | given)

    def at(self, sizes: Mapping[str, int], numbers: Numbers) -> Replayed:
        leaves = {name: numbers[x] for name, x in self.named.items() if x in numbers}
        return Replayed(self, dict(sizes), leaves, numbers=numbers)


@dataclass
class Replayed(World):
    """The graph, run again."""

    numbers: Numbers = field(default_factory=dict)

    @property
    def recorded(self) -> RecordedSetup:
        assert isinstance(self.setup, RecordedSetup)
        return self.setup

    @cached_property
    def again(self) -> dict[Any, Any]:
        """The recorded nodes -> those of this run."""
        found: dict[Any, Any] = {x: Tensor(data) for x, data in self.numbers.items()}
        with np.errstate(all="ignore"):
            for node in self.recorded.order:
                if node.op is not None:
                    args = (found[a] if isinstance(a, Node) else a for a in node.args)
                    found[node] = apply(node.op, *args)
        return found

    def given(self) -> dict[str, Any]:
        found = {name: Tensor(x) for name, x in self.recorded.constants.items()}
        return found | {name: self.again[node] for name, node in self.recorded.named.items()}

    def elsewhere(self, where: Iterable[tuple[str, Any]], of: Expr | None = None) -> World:
        super().elsewhere(where := tuple(where), of)  # checks the names
        moved = {self.recorded.named[name]: np.asarray(data(x)) for name, x in where}
        return self.recorded.at(self.sizes, {**self.numbers, **moved})

    def differentiated(self, e: Derivative, indices: Mapping[str, int]) -> Any:
        for part in (e.of, *e.wrt):
            for x in walk(part):
                if isinstance(x, Symbol) and x.name in self.recorded.constants:
                    raise Undefined(
                        f"{x.name} is plain data in the graph, which has no derivative for it; "
                        "make it a Tensor before the forward pass", x.at,
                    )  # fmt: skip
        return super().differentiated(e, indices)


def redrawn(data: Array, rng: np.random.Generator) -> Array:
    """Other numbers of the same scale; those that are all positive stay so.

    Zeros and ones, and shares that add up to 1, mean something and stay as they are.
    """
    if stays(data):
        return data
    if np.all(data >= 0) and np.any(data):
        return np.asarray(data * np.exp(SPREAD * rng.normal(size=data.shape)))
    scale = np.sqrt(np.mean(data**2)) or 1.0
    return np.asarray(data + scale * rng.normal(size=data.shape))


def stays(data: Array) -> bool:
    if np.any(data < 0) or data.size < 2 or np.all(data == data.flat[0]):
        return False
    shares = any(np.allclose(data.sum(axis), 1.0) for axis in range(data.ndim))
    return shares or bool(np.all((data == 0) | (data == 1)))


def recorded(loss: Any, names: Mapping[str, Any]) -> RecordedSetup:
    """The setup of a loss's graph.  Raises ShapeError and ProofreadError."""
    if not isinstance(loss, Node):
        raise ProofreadError(f"a Derivation takes a loss, a Tensor or Value; got {kind_of(loss)}")
    shape = np.shape(loss.data)
    if any(n != 1 for n in shape):
        raise ShapeError(f"a Derivation takes a loss of one number; got shape {shape}")
    order = ordered(loss)
    named = named_nodes(order, names)
    own = [name for name, node in named.items() if node is loss]
    if not own:
        own = [next(name for name in ("L", "loss", "L_") if name not in {*named, *names})]
        named[own[0]] = loss
    constants = {
        name: np.asarray(x, float)
        for name, x in names.items()
        if is_plain(x) and name.isidentifier() and name not in named
    }
    kept = [name for name, x in named.items() if x.op is None and stays(np.asarray(x.data, float))]
    remarks = (REMARK, f"as recorded: {', '.join(kept)}") if kept else (REMARK,)
    return RecordedSetup(
        tuple(Quantity(name, (), "number") for name, x in constants.items() if not x.shape),
        (), (own[0],), exact_shapes=False, remarks=remarks, order=tuple(order), named=named,
        constants=constants,
    )  # fmt: skip


def named_nodes(order: Sequence[Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The nodes by name: those that `names` has, and their own."""
    nodes = set(order)
    found = {
        name: x
        for name, x in names.items()
        if isinstance(x, Node) and x in nodes and name.isidentifier()
    }
    for node in order:
        name = re.sub(r"\W", "_", node.name or "")
        if not name.isidentifier():
            continue
        if found.setdefault(name, node) is not node and name not in names:
            raise ProofreadError(f"two nodes of the graph are called {name}; give other names")
    return found


def is_plain(x: Any) -> bool:
    """Whether it is data that claims can speak of."""
    if isinstance(x, bool):
        return False
    return isinstance(x, int | float) or (
        isinstance(x, np.ndarray | np.number) and np.asarray(x).dtype.kind in "fiu"
    )
