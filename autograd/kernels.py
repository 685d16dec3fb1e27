"""What the first-order sweep does at a node of an array graph, written out once for each op.

`g * (y * (1.0 - y))` on arrays allocates three of them and looks up each operation by its operands.
So a rule is run once on stand-ins, which write down what it does, and the notes become the heart of

    def pull(node, g, cotangents, small, needed):
        y = node._raw
        a0, = node._parents
        x0, = node._inputs
        if y.ndim:
            size = y.itemsize
            if needed is None or a0 in needed:
                t0 = subtract(c0[size], y)
                t0 = multiply(y, t0, t0)
                t0 = multiply(g, t0, t0)
                if a0 in cotangents: joined(a0, t0, cotangents, small)
                else: cotangents[a0] = t0
        else:
            …

with numbers as arrays of the right dtype (numpy takes 0.15 µs to convert one) and each temporary
written over as soon as it is dead.  The rule stays the only place that knows the derivative.  Rules
that cannot be written down are called.  For a 0-d result the formula is written with Python's
operators, which on numpy's scalars take a tenth of a ufunc's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .arrival import expanded, joined, sent
from .linalg import MATMUL
from .op import ZERO, Op, Pull, Rule, is_operator
from .reductions import SUM, spread
from .shaping import TRANSPOSE
from .sketches import Sketch, Step
from .softmaxes import LOG_SOFTMAX, SOFTMAX

# of matrices, and of sums that meet their terms again
SHORT = {MATMUL: "{}.dot({})", TRANSPOSE: "{}.T", SUM: "spread({}, {})"}
DTYPES = (np.float64, np.float32)
WRITTEN = (SOFTMAX, LOG_SOFTMAX, MATMUL)  # with formulas for rules, as elementwise ops have them


def pull(op: Op) -> Pull:
    """What the sweep calls at a node of `op`, which has a rule for each argument.

    With the node, its cotangent g, and the sweep's `cotangents`, `small` (the nodes whose
    cotangents are of a smaller shape) and `needed` (the nodes to be reached, None for all).
    """
    assert isinstance(op.rules, tuple)
    names: dict[str, Any] = {
        "ndarray": np.ndarray, "asarray": np.asarray, "op": op, "expanded": expanded,
        "joined": joined, "sent": sent, "spread": spread,
        **{f"rule{i}": rule for i, rule in enumerate(op.rules)},
    }  # fmt: skip
    unpacked = {
        r"a\d": f"{letters('a', len(op.rules) - op.settings)} = node._parents",
        r"x\d": f"{letters('x', len(op.rules))} = node._inputs",
    }
    arrays = preceded(unpacked, Arrays(op, op.rules, names).statements())
    numbers = preceded(unpacked, Numbers(op, op.rules, names).statements())
    source = [
        "def pull(node, g, cotangents, small, needed):", " y = node._raw",
        " if y.ndim:", *indented(indented(arrays or ["pass"])),
        " else:", *indented(indented(numbers or ["pass"])),
    ]  # fmt: skip
    exec(compile("\n".join(source), f"<pull of {op.name}>", "exec"), names)
    made: Pull = names["pull"]
    return made


# what statements may use of the result
DERIVED = {
    "whole": "whole = not small or node not in small",
    "shape": "shape = y.shape",
    "size": "size = y.itemsize",
}


def preceded(statements: dict[str, str], lines: list[str]) -> list[str]:
    """`lines` after those of `statements` whose names (as patterns) they use."""
    text = "\n".join(lines)
    used = [s for name, s in statements.items() if re.search(rf"(?<![.\w]){name}\b", text)]
    return used + lines


def letters(letter: str, n: int) -> str:
    """The targets of an assignment from a tuple of n."""
    return "".join([f"{letter}{i}, " for i in range(n)])


def indented(lines: list[str]) -> list[str]:
    return [" " + line for line in lines]


def store(i: int, h: str) -> list[str]:
    return [
        f"if a{i} in cotangents: joined(a{i}, {h}, cotangents, small)",
        "else:",
        f" cotangents[a{i}] = {h}",
    ]


def stored_if(fits: str, i: int, h: str, own: str = "own") -> list[str]:
    sends = f"else: sent(a{i}, {own}, {h}, shape, op, {i}, cotangents, small)"
    return [f"if {fits}:", *indented(store(i, h)), sends]


class Half:
    """Writes what happens at a node: here, by calling the rules."""

    def __init__(self, op: Op, rules: tuple[Rule | None, ...], names: dict[str, Any]) -> None:
        self.op, self.rules, self.names = op, rules, names
        self.xs = [f"x{i}" for i in range(len(rules))]
        self.alone = len(rules) - op.settings == 1  # only one argument is an operand

    def statements(self) -> list[str]:
        return preceded(DERIVED, self.edges(lambda i: self.formula(i) or self.called(i)))

    def edges(self, sends: Callable[[int], list[str]]) -> list[str]:
        """Each argument that is wanted gets its cotangent by the statements that `sends` gives."""
        lines = []
        for i, rule in enumerate(self.rules[: len(self.xs) - self.op.settings]):
            if rule is not ZERO:
                wanted = f"needed is None or a{i} in needed"
                lines.append(f"if {wanted if self.alone else f'a{i} is not None and ({wanted})'}:")
                lines += indented(sends(i) if rule else [f"op.asked(op.rules, {i})"])
        return lines

    def formula(self, i: int) -> list[str] | None:
        """The rule written out; None if it has to be called."""
        raise NotImplementedError

    def called(self, i: int) -> list[str]:
        fits = f"h.shape == (own := x{i}.shape)" + " == shape" * self.op.elementwise
        return [
            f"h = rule{i}(g, y, {', '.join(self.xs)})",
            "if h is not None:",
            " if type(h) is not ndarray: h = asarray(h)",
            *indented(stored_if(fits, i, "h")),
        ]

    def is_formula(self, i: int) -> bool:
        """Whether the rule does the same for all operands of an elementwise op.

        A lambda does; a longer function may go by what it is given, as that of `x ** 2` does.
        """
        rule = self.rules[i]
        assert rule is not None
        return self.op.elementwise and (rule.__name__ == "<lambda>" or self.alone)

    def noted(self, i: int, g: Sketch, y: Sketch, xs: Sequence[Any]) -> Sketch | None:
        """What rule i gives for stand-ins, if that is one."""
        rule = self.rules[i]
        assert rule is not None
        result = rule(g, y, *xs)
        return result if isinstance(result, Sketch) else None

    def constant(self, value: Any) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name


class Numbers(Half):
    """For a 0-d result, whose operands are 0-d if the op is elementwise."""

    def formula(self, i: int) -> list[str] | None:
        steps: list[Step] = []
        g, y, *xs = [Sketch(text, False, steps) for text in ("g", "y", *self.xs)]
        if self.op is SUM and self.noted(i, g, y, [xs[0], None, False]) is g:  # of all entries
            return [*store(i, "g"), " if x0.ndim: small.add(a0)"]
        if not self.is_formula(i):
            return None
        result = self.noted(i, g, y, xs)
        if result is None:
            return None
        lines = []
        for k, (op, args, t) in enumerate(steps):
            texts = [a.text if isinstance(a, Sketch) else self.constant(a) for a in args]
            t.text = f"t{k}"
            self.names[op.name] = op.compute
            sign = is_operator(op.scalar)
            value = op.write(op.python, *texts) if sign else f"{op.name}({', '.join(texts)})"
            lines.append(f"{t.text} = {value}")
        return lines + store(i, result.text)


class Arrays(Half):
    """For an array: ufuncs in as few arrays as possible."""

    def statements(self) -> list[str]:
        lines = super().statements()
        square = self.square()
        if square is not None:
            return ["if a0 is a1:", *indented(preceded(DERIVED, square)),
                    "else:", *indented(lines)]  # fmt: skip
        whole = (
            [] if self.op.elementwise else ["if small and node in small: g = expanded(g, y.shape)"]
        )
        if self.op is MATMUL:
            called = preceded(DERIVED, self.edges(self.called))
            lines = ["if x0.ndim == 2 == x1.ndim:", *indented(lines), "else:", *indented(called)]
        return whole + lines

    def square(self) -> list[str] | None:
        """Both arguments are the same, as in x * x: the two cotangents at once, where they agree.

        A rule is linear in g, so that is the one for 2g, and g may be a mere number.
        """
        if len(self.xs) != 2 or not all(rule and self.is_formula(i)
                                        for i, rule in enumerate(self.rules)):  # fmt: skip
            return None
        steps: list[Step] = []
        g, y, x = Sketch("g", False, steps), Sketch("y", True, steps), Sketch("x0", True, steps)
        result = self.noted(0, g, y, [x, x])
        if result is None or result is not self.noted(1, g, y, [x, x]):
            return None
        lines = ["g = g + g", *self.written(steps, result), *self.stored(0, result, alone=True)]
        return ["if needed is None or a0 in needed:", *indented(lines)]

    def formula(self, i: int) -> list[str] | None:
        op = self.op
        if not (self.is_formula(i) or op in WRITTEN):
            return None
        steps: list[Step] = []
        g, y = Sketch("g", not op.elementwise, steps), Sketch("y", True, steps)
        # a single array has the result's shape
        xs = [Sketch(x, self.alone and not k, steps) for k, x in enumerate(self.xs)]
        result = self.noted(i, g, y, xs)
        if result is None:
            return None
        return [*self.written(steps, result), *self.stored(i, result, self.alone)]

    def stored(self, i: int, h: Sketch, alone: bool) -> list[str]:
        """What is done with the cotangent of an argument; `alone`: it has the result's shape."""
        if self.op is MATMUL or (alone and h.full):
            return store(i, h.text)
        fits = [] if alone else [f"(own := x{i}.shape) == shape"]
        if not h.full:
            fits.append(f"(whole or {h.text}.shape == shape)")
        return stored_if(" and ".join(fits), i, h.text, "shape" if alone else "own")

    def written(self, steps: list[Step], result: Sketch) -> list[str]:
        """The statements for a formula, in as few arrays as possible."""
        last = {id(a): k for k, (_, args, _) in enumerate(steps) for a in args}
        lines, free, temporaries = [], list[str](), dict[int, str]()
        for k, (op, args, y) in enumerate(steps):
            ufunc = isinstance(op.compute, np.ufunc)
            texts = [self.text(a, ufunc) for a in args]
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
            line = SHORT.get(op) or f"{op.name}({', '.join(['{}'] * len(texts))})"
            lines.append(f"{y.text} = {line.format(*texts)}")
            if y.full and y is not result:
                temporaries[id(y)] = y.text
        return lines

    def text(self, a: Any, ufunc: bool) -> str:
        if isinstance(a, Sketch):
            return a.text
        if not ufunc:
            return self.constant(a)
        return self.constant({t().itemsize: np.array(a, t) for t in DTYPES}) + "[size]"
