"""The short way in: a generated check that arguments are of the kind a program was made for.

It runs the program on them, or gives MISS when anything differs; then the cache is asked.  About
60 ns per array, where the general way costs microseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..node import Node
from .naming import is_traced, positional


class Check:
    """The text of one check, written while walking through example arguments."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"ndarray": np.ndarray, "number": (int, float)}
        self.inputs: list[str] = []
        self.count = 0

    def new(self, letter: str = "a") -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def held(self, value: Any) -> str:
        name = self.new("held")
        self.names[name] = value
        return name

    def unless(self, condition: str) -> None:
        self.lines.append(f"if not ({condition}): return MISS")

    def visit(self, name: str, value: Any, is_fixed: bool) -> None:
        kind = self.held(type(value))
        if is_fixed or (not is_traced(value) and not isinstance(value, dict | list | tuple)):
            if type(value) in (bool, str, int, float, type(None)):
                self.unless(f"type({name}) is {kind} and {name} == {self.held(value)}")
            elif is_changeable(value):  # compared by what it holds, on the long way
                self.lines.append("return MISS")
            else:
                self.unless(f"{name} is {self.held(value)}")
        elif isinstance(value, dict):
            self.unless(f"type({name}) is {kind} and list({name}) == {self.held(list(value))}")
            self.inside(name, list(value.values()), f"{name}.values()")
        elif isinstance(value, list | tuple):
            self.unless(f"type({name}) is {kind} and len({name}) == {len(value)}")
            self.inside(name, list(value), name)
        elif type(value) is np.ndarray and value.dtype in (np.float64, np.float32):
            self.array(name, value)
        elif not isinstance(value, np.ndarray):
            self.unless(
                f"type({name}) is float or isinstance({name}, number) and type({name}) is not bool"
            )
            self.inputs.append(f"float({name})")
        else:  # arrays of integers and the like are converted on the long way
            self.lines.append("return MISS")

    def array(self, name: str, value: np.ndarray[Any, Any]) -> None:
        dtype = self.held(value.dtype)
        self.unless(
            f"type({name}) is ndarray and {name}.shape == {value.shape} and {name}.dtype == {dtype}"
        )
        self.inputs.append(name if value.ndim else f"{name}[()]")

    def inside(self, name: str, values: list[Any], expression: str) -> None:
        if len(values) > FEW and all(type(v) is float for v in values):
            self.unless(f"set(map(type, {expression})) == {{float}}")
            self.inputs.append(f"*{expression}")
            return
        names = [self.new() for _ in values]
        if names:
            self.lines.append(f"{', '.join(names)}, = {expression}")
        for child, value in zip(names, values, strict=True):
            self.visit(child, value, False)


def is_changeable(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(is_changeable(v) for v in value)
    return isinstance(value, list | dict | np.ndarray)


FEW = 4  # floats in a container from which on they are checked together
MISS = object()
Enter = Callable[[tuple[Any, ...]], Any]


def entrance(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    fixed: frozenset[str],
    run: Callable[..., Any],
    leaves: list[Node],
    check: Check | None = None,
) -> Enter:
    """`enter(args)` for calls like this one, by position; `leaves` are what `run` captured."""
    check = check or Check()
    names = [check.new() for _ in args]
    check.unless(f"len(args) == {len(args)}")
    if kwargs:
        check.lines.append("return MISS")
    elif names:
        check.lines.append(f"{', '.join(names)}, = args")
        for parameter, name, value in zip(positional(f, len(args)), names, args, strict=True):
            check.visit(name, value, parameter in fixed)
    inputs = ", ".join([*check.inputs, *(f"{check.held(leaf)}._raw" for leaf in leaves)])
    body = "\n    ".join([*check.lines, f"return run({inputs})"])
    namespace = {**check.names, "run": run, "MISS": MISS}
    exec(f"def enter(args):\n    {body}\n", namespace)
    enter: Enter = namespace.pop("enter")  # or it would hold itself, in a cycle
    return enter
