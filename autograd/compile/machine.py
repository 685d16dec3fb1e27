"""Writes a rolled program as a function that numba compiles: loops over one array of values.

The text is plain Python: `m` holds the inputs, then constants that are read by number, then what
has to outlive its repetition; `c` and `t` are tables of numbers and of places in `m`, a row for
each repetition of each loop.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import chain
from typing import Any

import numpy as np

from .functions import Functions
from .loops import Carried, Chain, Leaf, Local, Loop, Memory, Nest, Node, Numbers
from .places import Places
from .program import Step
from .scope import Scope
from .spelling import CHOICE

READABLE = 400  # up to so many steps of text, the user's names have lines of their own
DECORATED = '@njit("(float64[::1], float64[::1], int64[::1])", error_model="numpy", nogil=True)'


class Machine:
    """`lines` compute the program, given `m`, `c` and `t`; results are at `places` in `m`."""

    def __init__(self, nest: Nest, outputs: list[Any], functions: Functions) -> None:
        self.nest = nest
        self.names, self.imports = functions.names, functions.imports
        self.spelled = functions.spelled
        results = [nest.value(y) for y in outputs]
        self.memory = Places(nest, results)
        self.places = self.memory.of(np.array(results, np.int64))
        self.numbers: list[float] = []  # c
        self.walks: list[int] = []  # t
        self.text: dict[Step, str] = {}  # local variables
        self.carried_steps: dict[Carried, Step] = {}
        self.counts = self.counted()
        self.counters: dict[Loop, str] = {}
        self.indices: dict[Any, str] = {}  # (path, strides) -> the variable of Σ stride·counter
        self.openings: dict[Loop, list[str]] = {}
        self.readable = len(nest.leaves) <= READABLE >= 10 * len(nest.given)
        self.lines = [*self.inputs(), *self.block(nest.body, ())]

    def inputs(self) -> list[str]:
        """In a short program, the inputs under the user's names."""
        if not self.readable:
            return []
        self.text = {step: self.names.new(step.name) for step in self.nest.given}
        return [f"    {name} = m[{i}]" for i, name in enumerate(self.text.values())]

    def counted(self) -> Counter[Step]:
        """How often each step is read where it was written; more, if it needs a line anyway."""
        counts: Counter[Step] = Counter()
        for reader, ref in self.nest.all_refs():
            if isinstance(ref, Carried) or (isinstance(ref, Local) and ref.leaf.run != reader.run):
                counts[ref.leaf.step] += 2
            elif isinstance(ref, Local):
                counts[ref.leaf.step] += 1
        for leaf in (
            *self.memory.stored,
            *chain.from_iterable(self.memory.after.values()),
            *self.memory.chains,
        ):
            counts[leaf.step] += 2
        return counts

    # ── blocks ──────────────────────────────────────────────────────────────────────────────────
    def block(self, nodes: list[Node], path: tuple[Loop, ...]) -> list[str]:
        lines: list[str] = []
        run: list[Leaf] = []
        for node in nodes:
            if isinstance(node, Leaf):
                run.append(node)
                continue
            lines += self.straight(run, path)
            run = []
            lines += self.loop(node, path)
        return lines + self.straight(run, path)

    def straight(self, run: list[Leaf], path: tuple[Loop, ...]) -> list[str]:
        if not run:
            return []
        reads = Reads(self, path)
        for leaf in run:
            given = iter(leaf.refs)
            leaf.step.args = tuple([None if ref is None else reads.operand(ref) for ref in given])
        self.counts.update(a for leaf in run for a in leaf.step.operands() if a in reads.sources)
        scope = Scope(self, self.text, self.counts, named=self.readable, sources=reads.sources)
        for leaf in run:
            scope.add(leaf.step)
            if leaf in self.memory.stored or leaf in self.memory.chains:
                place = self.index(self.memory.of(leaf.numbers), path)
                scope.lines.append(f"    m[{place}] = {self.text[leaf.step]}")
        return scope.lines

    def loop(self, loop: Loop, path: tuple[Loop, ...]) -> list[str]:
        counter = self.counters[loop] = self.names.new("k")
        inner = (*path, loop)
        before = [] if path else self.beginnings(loop)
        carried = []
        for ref in loop.carried.values():
            name = self.names.new(None)
            before.append(f"    {name} = {self.value(ref.first, path)}")
            self.text[self.stand_in(ref)] = name
            carried.append((name, ref.leaf))
        self.openings[loop] = []
        body = self.block(loop.body, inner)
        body += [f"    {name} = {self.text[leaf.step]}" for name, leaf in carried]
        lines = [
            *before,
            f"    for {counter} in range({loop.count}):",
            *(f"    {line}" for line in (*self.openings[loop], *body)),
        ]
        for leaf in self.memory.after.get(loop, ()):
            place = self.index(self.memory.of(leaf.last_in(path)), path)
            lines.append(f"    m[{place}] = {self.text[leaf.step]}")
        return lines

    def beginnings(self, loop: Loop) -> list[str]:
        """Put the first values of the loop's totals in their places."""
        lines = []
        chains = {leaf: v for leaf, v in self.memory.chains.items() if leaf.path[0] is loop}
        for constant in (False, True):
            leaves = [leaf for leaf, first in chains.items() if (first < 0).all() == constant]
            if not leaves:
                continue
            first = np.concatenate([chains[leaf].ravel() for leaf in leaves])
            walk = Loop(first.size)
            counter = self.counters[walk] = self.names.new("k")
            self.openings[walk] = []
            text = self.value(constant_or_memory(first), (walk,))
            places = [self.memory.of(leaf.numbers[0]).ravel() for leaf in leaves]
            place = self.index(np.concatenate(places), (walk,))
            lines += [
                f"    for {counter} in range({first.size}):",
                *(f"    {line}" for line in self.openings[walk]),
                f"        m[{place}] = {text}",
            ]
        return lines

    # ── texts ───────────────────────────────────────────────────────────────────────────────────
    def value(self, ref: Any, path: tuple[Loop, ...]) -> str:
        reads = Reads(self, path)
        operand = reads.operand(ref)
        if type(operand) is Step and operand in reads.sources:
            return reads.sources[operand]
        return Scope(self, self.text, {}).read(operand, CHOICE)

    def stand_in(self, ref: Any) -> Step:
        """The step that stands for a carried value; its text is the variable's name."""
        return self.carried_steps.setdefault(ref, Step(None, ()))

    def index(self, places: np.ndarray[Any, Any], path: tuple[Loop, ...]) -> str:
        """The text of these places, by the counters of the loops."""
        base = int(places.flat[0])
        strides = tuple(int(places.take(1, axis=d).flat[0]) - base for d in range(places.ndim))
        walk = base + sum(
            (s * np.arange(n)).reshape((-1,) + (1,) * (places.ndim - d - 1))
            for d, (s, n) in enumerate(zip(strides, places.shape, strict=True))
        )
        if not (places == walk).all():
            row = self.table(self.walks, places.ravel().tolist(), path)
            return f"t[{row}]"
        return self.sum_of(path, strides, base)

    def table(self, store: list[Any], entries: list[Any], path: tuple[Loop, ...]) -> str:
        """The index of a table's entry; the table gets a part of `store`."""
        base = len(store)
        store.extend(entries)
        strides = tuple(math.prod(loop.count for loop in path[i + 1 :]) for i in range(len(path)))
        return self.sum_of(path, strides, base)

    def sum_of(self, path: tuple[Loop, ...], strides: tuple[int, ...], base: int) -> str:
        """base + Σ stride·counter, the sum in a variable that its innermost loop begins with."""
        used = [(loop, s) for loop, s in zip(path, strides, strict=True) if s]
        if not used:
            return str(base)
        key = tuple(used)
        if key not in self.indices:
            terms = linear([(stride, self.counters[loop]) for loop, stride in used])
            if terms.isidentifier():
                self.indices[key] = terms
            else:
                name = self.indices[key] = self.names.new("i")
                self.openings[used[-1][0]].append(f"    {name} = {terms}")
        return f"{self.indices[key]} + {base}" if base else self.indices[key]


