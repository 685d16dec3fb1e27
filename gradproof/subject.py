"""What `derive` and `walk` are about: an expression with numbers, or a document's network."""

from __future__ import annotations

import argparse
from typing import Any

from autograd import Value
from autograd.expression import Expression

from .draw import assignments
from .errors import UsageError

SAMPLES = 5  # in the batch that a network is run on
WEIGHT_DECAY = 0.1


def add_to(command: Any) -> None:
    command.epilog = "An expression that begins with a minus goes after --, as the last argument."
    command.add_argument("expression", nargs="?", help="such as '1/(1+exp(-(w*x+b)))'")
    command.add_argument("--at", action="append", default=[], metavar="NAME=NUMBER,…",
                         help="the numbers of the variables")  # fmt: skip
    command.add_argument("--net", choices=("sigmoidnet", "testnet"), help="a document's network")


def of(options: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """The result to differentiate, and names for what has none."""
    if (options.net is None) == (options.expression is None):
        raise UsageError(
            f"{options.command} takes an expression or --net sigmoidnet|testnet, one of the two"
        )
    if options.net is None:
        return expression(options.expression, options.at), {}
    if options.at:
        raise UsageError("--at gives numbers to an expression's variables; --net has none")
    return network(options.net)


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
