"""`gradproof draw`: the value, the gradients and the backward graph of any expression."""

from __future__ import annotations

import argparse
import math
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.expression import Expression
from nn.errors import printable

from .errors import UsageError

FOLDS = ("neuron", "chain", "repeat")  # an expression has no scopes, so no layers


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "draw",
        help="draw any expression with its value and gradients",
        description="Evaluate an expression, print its value and gradients, draw its graph.",
        epilog="An expression that begins with a minus goes after --, as the last argument.",
    )
    command.add_argument("expression", help="such as '1/(1+exp(-(w*x+b)))'")
    command.add_argument("--at", action="append", default=[], metavar="NAME=NUMBER,…",
                         help="the numbers of the variables")  # fmt: skip
    command.add_argument("-o", "--output", metavar="FILE",
                         help="the picture: .png, .svg, .pdf or .dot")  # fmt: skip
    command.add_argument("--direction", choices=("forward", "backward", "both"),
                         default="backward", help="which way the arrows point")  # fmt: skip
    command.add_argument("--fold", metavar="HOW", action="append", choices=FOLDS,
                         help=f"draw parts as one box: {', '.join(FOLDS)}")  # fmt: skip
    command.add_argument("--focus", metavar="NAME",
                         help="draw the paths to this variable, and list them")  # fmt: skip
    command.add_argument("--color", choices=("kind", "gradient"), default="kind",
                         help="what the boxes' colours mean")  # fmt: skip
    command.add_argument("--theme", choices=("light", "dark"), default="light")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    result, variables = Expression(options.expression).at(assignments(options.at))
    if not isinstance(result, Value):
        raise UsageError(f"{options.expression!r} has no variables, so there is no gradient")
    result.backward()
    if options.output is None:
        report(options.expression, result, variables)
        return 0
    import viz

    if options.focus is not None and options.focus not in variables:
        raise UsageError(f"--focus: {options.focus!r} is no variable of the expression; it has "
                         f"{', '.join(variables)}")  # fmt: skip
    try:
        picture = viz.draw(
            result,
            options.output,
            direction=options.direction,
            fold=options.fold,
            focus=variables.get(options.focus),
            color=options.color,
            theme=options.theme,
        )
    except viz.RenderError:  # the numbers are right without a picture
        report(options.expression, result, variables)
        raise
    report(options.expression, result, variables)
    print(f"wrote {printable(str(picture))}")
    return 0


def report(expression: str, result: Value, variables: dict[str, Value]) -> None:
    """The value and the gradients, with a warning if one is no number."""
    print(f"{printable(expression, 10_000)} = {result.data:.10g}")
    for name, variable in variables.items():
        print(f"  ∂/∂{name} = {variable.grad:.10g}")
    numbers = [result.data, *(v.grad for v in variables.values())]
    if not all(math.isfinite(number) for number in numbers):
        print("gradproof: warning: nan or inf: the point is outside the domain or on its edge",
              file=sys.stderr)  # fmt: skip


def assignments(texts: Sequence[str]) -> dict[str, float]:
    """`x=1,y=2`, any number of times, as numbers by name."""
    found: dict[str, float] = {}
    given = [text if isinstance(text, str) else "--" for text in texts]  # argparse's [] of --at=--
    for part in (p.strip() for text in given for p in text.split(",")):
        name, equals, number = (s.strip() for s in part.partition("="))
        name = unicodedata.normalize("NFKC", name)  # as Python's parser does with names
        if not equals or not name.isidentifier():
            raise UsageError(f"--at takes name=number, separated by commas; got {part!r}")
        if name in found:
            raise UsageError(f"--at gives {name} twice")
        try:
            found[name] = float(number)
        except ValueError:
            raise UsageError(f"--at: {number!r} is not a number (for {name})") from None
    return found
