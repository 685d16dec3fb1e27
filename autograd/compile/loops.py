"""A scalar program as nested loops: which steps they hold, and what their arguments walk through.

Every value has a number: first the inputs, then the steps in order; constants count down from −1.
A `Leaf` is a step of the text.  It stands for one step of the program for each setting of the loops
around it, so its own numbers and those of its arguments are arrays with an axis for each loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..elementwise import TABLE
from .program import Program, Step
from .roll import LEAST, Ints, Stretch, regular, stretches

DEPTH = 4  # of loops in loops
POWER = TABLE["power"].op
SHORT = 64  # steps of a body that is looked at for blocks


@dataclass(eq=False)
class Loop:
    """Its body repeated `count` times; `begins` is the number of its first step."""

    count: int
    begins: Any = 0  # an array, with an axis for each loop around
    body: list[Node] = field(default_factory=list)
    carried: dict[Any, Carried] = field(default_factory=dict)


@dataclass(eq=False)
class Leaf:
    """A step of the text; `numbers` are the values that it stands for."""

    step: Step
    numbers: Ints
    path: tuple[Loop, ...]
    run: int = 0  # leaves that directly follow one another have the same
    refs: list[Any] = field(default_factory=list)  # one for each argument; None where it is None

    def last_in(self, path: tuple[Loop, ...]) -> Ints:
        """Its last numbers in the repetitions of those loops of `path` that it is in itself."""
        depth = shared(self.path, path)
        found = self.numbers
        for _ in self.path[depth:]:
            found = found[..., -1]
        return found.reshape(found.shape + (1,) * (len(path) - depth))


Node = Loop | Leaf


def shared(a: tuple[Loop, ...], b: tuple[Loop, ...]) -> int:
    """How many loops from the outside two paths have in common."""
    depth = 0
    while depth < min(len(a), len(b)) and a[depth] is b[depth]:
        depth += 1
    return depth


@dataclass(eq=False)
class Memory:
    """Values that are read from memory, or one constant."""

    values: Ints


@dataclass(eq=False)
class Numbers:
    """Constants that differ from repetition to repetition."""

    values: Ints


@dataclass(eq=False)
class Local:
    """What a leaf gave last: a local variable."""

    leaf: Leaf


@dataclass(eq=False)
class Carried:
    """What a leaf gave in the repetition before of a loop around; `first` in the first one."""

    leaf: Leaf
    first: Any


@dataclass(eq=False)
class Chain:
    """What this leaf itself gave in the repetition before of the outermost loop: totals that are
    added to, an array of them, since the leaf is in inner loops too."""

    leaf: Leaf
    values: Ints


class Nest:
    """The program as a tree of loops and leaves."""

    def __init__(self, program: Program, least: int = LEAST) -> None:
        self.steps = program.steps
        self.given = [*program.inputs, *program.captured]
        self.first = len(self.given)  # the number of the first step
        every = [*self.given, *program.steps]
        self.number: dict[Any, int] = {step: i for i, step in enumerate(every)}
        self.constants: list[float] = []
        self.known: dict[str, int] = {}
        codes: dict[Any, int] = {}
        self.codes = np.array([codes.setdefault(code(s), len(codes)) for s in self.steps], np.int64)
        self.args = self.numbered()
        self.leaf_of = np.zeros(len(self.steps), np.int64)
        self.leaves: list[Leaf] = []
        self.runs = 0
        self.least = least
        self.body = self.tree(np.array(0), len(self.steps), ())
        for leaf in self.leaves:
            given = self.args[leaf.numbers - self.first]
            leaf.refs = [
                None if a is None else self.ref(given[..., i], leaf.path, leaf)
                for i, a in enumerate(leaf.step.args)
            ]

    def numbered(self) -> Ints:
        """The numbers of the arguments, a row for each step."""
        width = max((len(s.args) for s in self.steps), default=0)
        number, value = self.number, self.value
        flat: list[int] = []
        for step in self.steps:
            args = step.args
            flat += [number[a] if type(a) is Step else value(a) for a in args]
            if len(args) < width:
                flat += [0] * (width - len(args))
        return np.array(flat, np.int64).reshape(len(self.steps), width)

    def value(self, a: Any) -> int:
        """The number of a step or of a constant; None is the same in all repetitions anyway."""
        if type(a) is Step:
            return self.number[a]
        if a is None:
            return 0
        key = float(a).hex()  # tells 0.0 from -0.0
        if key not in self.known:
            self.constants.append(float(a))
            self.known[key] = -len(self.constants)
        return self.known[key]

    def constant(self, value: int) -> float:
        return self.constants[-value - 1]

    def tree(self, begin: Ints, length: int, path: tuple[Loop, ...]) -> list[Node]:
        """The steps from `begin` on, a position for each setting of the loops of `path`."""
        low = int(begin.flat[0])
        found = self.stretches(low, length) if len(path) < DEPTH else []
        nodes: list[Node] = []
        at = 0
        for stretch in found:
            nodes += self.straight(begin + at, stretch.start - at, path)
            loop = Loop(stretch.count, begin + stretch.start + self.first)
            starts = begin[..., None] + stretch.start + stretch.period * np.arange(stretch.count)
            loop.body = self.tree(starts, stretch.period, (*path, loop))
            nodes.append(loop)
            at = stretch.end
        return nodes + self.straight(begin + at, length - at, path)

    def stretches(self, low: int, length: int) -> list[Stretch]:
        """Stretches of these steps, in blocks where their arguments jump."""
        found: list[Stretch] = []
        for stretch in stretches(self.codes[low : low + length], self.least):
            args = self.args[low + stretch.start : low + stretch.end]
            short = stretch.period <= SHORT and stretch.count > 3
            begins = self.first + low + stretch.start
            found += regular(stretch, args, begins, self.least) if short else [stretch]
        return found

    def straight(self, begin: Ints, length: int, path: tuple[Loop, ...]) -> list[Node]:
        self.runs += 1
        new: list[Node] = []
        for i in range(length):
            places = begin + i
            original = self.steps[int(places.flat[0])]
            numbers = np.asarray(places + self.first)
            step = Step(original.op, original.args, name=original.name)
            leaf = Leaf(step, numbers, path, self.runs)
            self.leaf_of[places] = len(self.leaves)
            self.leaves.append(leaf)
            new.append(leaf)
        return new

    # ── what an argument is ─────────────────────────────────────────────────────────────────────
    def ref(self, values: Ints, path: tuple[Loop, ...], reader: Leaf | None = None) -> Any:
        """How the values can be read where the loops of `path` run."""
        first = int(values.flat[0])
        if (values < 0).all():
            return Memory(values) if (values == first).all() else Numbers(values)
        if first >= self.first:
            leaf = self.leaf(first)
            if (values == leaf.last_in(path)).all():
                return Local(leaf)
        for depth, loop in enumerate(path):
            found = self.from_before(values, path, depth, reader)
            if isinstance(found, Carried):
                key = (id(found.leaf), values.take(0, axis=depth).tobytes())
                return loop.carried.setdefault(key, found)
            if found is not None:
                return found
        return Memory(values)

    def from_before(
        self, values: Ints, path: tuple[Loop, ...], depth: int, reader: Leaf | None
    ) -> Carried | Chain | None:
        """Values of the repetition before of the loop at `depth`."""
        later = values.take(range(1, path[depth].count), axis=depth)
        if later.flat[0] < self.first:
            return None
        leaf = self.leaf(int(later.flat[0]))
        common = shared(leaf.path, path)
        if common <= depth:
            return None
        before = leaf.last_in(path).take(range(path[depth].count - 1), axis=depth)
        if not (later == before).all():
            return None
        start: Any = values.take(0, axis=depth)
        begins = path[depth].begins
        deeper = (1,) * (start.ndim - depth)
        if not (start < np.reshape(begins, (*np.shape(begins), *deeper))).all():
            return None  # the first repetition reads what it has computed itself
        if common > depth + 1:
            return Chain(leaf, values) if leaf is reader and depth == 0 else None
        outer = start
        for _ in deeper:
            outer = outer[..., 0]
        if not (start == outer.reshape(outer.shape + deeper)).all():
            return None
        return Carried(leaf, self.ref(outer, path[:depth]))

    def effort(self) -> float:
        """What the text costs to compile, in steps of about a millisecond.

        numba goes through the whole text for every variable that a loop carries: measured, 337 of
        them make 2,500 steps cost 20 s.
        """
        carried = {ref for _, ref in self.all_refs() if isinstance(ref, Carried)}
        return len(self.leaves) * (1 + len(carried) / 32)

    def leaf(self, value: int) -> Leaf:
        return self.leaves[int(self.leaf_of[value - self.first])]

    def all_refs(self) -> Iterator[tuple[Leaf, Any]]:
        """Every argument that is read, those at the beginning of loops included."""
        for leaf in self.leaves:
            for ref in leaf.refs:
                while ref is not None:
                    yield leaf, ref
                    ref = ref.first if isinstance(ref, Carried) else None


def code(step: Step) -> Any:
    """Steps of the same code are the same text, whatever numbers they get."""
    op = step.op
    assert op is not None
    args = step.args
    if op is POWER and type(args[1]) is not Step:
        return op, args[1]
    if None in args:
        return op, len(args), tuple([i for i, a in enumerate(args) if a is None])
    return op, len(args)
