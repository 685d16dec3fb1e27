"""What LaTeX means: every spelling of the table, and what is never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograd.proofread.lines import Line
from autograd.proofread.printing import plain
from autograd.proofread.reading import settings
from autograd.proofread.reading.document import read
from autograd.proofread.tree import Call, Derivative, Entry, Expr, Symbol, mapped

CONFIG = """
loss: L
shapes:
  x: [n0, n]
  y: {shape: [], labels: n2}
  W1: [n1, n0]
  b1: [n1, 1]
  W2: [n2, n1]
  b2: [n2, 1]
  V: [n1, n0]
  s: [n1, 1]
  q: [n1, 1]
  lam: []
forward:
  - z1 = W1 @ x + b1
  - h1 = sigmoid(z1)
  - z2 = W2 @ h1 + b2
  - h2 = sigmoid(z2)
  - L = norm(h2)**2
layers: {l: [1, 2], M: 2}
functions: {g: sigmoid, sigmod: sigmoid}
"""


def lines_of(latex: str, extra: str = "", config: str = CONFIG) -> list[Line]:
    return read(f"$$ {latex} $$\n", "notes.md", settings.config(config + extra, "notes.yaml"))[1]


def bare(e: Expr) -> Expr:
    """Without the author's spellings."""
    e = mapped(e, bare)
    return replace(e, text="") if isinstance(e, Symbol | Derivative | Entry | Call) else e


def shown(line: Line) -> str:
    """The first instance in short."""
    first, *rest = line.instances[0].members
    return plain(bare(first.expr)) + "".join(f" {m.sign} {plain(bare(m.expr))}" for m in rest)


def right_side(latex: str, extra: str = "") -> str:
    (line,) = lines_of(f"L = {latex}", extra)
    assert line.kind != "unread", line.reason
    return plain(bare(line.instances[0].members[1].expr))


SPELLINGS = {
    # derivatives
    r"\frac{\partial L}{\partial W_1}": "∂L/∂W1",
    r"\frac{\partial L}{\partial z^{(2)}}": "∂L/∂z2",
    r"\frac{dL}{dW_2}": "∂L/∂W2",
    r"\frac{\mathrm{d} L}{\mathrm{d} W_2}": "∂L/∂W2",
    r"\dfrac{\partial L}{\partial W^{(1)}_{12}}": "∂L/∂W1[1, 2]",
    r"\partial L / \partial W_1": "∂L/∂W1",
    r"dL/dW_1": "∂L/∂W1",
    r"\frac{\partial}{\partial W_1} L": "∂L/∂W1",
    r"\nabla_{W_1} L": "∂L/∂W1",
    r"\nabla_{W^{(1)}} L(W, b)": "∂L/∂W1",
    r"\bar W_1": "∂L/∂W1",
    r"\bar{z}^{(2)}": "∂L/∂z2",
    r"dW_1": "∂L/∂W1",
    r"dz^{(2)}": "∂L/∂z2",
    r"dz_2 h_1^T": "∂L/∂z2 h1ᵀ",
    # names, layers, entries
    r"h_1": "h1",
    r"h^{(1)}": "h1",
    r"h^{1}": "h1",
    r"h^1": "h1",
    r"s^2": "s²",
    r"z_{11}^{(2)}": "z2[1, 1]",
    r"z^{(2)}_{11}": "z2[1, 1]",
    r"W^{(2)}_{1,2}": "W2[1, 2]",
    r"V_{12}": "V[1, 2]",
    r"s_{2}": "s[2]",
    r"W^{(2)}_{(1),2}": "W2[1, 2]",
    # transposes
    r"W_1^T s": "W1ᵀ s",
    r"W_1^\top s": "W1ᵀ s",
    r"(W^{(1)})^T s": "W1ᵀ s",
    r"W^{(1)T} s": "W1ᵀ s",
    r"{W^{(1)}}^{\top} s": "W1ᵀ s",
    # functions
    r"\sigma(s)": "sigmoid(s)",
    r"g(s)": "sigmoid(s)",
    r"\ln s": "log(s)",
    r"e^{s}": "exp(s)",
    r"\tanh(V x)": "tanh(V x)",
    r"\max(s, q)": "maximum(s, q)",
    # norms and sums
    r"\|V\|^2": "‖V‖²",
    r"\left\| V \right\|_F^2": "‖V‖²",
    r"\lVert s \rVert_2^2": "‖s‖²",
    r"\sum s": "Σ s",
}  # fmt: skip


@pytest.mark.parametrize("latex", SPELLINGS)
def test_a_spelling_means_one_thing(latex: str) -> None:
    assert right_side(latex) == SPELLINGS[latex]


def test_every_section_has_its_own_macros() -> None:
    sections = "sections:\n" + "".join(
        f'- {{lines: {k}, symbols: {{"\\\\Psi": "{k} * s"}}}}\n' for k in range(1, 40)
    )
    text = "".join("$L = \\Psi$\n" for _ in range(1, 40))
    _, lines, _ = read(text, "notes.md", settings.config(CONFIG + sections, "notes.yaml"))
    assert [plain(line.instances[0].members[1].expr) for line in lines] == [
        f"{k} s" for k in range(1, 40)
    ]
