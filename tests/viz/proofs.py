"""A report on a small document and one on Python lines, made by hand."""

from dataclasses import replace
from typing import Any

from autograd.proofread.formula.tree import Span
from autograd.proofread.reading.document import shown
from autograd.proofread.reading.tex.segments import passages
from autograd.proofread.report import Fix, Mark, Report, Worst

SOURCE = r"""---
title: Notes
---
# A small network

Rows are samples. The *forward* pass of **one** layer, with $n$ samples:

$$z_1 = x W_1 + b_1, \qquad h_1 = \sigma(z_1)$$

and the loss is

$$
L = \frac{1}{2} \sum_{i=1}^{n} \sum_{j} (t_{ij} - h_{1,ij})^2
$$

## Backward

<!-- $ignored = 1$ -->

Clearly $\frac{\partial L}{\partial h_1} = h_1 - t$, and therefore

$$\begin{aligned}
\frac{\partial L}{\partial z_1} &= \frac{\partial L}{\partial h_1} \odot \sigma'(z_1) \\
 &= (h_1 - t) \odot z_1 \odot (1 - z_1)
\end{aligned}$$

* For the weights, $\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z_1} x^T$,
* and for the bias
  $$\frac{\partial L}{\partial b_1} = \sum_i \frac{\partial L}{\partial z_{1,i}}$$

| what | formula |
| --- | --- |
| input | $\frac{\partial L}{\partial x} = \frac{\partial L}{\partial z_1} W_1$ |

Inputs 1000 times larger make gradients at least 1000 times larger.

\[ \frac{\partial L}{\partial t} = \unknowncommand{x} \]
"""
SLOPE = r"(h_1 - t) \odot z_1 \odot (1 - z_1)"
FIXED = r"(h_1 - t) \odot h_1 \odot (1 - h_1)"
CLAIM = "Inputs 1000 times larger make gradients at least 1000 times larger."
GRADIENT = r"\frac{\partial L}{\partial %s}"


def span(piece: str, source: str = SOURCE) -> Span:
    start = source.index(piece)
    end = start + len(piece)
    return Span(
        source.count("\n", 0, start) + 1, start - source.rfind("\n", 0, start),
        source.count("\n", 0, end) + 1, end - source.rfind("\n", 0, end),
    )  # fmt: skip


def document(source: str, *marks: Mark, name: str = "a.md") -> Report:
    """A report on a page, with these marks."""
    return Report(marks, "L", {}, source=source, name=name, passages=passages(shown(source, name)))


def mark(line: int, verdict: str, left: str, right: str, part: int = 1, **rest: Any) -> Mark:
    """A mark whose span is its right side's."""
    return Mark(line, part, verdict, f"{left} = {right}", left, right, span(right), **rest)


MARKS = (
    mark(1, "definition", "z_1", "x W_1 + b_1"),
    mark(2, "definition", "h_1", r"\sigma(z_1)"),
    mark(3, "definition", "L", r"\frac{1}{2} \sum_{i=1}^{n} \sum_{j} (t_{ij} - h_{1,ij})^2"),
    mark(4, "right", GRADIENT % "h_1", "h_1 - t"),
    mark(5, "right", GRADIENT % "z_1", r"\frac{\partial L}{\partial h_1} \odot \sigma'(z_1)"),
    mark(
        5, "wrong", GRADIENT % "z_1", SLOPE, 2,
        message="The slope of σ is h(1−h), of its value; here stands z(1−z), of its argument.",
        worst=Worst((2, 3), -12.71, 0.006648), recognised="z(1−z) where h(1−h) belongs",
        fixes=(Fix(FIXED, ("h_1 for z_1, twice",), "variable"), Fix("h_1", ("all",), "other")),
    ),
    mark(
        6, "undefined", GRADIENT % "W_1", r"\frac{\partial L}{\partial z_1} x^T",
        message="∂L/∂z1: n×n1 · xᵀ: n0×n: the inner sizes n1 and n0 differ.", rests_on=(5,),
        fixes=(Fix(r"x^T \frac{\partial L}{\partial z_1}", ("swap the factors",), "swap"),),
    ),
    mark(7, "carried", GRADIENT % "b_1", r"\sum_i \frac{\partial L}{\partial z_{1,i}}",
         rests_on=(5,)),
    mark(8, "loose", GRADIENT % "x", r"\frac{\partial L}{\partial z_1} W_1",
         correct=r"\frac{\partial L}{\partial z_1} W_1^T", notes=("shape alone decides here",)),
    Mark(9, 1, "inconsistent", "norm(d(L, W1)) >= 1000 * norm(d(L, W1))", at=span(CLAIM),
         message="A counter-example.", worst=Worst((), float("nan"), 1.0)),
    mark(10, "not read", GRADIENT % "t", r"\unknowncommand{x}",
         message=r"\unknowncommand is not known"),
)  # fmt: skip
DOCUMENT = replace(
    document(SOURCE, *MARKS, name="notes.md"),
    loss="L = ½ Σ (t − h1)²", sizes={"n": (7, 11), "n0": (2, 3)}, title="Notes",
    conventions=("rows are samples",), method=("At 5 random points, to 1e-9.",),
    advice=("mark lines 27–30 as loose",),
)  # fmt: skip
PYTHON = Report(
    (
        Mark(1, 1, "right", "dz2 = (h2 - t) * h2 * (1 - h2)"),
        Mark(2, 1, "wrong", "dW2 = dz2 @ h1.T", message="These are not equal.",
             worst=Worst((1, 2), 0.12345678, 0.12345699),
             fixes=(Fix("h1.T @ dz2", ("swap the factors",), "swap"),)),
        Mark(3, 1, "wrong", "dW1 = dz1 @ x.T", repeats=2),
        Mark(4, 1, "carried", "db2 = dz2.sum(axis=0)", rests_on=(2,)),
    ),
    "L", {"n": (7,)},
)  # fmt: skip
RIGHT = Report((Mark(1, 1, "right", "dx = 2 * x"),), "L", {})


def hostile(name: str) -> Report:
    """A report in which every text is `name`."""
    texts = Mark(1, 1, "wrong", name, name, name, None, name, Worst((1,), 1.0, 2.0),
                 (Fix(name, (name,), name),), name, name, (), None, (name,))  # fmt: skip
    placed = Mark(2, 1, "wrong", name, name, name, Span(1, 1, 1, 9), name)
    page = document(f"$x = {name}$ {name}\n", texts, placed)
    return replace(page, loss=name, sizes={name: (1,)}, conventions=(name,), method=(name,),
                   advice=(name,), title=name, name=name)  # fmt: skip
