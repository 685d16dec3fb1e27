"""Graph -> DOT text.  Pure: it reads the graph, returns a Digraph, and runs and writes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

import graphviz

from autograd import Node

from . import focus as focusing
from .errors import GraphTooLargeError
from .fold import FOLDS, layers
from .names import Names
from .picture import Picture
from .theme import THEMES
from .writer import View, Writer, is_wide

Direction = Literal["forward", "backward", "both"]
Kind = Literal["layer", "neuron", "chain", "repeat"]
MAX_NODES = 1500
COUNTED = 200_000  # nodes; of a larger graph, how small folds would make it is not worked out


class Options(TypedDict, total=False):
    """What `draw` and `to_dot` take besides the node; see `to_dot`."""

    direction: Direction | None
    fold: Kind | Sequence[Kind] | None
    depth: int | None
    focus: Node | None
    names: Mapping[str, Any] | None
    local: bool
    color: Literal["kind", "gradient"]
    theme: Literal["light", "dark"]
    vertical: bool | None
    legend: bool
    max_nodes: int | None


def to_dot(
    node: Node,
    *,
    direction: Direction | None = None,
    fold: Kind | Sequence[Kind] | None = None,
    depth: int | None = None,
    focus: Node | None = None,
    names: Mapping[str, Any] | None = None,
    local: bool = True,
    color: Literal["kind", "gradient"] = "kind",
    theme: Literal["light", "dark"] = "light",
    vertical: bool | None = None,
    legend: bool = True,
    max_nodes: int | None = MAX_NODES,
) -> graphviz.Digraph:
    """The graph that `node` was computed from, as a `graphviz.Digraph`.

    Every node shows its name, op, shape, data and gradient: a number as it is, an array of more
    than four entries by its range and mean.  Edges between numbers carry the local derivative
    (`local`).  What holds a nan or an infinity, and what is saturated, is red, and so is the way
    that it spread.  The same graph gives the same text on every run.

    - `direction` is the way that the arrows point: "forward" (leaves to result), "backward" (result
      to leaves, as the gradients flow), "both", or None: backward once `node` itself was
      differentiated.  Only then gradients are shown: a leaf may hold those of another result.
    - `fold` joins what belongs together: "layer" (one box for each `scope`, `depth` names deep),
      "neuron" (weighted sums with their activation), "chain" (elementwise functions in a row),
      "repeat" (like parts once, with ×n), or several of these, in order.
    - `depth` is how many levels of scopes are told apart: deeper ones have no frame of their own.
    - `focus` draws only what lies between it and `node`, and lists the paths (see `viz.paths`).
    - `names` gives names to nodes that have none: `names=locals()`.
    - `color` fills boxes by "kind", or by the size of their "gradient".
    - `vertical` lets the graph run from top to bottom; None does so for Tensors, whose boxes are
      wide.  `legend` explains shapes and colours below the graph.

    Raises TypeError for what is not a Value or Tensor, ValueError for an option's unknown value,
    for layers where nothing was recorded in a scope and for a focus that `node` does not depend on,
    and GraphTooLargeError for more than `max_nodes` boxes (None: no limit).

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> y = x * x
    >>> y.backward()
    >>> print(to_dot(y, legend=False).source.count("n1 -> n0"))  # both factors are drawn
    2
    """
    if not isinstance(node, Node):
        raise TypeError(f"draw takes a Value or a Tensor, got {type(node).__name__}")
    known = {"direction": ("forward", "backward", "both", None), "color": ("kind", "gradient"),
             "theme": tuple(THEMES)}  # fmt: skip
    for option, value in (("direction", direction), ("color", color), ("theme", theme)):
        if value not in known[option]:
            raise ValueError(f"{option} is {one_of(known[option])}; got {value!r}")
    if depth is not None and (not isinstance(depth, int) or depth < 1):
        raise ValueError(f"depth is a number of scopes, at least 1; got {depth!r}")
    called = Names(names)
    picture = Picture.of(node, called, None if focus is None else focusing.between(node, focus))
    folded = joined(picture, fold, depth)
    if max_nodes is not None and len(folded.boxes) > max_nodes:
        raise too_large(picture, folded, max_nodes)
    nodes = [inner for box in picture.boxes for inner in box.nodes]
    grads = {n: n.grad for n in nodes if n.grad is not None} if was_differentiated(node) else None
    view = View(
        direction=direction or ("forward" if grads is None else "backward"),
        grads=grads,
        vertical=is_wide(nodes) if vertical is None else vertical,
        local=local,
        color=color,
        legend=legend,
        theme=theme,
        depth=depth,
        notes=() if focus is None else focusing.notes(node, focus, called),
    )
    return Writer(folded, view).written()


def one_of(values: Sequence[object]) -> str:
    return " or ".join(f'"{v}"' if isinstance(v, str) else str(v) for v in values)


def joined(picture: Picture, fold: Any, depth: int | None) -> Picture:
    """The picture after each of the wanted folds."""
    for name in () if fold is None else (fold,) if isinstance(fold, str) else tuple(fold):
        if name not in FOLDS:
            raise ValueError(f"fold is {one_of(tuple(FOLDS))}, or several of them; got {name!r}")
        if name == "layer":
            if not any(node.scope for box in picture.boxes for node in box.nodes):
                raise ValueError(
                    'fold="layer" goes by scopes, and nothing in this graph was recorded in one: '
                    'compute it within `with autograd.scope(name):`, or fold by "neuron" or '
                    '"repeat"'
                )
            picture = layers(picture, depth or 1)
        else:
            picture = FOLDS[name](picture)
    return picture


def too_large(picture: Picture, folded: Picture, max_nodes: int) -> GraphTooLargeError:
    """The error, with how many boxes each fold would leave."""
    n = len(picture.boxes)
    what = f"the graph has {n:,} nodes"
    if folded is not picture:
        what += f" and {len(folded.boxes):,} boxes after folding"
    ways = []
    if n <= COUNTED:
        scoped = any(node.scope for box in folded.boxes for node in box.nodes)
        for way in [name for name in FOLDS if name != "layer" or scoped] + [("neuron", "repeat")]:
            left = len(joined(folded, way, None).boxes)
            if left <= max_nodes:
                ways.append(f"fold={way!r} leaves {left:,}")
    advice = ", ".join(ways) or 'fold it: fold=("neuron", "repeat")'
    return GraphTooLargeError(
        f"{what}, more than max_nodes={max_nodes:,}: {advice}; or draw a node nearer to the "
        "leaves, use Tensors in place of many Values, or raise max_nodes"
    )


def was_differentiated(root: Node) -> bool:
    """Whether the gradients in this graph are this root's: those of another root would mislead.

    `backward` sets the gradient of each recorded node that it starts from or comes by afresh;
    before that a Value's is 0 and a Tensor's None.
    """
    return root.grad is not None and (not isinstance(root.grad, float) or root.grad != 0.0)
