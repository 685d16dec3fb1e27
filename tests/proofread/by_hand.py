"""Lines of LaTeX as they are read, in short."""

from __future__ import annotations

from dataclasses import replace

from autograd.proofread.formula.tree import Call, Derivative, Entry, Expr, Symbol, mapped
from autograd.proofread.lines import Line
from autograd.proofread.reading.configuration import settings
from autograd.proofread.reading.document import read
from autograd.proofread.writing.printing import plain

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


def only(latex: str, extra: str = "") -> Line:
    (line,) = lines_of(latex, extra)
    assert line.kind != "unread", line.reason
    return line
