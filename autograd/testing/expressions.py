"""Random expressions: smooth, bounded, with shared parts; written as one Python expression."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from .. import elementwise
from ..tensor import Tensor
from ..value import Value
from .arrays import arrays, broadcastable_shapes
from .floating import floats

# Each keeps |x| ≤ 2 for |x| ≤ 2, so that expressions of any depth stay small.  Hypothesis shrinks
# towards the first.
UNARY = (
    "-{a}", "{a} * 0.5", "sin({a})", "tanh({a})", "arctan({a})", "sigmoid({a})", "1.0 - {a} / 2",
    "exp(-{a} * {a})", "1 / ({a} * {a} + 1)", "{a} ** 2 / 4", "log1p({a} * {a})",
    "sqrt({a} * {a} + 0.5)",
)  # fmt: skip
BINARY = (
    "({a} + {b}) / 2", "({a} - {b}) / 2", "{a} * {b} / 2", "{a} / ({b} * {b} + 1)",
    "({a} * {a} + 1.5) ** ({b} / 8)",
)  # fmt: skip
CALL = re.compile(r"\w+\(.*\)")  # a template that needs no parentheses around what it makes
BARE = re.compile(r"\w+\(\{a\}\)")  # … and none around its operand
NAMES = ("sin", "tanh", "arctan", "sigmoid", "exp", "log1p", "sqrt")
OURS = {name: elementwise.TABLE[name] for name in NAMES}
NUMPYS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in NAMES if name != "sigmoid"},
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}
STEP = 1e-30  # of complex steps, whose error is its square

Step = tuple[str, int, int]  # a template, and which of the earlier results it takes


@dataclass(frozen=True, repr=False)
class Expression:
    """A function given by its text; `repr` is that text, as a lambda of autograd's functions.

    Called on numbers, arrays, Values or Tensors it gives what they give.

    >>> f = Expression(("x", "y"), "sin(x) * y / 2")
    >>> f
    lambda x, y: sin(x) * y / 2
    >>> f(0.0, 3.0), f.slopes(0.0, 3.0)
    (0.0, [1.5, 0.0])
    """

    variables: tuple[str, ...]
    text: str

    def __call__(self, *args: Any) -> Any:
        return self.given(OURS)(*args)

    def with_numpy(self, *args: Any) -> Any:
        """The same by numpy's functions, which take complex numbers, too."""
        return self.given(NUMPYS)(*args)

    def slopes(self, *at: float) -> list[float]:
        """The derivatives in each variable by complex steps through numpy: exact to rounding."""
        f = self.given(NUMPYS)
        found = []
        for i in range(len(at)):
            moved = [np.complex128(complex(x, STEP if k == i else 0.0)) for k, x in enumerate(at)]
            found.append(complex(f(*moved)).imag / STEP)
        return found

    def given(self, functions: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
        """The expression with these functions for its names."""
        made: Callable[..., Any] = eval(repr(self), dict(functions))
        return made

    def __repr__(self) -> str:
        return f"lambda {', '.join(self.variables)}: {self.text}"


def expressions(
    variables: Sequence[str] = ("x", "y"), *, max_steps: int = 12
) -> st.SearchStrategy[Expression]:
    """Random smooth functions ℝⁿ → ℝ, with parts that are used several times.

    Values and slopes stay moderate while the variables are within ±2.  Operations are arithmetic,
    powers, exp, log1p, sqrt, sin, tanh, arctan and sigmoid.
    """
    numbers = st.integers(0, 10**4)
    steps = st.lists(
        st.tuples(st.sampled_from(UNARY + BINARY), numbers, numbers), min_size=1, max_size=max_steps
    )
    names = tuple(variables)
    return steps.map(lambda drawn: Expression(names, text_of(names, drawn)))


def text_of(variables: Sequence[str], steps: Sequence[Step]) -> str:
    """The sum of all results that no later step takes; a part that occurs twice is named once."""
    n = len(variables)
    operands = [{"a": i % (n + k), "b": j % (n + k)} for k, (_, i, j) in enumerate(steps)]
    mentions = [re.findall(r"\{(.)\}", template) for template, *_ in steps]
    uses = Counter(at[m] for at, found in zip(operands, mentions, strict=True) for m in found)
    named: set[int] = set()

    def written(place: int, bare: bool) -> str:
        """The text of a result, where it is mentioned: names are bound from left to right."""
        if place < n or place in named:
            return variables[place] if place < n else f"t{place - n}"
        template, at = steps[place - n][0], operands[place - n]
        inside = BARE.fullmatch(template) is not None
        if uses[place] > 1:
            named.add(place)
        text = re.sub(r"\{(.)\}", lambda m: written(at[m[1]], inside), template)
        if uses[place] > 1:
            return f"(t{place - n} := {text})"
        return text if bare or CALL.fullmatch(template) else f"({text})"

    ends = [place for place in range(n, n + len(steps)) if not uses[place]]
    return " + ".join(written(place, len(ends) == 1) for place in ends)


@dataclass(frozen=True, repr=False)
class Graph:
    """An expression recorded at a point: `root`, one number, was computed from `leaves`.

    `repr` is the program that records it.
    """

    expression: Expression
    leaves: tuple[Any, ...]
    root: Any

    def __repr__(self) -> str:
        names = self.expression.variables
        lines = [f"{n} = {leaf_text(leaf)}" for n, leaf in zip(names, self.leaves, strict=True)]
        end = ".sum()" if any(np.ndim(leaf.data) for leaf in self.leaves) else ""
        text = self.expression.text
        return "; ".join([*lines, f"root = ({text}){end}" if end else f"root = {text}"])


@st.composite
def graphs(
    draw: st.DrawFn,
    kind: type[Value] | type[Tensor] | None = None,
    variables: Sequence[str] = ("x", "y"),
    *,
    max_steps: int = 12,
) -> Graph:
    """Random expression graphs of `kind`: of Values, of Tensors that broadcast, or of either."""
    expression = draw(expressions(variables, max_steps=max_steps))
    make: Any = draw(st.sampled_from([Value, Tensor])) if kind is None else kind
    near = floats(-2.0, 2.0)
    leaves: list[Any]
    if make is Value:
        leaves = [Value(draw(near)) for _ in variables]
    else:
        shapes = draw(broadcastable_shapes(len(variables), sizes=(1, 2, 3), max_dims=2))
        leaves = [Tensor(draw(arrays(shape, near))) for shape in shapes]
    y = expression(*leaves)
    return Graph(expression, tuple(leaves), y if y.is_scalar or not y.ndim else y.sum())


def leaf_text(leaf: Any) -> str:
    data = leaf.data
    return f"{type(leaf).__name__}({data if leaf.is_scalar else data.tolist()!r})"
