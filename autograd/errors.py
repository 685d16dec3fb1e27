"""The named exceptions.  Each subclasses the builtin that fits, so that ordinary handlers work."""

from __future__ import annotations

from typing import Any


class ShapeError(ValueError):
    """Shapes do not fit an operation, or a root that has to be a scalar is none."""


class DTypeError(TypeError):
    """Data of a kind that cannot be differentiated here: object, str, complex, float16, …"""


class MixedNodesError(TypeError):
    """One expression mixes `Value` (scalar graph) with `Tensor` (array graph)."""


class NoDerivativeError(TypeError):
    """A function without a derivative rule was reached; the message names it."""


class RecordedError(AttributeError):
    """A recorded node was assigned to; only leaves can change."""


class StaleGraphError(RuntimeError):
    """A leaf changed after the graph was recorded, and the result asked for needs its old value."""


class StructureError(TypeError):
    """Containers of arguments, tangents or cotangents do not have the expected structure."""


class ExpressionError(ValueError):
    """A formula given as text cannot be read, or its variables and numbers do not match."""


class ProofreadError(ValueError):
    """A derivation, a claim or its conventions cannot be read; the message says what, and where."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line  # both count from 1
        self.column = column


class AnomalyError(FloatingPointError):
    """The first nan or infinity inside `detect_anomaly`, and what made it.

    It is what numpy raises for the same under `np.errstate(all="raise")`, and an ArithmeticError as
    ZeroDivisionError and OverflowError are.
    """

    op: str | None = None  # the op that computed it, or whose derivative it is
    argument: int | None = None  # of a derivative: in which argument
    index: tuple[int, ...] = ()  # of the first bad entry
    file: str | None = None  # where the op was recorded
    line: int | None = None


class TraceError(TypeError):
    """A function that is being compiled did what a compiled program could not repeat."""


class GradientError(AssertionError):
    """`check_grad` could not confirm a gradient; `.report` says which one, and why."""

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report
