"""Examples for a property: arguments drawn by their descriptions, and a seed for cotangents."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from .arrays import arrays, broadcastable_shapes, sizes_of
from .floating import floats
from .subject import Function
from .written import literal


class Case:
    """One example: the arguments, and the seed of the cotangents."""

    def __init__(self, name: str, args: tuple[Any, ...], seed: int) -> None:
        self.name, self.args, self.seed = name, args, seed

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(map(literal, self.args))})  # seed {self.seed}"


def cases(
    f: Function, name: str, arguments: Sequence[Any], elementwise: bool
) -> st.SearchStrategy[Case]:
    """Examples of the arguments, as `gradient_property` was told of them."""
    if elementwise:
        numbers = list(arguments) or [floats()] * arity(f)
        drawn = broadcastable_shapes(len(numbers), sizes=(1, 2, 3)).flatmap(
            lambda shapes: st.tuples(*map(arrays, shapes, numbers))
        )
    elif arguments:
        drawn = sizes_of("".join(map(letters_of, arguments))).flatmap(
            lambda sizes: st.tuples(*(strategy_of(a, sizes) for a in arguments))
        )
    else:
        raise InvalidArgument(
            f'gradient_property: say what the arguments of {name} are, for example ("mi", "io") or '
            "(floats(),), or elementwise=True"
        )
    return example(name, drawn)


@st.composite
def example(draw: st.DrawFn, name: str, arguments: st.SearchStrategy[Any]) -> Case:
    return Case(name, draw(arguments), draw(st.integers(0, 2**16)))


def arity(f: Function) -> int:
    """How many arguments an elementwise function takes."""
    op = getattr(f, "op", None)
    if op is not None and not callable(op.rules):
        return len(op.rules)
    parameters = inspect.signature(f).parameters.values()
    return len([p for p in parameters if p.default is p.empty and p.kind is not p.VAR_POSITIONAL])


def letters_of(argument: Any) -> str:
    if isinstance(argument, str):
        return argument
    if isinstance(argument, st.SearchStrategy | tuple):
        return ""
    if callable(argument):
        letters = list(inspect.signature(argument).parameters)
        if all(len(letter) == 1 for letter in letters):
            return "".join(letters)
        raise InvalidArgument(
            "gradient_property: the parameters of a function of sizes are letters, one per axis, "
            f"as in lambda m, c: labels(m, c); got {', '.join(letters)}"
        )
    raise InvalidArgument(
        "gradient_property: an argument is described by letters, a shape, a strategy, or a function"
        f" of sizes that gives a strategy; got {argument!r}"
    )


def strategy_of(argument: Any, sizes: dict[str, int]) -> Any:
    if isinstance(argument, st.SearchStrategy):
        return argument
    if isinstance(argument, tuple):
        return arrays(argument)
    shape = tuple(sizes[letter] for letter in letters_of(argument))
    return arrays(shape) if isinstance(argument, str) else argument(*shape)
