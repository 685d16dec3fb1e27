"""Writes the packs of a batch out as numpy calls, each into its rows of one block of memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any

import numpy as np

from ..elementwise import TABLE
from ..op import Op, scalar_result
from .pack import Pack, Plan, Sum, is_row_wise
from .program import Program, Step
from .spelling import identifier
from .text import Names

Array = np.ndarray[Any, Any]
Spot = tuple[str, int]  # a pack's name and a row in it

# Ops whose array form takes no memory to write in, as one call that does.
CALLS = {
    "relu": "maximum({}, 0.0, out={out})",
    "step": "greater({}, 0.0, out={out})",
    "zero": "equal({}, 0.0, out={out})",
    "same": "equal({}, {}, out={out})",
    "greater": "greater({}, {}, out={out})",
    "at_least": "greater_equal({}, {}, out={out})",
    "differ": "not_equal({}, {}, out={out})",
    "power": "power({}, {}, out={out})",
    "sigmoid": "sigmoid_into({}, {out})",
}


def sigmoid_into(x: Array, out: Array) -> Array:
    """1/(1 + e⁻ˣ), where e⁻ˣ may overflow to inf."""
    np.negative(x, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    return np.divide(1.0, out, out)


def each(op: Op) -> Callable[..., list[float]]:
    """An op of the user's own, number by number, as on Values."""

    def apply_each(*args: Any) -> list[float]:
        columns = [a.tolist() if isinstance(a, np.ndarray) else repeat(a) for a in args]
        return [scalar_result(op, xs) for xs in zip(*columns)]  # noqa: B905  # numbers repeat

    return apply_each


