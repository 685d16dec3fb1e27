"""Lines and the verdicts on them, in short, in both notations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import autograd as ag
from autograd.proofread.judge import judge
from autograd.proofread.reading.configuration import settings
from autograd.proofread.reading.document import read
from autograd.proofread.report import Report

FORWARD = (
    "z1 = x @ W1 + b1", "h1 = sigmoid(z1)", "z2 = h1 @ W2 + b2", "h2 = sigmoid(z2)",
    "L = 0.5 * sum((t - h2)**2)",
)  # fmt: skip
SHAPES = {
    "x": ("n", "n0"), "W1": ("n0", "n1"), "b1": ("n1",), "W2": ("n1", "n2"), "b2": ("n2",),
    "t": ("n", "n2"),
}  # fmt: skip
COLUMNS = """
loss: L
shapes:
  x: [m, 1]
  W: [k, m]
  b: [k, 1]
  V: [p, k]
  t: [p, 1]
  A: [m, m]
  u: [m, 1]
  c: []
forward:
  - z = W @ x + b
  - h = sigmoid(z)
  - y = V @ h
  - e = y - t
  - L = 0.5 * sum(e**2)
"""


def d(of: str, wrt: str) -> str:
    return rf"\frac{{\partial {of}}}{{\partial {wrt}}}"


def report_of(
    claims: Sequence[str],
    forward: Sequence[str] = FORWARD,
    shapes: Mapping[str, object] = SHAPES,
) -> Report:
    return ag.proofread(forward, claims, shapes)


def in_python(
    claims: Sequence[str],
    forward: Sequence[str] = FORWARD,
    shapes: Mapping[str, object] = SHAPES,
) -> list[str]:
    """The verdicts on claims, without those on the forward lines."""
    marks = report_of(claims, forward, shapes).marks
    return [m.verdict for m in marks if m.line > len(forward)]


def document(lines: Sequence[str], config: str) -> Report:
    text = "\n\n".join(f"$${line}$$" for line in lines)
    setup, found, _ = read(text, "notes.md", settings.config(config, "notes.yaml"))
    return judge(setup, found)


def in_latex(lines: Sequence[str], config: str = COLUMNS) -> list[str]:
    return [m.verdict for m in document(lines, config).marks]
