"""`GraphMachine`: random graphs, used in any order, on our engine and on a naive one.

Hypothesis calls the rules in any order: record, use again, differentiate, change a leaf, clear.
After each, every number and every gradient has to be what the naive engine has.  Numbers are kept
to integers and simple fractions, on which floats are exact, so the two agree to the last bit.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from ..backward import gradients
from ..errors import StaleGraphError
from ..tensor import Tensor
from ..value import Value
from .naive import Tape
from .steps import EXACT_STEPS, Step

# Data and cotangents up to LARGEST in multiples of FINEST have 24 digits: no product of two of them
# is rounded, and no sum, whatever the order.
LARGEST, FINEST = 2.0**16, 2.0**-8
PATTERN = np.array([1.0, -2.0, 3.0])  # what a seed for an array is a multiple of: never ones


def named(arity: int) -> st.SearchStrategy[str]:
    """The names of the machine's steps with so many arguments."""
    return st.runner().flatmap(lambda machine: st.sampled_from(machine.names(arity)))


class GraphMachine(RuleBasedStateMachine):
    """A state machine over scalar graphs; `TensorMachine` is the same over arrays.

    `TestGraphs = GraphMachine.TestCase` is a test for pytest.  A subclass may set

    - `steps`: the ops, by name (each a `Step`); your own beside `GraphMachine.steps`
    - `rtol`: 0.0 asks for equality to the last bit, which ops on integers and halves can give;
      others need something like 1e-9
    - `preamble`: lines that the printed program starts with, such as imports of your own
    """

    steps: ClassVar[dict[str, Step]] = EXACT_STEPS
    rtol: ClassVar[float] = 0.0
    preamble: ClassVar[str] = "import autograd as ag"
    make: ClassVar[Any] = Value
    leaf_data: ClassVar[st.SearchStrategy[Any]] = st.integers(-3, 3).map(float)

    numbers, leaves = Bundle("numbers"), Bundle("leaves")

    def __init__(self) -> None:
        super().__init__()
        self.tape = Tape()
        self.nodes: list[Any] = []  # the engine's, in the same places
        self.stale: set[int] = set()  # what was computed from a leaf that changed since
        self.program = [self.preamble]

    # ── build ───────────────────────────────────────────────────────────────────────────────────
    @rule(targets=(numbers, leaves), data=st.runner().flatmap(lambda machine: machine.leaf_data))
    def leaf(self, data: Any) -> int:
        node = self.make(data)
        return self.entered(node, self.tape.add(node.data), f"ag.{self.make.__name__}({data!r})")

    @rule(target=numbers, name=named(1), x=numbers)
    def unary(self, name: str, x: int) -> Any:
        return self.recorded(name, x)

    @rule(target=numbers, name=named(2), a=numbers, b=numbers)
    def binary(self, name: str, a: int, b: int) -> Any:
        return self.recorded(name, a, b)

    @rule(target=numbers, name=named(2), a=numbers, c=st.sampled_from([2.0, -1.0, 0.5, 0.0]))
    def with_constant(self, name: str, a: int, c: float) -> Any:
        return self.recorded(name, a, c)

    @rule(target=numbers, name=named(2), c=st.sampled_from([2.0, -1.0, 0.5, 0.0]), b=numbers)
    def of_constant(self, name: str, c: float, b: int) -> Any:
        return self.recorded(name, c, b)

    # ── differentiate ───────────────────────────────────────────────────────────────────────────
    @rule(y=numbers, c=st.sampled_from([1.0, -2.0, 3.0]))
    def backward(self, y: int, c: float) -> None:
        seed = self.seed(y, c)
        if self.keeps(*self.tape.cotangents(y, seed).values()):
            self.tape.backward(y, seed)
            self.nodes[y].backward(seed)
            self.program.append(f"{self.name(y)}.backward({written(seed)})")

    @rule(y=numbers, x=numbers, c=st.sampled_from([1.0, -2.0]), graph=st.booleans())
    def gradients(self, y: int, x: int, c: float, graph: bool) -> None:
        """In x and in all that y was computed from, without storing; as nodes, it may refuse."""
        seed = self.seed(y, c)
        found = self.tape.cotangents(y, seed)
        if not self.keeps(*found.values()):
            return
        wrt = sorted({x, *found})
        call = "ag.gradients({}, {}, {}, graph={})".format
        try:
            given = gradients(self.nodes[y], [self.nodes[x] for x in wrt], seed, graph=graph)
        except StaleGraphError:
            refused = call(self.name(y), self.listed(wrt), written(seed), graph)
            assert graph, self.failed(refused, "refused", "an answer")
            assert self.stale & found.keys(), self.failed(refused, "refused", "an answer")
            return
        for x, g in zip(wrt, given, strict=True):
            what = call(self.name(y), self.name(x), written(seed), graph) + ".data" * graph
            self.same(what, g.data if graph else g, found.get(x, 0.0 * self.tape.data[x]))

    # ── change and clear ────────────────────────────────────────────────────────────────────────
    @rule(x=leaves, by=st.sampled_from([1.0, -2.0, 0.5]))
    def change(self, x: int, by: float) -> None:
        """Assign a leaf: what was computed from it keeps its number and its slopes."""
        data = self.tape.data[x] + by
        if self.keeps(data):
            self.tape.data[x] = self.nodes[x].data = data
            self.stale |= {y for y, args in enumerate(self.tape.args) if x in args}
            self.program.append(f"{self.name(x)}.data = {written(data)}")

    @rule(x=numbers)
    def clear(self, x: int) -> None:
        self.nodes[x].zero_grad()
        self.tape.grad[x] = None
        self.program.append(f"{self.name(x)}.zero_grad()")

    # ── compare ─────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def everything_agrees(self) -> None:
        for place, node in enumerate(self.nodes):
            expected = self.tape.grad[place]
            if expected is None:
                expected = 0.0 if node.is_scalar else None
            self.same(f"{self.name(place)}.data", node.data, self.tape.data[place])
            self.same(f"{self.name(place)}.grad", node.grad, expected)

    def same(self, what: str, given: Any, expected: Any) -> None:
        if given is None or expected is None:
            assert given is expected, self.failed(what, given, expected)
            return
        shapes = np.shape(given) == np.shape(expected)
        with np.errstate(all="ignore"):
            error = np.max(np.abs(np.subtract(given, expected))) if shapes else np.inf
        size = max(1.0, float(np.max(np.abs(expected)))) if self.rtol else 1.0
        assert error <= self.rtol * size, self.failed(what, given, expected)

    def failed(self, what: str, given: Any, expected: Any) -> str:
        """The program so far, in Python, and what came out of it."""
        check = f"print({what})  # {written(given)}; expected {written(expected)}"
        return "\n".join(["the engine and the naive one differ after", "", *self.program, check])

    # ── what the rules share ────────────────────────────────────────────────────────────────────
    def recorded(self, name: str, *operands: Any) -> Any:
        """The step on the operands: places of numbers (int), and constants (float)."""
        step = self.steps[name]
        plain = [self.tape.data[o] if isinstance(o, int) else o for o in operands]
        y = step.function(*plain)
        places = [o for o in operands if isinstance(o, int)]
        slopes = [s(*plain) for s, o in zip(step.slopes, operands, strict=True) if type(o) is int]
        if not self.keeps(y, *slopes):
            return multiple()  # nothing
        node = step.function(*[self.nodes[o] if isinstance(o, int) else o for o in operands])
        texts = [self.name(o) if isinstance(o, int) else repr(o) for o in operands]
        return self.entered(node, self.tape.add(y, places, slopes), step.text.format(*texts))

    def entered(self, node: Any, place: int, text: str) -> int:
        self.nodes.append(node)
        self.program.append(f"{self.name(place)} = {text}")
        return place

    def names(self, arity: int) -> list[str]:
        return sorted(name for name, step in self.steps.items() if len(step.slopes) == arity)

    def name(self, place: int) -> str:
        return f"{'y' if self.tape.args[place] else 'x'}{place}"

    def listed(self, places: list[int]) -> str:
        return f"[{', '.join(map(self.name, places))}]"

    def seed(self, y: int, c: float) -> Any:
        return c * PATTERN if np.shape(self.tape.data[y]) else c

    def keeps(self, *numbers: Any) -> bool:
        """Whether numbers are small, and as round as floats need to be exact."""
        arrays = [np.asarray(n, float) for n in numbers]
        small = all(np.all(np.abs(a) <= LARGEST) for a in arrays)
        return small and (self.rtol > 0.0 or all(np.all(a % FINEST == 0.0) for a in arrays))


class TensorMachine(GraphMachine):
    """`GraphMachine` over array graphs: numbers and vectors, which broadcast against each other."""

    make: ClassVar[Any] = Tensor
    leaf_data: ClassVar[st.SearchStrategy[Any]] = st.one_of(
        st.integers(-3, 3).map(float),
        st.lists(st.integers(-3, 3).map(float), min_size=len(PATTERN), max_size=len(PATTERN)),
    )


def written(data: Any) -> str:
    """A number or an array as Python."""
    if isinstance(data, str):
        return data
    return repr(data.tolist() if isinstance(data, np.ndarray | np.generic) else data)