def linear(terms: list[tuple[int, str]]) -> str:
    """Σ factor·name as text."""
    text = ""
    for factor, name in terms:
        sign = "-" if factor < 0 else "+" if text else ""
        product = name if abs(factor) == 1 else f"{abs(factor)} * {name}"
        text += f" {sign} {product}" if text else f"{sign}{product}"
    return text


class Reads:
    """Operands of the steps of a run, with stand-ins for what is read from memory and tables."""

    def __init__(self, machine: Machine, path: tuple[Loop, ...]) -> None:
        self.machine, self.path = machine, path
        self.sources: dict[Step, str] = {}
        self.known: dict[str, Step] = {}

    def operand(self, ref: Any) -> Any:
        if isinstance(ref, Local):
            return ref.leaf.step
        if isinstance(ref, Carried):
            return self.machine.stand_in(ref)
        nest, memory = self.machine.nest, self.machine.memory
        if isinstance(ref, Numbers):
            values = [nest.constant(v) for v in ref.values.ravel().tolist()]
            return self.outside(f"c[{self.machine.table(self.machine.numbers, values, self.path)}]")
        value = int(ref.values.flat[0])
        if value < len(nest.given) and (ref.values == value).all():
            if value < 0:
                return nest.constant(value)
            if nest.given[value] in self.machine.text:
                return nest.given[value]
        # a total is read where it is added to, from its first value on
        places = memory.of(ref.leaf.numbers if isinstance(ref, Chain) else ref.values)
        return self.outside(f"m[{self.machine.index(places, self.path)}]")

    def outside(self, text: str) -> Step:
        if text not in self.known:
            step = self.known[text] = Step(None, ())
            self.sources[step] = text
        return self.known[text]


def constant_or_memory(values: np.ndarray[Any, Any]) -> Memory | Numbers:
    mixed = (values < 0).all() and not (values == values[0]).all()
    return Numbers(values) if mixed else Memory(values)
