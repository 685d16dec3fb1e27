"""The two networks as problems for the searches: rows in Python, columns and rows in LaTeX."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from autograd.proofread.formula.tree import Call, Expr, Mul, mapped
from autograd.proofread.problem import Problem
from autograd.proofread.python.reader import expression
from autograd.proofread.worlds.quantity import Definition, Quantity
from autograd.proofread.worlds.world import Setup, World

PRIMES = ((11, 7, 5, 3), (5, 3, 7, 11), (7, 5, 11, 2))


def as_latex(e: Expr) -> Expr:
    """`@` and `*` as juxtaposed factors, `maximum(a, b)` as a ⊙ b."""
    e = mapped(e, as_latex)
    if isinstance(e, Mul):
        return replace(e, kind="matrix", sign="")
    if isinstance(e, Call) and e.function == "maximum":
        return Mul(*e.args, "entrywise", "\\odot")
    return e


@dataclass(frozen=True)
class Net:
    """A network, and the right lines of its derivation."""

    quantities: tuple[Quantity, ...]
    forward: tuple[str, ...]
    loss: str
    notation: str
    lines: tuple[str, ...]
    sizes: tuple[str, ...] = ("n", "n0", "n1", "n2")

    @lru_cache  # noqa: B019
    def setup(self) -> Setup:
        setup = Setup(self.quantities, (), (self.loss,), exact_shapes=self.notation == "latex")
        for line in self.forward:
            name, _, text = line.partition(" = ")
            e = expression(text, setup.known(), loss=self.loss)
            setup = replace(setup, definitions=(*setup.definitions, Definition(name, e)))
        return setup

    def world(self, primes: tuple[int, ...], seed: int) -> World:
        sizes = dict(zip(self.sizes, primes, strict=False))
        return self.setup().world(sizes, seed)

    def read(self, text: str) -> Expr:
        e = expression(text, self.setup().known(), loss=self.loss)
        return as_latex(e) if self.notation == "latex" else e

    def problem(self, line: str | tuple[Expr, Expr], *, given: tuple[str, ...] = ()) -> Problem:
        """`line`: target and right side; `given`: the gradients that earlier lines have."""
        left, right = map(self.read, line.split(" = ")) if isinstance(line, str) else line
        worlds = tuple(self.world(primes, seed) for seed, primes in enumerate(PRIMES))
        allowed = frozenset(map(self.read, given)) - {left}
        return Problem(left, right, worlds, self.notation, self.loss, allowed=allowed)

    @lru_cache  # noqa: B019
    def problems(self) -> list[Problem]:
        """All right lines, each with the gradients of those before it."""
        given: tuple[str, ...] = ()
        found = []
        for line in self.lines:
            found.append(self.problem(line, given=given))
            given += (line.split(" = ")[0],)
        return found


ROWS = Net(
    (
        Quantity("x", ("n", "n0"), "data"), Quantity("W1", ("n0", "n1")),
        Quantity("b1", (1, "n1")), Quantity("W2", ("n1", "n2")), Quantity("b2", (1, "n2")),
        Quantity("t", ("n", "n2"), "data"),
    ),
    (
        "z1 = x @ W1 + b1", "h1 = sigmoid(z1)", "z2 = h1 @ W2 + b2", "h2 = sigmoid(z2)",
        "L = 0.5 * sum((t - h2)**2)",
    ),
    "L", "python",
    (
        "dh2 = h2 - t", "dz2 = dh2 * h2 * (1 - h2)", "dW2 = h1.T @ dz2",
        "db2 = sum(dz2, axis=0, keepdims=True)", "dh1 = dz2 @ W2.T",
        "dz1 = dh1 * h1 * (1 - h1)", "dW1 = x.T @ dz1",
        "db1 = sum(dz1, axis=0, keepdims=True)", "dx = dz1 @ W1.T",
        "dz2 = (h2 - t) * h2 * (1 - h2)", "dW2 = h1.T @ ((h2 - t) * h2 * (1 - h2))",
    ),
)  # fmt: skip
RELU = Net(
    (
        Quantity("x", ("n", "n0"), "data"), Quantity("W1", ("n0", "n1")), Quantity("b1", ("n1",)),
        Quantity("W2", ("n1", "n2")), Quantity("b2", ("n2",)),
        Quantity("y", ("n", "n2"), "onehot", axis=1), Quantity("lam", (), "positive"),
    ),
    (
        "z1 = x @ W1 + b1", "a1 = relu(z1)", "z2 = a1 @ W2 + b2", "p = softmax(z2)",
        "J = -sum(y*log(p))/n + 0.5*lam*(sum(W1**2) + sum(W2**2))",
    ),
    "J", "python",
    (
        "dz2 = (p - y) / n", "dW2 = a1.T @ dz2 + lam * W2", "db2 = sum(dz2, axis=0)",
        "da1 = dz2 @ W2.T", "dz1 = da1 * (z1 > 0)", "dW1 = x.T @ dz1 + lam * W1",
        "db1 = sum(dz1, axis=0)", "dW2 = a1.T @ (p - y) / n + lam * W2",
    ),
)  # fmt: skip
COLUMNS = Net(
    (
        Quantity("a0", ("n0", 1), "data"), Quantity("W1", ("n1", "n0")), Quantity("b1", ("n1", 1)),
        Quantity("W2", ("n2", "n1")), Quantity("b2", ("n2", 1)),
        Quantity("y", ("n2", 1), "onehot", axis=0),
    ),
    (
        "z1 = W1 @ a0 + b1", "a1 = sigmoid(z1)", "z2 = W2 @ a1 + b2", "a2 = z2",
        "p = softmax(a2)", "J = -sum(y*log(p))",
    ),
    "J", "latex",
    (
        "dz2 = p - y", "dW2 = dz2 @ a1.T", "da1 = W2.T @ dz2",
        "dz1 = maximum(maximum(da1, a1), 1 - a1)", "dW1 = dz1 @ a0.T",
        "dW2 = (p - y) @ a1.T", "db1 = maximum(maximum(W2.T @ (p - y), a1), 1 - a1)",
        "dW1 = maximum(maximum(W2.T @ dz2, a1), 1 - a1) @ a0.T", "da0 = W1.T @ dz1",
    ),
    sizes=("n0", "n1", "n2"),
)  # fmt: skip
WRITTEN_OUT = replace(
    ROWS,
    quantities=(
        Quantity("x", ("n", 4), "data"), Quantity("W1", (4, 5)), Quantity("b1", (1, 5)),
        Quantity("W2", (5, 3)), Quantity("b2", (1, 3)), Quantity("t", ("n", 3), "data"),
    ),
    notation="latex", lines=(), sizes=("n",),
)  # fmt: skip
NETS = {"rows": ROWS, "relu": RELU, "columns": COLUMNS}