class Space:
    """Rows of the block: handed out, given back, and used again by packs of the same size."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.free: dict[int, list[int]] = {}
        self.slices: dict[tuple[int, int], int] = {}  # (first row, rows) -> number

    def take(self, size: int) -> int:
        """The number of a slice of so many rows."""
        free = self.free.get(size)
        if free:
            return free.pop()
        self.slices[self.rows, size] = len(self.slices)
        self.rows += size
        return len(self.slices) - 1

    def give_back(self, number: int, size: int) -> None:
        self.free.setdefault(size, []).append(number)


class Rows:
    """Writes packs: `lines` compute them from `u`, `x` and `w`.

    u are lists of numbers (`handed` says which), x the batched inputs as rows, w the slices of the
    block that `block(n)` makes.
    """

    def __init__(self, program: Program, plan: Plan, inputs: list[Step]) -> None:
        self.batched = plan.batched
        self.names = Names([*dir(np), *dir(math), "u", "x", "w", "n", "TABLE"])
        self.title = self.names.new(identifier(program.name))
        self.namespace: dict[str, Any] = {}
        self.imports: set[str] = set()
        self.header: list[str] = []
        self.functions: dict[Op, str] = {}
        self.handed: list[list[Any]] = [[]]  # numbers that all samples share; first, single ones
        self.single: dict[Step, int] = {}
        self.spots: dict[Step, Spot] = {s: ("x", i) for i, s in enumerate(inputs)}
        self.size = {"x": len(inputs)}
        self.lines: list[str] = []
        self.space = Space(len(inputs))
        self.aside: list[tuple[int, int]] = []  # slices that only the pack at hand needs
        ends = last_reads(plan)
        slots: list[tuple[int, int]] = []
        for number, pack in enumerate(plan.packs):
            size = len(pack.steps)
            slots.append((self.space.take(size), size))
            self.write(pack, f"w[{slots[-1][0]}]")
            for slot in (*self.aside, *(slots[i] for i in ends.get(number, ()))):
                self.space.give_back(*slot)
            self.aside.clear()

    def block(self, n: int) -> tuple[Array, list[Array]]:
        """Memory for one call: the rows of the inputs, and the slices."""
        whole = np.empty((self.space.rows, n))
        slices = [
            whole[first] if size == 1 else whole[first : first + size]
            for first, size in self.space.slices
        ]
        return whole[: self.size["x"]], slices

    def write(self, pack: Pack, out: str) -> None:
        size = len(pack.steps)
        name = self.names.new(pack.steps[0].name if size == 1 else None)
        self.size[name] = size
        if pack.sums is not None:
            self.write_sums(pack.sums, name, out)
        else:
            pack.steps.sort(key=lambda s: [self.spots[a] for a in s.args if a in self.batched])
            self.write_op(pack.steps, name, out)
        for i, step in enumerate(pack.steps):
            self.spots[step] = (name, i)

    # ── the two kinds of packs ──────────────────────────────────────────────────────────────────
    def write_sums(self, sums: list[Sum], name: str, out: str) -> None:
        """coefficients @ rows + constants."""
        atoms = sorted(sums[0].terms, key=self.spots.__getitem__)
        if len(atoms) == 1:
            factors = self.column([s.terms[atoms[0]] for s in sums])
            text = (
                f"{self.call('multiply')}({factors}, {self.row(self.spots[atoms[0]])}, out={out})"
            )
        else:
            shape = (len(sums), len(atoms)) if len(sums) > 1 else (len(atoms),)
            matrix = self.array([s.terms[a] for s in sums for a in atoms], shape)
            rows = self.span([self.spots[a] for a in atoms])
            text = f"{self.call('matmul')}({matrix}, {rows}, out={out})"
        self.lines.append(f"{name} = {text}")
        if sums[0].constant is not None:
            added = self.column([s.constant for s in sums])
            self.lines.append(f"{self.call('add')}({name}, {added}, {name})")

    def write_op(self, steps: list[Step], name: str, out: str) -> None:
        op = steps[0].op
        assert op is not None
        args = [
            self.span([self.spots[s.args[i]] for s in steps])
            if a in self.batched
            else self.column([s.args[i] for s in steps])
            for i, a in enumerate(steps[0].args)
        ]
        known = TABLE[op.name].op is op if op.name in TABLE else False
        if known and isinstance(op.compute, np.ufunc):
            call = self.call(op.compute.__name__)
            self.lines.append(f"{name} = {call}({', '.join(args)}, out={out})")
        elif known and op.name in CALLS:
            text = CALLS[op.name].format(*args, out=out)
            self.call(text.partition("(")[0])
            self.lines.append(f"{name} = {text}")
        else:
            if known and not is_row_wise(op):  # of any number of arguments, which are stacked
                full = self.call("full")
                args = [t if a in self.batched else f"{full}(n, {t})"
                        for t, a in zip(args, steps[0].args, strict=True)]  # fmt: skip
            self.lines.append(f"{name} = {out}")
            self.lines.append(f"{name}[...] = {self.function(op)}({', '.join(args)})")

    def call(self, name: str) -> str:
        self.imports.add(name)
        return name

    def function(self, op: Op) -> str:
        """The name of an op that is called on arrays."""
        if op not in self.functions:
            name = self.functions[op] = self.names.new(f"{identifier(op.name)}_rows")
            if op.name in TABLE and TABLE[op.name].op is op:
                self.header.append(f'{name} = TABLE["{op.name}"].op.compute')
            else:
                self.header.append(f"# {name}: declared by primitive({op.name!r}, …)")
                self.namespace[name] = each(op)
        return self.functions[op]

    # ── rows ────────────────────────────────────────────────────────────────────────────────────
    def row(self, spot: Spot) -> str:
        name, i = spot
        return name if self.size[name] == 1 and name != "x" else f"{name}[{i}]"

    def span(self, spots: list[Spot]) -> str:
        """These rows as one operand: a slice where they lie so, or else a copy."""
        name, first = spots[0]
        size = len(spots)
        if all(spot == spots[0] for spot in spots):
            return self.row(spots[0])
        if spots == [(name, first + i) for i in range(size)]:
            return name if size == self.size[name] else f"{name}[{first}:{first + size}]"
        slot = self.space.take(size)
        self.aside.append((slot, size))
        if all(spot[0] == name for spot in spots):
            indices = self.names.new("rows")
            self.header.append(f"{indices} = np.array({[i for _, i in spots]})")
            return f'{self.call("take")}({name}, {indices}, 0, w[{slot}], "clip")'
        rows = ", ".join(self.row(spot) for spot in spots)
        return f"{self.call('stack')}([{rows}], 0, w[{slot}])"

    # ── numbers that all samples share ──────────────────────────────────────────────────────────
    def number(self, x: Any) -> str:
        if type(x) is not Step:
            return self.literal(x)
        if x not in self.single:
            self.single[x] = len(self.single)
            self.handed[0].append(x)
        return f"u[0][{self.single[x]}]"

    def literal(self, x: Any) -> str:
        if x is not None and not math.isfinite(x):
            self.imports.add("nan" if math.isnan(x) else "inf")
        return repr(x if x is None else float(x))

    def column(self, numbers: list[Any]) -> str:
        """One number, or one for each row."""
        first = numbers[0]
        if all(x is first or (type(x) is float and x == first) for x in numbers):
            return self.number(first)
        return self.array(numbers, (len(numbers), 1))

    def array(self, numbers: list[Any], shape: tuple[int, ...]) -> str:
        if any(type(x) is Step for x in numbers):
            self.handed.append(numbers)
            return f"{self.call('array')}(u[{len(self.handed) - 1}]){reshaped(shape)}"
        name = self.names.new("constants")
        values = ", ".join(self.literal(x) for x in numbers)
        self.header.append(f"{name} = np.array([{values}]){reshaped(shape)}")
        return name


def reshaped(shape: tuple[int, ...]) -> str:
    return "" if len(shape) == 1 else f".reshape{shape}"


def last_reads(plan: Plan) -> dict[int, list[int]]:
    """After which pack which packs are no longer read; those of the outputs always are."""
    home = {step: i for i, pack in enumerate(plan.packs) for step in pack.steps}
    last = dict.fromkeys(range(len(plan.packs)), -1)
    for i, pack in enumerate(plan.packs):
        reads: list[Any] = [sum.terms for sum in pack.sums or ()]
        for a in chain.from_iterable(reads or [s.args for s in pack.steps]):
            if a in home:
                last[home[a]] = i
    for step in plan.needed:
        last.pop(home.get(step, -1), None)
    ends: dict[int, list[int]] = {}
    for i, end in last.items():
        ends.setdefault(end, []).append(i)
    return ends
