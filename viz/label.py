"""What is written on a box: a list of lines, each with the role that decides its colour."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Node

from . import health, text
from .names import Names
from .picture import Box

Grads = Mapping[Node, Any]
Line = tuple[str, str]  # role ("name", "op", "data", "grad", "sum", "warn"), text

INFIX = {"+": "+", "-": "−", "*": "×", "/": "/", "@": "@", "**": "**"}
KINDS_NAMED = 4  # of the ops in a folded box


def kind(box: Box, root: Node, names: Names) -> str:
    """Which of the theme's looks a box has."""
    if box.node is root:
        return "loss"
    if box.folded:
        return "fold"
    if box.node.op is not None:
        return "op"
    return "parameter" if names(box.node) else "leaf"


def lines(node: Node, grads: Grads | None, names: Names) -> list[Line]:
    """Name, op and shape, data and, if there are any, the gradient of a node."""
    op, name = operation(node), names(node)
    size = text.shape(np.shape(node.data))
    title = ("name", name) if name else ("op", op or "leaf")
    subtitle = " | ".join(part for part in (op if name else "", size) if part)
    result = [title]
    if subtitle:
        result.append(("op", subtitle))
    result.append(("data", "data " + text.summary(node.data)))
    if grads is not None:
        grad = grads.get(node)
        result.append(("grad", "grad " + ("none" if grad is None else text.summary(grad))))
    return result + warning([node], grads)


def folded(box: Box, outputs: Sequence[Node], grads: Grads | None, names: Names) -> list[Line]:
    """Title, what is inside, what comes out, and its gradient, of a box of several nodes."""
    times = f" ×{box.times:,}" if box.times > 1 else ""
    title = _title(box, names)
    if box.title:  # a layer, and what comes out of it
        title = text.shorten(text.visible(box.title)) + (f" → {title}" if names(box.node) else "")
    result = [("name", title + times), ("op", inside(box))]
    result.append(("data", "data " + together([node.data for node in outputs])))
    if grads is not None:
        result.append(("grad", "grad " + together([grads.get(node) for node in outputs])))
        seen = set(outputs)  # not the list: == compares data
        leaves = [grads.get(n) for n in box.nodes if n.op is None and n not in seen]
        if (size := health.size(leaves)) is not None:
            result.append(("grad", f"|grad| of its leaves ≤ {text.number(size, 3)}"))
    return result + warning(box.nodes, grads)


def _title(box: Box, names: Names) -> str:
    """What its parts have in common, for a repetition; else its result's name, or how it follows
    from the last thing that has one: the numbers in the box are the result's."""
    if box.kind == "repeat":
        found = text.common([names(node) for node in box.nodes if node.op is box.node.op])
    else:
        found = next((names(n) for n in reversed(box.nodes) if n.op is not None and names(n)), "")
        if found and not names(box.node):
            found = f"{operation(box.node)} after {found}" if box.node.op is not None else ""
    return text.shorten(found) or operation(box.node) or "leaves"


def together(values: Sequence[Any]) -> str:
    """A summary of several numbers or arrays as one."""
    known = [np.ravel(v) for v in values if v is not None]
    if not known:
        return "none"
    whole = np.concatenate(known)
    return text.summary(whole[0] if whole.size == 1 else whole)


def inside(box: Box) -> str:
    """`4 × | 4 + | sigmoid | 5 leaves`."""
    ops = Counter(INFIX.get(n._op, text.visible(n._op)) for n in box.nodes if n.op is not None)
    leaves = sum(n.op is None for n in box.nodes)
    parts = [text.shorten(f"{n:,} {op}" if n > 1 else op) for op, n in ops.most_common(KINDS_NAMED)]
    if len(ops) > KINDS_NAMED:
        parts.append(
            f"{sum(ops.values()) - sum(n for _, n in ops.most_common(KINDS_NAMED)):,} more"
        )
    if leaves:
        parts.append(f"{leaves:,} {'leaf' if leaves == 1 else 'leaves'}")
    return " | ".join(parts)


def warning(nodes: Sequence[Node], grads: Grads | None) -> list[Line]:
    """What is wrong with some of the nodes, in one line."""
    known = grads or {}
    found = [said for node in nodes if (said := health.complaint(node, known.get(node)))]
    if not found:
        return []
    return [("warn", f"⚠ {found[0]}" + (f" (and {len(found) - 1:,} more)" if found[1:] else ""))]


def copy(leaf: Node, names: Names) -> list[Line]:
    """The line of a leaf that is drawn again, in full elsewhere: its name, else its data."""
    return [("name", (names(leaf) or text.summary(leaf.data)) + " ↗")]


def constant(value: np.ndarray, names: Names) -> list[Line]:
    """The lines of an array that takes part in the graph without being a node."""
    what = ("op", "constant " + text.shape(value.shape))
    called = names.of_constant(value)
    title = [("name", called)] if called else []
    return [*title, what, ("data", text.summary(value))]


def operation(node: Node) -> str:
    """The op with its constants written in: `× 2`, `1 −`, `clip (0, 1)`, `**2`, `[0, 1:]`."""
    if node.op is None:
        return ""
    label = text.shorten(text.visible(node._op or node.op.name))
    constants = [_plain(a) for a in node.args if not isinstance(a, Node)]
    inside = [c for c in constants if c]
    if label == "[]":
        return f"[{inside[0].strip('()[]')}]" if inside else label
    if label in INFIX and len(node.args) == 2:
        before, after = ("" if isinstance(a, Node) else _plain(a) for a in node.args)
        return " ".join(part for part in (before, INFIX[label], after) if part)
    if not inside or label.startswith("**"):
        return label
    only = inside[0] if len(inside) == 1 and inside[0].startswith("(") else f"({', '.join(inside)})"
    return f"{label} {only}"


def _plain(value: Any) -> str:
    """A constant that is short enough to stand inside a label, else nothing."""
    if isinstance(value, bool) or value is None or has_node(value):
        return ""
    if isinstance(value, int | float | np.number):
        return text.number(float(value))
    if isinstance(value, str):
        return text.shorten(text.visible(value))
    if isinstance(value, np.ndarray):  # a single entry: the larger ones have their own node
        return text.summary(value)
    return _tuple(value) if isinstance(value, tuple) else ""


def _tuple(values: tuple[Any, ...]) -> str:
    """A shape, some axes or an index; an index may hold slices and arrays."""
    if all(isinstance(v, int) for v in values):
        return text.shorten(f"({', '.join(map(str, values))})")
    return text.shorten(f"[{', '.join(map(_index, values))}]")


def _index(value: Any) -> str:
    if isinstance(value, slice):
        ends = ["" if end is None else str(end) for end in (value.start, value.stop)]
        return ":".join(ends) + ("" if value.step is None else f":{value.step}")
    if isinstance(value, int | type(None)):
        return str(value)
    return "..." if value is Ellipsis else "array"


def has_node(value: Any) -> bool:
    """Whether a constant is drawn as a node of its own: an array of more than one entry."""
    return isinstance(value, np.ndarray) and value.size != 1
