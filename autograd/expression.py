"""A formula typed as text, such as `1/(1+exp(-(w*x+b)))`, as a scalar graph.

Python's own parser reads it; only arithmetic, names, numbers and the functions listed here are
then carried out, by a loop over the syntax tree.  Nothing is ever evaluated as code.
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from .elementwise import INTERNAL, TABLE, clip, elu, leaky_relu
from .errors import ExpressionError
from .value import Value

MAX_CHARACTERS = 10_000
OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: TABLE["add"],
    ast.Sub: TABLE["sub"],
    ast.Mult: TABLE["mul"],
    ast.Div: TABLE["div"],
    ast.Pow: TABLE["power"],
    ast.USub: TABLE["neg"],
    ast.UAdd: lambda x: x,
}
# every public elementwise function but maximum and minimum takes one argument
UNARY = [name for name in TABLE if name not in {*INTERNAL, "maximum", "minimum"}]
# name -> the function, and the numbers of arguments that it takes
FUNCTIONS: dict[str, tuple[Callable[..., Any], tuple[int, ...]]] = {
    **{name: (TABLE[name], (1,)) for name in UNARY},
    "ln": (TABLE["log"], (1,)),
    "max": (TABLE["maximum"], (2,)),
    "maximum": (TABLE["maximum"], (2,)),
    "min": (TABLE["minimum"], (2,)),
    "minimum": (TABLE["minimum"], (2,)),
    "leaky_relu": (leaky_relu, (1, 2)),
    "elu": (elu, (1, 2)),
    "clip": (clip, (3,)),
}
CONSTANTS = {"pi": math.pi}


class Expression:
    """A formula that has been read and checked; call `at` to evaluate it.

    Raises ExpressionError, which quotes the offending part, for anything but arithmetic, numbers,
    names and the functions of `FUNCTIONS`.

    >>> y, variables = Expression("x**2 + 3*x").at({"x": 2.0})
    >>> y.backward()
    >>> y.data, variables["x"].grad
    (10.0, 7.0)
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = compiled(text)
        found = dict.fromkeys(a for kind, a in self.steps if kind == "name")
        self.names = [name for name in found if name not in CONSTANTS]

    def at(self, values: Mapping[str, float]) -> tuple[Any, dict[str, Value]]:
        """The result as a graph, and its variables as named leaves, for the given numbers."""
        missing = [name for name in self.names if name not in values]
        unknown = [name for name in values if name not in self.names]
        if missing:
            raise ExpressionError(
                f"no number was given for {listed(missing)} in {short(self.text)}"
            )
        if unknown:
            raise ExpressionError(
                f"{listed(unknown)} does not occur in {short(self.text)}; it has "
                f"{listed(self.names) or 'no variables'}"
            )
        variables = {name: Value(values[name], name=name) for name in self.names}
        stack: list[Any] = []
        for kind, what in self.steps:
            if kind == "number":
                stack.append(what)
            elif kind == "name":
                stack.append(variables[what] if what in variables else CONSTANTS[what])
            else:
                function, count = what
                arguments = [stack.pop() for _ in range(count)][::-1]
                stack.append(function(*arguments))
        return stack.pop(), variables


def compiled(text: str) -> list[tuple[str, Any]]:
    """The formula in reverse Polish order: numbers, names, and functions with their arity."""
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            f"the expression has {len(text)} characters; {MAX_CHARACTERS} at most"
        )
    try:
        with warnings.catch_warnings():  # of Python's parser, about code that is refused below
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        column = f" at column {error.offset}" if error.offset else ""
        raise ExpressionError(f"cannot read {short(text)}{column}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        reason = "it is nested too deeply" if not isinstance(error, ValueError) else str(error)
        raise ExpressionError(f"cannot read the expression: {reason}") from None
    steps: list[tuple[str, Any]] = []
    todo: list[ast.AST] = [tree]
    while todo:  # results before arguments, last argument first; reversed below
        node = todo.pop()
        step, children = read(node, text)
        if step is not None:
            steps.append(step)
        todo.extend(children)
    return steps[::-1]


def read(node: ast.AST, text: str) -> tuple[tuple[str, Any] | None, list[ast.expr]]:
    """One node of the syntax tree: its step and the arguments to be worked out before it."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return ("number", as_number(number, text)), []
        case ast.Name(id=name):
            if name in FUNCTIONS:
                raise ExpressionError(f"{name} is a function: write {name}(…)")
            return ("name", name), []
        case ast.UnaryOp(op=op, operand=x) if type(op) in OPERATORS:
            return ("call", (OPERATORS[type(op)], 1)), [x]
        case ast.BinOp(left=a, op=op, right=b) if type(op) in OPERATORS:
            return ("call", (OPERATORS[type(op)], 2)), [a, b]
        case ast.BinOp(op=ast.BitXor()):
            raise ExpressionError(f"{quoted(node, text)}: ^ is not a power here; write **")
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return ("call", known(name, len(arguments))), arguments
    raise ExpressionError(
        f"{quoted(node, text)} cannot be used here: an expression holds numbers, names, + - * / ** "
        "and functions such as exp(x)"
    )


def known(name: str, count: int) -> tuple[Callable[..., Any], int]:
    if name not in FUNCTIONS:
        raise ExpressionError(f"there is no function {cut(name)}; there are {', '.join(FUNCTIONS)}")
    function, counts = FUNCTIONS[name]
    if count not in counts:
        wanted = " or ".join(map(str, counts))
        raise ExpressionError(f"{name} takes {wanted} argument(s); got {count}")
    return function, count


def as_number(number: float, text: str) -> float:
    try:
        return float(number)
    except OverflowError:
        raise ExpressionError(f"a number in {short(text)} is too large for a float") from None


def quoted(node: ast.AST, text: str) -> str:
    return short(ast.get_source_segment(text.strip(), node) or text)


def short(text: str) -> str:
    return repr(cut(text))


def listed(names: list[str]) -> str:
    return cut(", ".join(names), 200)


def cut(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "…"
