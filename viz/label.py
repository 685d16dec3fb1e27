"""What is written on a node: a list of lines, each with the role that decides its colour."""

from collections.abc import Iterator
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


def constant(value: np.ndarray) -> list[Line]:
    """The lines of an array that takes part in the graph without being a node."""
    return [("op", "constant " + text.shape(value.shape)), ("data", text.summary(value))]


def operation(node: Node) -> str:
    """The op's label with its plain constants written in: `× 2`, `1 −`, `clip (0, 1)`, `**2`."""
    if node.op is None:
        return ""
    label = text.shorten(text.visible(node._op or node.op.name))
    sign = INFIX.get(label)
    if sign is None:
        shown = [_plain(a) for a in node.args if not isinstance(a, Node)]
        inside = ", ".join(s for s in shown if s)
        return f"{label} ({inside})" if inside and label[:2] != "**" else label
    return " ".join(s for s in _around(sign, node.args) if s)


def _around(sign: str, args: tuple[Any, ...]) -> Iterator[str]:
    """An infix sign with the constant beside it, on the side where it was written."""
    first, *rest = ("" if isinstance(a, Node) else _plain(a) for a in args)
    yield first
    yield sign
    yield from rest


def _plain(value: Any) -> str:
    """A constant that is short enough to stand inside a label, else nothing."""
    if isinstance(value, bool | str) or value is None or has_node(value):
        return ""
    if isinstance(value, int | float | np.number):
        return text.number(float(value))
    if isinstance(value, np.ndarray):  # a single entry: the larger ones have their own node
        return text.summary(value)
    if isinstance(value, tuple) and all(isinstance(v, int) for v in value):
        return text.shorten(str(value))
    return ""


def has_node(value: Any) -> bool:
    """Whether a constant is drawn as a node of its own: an array of more than one entry."""
    return isinstance(value, np.ndarray) and value.size != 1
