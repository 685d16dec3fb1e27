"""The user's names: of parameters, of what containers hold, of local variables."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from ..node import Node

CONTAINER = 100  # entries up to which a local list or dict lends its name to what it holds


def is_traced(leaf: Any) -> bool:
    """Numbers and arrays are inputs of the program; bools, strings and other objects are fixed."""
    return isinstance(leaf, np.ndarray | int | float | np.number) and not isinstance(leaf, bool)


def positional(f: Callable[..., Any], count: int) -> list[str]:
    """The names of the first `count` positional parameters; *args are numbered."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    kinds = inspect.Parameter
    names = [
        p.name for p in parameters if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
    star = next((p.name for p in parameters if p.kind is kinds.VAR_POSITIONAL), "x")
    return names[:count] + [f"{star}{i}" for i in range(count - len(names))]


class Leaf(NamedTuple):
    """A number or array, or another object, somewhere inside an argument."""

    parameter: str  # the function's parameter that it belongs to
    name: str
    value: Any


def argument_leaves(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], fixed: frozenset[str]
) -> list[Leaf]:
    """Every leaf of the arguments that is not under a fixed parameter."""
    return [
        Leaf(parameter, name, leaf)
        for parameter, tree in (*zip(positional(f, len(args)), args, strict=True), *kwargs.items())
        if parameter not in fixed
        for name, leaf in paths(parameter, tree)
    ]


def paths(name: str, tree: Any) -> Iterator[tuple[str, Any]]:
    """`params["W1"]` is W1; `xs[2]` is xs2."""
    if isinstance(tree, dict):
        for key, child in tree.items():
            yield from paths(identifier(key, name), child)
    elif isinstance(tree, list | tuple):
        fields = getattr(tree, "_fields", None)
        for i, child in enumerate(tree):
            yield from paths(fields[i] if fields else f"{name}{i}", child)
    elif tree is not None:
        yield name, tree


def identifier(key: Any, where: str) -> str:
    text = re.sub(r"\W", "_", str(key))
    return text if text.isidentifier() else f"{where}_{text}"


def outer_arrays(f: Callable[..., Any]) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays that the function reads from around it, by their names there."""
    try:
        around = inspect.getclosurevars(inspect.unwrap(f))
    except (TypeError, ValueError):
        return {}
    variables = {**around.globals, **around.nonlocals}
    return {n: a for n, a in variables.items() if type(a) is np.ndarray and a.dtype != object}


@contextmanager
def locals_named(f: Callable[..., Any], start: int) -> Iterator[Callable[[], None]]:
    """Names what the user's function records after its local variables, once it has returned.

    What is yielded does so as soon as it can: names are to be there before a gradient is recorded.
    A profiler sees the function begin and goes at once, for it would cost as much as recording; the
    frame keeps the variables when the function has returned.
    """
    code = getattr(inspect.unwrap(f), "__code__", None)
    frames: list[FrameType] = []

    def on_event(frame: FrameType, event: str, arg: Any) -> None:
        if frame.f_code is code:
            frames.append(frame)
            sys.setprofile(None)

    def name_locals() -> None:
        if frames and not is_running(frames[0]):
            variables = frames.pop().f_locals
            # entries of containers last: they may have own names
            for name, value in sorted(variables.items(), key=lambda item: not is_node(item[1])):
                name_nodes(name, value, start)

    if code is None or sys.getprofile() is not None:  # someone measures: names are worth less
        yield name_locals
        return
    sys.setprofile(on_event)
    try:
        yield name_locals
        name_locals()
    finally:
        sys.setprofile(None)
        frames.clear()


def is_running(frame: FrameType) -> bool:
    """Whether the call of that frame has not returned yet."""
    caller: FrameType | None = sys._getframe()
    while caller is not None and caller is not frame:
        caller = caller.f_back
    return caller is not None


def is_node(value: Any) -> bool:
    return isinstance(value, Node)


def name_nodes(name: str, value: Any, start: int) -> None:
    if isinstance(value, Node):
        if value.name is None and value.serial > start:
            value.name = name
    elif type(value) in (list, tuple) and len(value) <= CONTAINER:
        for i, entry in enumerate(value):
            if isinstance(entry, Node):
                name_nodes(f"{name}{i}", entry, start)
    elif type(value) is dict and len(value) <= CONTAINER:
        for key, entry in value.items():
            if isinstance(entry, Node):
                name_nodes(identifier(key, name), entry, start)
