"""What is written on a node: a list of lines, each with the role that decides its colour."""

from typing import Any

import numpy as np

from autograd import Node

from . import text

Line = tuple[str, str]  # role ("name", "op", "data", "grad"), text

INFIX = {"+": "+", "-": "−", "*": "×", "/": "/", "@": "@", "**": "**"}


def kind(node: Node, root: Node) -> str:
    """Which of the theme's looks a node has."""
    if node is root:
        return "loss"
    if node.op is not None:
        return "op"
    return "parameter" if node.name else "leaf"


def lines(node: Node, gradients: bool) -> list[Line]:
    """Name, op and shape, data and (with `gradients`) the gradient of a node."""
    op = operation(node)
    size = text.shape(np.shape(node.data))
    title = ("name", text.shorten(text.visible(node.name))) if node.name else ("op", op or "leaf")
    subtitle = " | ".join(part for part in (op if node.name else "", size) if part)
    result = [title]
    if subtitle:
        result.append(("op", subtitle))
    result.append(("data", "data " + text.summary(node.data)))
    if gradients:
        result.append(
            ("grad", "grad " + ("none" if node.grad is None else text.summary(node.grad)))
        )
    return result


def copy(leaf: Node) -> list[Line]:
    """The line of a leaf that is drawn again, in full elsewhere: its name, else its data."""
    return [("name", (lines(leaf, False)[0][1] if leaf.name else text.summary(leaf.data)) + " ↗")]


def constant(value: np.ndarray) -> list[Line]:
    """The lines of an array that takes part in the graph without being a node."""
    return [("op", "constant " + text.shape(value.shape)), ("data", text.summary(value))]


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
