"""`gradproof derive`: the derivatives of an expression or a document's network, written out."""

from __future__ import annotations

import argparse
from typing import Any

from autograd import Value
from autograd.expression import Expression

from .draw import assignments
from .errors import UsageError

SAMPLES = 5  # in the batch that a network is derived on
WEIGHT_DECAY = 0.1


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "derive",
        help="write derivatives out as a textbook does",
        description="The derivation of an expression's gradients with its numbers filled in, or of "
        "one of the documents' networks in matrices.",
        epilog="An expression that begins with a minus goes after --, as the last argument.",
    )
    command.add_argument("expression", nargs="?", help="such as '1/(1+exp(-(w*x+b)))'")
    command.add_argument("--at", action="append", default=[], metavar="NAME=NUMBER,…",
                         help="the numbers of the variables")  # fmt: skip
    command.add_argument("--net", choices=("sigmoidnet", "testnet"), help="a document's network")
    command.add_argument("--layout", choices=("rows", "columns"),
                         help="what a sample is; by default as in the document")  # fmt: skip
    command.add_argument("--style", choices=("steps", "delta", "final"), default="steps",
                         help="line by line, by residuals, or one formula each")  # fmt: skip
    command.add_argument("--format", choices=("text", "markdown", "latex"), default="text")
    command.add_argument("--shapes", action="store_true", help="write shapes beside the symbols")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    import autograd as ag

    if (options.net is None) == (options.expression is None):
        raise UsageError("derive takes an expression or --net sigmoidnet|testnet, one of the two")
    if options.net is not None:
        if options.at:
            raise UsageError("--at gives numbers to an expression's variables; --net has none")
        loss, names = network(options.net)
    else:
        if options.layout or options.shapes or options.style == "delta":
            raise UsageError("--layout, --shapes and --style delta are for --net: an expression is "
                             "made of numbers")  # fmt: skip
        loss, names = expression(options.expression, options.at), {}
    try:
        print(ag.derive(loss, layout=options.layout, style=options.style, format=options.format,
                        shapes=options.shapes, names=names))  # fmt: skip
    except ValueError as error:  # a formula that nobody could read
        raise UsageError(str(error)) from None
    return 0


def expression(text: str, at: list[str]) -> Value:
    """The expression's value as a graph."""
    result, variables = Expression(text).at(assignments(at))
    if not isinstance(result, Value):
        raise UsageError(f"{text!r} has no variables, so there is no gradient")
    if result.op is None:
        raise UsageError(f"{text!r} is a variable, and there is nothing to derive")
    result.name = next((n for n in ("f", "y", "L", "J") if n not in variables), None)
    return result


def network(kind: str) -> tuple[Any, dict[str, Any]]:
    """The loss of a document's network on a batch, and names for what has none."""
    import numpy as np

    import autograd as ag
    import nn

    rng = np.random.default_rng(0)
    if kind == "sigmoidnet":
        net: Any = nn.SigmoidNet(seed=0)
        z0 = ag.Tensor(rng.standard_normal((SAMPLES, 4)), name="z0")
        t = np.eye(3)[rng.integers(0, 3, SAMPLES)]
        return net.loss(z0, t), {"t": t}
    net = nn.TestNet(seed=0)
    a0 = ag.Tensor(rng.standard_normal((2, SAMPLES)), name="a0")
    return net.loss(a0, rng.integers(0, 2, SAMPLES), WEIGHT_DECAY), {"λ": WEIGHT_DECAY}
