"""What the first-order sweep does at a node of an array graph, written out once for each op.

`g * (y * (1.0 - y))` on arrays allocates three of them and looks up each operation by its operands.
So a rule is run once on stand-ins, which write down what it does, and the notes become the heart of

    def pull(node, g, cotangents, small, needed, whole):
        y = node._raw
        a0, = node._args
        x0, = node._inputs
        shape = y.shape
        if needed is None or a0 in needed:
            t0 = subtract(c0, y)
            t0 = multiply(y, t0, t0)
            t0 = multiply(g, t0, t0)
            if whole or t0.shape == shape:
                if a0 in cotangents:
                    joined(a0, t0, cotangents, small)
                else:
                    cotangents[a0] = t0
            else:
                sent(a0, t0, shape, op, 0, cotangents, small)

with numbers as arrays of the right dtype (numpy takes 0.15 µs to convert one) and each temporary
written over as soon as it is dead.  The rule stays the only place that knows the derivative.  Rules
that cannot be written down are called.  For a 0-d result the formula is written with Python's
operators, which on numpy's scalars take a tenth of a ufunc's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from .arrival import joined, sent
from .elementwise import TABLE
from .linalg import MATMUL
from .node import Node
from .op import ZERO, Op, apply, is_operator
from .shaping import TRANSPOSE
from .softmaxes import LOG_SOFTMAX, SOFTMAX

SHORT = {MATMUL: "{}.dot({})", TRANSPOSE: "{}.T"}  # of matrices
Pull = Callable[..., None]
Step = tuple[Op, tuple[Any, ...], "Sketch"]  # result = op(*args)


class Sketch(Node):
    """A stand-in for an array; `full` ones are known to have the shape and dtype of the result."""

    __slots__ = ("full", "steps", "text")

    is_scalar = False
    ndim = 2  # it matters to the rules of matmul alone, whose formulas are for matrices

    def __init__(self, text: str, full: bool, steps: list[Step]) -> None:
        self.text = text
        self.full = full
        self.steps = steps

    @staticmethod
    def record(op: Op, args: tuple[Any, ...]) -> Sketch:
        known = [a for a in args if isinstance(a, Sketch)]
        steps = known[0].steps
        result = Sketch("", op.elementwise and any(a.full for a in known), steps)
        steps.append((op, args, result))
        return result

    def __neg__(self) -> Any:
        return TABLE["neg"](self)

    def __matmul__(self, other: Any) -> Any:
        return apply(MATMUL, self, other)

    @property
    def T(self) -> Any:
        return apply(TRANSPOSE, self)


def attach(name: str, function: Callable[..., Any]) -> None:
    setattr(Sketch, f"__{name}__", lambda a, b: function(a, b))
    setattr(Sketch, f"__r{name}__", lambda a, b: function(b, a))


for _name, _row in (("add", "add"), ("sub", "sub"), ("mul", "mul"), ("truediv", "div")):
    attach(_name, TABLE[_row])


def pulls(op: Op) -> tuple[Any, ...]:
    """op.rules, and from them what the sweep calls for 0-d results, for float64, for float32.

    The arguments are the node, its cotangent g, and the sweep's `cotangents`, `small` (the nodes
    whose cotangents are of a smaller shape), `needed` (the nodes to be reached, None for all) and
    `whole`: whether g has the shape of the node.  Where the op is not elementwise, it has to.
    """
    dtypes = (None, np.float64, np.float32)
    if op.elementwise or op in (SOFTMAX, LOG_SOFTMAX, MATMUL):
        op.pulls = (op.rules, *[Writer(op, dtype).pull() for dtype in dtypes])
    else:
        op.pulls = (op.rules, *[Writer(op, None).pull()] * len(dtypes))
    return op.pulls


def indented(lines: list[str]) -> list[str]:
    return [" " + line for line in lines]


def store(i: int, h: str) -> list[str]:
    return [
        f"if a{i} in cotangents: joined(a{i}, {h}, cotangents, small)",
        f"else: cotangents[a{i}] = {h}",
    ]


def stored_if(fits: str, i: int, h: str) -> list[str]:
    sends = f"else: sent(a{i}, {h}, node._raw.shape, op, {i}, cotangents, small)"
    return [f"if {fits}:", *indented(store(i, h)), sends]


class Writer:
    """Writes an op's function for results of one dtype; None stands for any, and for numbers."""

    def __init__(self, op: Op, dtype: type | None) -> None:
        assert isinstance(op.rules, tuple)
        self.op, self.rules, self.dtype = op, op.rules, dtype
        self.xs = [f"x{i}" for i in range(len(op.rules))]
        self.names: dict[str, Any] = {
            "Node": Node, "ndarray": np.ndarray, "asarray": np.asarray, "op": op, "joined": joined,
            "sent": sent, **{f"rule{i}": rule for i, rule in enumerate(op.rules)},
        }  # fmt: skip

    def pull(self) -> Pull:
        flowing = [i for i, rule in enumerate(self.rules) if rule is not ZERO]
        body = "\n".join([" " + line for i in flowing for line in self.edge(i)])
        head = ["def pull(node, g, cotangents, small, needed, whole):", *[
            line for used, line in (
                (r"y", " y = node._raw"),
                (r"a\d", f" {', '.join(x.replace('x', 'a') for x in self.xs)}, = node._args"),
                (r"x\d", f" {', '.join(self.xs)}, = node._inputs"),
                (r"shape", " shape = node._raw.shape"),
            ) if re.search(rf"(?<![.\w]){used}\b", body)
        ]]  # fmt: skip
        source = "\n".join([*head, body or " pass"])
        exec(compile(source, f"<pull of {self.op.name}>", "exec"), self.names)
        made: Pull = self.names["pull"]
        return made

    def edge(self, i: int) -> list[str]:
        """The statements that bring argument i its cotangent."""
        node = f"isinstance(a{i}, Node) and " if len(self.xs) > 1 else ""
        head = f"if {node}(needed is None or a{i} in needed):"
        if self.rules[i] is None:
            return [head, f" op.asked(op.rules, {i})"]
        known = self.formula(i)
        lines = self.called(i) if known is None else [*known[1], *self.stored(i, known[0])]
        if self.op is MATMUL:
            matrices = "if x0.ndim == 2 == x1.ndim:"
            lines = [matrices, *indented(lines), "else:", *indented(self.called(i))]
        return [head, *indented(lines)]

    def called(self, i: int) -> list[str]:
        """The same by a call of the rule."""
        fits = f"h.shape == x{i}.shape" + " == node._raw.shape" * self.op.elementwise
        return [
            f"h = rule{i}(g, y, {', '.join(self.xs)})",
            "if h is not None:",
            " if type(h) is not ndarray: h = asarray(h)",
            *indented(stored_if(fits, i, "h")),
        ]

    def stored(self, i: int, h: str) -> list[str]:
        """What is done with the cotangent h that a formula gave."""
        if self.dtype is None or self.op is MATMUL:  # all is 0-d, or matrices
            return store(i, h)
        if self.op.elementwise and len(self.xs) > 1:
            return stored_if(f"x{i}.shape == shape and (whole or {h}.shape == shape)", i, h)
        return stored_if(f"whole or {h}.shape == node._raw.shape", i, h)

    def formula(self, i: int) -> tuple[str, list[str]] | None:
        """The rule written out: the name of the result, and the statements; None if it is called.

        A rule that is a lambda is one formula.  One that is a longer function may go by what it is
        given, as that of `x ** 2` does.
        """
        rule, op, n = self.rules[i], self.op, len(self.xs)
        assert rule is not None
        by_operands = rule.__name__ != "<lambda>" and n > 1 and op is not MATMUL
        if by_operands or not (op.elementwise or self.dtype):
            return None
        steps: list[Step] = []
        one_array = n == 1 or op in (SOFTMAX, LOG_SOFTMAX)  # it has the result's shape
        g = Sketch("g", not op.elementwise, steps)
        y = Sketch("y", True, steps)
        xs = [Sketch(x, one_array and not k, steps) for k, x in enumerate(self.xs)]
        result = rule(g, y, *xs)
        if not isinstance(result, Sketch):
            return None
        lines = self.scalars(steps) if self.dtype is None else self.arrays(steps, result)
        return result.text, lines

    def scalars(self, steps: list[Step]) -> list[str]:
        """The statements for numbers."""
        lines = []
        for k, (op, args, y) in enumerate(steps):
            texts = [self.text(a, None) for a in args]
            y.text = f"t{k}"
            self.names[op.name] = op.compute
            sign = is_operator(op.scalar)
            value = op.write(op.python, *texts) if sign else f"{op.name}({', '.join(texts)})"
            lines.append(f"{y.text} = {value}")
        return lines

    def arrays(self, steps: list[Step], result: Sketch) -> list[str]:
        """The statements for arrays, in as few of them as possible."""
        last = {id(a): k for k, (_, args, _) in enumerate(steps) for a in args}
        lines, free, temporaries = [], list[str](), dict[int, str]()
        for k, (op, args, y) in enumerate(steps):
            ufunc = isinstance(op.compute, np.ufunc)
            texts = [self.text(a, self.dtype if ufunc else None) for a in args]
            # dead after this step, so a result of the same shape may be written over them
            free += [temporaries.pop(id(a)) for a in args
                     if last[id(a)] == k and id(a) in temporaries]  # fmt: skip
            if ufunc and y.full and free:
                y.text = free.pop()
                extreme = op.compute in (np.maximum, np.minimum)  # these want the keyword
                texts.append(f"out={y.text}" if extreme else y.text)
            else:
                y.text = f"t{k}"
            self.names[op.name] = op.compute
            call = f"{op.name}({', '.join(texts)})"
            lines.append(f"{y.text} = {SHORT[op].format(*texts) if op in SHORT else call}")
            if y.full and y is not result:
                temporaries[id(y)] = y.text
        return lines

    def text(self, a: Any, dtype: type | None) -> str:
        if isinstance(a, Sketch):
            return a.text
        name = f"c{len(self.names)}"
        self.names[name] = a if dtype is None else np.array(a, dtype)
        return name
