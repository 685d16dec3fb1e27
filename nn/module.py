"""`Module`: an object whose attributes hold parameters, found by looking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Node, Shown


class Module(Shown):
    """What holds parameters: every leaf `Tensor` or `Value` that its attributes lead to.

    Attributes are followed in the order in which they were set, through other modules, lists,
    tuples, dicts and numpy object arrays; names that start with an underscore are not.  A parameter
    that is found twice counts once, under its first name.

    >>> from autograd import Tensor
    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Tensor(2.0), Tensor(0.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> list(Line().named_parameters())
    ['slope', 'offset']
    """

    def __call__(self, x: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has to define __call__(self, x)")

    def named_parameters(self) -> dict[str, Any]:
        """Each parameter by its path: `W1`, `layers.0.W`, `W1[0,2]` in an array of Values."""
        found: dict[str, Any] = {}
        seen: set[Any] = set()
        for name, node in _leaves("", self):
            if node not in seen:
                seen.add(node)
                found[name] = node
        return found

    def parameters(self) -> list[Any]:
        """The parameters, in the order of `named_parameters`."""
        return list(self.named_parameters().values())

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def config(self) -> dict[str, Any]:
        """The arguments that build a module of this shape, for `save`; ours define it."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is built")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_counted(self)})"

    def _table_(self) -> tuple[list[tuple[str, ...]], str]:
        """Each parameter's shape, size and Euclidean norms; a layer's Values in one row."""
        found: dict[str, list[Any]] = {}
        for name, node in self.named_parameters().items():
            found.setdefault(_joint(name) if node.is_scalar else name, []).append(node)
        rows: list[tuple[str, ...]] = [("parameter", "shape", "size", "|w|", "|grad|")]
        for name, nodes in found.items():
            shape = "×".join(map(str, np.shape(nodes[0].data))) or "–"
            size = str(sum(np.size(node.data) for node in nodes))
            norms = (_norm([n.data for n in nodes]), _norm([n.grad for n in nodes]))
            rows.append((name, shape, size, *norms))
        return rows, f"{type(self).__name__}: {_counted(self)}"


def _leaves(path: str, holder: Any) -> Iterator[tuple[str, Any]]:
    """(path, leaf) below `holder`, in order."""
    if isinstance(holder, Node):
        if holder.op is None:
            yield path, holder
    elif isinstance(holder, np.ndarray):
        if holder.dtype == object:
            for index in np.ndindex(holder.shape):
                yield from _leaves(f"{path}{spelled(index)}", holder[index])
    elif isinstance(holder, Module | dict | list | tuple):
        prefix = f"{path}." if path else ""
        for name, value in _items(holder):
            yield from _leaves(f"{prefix}{name}", value)


def _items(holder: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(holder, Module):
        return (item for item in vars(holder).items() if not item[0].startswith("_"))
    if isinstance(holder, dict):
        return iter(holder.items())
    return iter(enumerate(holder))


def spelled(index: tuple[int, ...]) -> str:
    """`[0,2]`, as the entry of an array is written."""
    return f"[{','.join(map(str, index))}]"


def _joint(name: str) -> str:
    """The same for all Values of a layer: `W1[*,*]` of W1[0,2], `0.w.*` of 0.w.1."""
    first, *rest = re.split(r"(?<=\d)(?!\d)", name, maxsplit=1)
    return first + re.sub(r"\d+", "*", "".join(rest))


def _norm(arrays: list[Any]) -> str:
    """The norm of some arrays together; a dash where there is none."""
    if any(a is None for a in arrays):
        return "–"
    with np.errstate(over="ignore"):
        return f"{float(np.linalg.norm(np.concatenate([np.ravel(a) for a in arrays]))):.4g}"


def _counted(module: Module) -> str:
    n = sum(getattr(p, "size", 1) for p in module.parameters())
    return f"{n} parameter" if n == 1 else f"{n} parameters"
