"""The message of an AnomalyError: what came out, of what, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import AnomalyError
from ..node import Node
from ..op import Op
from .site import UNKNOWN, Part, Site

WHOLE = 8  # arrays of at most that many entries are shown whole
Index = tuple[int, ...]
ZERO_TIMES_INF = (
    "  the cotangent is 0 where the derivative is infinite, and 0 · ∞ is nan.  If the 0 comes\n"
    "  from where(c, f(x), …), give f a harmless operand where c is false: f(where(c, x, 1.0))"
)


def number(x: Any) -> str:
    return f"{float(x):.6g}"


def place(index: Index) -> str:
    """` at [1, 0]`; nothing for a number."""
    return f" at {list(index)}" if index else ""


def amount(bad: Any) -> str:
    """How many entries are meant, if they are several."""
    count = int(np.count_nonzero(bad))
    return f", the first of {count} such entries of {np.size(bad)}" if count > 1 else ""


def label(arg: Any, i: int) -> str:
    """What an operand is called: its name, or its position and where it comes from."""
    if not isinstance(arg, Node):
        return f"argument {i} (a constant)"
    if arg.name is not None:
        return arg.name
    return f"argument {i}" + (f" (made by {arg.op.name})" if arg.op is not None else "")


def called(node: Node) -> str:
    """What a node is called where its place among arguments does not matter."""
    if node.name is not None:
        return node.name
    return "a leaf without a name" if node.op is None else f"the result of {node.op.name}"


def shown(name: str, x: Any, at: Index | None = None) -> str:
    """A line on a number or an array; of a large one the shape, and the entry `at` an index."""
    x = np.asarray(x)
    if not x.ndim:
        return f"  {name} = {number(x)}"
    if x.size <= WHOLE:
        text = np.array2string(x, separator=", ", precision=6, floatmode="maxprec")
        return f"  {name} = {' '.join(text.split())}"
    if at is None and not np.isfinite(x).all():
        at = tuple(map(int, np.argwhere(~np.isfinite(x))[0]))
    if at is not None:
        return f"  {name}: shape {x.shape}, {number(x[at])} at {list(at)}"
    return f"  {name}: shape {x.shape}, from {number(x.min())} to {number(x.max())}"


def matched(op: Op, index: Index, x: Any, shape: Index) -> Index | None:
    """The entry of an elementwise op's operand that belongs to entry `index` of a result."""
    own = np.shape(x)
    if not op.elementwise or len(own) > len(shape):
        return None
    tail = index[len(index) - len(own) :]
    return tuple([0 if n == 1 else k for k, n in zip(tail, own, strict=True)])


def operands(op: Op, args: Sequence[Any], inputs: Sequence[Any]) -> list[tuple[int, Any, Any]]:
    """The numbers among an op's arguments (not its axes and shapes): position, argument, data."""
    return [
        (i, arg, x)
        for i, (arg, x) in enumerate(zip(args, inputs, strict=False))
        if isinstance(arg, Node | np.ndarray) or (op.elementwise and x is not None)
    ]


def listed(
    op: Op, args: Sequence[Any], inputs: Sequence[Any], at: Index, shape: Index, own: int = -1
) -> list[str]:
    """A line for each operand, once; `at` is an entry of a result, or of argument `own`."""
    lines = [
        shown(label(arg, i), x, at if i == own and np.shape(x) == shape
              else matched(op, at, x, shape))
        for i, arg, x in operands(op, args, inputs)
    ]  # fmt: skip
    return list(dict.fromkeys(lines))


def error(
    lines: Sequence[str],
    site: Site | Part | None,
    op: Op | None = None,
    index: Index = (),
    argument: int | None = None,
    scope: Sequence[str] = (),
) -> AnomalyError:
    """The exception, with the scope and the line of code below what is said."""
    inside = [f"  in the scope {' / '.join(scope)}"] if scope else []
    made = AnomalyError("\n".join([*lines, *inside, UNKNOWN if site is None else site.shown()]))
    made.op = None if op is None else op.name
    made.index, made.argument = index, argument
    if site is not None:
        made.file, made.line = site.file, site.line
    return made
