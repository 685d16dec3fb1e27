"""Formulas as text: in the author's notation, and in short for messages."""

from __future__ import annotations

from ..formula.tree import Expr
from .in_latex import InLatex
from .in_python import InPython
from .in_unicode import InUnicode
from .precedence import Writer

NOTATIONS: dict[str, Writer] = {"python": InPython(), "latex": InLatex()}
UNICODE = InUnicode()


def written(e: Expr, notation: str) -> str:
    r"""The formula in "python" or "latex", as its author spells it, in as few brackets as it needs.

    >>> from autograd.proofread.python.reader import expression
    >>> written(expression("np.dot(h1.T, ((dz2)))"), "python")
    'np.dot(h1.T, dz2)'
    >>> print(written(expression("2 * (a - b) / c"), "latex"))
    \frac{2 (a - b)}{c}
    """
    return NOTATIONS[notation].text(e)


def plain(e: Expr) -> str:
    """The formula in a few Unicode characters, for a message.

    >>> from autograd.proofread.python.reader import expression
    >>> plain(expression("h1.T @ d(L, z2) / 2", ["h1", "L", "z2"]))
    'h1ᵀ ∂L/∂z2 / 2'
    """
    return UNICODE.text(e)
