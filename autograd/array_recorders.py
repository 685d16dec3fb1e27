"""The fast path of an array graph: for each op a function that computes and records it.

On small arrays most of the time goes into calls.  So what `Tensor.record` does for any operands is
written out for those that an op mostly meets, as one function.  The rest goes to `general`, or to
`recorded` where a mode is on.
"""

from __future__ import annotations

from typing import Any

from numpy import ndarray

from . import modes
from .data import as_float
from .linalg import MATMUL
from .node import serials
from .op import Op, explained, is_operator
from .recorders import Recorder, call
from .reductions import BLOCK, SUM, ones

REFUSED = (ValueError, TypeError, IndexError)  # what numpy raises for arguments that do not fit

# what `matmul_array` and `sum_array` mostly do, in place of a call of them
MOSTLY = {
    MATMUL: "a.dot(b) if a.ndim == 2 == b.ndim",
    SUM: "a.ravel().dot(ones(a.itemsize, n)) "
    "if setting1 is None and not setting2 and (n := a.size) <= BLOCK",
}
COMPUTE = """
    try:
        y = {y}
    except REFUSED as error:
        raise explained(op, inputs, error) from None"""
BINARY = """
def record(x, z):
    a, b = x._raw, z
    if type(z) is Tensor:
        b = z._raw
        parents = (x, z)
    elif type(z) is ndarray:
        free = z.flags.writeable or z.base is not None or z.dtype is not a.dtype
        b = constant(op, z) if free else z
        parents = (x, None)
{numbers}
    else:
        return general(x, z)
    inputs = (a, b)"""
NUMBERS = """
    elif type(z) is float:
        parents = (x, None)
    elif type(z) is int:
        try:
            b = z + 0.0
        except OverflowError:
            b = as_float(z, op.name)  # which explains it
        parents = (x, None)
""".strip("\n")
REFLECTED = """
def record(z, x):
    if type(x) is float:
        a = x
    elif type(x) is int:
        a = as_float(x, op.name)
    else:
        return general(z, x)
    b = z._raw
    parents, inputs = (None, z), (a, b)"""
UNARY = """
def record(x):
    a = x._raw
    parents = (x,)
    inputs = (a,)"""
REDUCTION = """
def record(x, {settings}):
    a = x._raw
    parents, inputs = (x,), (a, {settings})"""
NODE = """
    if modes.active:
        return recorded(op, y, parents, inputs)
    node = new(Tensor)
    node._raw = y
    node.op = op
    node._parents = parents
    node._inputs = inputs
    node.grad = None
    node._tag = None
    node.serial = next(serials)
    return node
"""


class Recorders:
    """Makes the recorders for `kind`, the class of nodes; `recorded` and `constant` are its own."""

    def __init__(self, kind: type, recorded: Recorder, constant: Recorder) -> None:
        self.names: dict[str, Any] = {
            "Tensor": kind, "recorded": recorded, "constant": constant, "as_float": as_float,
            "explained": explained, "modes": modes, "serials": serials, "ndarray": ndarray,
            "new": object.__new__, "REFUSED": REFUSED,
            "BLOCK": BLOCK, "ones": ones,
        }  # fmt: skip

    def binary(self, op: Op, general: Recorder, reflected: bool = False) -> Recorder:
        """Of two operands, the node on the left or, where `reflected`, a number there."""
        if not op.elementwise and reflected:
            return general
        operands = BINARY.replace("{numbers}", NUMBERS if op.elementwise else "")
        return self.made(op, REFLECTED if reflected else operands, ("a", "b"), general)

    def unary(self, op: Op) -> Recorder:
        return self.made(op, UNARY, ("a",))

    def reduction(self, op: Op) -> Recorder:
        """Of an array and settings."""
        settings = [f"setting{i}" for i in range(1, op.settings + 1)]
        return self.made(op, REDUCTION.format(settings=", ".join(settings)), ("a", *settings))

    def made(
        self, op: Op, operands: str, texts: tuple[str, ...], general: Recorder | None = None
    ) -> Recorder:
        # Python's own operator, where there is one: as fast on arrays, ten times on scalars
        sign = is_operator(op.scalar)
        y = call(op, *texts) if sign else f"compute({', '.join(texts)})"
        if op in MOSTLY:
            y = f"{MOSTLY[op]} else {y}"
        names = {**self.names, "op": op, "compute": op.compute, op.name: op.scalar,
                 "general": general}  # fmt: skip
        source = operands + COMPUTE.format(y=y) + NODE
        exec(compile(source, f"<recorder of {op.name}>", "exec"), names)
        record: Recorder = names["record"]
        return record
