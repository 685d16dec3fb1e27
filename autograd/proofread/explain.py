"""What can be said about a line that is not right: how to mend it, and what it is instead."""

from __future__ import annotations

from .problem import Problem
from .recognise import recognised
from .repair import repairs
from .report import Fix


def explained(problem: Problem) -> tuple[tuple[Fix, ...], str]:
    """Repairs, best first, and what the formula is."""
    return repairs(problem), recognised(problem)
