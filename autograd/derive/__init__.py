"""`derive`: a graph's derivatives as a textbook would write them.

recorded nodes -> formulas, by the engine's own rules -> lines in a style and layout -> LaTeX,
Markdown or text.  Nothing here is loaded before the first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..node import Node
    from .document import Derivation
    from .local import LocalDerivative


def derive(
    loss: Any,
    wrt: Any = None,
    layout: str | None = None,
    style: str = "steps",
    format: str = "text",
    shapes: bool = False,
    names: Mapping[str, Any] | None = None,
) -> Derivation:
    """The derivation of ∂loss/∂w for each `w` of `wrt`, written out: a `str` that prints itself.

    First the forward definitions, then the backward pass, a line for each quantity with a name,
    with the rule that it uses.  Names are the nodes' own (`.name`), those of `names` (for example
    `locals()`, which also names plain arrays and numbers such as λ), or u₁, u₂, … for what is
    worth a line; the rest is written where it is used.

    wrt: a node, or several; by default the leaves with a name, or all leaves.
    layout: "rows" or "columns", what a sample is; by default as recorded.  The other one writes
        each matrix transposed.
    style: "steps"; "delta", with the residuals δ⁽ˡ⁾ of each layer's input (of one sample's loss,
        where the loss is a mean); "final", one closed formula for each of `wrt`.
    format: "text", "latex" (for $$…$$) or "markdown".  `.text`, `.latex` and `.markdown` of the
        result hold all three.
    shapes: write shapes under (text: after) the symbols.

    Of a graph of numbers (`Value`s), the chain rule with values filled in; layout and style
    "delta" then say nothing.  Guards at single points, as of ‖x‖ at 0, are left out.

    Raises ShapeError for a loss with several elements, ValueError for a leaf, other options and a
    layout that a graph with more than two axes cannot have, and what `gradients` raises.

    >>> from autograd import Tensor, sigmoid, sum
    >>> x, w = Tensor([[1.0, 2.0]], name="x"), Tensor([[3.0], [4.0]], name="w")
    >>> h = sigmoid(x @ w)
    >>> print(derive(sum(h * h), wrt=w, names=locals()))
    Forward
      u₁ = x w
      h  = σ(u₁)
      L  = ‖h‖²
    <BLANKLINE>
    Backward
      ∂L/∂h  = 2 h                     [derivative of the loss]
      ∂L/∂u₁ = (∂L/∂h) ⊙ h ⊙ (1 − h)   [chain rule; σ′ = σ(1 − σ)]
      ∂L/∂w  = xᵀ (∂L/∂u₁)             [chain rule]
    """
    from .entrance import derivation

    return derivation(loss, wrt, layout, style, format, shapes, dict(names or {}))


def local_derivative(
    node: Any,
    place: int,
    loss: Node | None = None,
    names: Mapping[Node, str] | None = None,
    arrays: Mapping[str, Any] | None = None,
) -> LocalDerivative | None:
    """What one use of an argument makes of the cotangent: what the chain rule multiplies by there.

    node: a recorded Value or Tensor; place: which of its arguments, as in `node.args`.  `.text` of
    the result is such as `· ⊙ h ⊙ (1 − h)` or `Wᵀ ·`, with · for the cotangent of `node`; `.latex`
    is the whole line, `∂L/∂z += …`.  None where no cotangent flows.

    loss: what is differentiated, for its name.  names: what to call nodes that have no name; else
    y is the result, x and w its arguments.  arrays: plain arrays by their names, found by their
    entries; an array that has none is C₁.

    Raises TypeError for what is not recorded, IndexError for an argument that is no node, and
    NoDerivativeError where the op has no rule.

    >>> from autograd import Tensor, sigmoid
    >>> z = Tensor([[0.5, -1.0]], name="z")
    >>> print(local_derivative(sigmoid(z), 0))
    · ⊙ y ⊙ (1 − y)
    """
    from .local import local

    return local(node, place, loss, names or {}, arrays or {})


__all__ = ["derive", "local_derivative"]
