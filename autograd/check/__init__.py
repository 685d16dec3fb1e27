"""`check_grad`: gradients against numbers that no rule had a hand in, with a diagnosis.

subject (f as a function of one vector) -> lines through a point -> differences, complex step ->
verdict -> report.  Nothing here is loaded before the first use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .report import Report


def check_grad(
    f: Callable[..., Any],
    *args: Any,
    order: int = 1,
    seed: int = 0,
    allow_kinks: bool = False,
    argnums: int | Sequence[int] | None = None,
    rtol: float = 1e-6,
) -> Report:
    """Check the gradients of `f` at `args`, and near them, against numbers found without rules.

    The numbers are complex steps where every op on the way is analytic, and central differences
    with a step and an error bar for each entry elsewhere.  A result with several entries is
    weighted with a random cotangent.  Returns a report whose `.verdict` is "agree", or raises
    GradientError, whose `.report` says which entry of which argument is wrong by how much, what it
    looks like, and how to see it again.  No argument is changed.

    f: a function of floats, arrays, Values, Tensors, arrays of Values, and nested dicts, lists and
        tuples of them, as for `grad`; it gives a number, an array or containers of them.
    order: 1, or 2 to check the derivatives of the gradient, too.
    seed: of the random cotangents, directions and nearby points.
    allow_kinks: pass over entries at a kink whose gradient lies between the slopes on either side.
    argnums: which arguments to check, all by default; the others are passed as they are.
    rtol: how much of an entry's size may differ, beyond the error bars.

    Raises GradientError with one of the verdicts "wrong", "kink", "outside the domain",
    "precision", "not deterministic", "aliased input"; what `f` itself raises goes through.

    >>> import autograd as ag
    >>> check_grad(lambda x: x * ag.tanh(x), 0.7, order=2).verdict
    'agree'
    """
    from .checking import checked

    return checked(f, args, order, seed, allow_kinks, argnums, rtol)
