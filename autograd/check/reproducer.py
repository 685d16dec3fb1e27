"""Text to paste that shows a failure again."""

from __future__ import annotations

import inspect
import sys
from keyword import iskeyword
from typing import Any

import numpy as np

from ..node import Node
from ..tree import rebuilt
from .arguments import CONSTANT, flat_arguments, is_constant, is_values
from .subject import Subject

Array = np.ndarray[Any, Any]


def reproducer(subject: Subject, x: Array, options: dict[str, Any]) -> str:
    """A program that calls check_grad at the point `x`."""
    given = ", ".join(f"{k}={v!r}" for k, v in options.items())
    names = [
        name if name.isidentifier() and not iskeyword(name) else f"arg{k}"
        for k, name in enumerate(subject.names)
    ]
    lines = ["import numpy as np", "from autograd import Tensor, Value, check_grad"]
    lines += origin(subject.f)
    known: dict[int, str] = {}  # an argument given twice is written once
    for name, a, original in zip(names, at(subject, x), subject.args, strict=True):
        lines.append(f"{name} = {known.get(id(original)) or written(a)}")
        if not isinstance(original, int | float):
            known[id(original)] = name
    return "\n".join([*lines, f"check_grad(f, {', '.join(names)}, {given})"])


def origin(f: Any) -> list[str]:
    """Where `f` comes from: an import, or a comment."""
    name, module = getattr(f, "__qualname__", ""), getattr(f, "__module__", None)
    if getattr(sys.modules.get(module or ""), name, None) is f and module != "__main__":
        return [f"from {module} import {name} as f"]
    if hasattr(f, "op"):
        return [f"# f = the op {name}"]
    try:
        file, line = inspect.getsourcefile(f), inspect.getsourcelines(f)[1]
    except (TypeError, OSError):
        return [f"# f = {name or type(f).__name__}"]
    return [f"# f = {name or type(f).__name__}, {file}:{line}"]


def at(subject: Subject, x: Array) -> list[Any]:
    """The arguments as given, with the numbers of `x` in place of theirs."""
    moved = iter(subject.leaves)

    def replaced(a: Any) -> Any:
        if is_constant(a):
            return a
        leaf = next(moved)
        data = x[leaf.span].reshape(leaf.shape).astype(leaf.data.dtype)
        if is_values(a):
            return Written(f"np.vectorize(Value, otypes=[object])({array(data)})")
        if isinstance(a, Node):
            name = "Value" if a.is_scalar else "Tensor"
            return Written(f"{name}({float(data)!r})" if a.is_scalar else f"{name}({array(data)})")
        return float(data) if isinstance(a, int | float) else data

    return [
        rebuilt(a, iter([replaced(e) for e in flat_arguments(a)])) if k in subject.chosen else a
        for k, a in enumerate(subject.args)
    ]


class Written(str):
    """Text that stands for itself."""

    __slots__ = ()


def written(a: Any) -> str:
    if isinstance(a, Written):
        return str(a)
    if isinstance(a, dict):
        return "{" + ", ".join(f"{k!r}: {written(v)}" for k, v in a.items()) + "}"
    if isinstance(a, tuple):
        return "(" + "".join(f"{written(v)}, " for v in a) + ")"
    if isinstance(a, list):
        return "[" + ", ".join(written(v) for v in a) + "]"
    if isinstance(a, np.ndarray) and a.dtype != object:
        return array(a)
    if isinstance(a, Node):
        return f"{type(a).__name__}({written(a._raw)})"
    if isinstance(a, np.generic):
        return written(a.item())
    if isinstance(a, float) and not np.isfinite(a):
        return f"float({str(a)!r})"
    return repr(a) if a is None or isinstance(a, (int, float, *CONSTANT)) else f"...  # {a!r}"


def array(a: Array) -> str:
    """All digits of every entry; `tolist` writes them so that they read back as the same."""
    text = repr(a.tolist()).replace("nan", "np.nan").replace("inf", "np.inf")
    shape = "" if a.size else f".reshape({a.shape})"
    return f"np.array({text}, np.{a.dtype}){shape}"
