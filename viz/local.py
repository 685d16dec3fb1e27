"""What stands on an edge: the local derivative, by which the chain rule multiplies there."""

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd import Node, NoDerivativeError, gradients, local_derivative

from . import label, text
from .names import Names

WIDEST = 34  # columns of an edge's text


def slope(consumer: Node, place: int) -> float | None:
    """∂consumer/∂its argument at `place`, for single numbers; None where no cotangent flows.

    It is the op's own rule for the cotangent 1, at the point where the graph was recorded.
    """
    if not consumer.is_scalar or consumer.op is None:
        return None
    try:
        pulled = consumer.op.rule(place)(1.0, consumer.data, *consumer.inputs)
    except TypeError:  # an op that declares no rule there
        return None
    except ArithmeticError:  # plain numbers, as of 1 / 0.0: a node knows IEEE's answer
        pulled = pull(consumer, place, 1.0)
    return None if pulled is None else float(pulled)


def pull(consumer: Node, place: int, cotangent: Any) -> Any:
    """The cotangent that one use of an argument sends to it: a float, or an array of its shape."""
    assert consumer.op is not None
    kind: Any = type(consumer)
    leaf = kind(consumer.inputs[place])
    args = [leaf if i == place else x for i, x in enumerate(consumer.inputs)]
    with np.errstate(all="ignore"):  # numpy has warned when the graph was computed
        return gradients(kind.record(consumer.op, tuple(args)), leaf, seed=cotangent)


def factor(consumer: Node, place: int, names: Names) -> str:
    """The local derivative as it is written on an edge: `×0.1966` between numbers, else `Wᵀ ·`."""
    if consumer.is_scalar:
        found = slope(consumer, place)
        return "" if found is None else f"×{signed(found)}"
    args = [arg for arg in consumer.args if isinstance(arg, Node)]
    try:
        with np.errstate(all="ignore"):
            rule = local_derivative(
                consumer,
                place,
                names={node: names(node) for node in [consumer, *args]},
                arrays=names.arrays,
            )
    except NoDerivativeError:
        return ""
    if rule is None:
        return ""
    shown = rule.text.removeprefix("· ") if rule.text.startswith("· ⊙") else rule.text
    if "₂" not in shown:  # counted for each edge: two edges have a C₁ each
        shown = re.sub(r"\b([Cc])₁", r"\1", shown)
    plain = {"·": "×1", "−·": "×(−1)"}
    return text.shorten(plain.get(shown, re.sub(r"^·/(\d+)$", r"×1/\1", shown)), WIDEST)


def contributions(
    node: Node,
    users: list[tuple[Node, int]],
    grads: Mapping[Node, Any],
    names: Names,
    terms: int = 3,
) -> str:
    """A gradient as the sum over uses that it is: `0.21·0.5 + 0.3·(−1.2)`; empty for one term.

    Of arrays, what it is a sum of: `sum over h₁, +`.
    """
    if len(users) < 2:
        return ""
    if not node.is_scalar:
        called = [names(consumer) or label.operation(consumer) for consumer, _ in users]
        if len(set(called)) == 1:
            return text.shorten(f"sum over {len(called)} uses by {called[0]}", 2 * WIDEST)
        return text.shorten(f"sum over {', '.join(called)}", 2 * WIDEST)
    parts = []
    for consumer, place in users:
        found = slope(consumer, place)
        if found is not None and consumer in grads:
            parts.append(f"{signed(grads[consumer])}·{signed(found)}")
    if len(parts) < 2:
        return ""
    rest = f" + {len(parts) - terms} more" if len(parts) > terms else ""
    return "= " + " + ".join(parts[:terms]) + rest


def signed(x: float) -> str:
    """A number as a factor: in brackets if it is negative."""
    shown = text.number(x, 3).replace("-", "−", 1) if x < 0 else text.number(x, 3)
    return f"({shown})" if math.copysign(1.0, x) < 0 and shown != "0" else shown
