"""The fast path of a scalar graph: for each op a function that records it, written from its rules.

A rule of `Value`s for cotangent 1 is a formula in the result and the arguments.  It is run once on
stand-ins that write it down, and the text goes into the recorder: `x * y` then records its
derivatives y and x without a call.  What a recorder does not handle (other kinds of operands,
results where Python's arithmetic raises) goes to `Value.record`, which runs the rules themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import modes
from .elementwise import TABLE
from .node import serials
from .op import ZERO, Op, Rule, is_operator
from .operators import Operators

Recorder = Callable[..., Any]
ARITHMETIC = (ArithmeticError, ValueError)


class Letter(Operators):
    """A stand-in for a float: an operation on it is the text of that operation."""

    __slots__ = ("text",)

    is_scalar = True

    def __init__(self, text: str) -> None:
        self.text = text

    @staticmethod
    def record(op: Op, args: tuple[Any, ...]) -> Any:
        if op.name == "mul" and type(args[0]) is float and args[0] == 1.0:  # the cotangent
            return args[1]
        return Letter(call(op, *[a.text if isinstance(a, Letter) else repr(a) for a in args]))


def call(op: Op, *texts: str) -> str:
    """`op.scalar` on floats, as text; `names` below knows the functions."""
    if is_operator(op.scalar):
        return f"({op.write(op.python, *texts)})"
    return f"{op.name}({', '.join(texts)})"


def slope(op: Op, i: int, *letters: str) -> str:
    """∂y/∂argument i, as text.

    A rule that is a lambda is one formula.  One that is a longer function may go by what it is
    given, as `x ** 2` does, and is called each time.
    """
    rule: Rule = op.rule(i)
    if rule.__name__ != "<lambda>":
        return f"rule{i}(1.0, y, {', '.join(letters)})"
    d = rule(1.0, Letter("y"), *map(Letter, letters))
    return d.text if isinstance(d, Letter) else repr(float(d))


HEAD = """
def recorder({parameters}):
    node = new(Value)
    if modes.active:
        state = modes.current()
        if state.watch is not None or not state.recording:
            return general({parameters})
        node._tag = (None, state.scope) if state.scope else None
    else:
        node._tag = None
    try:"""
UNARY = """
        x = a._raw
        node._raw = y = {y}
        node._da = {da}
        node._b = node._db = None"""
BINARY = """
        x = a._raw
        if type(b) is Value:
            z = b._raw
            node._raw = y = {y}
            node._db = {db}
        else:
            if type(b) is float:
                z = b
            elif type(b) is int:
                z = b = float(b)
            else:
                return general(a, b)
            node._raw = y = {y}
            node._db = None
        node._da = {da}
        node._b = b"""
REFLECTED = """
        z = b._raw
        if type(a) is float:
            x = a
        elif type(a) is int:
            x = a = float(a)
        else:
            return general(b, a)
        node._raw = y = {y}
        node._da = None
        node._db = {db}
        node._b = b"""
TAIL = """
    except ARITHMETIC:
        return general({parameters})
    node._a = a
    node.op = op
    node.grad = 0.0
    node.serial = next(serials)
    return node
"""


def simple(op: Op) -> bool:
    """Whether recorders can be written: one or two arguments, a derivative in each."""
    rules = op.rules
    return isinstance(rules, tuple) and len(rules) <= 2 and not {ZERO, None}.intersection(rules)


def recorder(op: Op, kind: type, general: Recorder, reflected: bool = False) -> Recorder:
    """A function that records `op` of one or two arguments as a node of class `kind`.

    `general` takes over, with the same arguments, what the recorder does not handle.
    """
    assert isinstance(op.rules, tuple)
    letters = ("x", "z")[: len(op.rules)]
    body = UNARY if len(letters) == 1 else REFLECTED if reflected else BINARY
    formulas = {f"d{n}": slope(op, i, *letters) for i, n in enumerate("ab"[: len(letters)])}
    source = (HEAD + body + TAIL).format(
        parameters="a" if len(letters) == 1 else "b, a" if reflected else "a, b",
        y=call(op, *letters),
        **formulas,
    )
    names: dict[str, Any] = {
        **{name: f.op.scalar for name, f in TABLE.items()},
        **{f"rule{i}": rule for i, rule in enumerate(op.rules)},
        "Value": kind, "op": op, "general": general, "modes": modes, "serials": serials,
        "ARITHMETIC": ARITHMETIC, "new": object.__new__,
    }  # fmt: skip
    exec(compile(source, f"<recorder of {op.name}>", "exec"), names)
    made: Recorder = names["recorder"]
    return made
