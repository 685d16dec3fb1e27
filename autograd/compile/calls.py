"""numpy's calls as data: variables, calls, and the list of them that a program becomes.

A `Call` says how its line is written, whether numpy can write its result into a given array
(`out`), and whether that may be one of its operands (`elementwise`).  Where memory comes from is
decided afterwards (buffers.py); what each op becomes stands in lower.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .products import rows_at_once
from .program import Program, Step, readers


class Var:
    """One value of the lowered program."""

    __slots__ = ("constant", "dtype", "name", "note", "shape")

    def __init__(
        self, shape: tuple[int, ...], dtype: Any, name: str | None = None, constant: Any = None
    ) -> None:
        self.shape = shape
        self.dtype = np.dtype(dtype)
        self.name = name
        self.constant = constant  # the number or array, if it is one
        self.note = ""  # the op that it took several calls to compute


class Call:
    """`y = text(args)`; in `text`, `{0}`, `{1}`, … are the arguments."""

    __slots__ = ("args", "kind", "out", "text", "y")

    def __init__(self, y: Var, text: str, args: list[Var], kind: str, out: str | None) -> None:
        self.y = y
        self.text = text
        self.args = args
        # "elementwise": may write over an operand; "product": may write into other memory only;
        # "view": no memory of its own; "fresh": makes its own memory; "number": a float;
        # "beside": two arrays side by side; "with ones": the operand with a row of ones below
        self.kind = kind
        self.out = out  # the same line when it writes into `{out}`


LARGEST_COPY = 1 << 20  # entries of a constant that is kept a second time

Lower = Callable[["Lowering", Step, list[Var]], Var]
RULES: dict[str, Lower] = {}  # by the op's name; filled by lower.py
GENERAL = "*"  # the rule of all other ops


def lowers(*names: str) -> Callable[[Lower], Lower]:
    def declare(rule: Lower) -> Lower:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return declare


class Lowering:
    """The calls of a program, in order."""

    def __init__(self, program: Program) -> None:
        self.calls: list[Call] = []
        self.imports: dict[str, None] = {}
        self.objects: dict[str, Any] = {}
        self.known: dict[Any, Var] = {}  # parts that several ops share
        self.made_elementwise: set[Var] = set()
        self.turned: set[Var] = set()  # transposes of other variables
        self.uses = program.uses()
        self.readers = readers(program)
        self.results = {y for y in program.outputs if type(y) is Step}
        given = (*program.inputs, *program.captured)
        self.single = any(s.dtype == np.float32 for s in (*given, *program.steps))
        self.of: dict[Step, Var] = {}
        for step in given:
            self.of[step] = Var(step.shape, step.dtype, step.name)
        self.inputs = [self.of[s] for s in program.inputs]
        self.captured = [self.of[s] for s in program.captured]
        for step in program.inputs:
            if self.single and not step.shape:
                y = Var((), step.dtype, step.name)
                self.of[step] = self.add(y, self.scalar("{0}", y.dtype), [self.of[step]], "number")
        for step in program.steps:
            assert step.op is not None
            rule = RULES.get(step.op.name) or RULES[GENERAL]
            before = len(self.calls)
            var = rule(self, step, [self.var(a, step) for a in step.args])
            var.name = var.name or step.name
            if sum(call.kind != "view" for call in self.calls[before:]) > 1:
                var.note = f"{step.op.name}(…)"
            self.of[step] = var
        self.outputs = [
            self.of[y] if type(y) is Step else self.var(y, None) for y in program.outputs
        ]

    def var(self, arg: Any, step: Step | None) -> Var:
        """The variable of a step; of a constant, one that holds it in the dtype that step needs."""
        if type(arg) is Step:
            return self.of[arg]
        if isinstance(arg, float):
            return Var((), step.dtype if step else np.float64, None, arg)
        if isinstance(arg, np.ndarray | np.generic):
            return Var(np.shape(arg), arg.dtype, None, np.asarray(arg))
        return Var((), object, None, arg)  # an axis, a shape, an index

    # ── ways to write a line ────────────────────────────────────────────────────────────────────
    def add(self, y: Var, text: str, args: list[Var], kind: str, out: str | None = None) -> Var:
        self.calls.append(Call(y, text, args, kind, out))
        return y

    def quiet(self, name: str, *args: Var) -> Var:
        """A ufunc that may overflow on its way to a right result, and should not warn of it."""
        self.imports["from autograd.elementwise import QUIET"] = None
        return self.ufunc(name, *args, call=f"QUIET.run(np.{name}, ")

    def ufunc(self, name: str, *args: Var, dtype: Any = None, call: str = "") -> Var:
        """numpy's ufunc of that name; on numbers, Python's operator where IEEE allows it."""
        shape = np.broadcast_shapes(*(a.shape for a in args))
        args = tuple([self.aligned(a, shape) for a in args])
        if dtype is None:
            strong = [a.dtype for a in args if a.shape or a.constant is None]
            dtype = np.result_type(*(strong or [a.dtype for a in args]))
        y = Var(shape, dtype)
        slots = ", ".join(f"{{{i}}}" for i in range(len(args)))
        line = (call or f"np.{name}(") + slots
        if not shape:
            symbol = OPERATOR.get(name)
            text = symbol.format("{0}", "{1}") if symbol else f"{line})"
            text = text if symbol and not self.single else self.scalar(text, y.dtype)
            return self.add(y, text, list(args), "number")
        self.made_elementwise.add(y)
        end = ", out={out}" if name in ("maximum", "minimum") else ", {out}"
        return self.add(y, f"{line})", list(args), "elementwise", f"{line}{end})")

    def scalar(self, text: str, dtype: Any) -> str:
        """A 0-d result as a float; beside float32 in its own dtype, which numpy then respects."""
        return f"np.{np.dtype(dtype).name}({text})" if self.single else f"float({text})"

    def aligned(self, x: Var, shape: tuple[int, ...]) -> Var:
        """(k,) against (1, k) as (1, k): a view costs less than numpy's broadcasting."""
        lead = len(shape) - len(x.shape)
        if lead > 0 and x.shape and shape == (1,) * lead + x.shape and x.constant is None:
            return self.view(x, f"{{0}}.reshape({shape})", shape)
        return x

    def number(self, value: float, like: Var) -> Var:
        return Var((), like.dtype, None, value)

    def reduce(self, name: str, x: Var, axes: Any, keepdims: bool, dtype: Any = None) -> Var:
        """`ufunc.reduce`; over an axis of size 2, the ufunc of its halves."""
        whole = axes is None or len(axes) == len(x.shape)
        shape = reduced(x.shape, axes, keepdims)
        if axes is not None and len(axes) == 1 and x.shape[axes[0]] == 2 and shape:
            return self.ufunc(name, *(self.half(x, axes[0], i, keepdims) for i in (0, 1)))
        axis = None if whole else axes[0] if len(axes) == 1 else axes
        y = Var(shape, dtype or x.dtype)
        if not shape:
            return self.add(y, f"np.{name}.reduce({{0}}, {axis})", [x], "number")
        text = f"np.{name}.reduce({{0}}, {axis}, None"
        return self.add(
            y, f"{text}, None, {keepdims})", [x], "product", f"{text}, {{out}}, {keepdims})"
        )

    def half(self, x: Var, axis: int, i: int, keepdims: bool) -> Var:
        text = f"{{0}}[{':, ' * axis}{f'{i}:{i + 1}' if keepdims else i}]"
        return self.view(x, text, reduced(x.shape, (axis,), keepdims))

    def view(self, x: Var, text: str, shape: tuple[int, ...]) -> Var:
        key = ("view", x, text, shape)
        if x.constant is None and key in self.known:
            return self.known[key]
        y = self.known[key] = self.add(Var(shape, x.dtype), text, [x], "view")
        if ".T" in text or ".transpose" in text:
            self.turned.add(y)
        return y

    def flat(self, x: Var) -> Var:
        return x if len(x.shape) == 1 else self.view(x, "{0}.reshape(-1)", (math.prod(x.shape),))

    def dot(self, a: Var, b: Var) -> Var:
        """The product of matrices and vectors, by BLAS."""
        a = self.by_rows(a)
        shape = (*a.shape[:-1], *b.shape[1:]) if len(b.shape) == 2 else a.shape[:-1]
        if len(a.shape) == 1 and len(b.shape) == 2:
            shape = b.shape[1:]
        y = Var(shape, np.result_type(a.dtype, b.dtype))
        kind = "product" if shape else "number"
        rows = self.rows(a, b) if len(a.shape) == 2 == len(b.shape) else None
        if rows is None:
            return self.add(y, "{0}.dot({1})", [a, b], kind, "{0}.dot({1}, {out})")
        self.imports["from autograd.compile.products import dot_by_rows"] = None
        text = f"dot_by_rows({{0}}, {{1}}, {rows}"
        return self.add(y, f"{text})", [a, b], kind, f"{text}, {{out}})")

    def rows(self, a: Var, b: Var) -> int | None:
        """How many rows of a to multiply at once; None for all, as where one is a transpose."""
        if not {a, b}.isdisjoint(self.turned) or a.dtype != b.dtype or a.dtype.kind != "f":
            return None
        return rows_at_once(*a.shape, b.shape[1], a.dtype)

    def by_rows(self, a: Var) -> Var:
        """A constant matrix that lies in memory by columns, copied once: 3% of a product."""
        x = a.constant
        if not isinstance(x, np.ndarray) or x.flags.c_contiguous or x.size > LARGEST_COPY:
            return a
        key = ("by rows", id(x))
        if key not in self.known:
            self.known[key] = Var(a.shape, a.dtype, a.name, np.ascontiguousarray(x))
        return self.known[key]

    def ones(self, shape: tuple[int, ...], dtype: Any) -> Var:
        return self.filled(1.0, shape, dtype)

    def filled(self, value: float, shape: tuple[int, ...], dtype: Any) -> Var:
        """A constant array of that number alone."""
        key = ("filled", value, shape, np.dtype(dtype))
        if key not in self.known:
            self.known[key] = Var(shape, dtype, None, np.full(shape, value, dtype))
        return self.known[key]

    def fresh(self, step: Step, text: str, args: list[Var]) -> Var:
        y = Var(step.shape, step.dtype)
        if step.shape:
            return self.add(y, text, args, "fresh")
        return self.add(y, self.scalar(text, step.dtype), args, "number")


OPERATOR = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "negative": "-{}",
}  # fmt: skip


def reduced(shape: tuple[int, ...], axes: Any, keepdims: bool) -> tuple[int, ...]:
    if keepdims:
        return tuple(1 if axes is None or a in axes else n for a, n in enumerate(shape))
    return () if axes is None else tuple(n for a, n in enumerate(shape) if a not in axes)
