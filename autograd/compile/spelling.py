"""How each op is written on floats: as an operator, as a function of `math`, or by its own name.

What can be derived from the op's declaration is: its Python template where that is an operator, and
its float function where that is one of `math`.  A short table has the choices among floats, which
inside an expression are several times faster than a call.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from ..elementwise import TABLE
from ..op import Op

# How tightly a text binds, loosest first.  An operand has to bind at least as tightly as its place
# asks; a place that repeats its operand asks for a name.
CHOICE, SUM, PRODUCT, SIGN, POWER, CALL, NAME = range(7)

OPERATORS = {
    "{} + {}": (SUM, (SUM, PRODUCT)),
    "{} - {}": (SUM, (SUM, PRODUCT)),
    "{} * {}": (PRODUCT, (PRODUCT, SIGN)),
    "{} / {}": (PRODUCT, (PRODUCT, SIGN)),
    "{} ** {}": (POWER, (CALL, SIGN)),
    "-{}": (SIGN, (SIGN,)),
    "+{}": (SIGN, (SIGN,)),
}


class Spelling(NamedTuple):
    """An op's text with its arguments as {0}, {1}, …, and how tightly text and places bind."""

    text: str
    level: int
    places: tuple[int, ...]
    imports: str | None = None  # a name from math
    raises: bool = False  # Python's arithmetic may raise where IEEE's gives inf or nan
    calls: bool = False  # the op's own float function, under the op's name
    varies: bool = False  # with the arguments


def choice(text: str, *places: int) -> Spelling:
    return Spelling(text, CHOICE, places)


INLINE = {
    "square": Spelling("{0} * {0}", PRODUCT, (NAME,)),
    "relu": choice("0.0 if {0} <= 0.0 else {0}", NAME),
    "leaky_relu": choice("{0} if {0} > 0.0 else {1} * {0}", NAME, SIGN),
    "step": choice("1.0 if {0} > 0.0 else 0.0", SUM),
    "zero": choice("1.0 if {0} == 0.0 else 0.0", SUM),
    "share": choice("1.0 if {0} > {1} else 0.5 if {0} == {1} else 0.0", NAME, NAME),
    "same": choice("1.0 if {0} == {1} else 0.0", SUM, SUM),
    "greater": choice("1.0 if {0} > {1} else 0.0", SUM, SUM),
    "at_least": choice("1.0 if {0} >= {1} else 0.0", SUM, SUM),
    "differ": choice("1.0 if {0} != {1} else 0.0", SUM, SUM),
    "maximum": choice("{0} if {0} > {1} or {0} != {0} else {1}", NAME, NAME),
    "minimum": choice("{0} if {0} < {1} or {0} != {0} else {1}", NAME, NAME),
    "where": choice("{1} if {0} else {2}", SUM, SUM, CHOICE),
}
BOUNDED = {  # (x, lo, hi) with both bounds, without lo, without hi, without both
    "clip": (
        None,
        "{0} if {0} < {2} or {0} != {0} else {2}",
        "{0} if {0} > {1} or {0} != {0} else {1}",
        "{0}",
    ),
    "within": (
        "1.0 if {1} <= {0} <= {2} else 0.0",
        "1.0 if {0} <= {2} else 0.0",
        "1.0 if {0} >= {1} else 0.0",
        "1.0 if {0} == {0} else 0.0",
    ),
    "below": ("1.0 if {0} < {1} <= {2} else 0.0", "0.0", "1.0 if {0} < {1} else 0.0", "0.0"),
    "above": ("1.0 if {0} > {2} or {1} > {2} else 0.0", "1.0 if {0} > {2} else 0.0", "0.0", "0.0"),
}


def spelling(op: Op, args: tuple[Any, ...]) -> Spelling:
    """How `op` is written for these arguments; only constants among them matter."""
    if op.name == "power" and TABLE["power"].op is op:
        whole = type(args[1]) is float and args[1].is_integer()  # else x ** y may be complex
        return FIXED["power, whole" if whole else "power"]._replace(varies=True)
    known = FIXED.get(op.name)
    if known is not None and TABLE[op.name].op is op:
        return known
    if op.name in BOUNDED and TABLE[op.name].op is op:
        text = BOUNDED[op.name][(args[1] is None) + 2 * (args[2] is None)]
        if text is not None:
            return Spelling(text, CHOICE, (NAME, NAME, NAME), varies=True)
    return called(op.name, len(args))


def called(name: str, arity: int) -> Spelling:
    slots = ", ".join(f"{{{i}}}" for i in range(arity))
    return Spelling(
        f"{identifier(name)}({slots})",
        CALL,
        (CHOICE,) * arity,
        raises=True,
        calls=True,
        varies=True,
    )


def identifier(name: str) -> str:
    """`name`, which may be anything, as an identifier that no local of ours has."""
    if name.isidentifier() and not re.fullmatch(r"(v|part)\d+", name):
        return name
    return "op_" + re.sub(r"\W", "_", name)


def derived(op: Op) -> Spelling | None:
    """The spelling that the op's declaration gives by itself."""
    template, scalar = op.python, op.scalar
    if getattr(scalar, "__module__", None) == "math":
        assert scalar is not None
        arity = len(op.rules) if isinstance(op.rules, tuple) else 1
        slots = ", ".join(f"{{{i}}}" for i in range(arity))
        name = scalar.__name__
        return Spelling(f"{name}({slots})", CALL, (CHOICE,) * arity, name, raises=True)
    if scalar is abs:
        return Spelling("abs({0})", CALL, (CHOICE,))
    if isinstance(template, str) and template in OPERATORS:
        level, places = OPERATORS[template]
        return Spelling(numbered(template), level, places, raises=op.symbol in ("/", "**"))
    return None


def numbered(template: str) -> str:
    return template.replace("{}", "{0}", 1).replace("{}", "{1}", 1)


def table() -> dict[str, Spelling]:
    found = {name: derived(f.op) for name, f in TABLE.items()}
    known = {name: s for name, s in found.items() if s is not None} | INLINE
    level, places = OPERATORS["{} ** {}"]
    known["power, whole"] = Spelling("{0} ** {1}", level, places, raises=True)
    known["detached"] = known["identity"]
    return known


FIXED = table()


def literal(x: Any) -> tuple[str, int]:
    """A constant as text, and how tightly it binds; inf and nan are names from math."""
    if x is None:
        return "None", NAME
    x = float(x)
    if math.isnan(x):
        return "nan", NAME
    text = repr(x)
    return (text, SIGN) if text[0] == "-" else (text, NAME)
