"""`proofread`: a derivation that somebody did by hand, checked line by line.

lines of Python, or a document (reading/) -> formulas (tree) -> numbers at random points (worlds,
evaluate) -> verdicts (judge) -> repairs in the author's notation (repair, printing) -> report.
Nothing here is loaded before the first use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .report import Report

Claims = str | Sequence[str | Callable[..., Any]] | Mapping[str, str | Callable[..., Any]]


def proofread(
    forward: str | Sequence[str] | Derivation,
    claims: Claims,
    shapes: Mapping[str, Any] | None = None,
    *,
    loss: str | None = None,
    functions: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Report:
    """The report on a derivation: for each line whether it is right, and what is wrong with it.

    A wrong line is told apart from one that only carries on with an earlier mistake; with the worst
    entry and the smallest change that makes it right, in the author's own notation.  Judged are
    numbers, at random points with sizes that all differ: strong evidence, but no symbolic proof.

    forward: the forward pass, as lines such as "z1 = x @ W1 + b1", or a Derivation from a graph.
    claims: lines such as "dW1 = x.T @ dz1", also chained (`a = b = c`), inequalities, shapes
        (`dW1.shape == (n0, n1)`) and steps (`W1 = W1 - alpha * dW1`); or functions of quantities
        and derivatives by name: {"dW1": lambda x, dz1: x.T @ dz1}, or a list of functions named
        after what they give.  dz1, dL_dz1, grad_z1, z1.grad and d(L, z1) are ∂L/∂z1; a name that is
        new, on the left, is defined by the line.
    shapes: the quantities that the forward pass starts from: {"x": ("n", "n0"), "lam": ()}, sizes
        by name or number.  A dict says more: {"shape": ("n",), "labels": "k"} for labels 0 … k − 1,
        or "kind": "positive", "probability", "sign" or "onehot" (along "axis").
    loss: what is differentiated; by default what the last line of `forward` defines.
    functions: the author's names of functions, such as {"g": "sigmoid"}.
    seed: of the random points.

    Raises ProofreadError for what cannot be read, with its line and column.

    >>> report = proofread(
    ...     ["h = sigmoid(x @ w)", "L = sum((h - t)**2)"],
    ...     ["dh = 2 * (h - t)", "dw = x.T @ dh"],
    ...     {"x": ("n", "m"), "w": ("m",), "t": ("n",)},
    ... )
    >>> [(mark.left, mark.verdict) for mark in report.marks]
    [('h', 'definition'), ('L', 'definition'), ('dh', 'right'), ('dw', 'wrong')]
    """
    from .entrance import proofread as read

    return read(forward, claims, shapes, loss, functions, seed)


class Derivation:
    """The forward pass of `proofread`, taken from a recorded graph.

    Its quantities are the nodes with a name, and those of `names`: nodes, and also plain arrays and
    numbers that claims speak of, such as λ; it may be `locals()`.  The graph is run again from
    other numbers of the same scale in its leaves; arrays and numbers that are no nodes, and leaves
    of zeros and ones, stay as they are.  Sizes stay as recorded, so two equal sizes cannot be told
    apart: give `proofread` lines and shapes where that matters.

    Raises ShapeError for a loss with several elements, and ProofreadError where two nodes have one
    name.

    >>> import autograd as ag
    >>> x, w = ag.Tensor([[0.3, 2.0], [1.5, 0.4]]), ag.Tensor([0.3, 0.4])
    >>> h = ag.tanh(x @ w)
    >>> loss = (h * h).sum()
    >>> proofread(Derivation(loss, locals()), ["dw = x.T @ (2 * h * (1 - h**2))"]).ok
    True
    """

    def __init__(self, loss: Any, names: Mapping[str, Any] | None = None) -> None:
        from .derivation import recorded

        self.setup = recorded(loss, names or {})

    def __repr__(self) -> str:
        return f"Derivation({', '.join(sorted(self.setup.known()))})"
