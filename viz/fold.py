"""Ways to draw a large graph as a small one: each joins boxes of a picture that belong together."""

from collections import Counter
from collections.abc import Callable, Sequence

from autograd import Node

from . import text
from .picture import Box, Picture, consumers

ROUNDS = 3  # how far around a node two places are compared before they count as alike
SUMS = {"+", "-"}


def layers(picture: Picture, depth: int = 1) -> Picture:
    """What was recorded in the same `scope`, `depth` names deep, as one box.

    A single number that only one of them uses (a weight among Values) goes with it; parameters that
    are arrays stay boxes of their own.
    """
    home = picture.homes()
    users = consumers(picture.boxes, home)
    scope: dict[Box, tuple[str, ...]] = {}
    for box in reversed(picture.boxes):
        scopes = {node.scope[:depth] for node in box.nodes}
        if box.node.op is None and box.node.is_scalar:
            scopes = {scope[user] for user in users[box]}
        scope[box] = scopes.pop() if len(scopes) == 1 else ()
    parts: dict[tuple[str, ...], list[Box]] = {}
    for box in picture.boxes:
        if len(scope[box]) >= min(depth, 1) and scope[box]:
            parts.setdefault(scope[box], []).append(box)
    return picture.joined(list(parts.values()), "layer", [" › ".join(s) for s in parts])


def neurons(picture: Picture) -> Picture:
    """Each weighted sum with its activation, and each other tree that nothing else looks into.

    A box ends where its result is used more than once, where a sum of products with a leaf (w·x)
    has been taken and its activation applied, and at the border of a scope.
    """
    home = picture.homes()
    users = consumers(picture.boxes, home)
    owner: dict[Box, Box] = {}
    for box in reversed(picture.boxes):
        above = users[box]
        stays = len(above) != 1 or box.node is picture.root or _closes(box, above[0], home)
        owner[box] = box if stays else owner[above[0]]
    parts: dict[Box, list[Box]] = {}
    for box in picture.boxes:
        parts.setdefault(owner[box], []).append(box)
    return picture.joined(list(parts.values()), "neuron", [""] * len(parts))


def _closes(box: Box, user: Box, home: dict[Node, Box]) -> bool:
    """Whether a box is the end of a neuron, though one other box alone uses it."""
    node, above = box.node, user.node
    if node.op is None:
        return False
    if node.scope != above.scope:
        return True
    if len(above.parents()) == 1 and above.op is not None and above.op.elementwise:
        return False  # an activation, or a factor
    if node._op in SUMS and above._op in SUMS:
        return False  # not all terms are in yet
    return _activated(node)


def _activated(node: Node) -> bool:
    """Whether a node is a sum of products with leaves, or an elementwise function of one."""
    while len(node.parents()) == 1 and node.op is not None and node._op not in SUMS:
        node = node.parents()[0]
    return node.op is not None and node._op in SUMS and _weighs(node)


def _weighs(total: Node) -> bool:
    """Whether one of the last terms of a sum is a product with a leaf."""
    terms = total.parents()
    return any(
        t.op is not None and t._op == "*" and any(p.op is None for p in t.parents()) for t in terms
    )


def chains(picture: Picture) -> Picture:
    """Elementwise functions that follow one another, as one box."""
    home = picture.homes()
    users = consumers(picture.boxes, home)
    owner: dict[Box, Box] = {}
    for box in reversed(picture.boxes):
        above = users[box]
        joins = len(above) == 1 and _unary(box) and _unary(above[0])
        owner[box] = owner[above[0]] if joins else box
    parts: dict[Box, list[Box]] = {}
    for box in picture.boxes:
        parts.setdefault(owner[box], []).append(box)
    return picture.joined(list(parts.values()), "chain", [""] * len(parts))


def _unary(box: Box) -> bool:
    op = box.node.op
    return op is not None and op.elementwise and len(box.node.parents()) == 1 and not box.folded


def repetitions(picture: Picture) -> Picture:
    """Like places once, with ×n: the samples of a batch, the neurons of a layer, turns of a loop.

    Two boxes are alike if they do the same to like arguments and are used alike, as far as three
    steps around each (colour refinement: Weisfeiler and Leman 1968).  Named leaves whose names
    differ by more than numbers are never alike.
    """
    home = picture.homes()
    boxes = picture.boxes
    place = {box: i for i, box in enumerate(boxes)}
    above = consumers(boxes, home)
    args = [
        [place[home[a]] for node in box.nodes for a in node.parents()
         if a in home and home[a] is not box]
        for box in boxes
    ]  # fmt: skip
    users = [[place[user] for user in above[box]] for box in boxes]
    colours = _numbered([_outside(box, picture) for box in boxes])
    for _ in range(ROUNDS):
        # of users, which kinds there are and not how many: one weight serves any number of samples
        colours = _numbered([
            (c, tuple([colours[a] for a in args[i]]), frozenset([colours[u] for u in users[i]]))
            for i, c in enumerate(colours)
        ])  # fmt: skip
    parts: dict[int, list[Box]] = {}
    for box, colour in zip(boxes, colours, strict=True):
        parts.setdefault(colour, []).append(box)
    return picture.joined(
        list(parts.values()), "repeat", [part[0].title for part in parts.values()]
    )


def _outside(box: Box, picture: Picture) -> object:
    """What can be said of a box without its neighbours."""
    node = box.node
    ops: object = frozenset(Counter(n._op for n in box.nodes).items()) if box.folded else node._op
    name = text.unnumbered(picture.names(node))
    return (ops, name, box.title, getattr(node, "shape", ()), node.scope, node is picture.root)


def _numbered(keys: Sequence[object]) -> list[int]:
    numbers: dict[object, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


FOLDS: dict[str, Callable[[Picture], Picture]] = {
    "layer": layers,
    "neuron": neurons,
    "chain": chains,
    "repeat": repetitions,
}
