"""Folding: what is joined, that nothing is lost, and that large graphs become small quickly."""

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import Node, Tensor, Value, ordered
from nn import MLP, SigmoidNet
from viz.dot import joined
from viz.names import Names
from viz.picture import Picture

X = np.random.default_rng(0).normal(size=(1, 4))


def scalar_loss(m: int = 1) -> Value:
    x = np.random.default_rng(1).normal(size=(m, 4))
    loss: Value = SigmoidNet((4, 5, 3), seed=0).as_values().loss(x, np.arange(m) % 3)
    loss.backward()
    return loss


def folded(root: Node, fold: Any, depth: int | None = None, names: Any = None) -> Picture:
    return joined(Picture.of(root, Names(names)), fold, depth)


def titles(root: Node, **options: Any) -> list[str]:
    source = viz.to_dot(root, legend=False, **options).source
    return re.findall(r'^\t*n\d+ \[label="(.*?)\\n', source, re.M)


@pytest.mark.parametrize("fold", ["layer", "neuron", "chain", "repeat", ("neuron", "repeat"), ()])
def test_every_node_is_in_one_box_and_every_use_is_in_one_link_or_inside(fold: Any) -> None:
    root = scalar_loss(3)
    picture = folded(root, fold)
    inside = [node for box in picture.boxes for node in box.nodes]
    assert len(inside) == len(set(inside)) == len(ordered(root))
    home = picture.homes()
    drawn = Counter((id(u), i) for link in picture.links() for _, u, i in link.uses)
    for node in ordered(root):
        for i, arg in enumerate(node.args if node.op else ()):
            if isinstance(arg, Node):
                within = home[arg] is home[node] and home[node].kind != "repeat"
                assert drawn[id(node), i] == (0 if within else 1)


def test_the_scalar_graph_of_the_first_network_is_nine_boxes_by_neuron() -> None:
    root = scalar_loss()
    assert len(ordered(root)) == 130
    found = titles(root, fold="neuron")
    assert sorted(found) == sorted(
        [f"h₁[0,{j}]" for j in range(5)] + [f"h₂[0,{j}]" for j in range(3)] + ["L"]
    )
    source = viz.to_dot(root, fold="neuron").source
    assert "4 × | 4 + | sigmoid | 5 leaves" in source
    assert len(re.findall(r"n\d+ -> n\d+", source)) == 5 * 3 + 3


def test_layers_are_the_scopes_with_the_weights_that_only_they_use() -> None:
    assert titles(scalar_loss(), fold="layer") == [
        "layer 1 → h₁[0,4]",
        "layer 2 → h₂[0,2]",
        "loss → L",
    ]
    net = SigmoidNet((4, 5, 3), seed=0)
    loss = net.loss(X, [1])
    assert titles(loss, fold="layer") == [
        "W₁", "b₁", "W₂", "b₂", "layer 1 → h₁", "layer 2 → h₂", "loss → L"
    ]  # fmt: skip


def nested() -> Tensor:
    x = Tensor([1.0, 2.0], name="x")
    with ag.scope("net"):
        for i in range(2):
            with ag.scope(f"block {i}"):
                x = (x * 2.0).tanh()
    return x.sum()


def test_depth_closes_scopes_at_that_level() -> None:
    assert titles(nested(), fold="layer") == ["x", "net", "sum"]
    assert sorted(titles(nested(), fold="layer", depth=2)) == [
        "net › block 0",
        "net › block 1",
        "sum",
        "x",
    ]
    open_frames = viz.to_dot(nested()).source
    assert open_frames.count("subgraph") == 3
    assert viz.to_dot(nested(), depth=1).source.count("subgraph") == 1
    assert viz.to_dot(nested(), fold="layer", depth=2).source.count("subgraph") == 1


def test_a_batch_is_drawn_once_and_a_loop_too() -> None:
    mlp = MLP(2, [4, 4, 1])
    rows = np.random.default_rng(0).normal(size=(30, 2)).tolist()
    loss = sum(((1 - mlp(row)).relu() for row in rows), Value(0.0))
    loss.backward()
    found = titles(loss, fold=("neuron", "repeat"), names={"mlp": mlp})
    assert len(found) <= 12
    assert sum(t.endswith("×120") for t in found) == 2  # 4 neurons of 30 samples, twice
    assert "layers.1.neurons.*.w.* ×16" in found
    x = y = Value(0.5, name="x")
    for _ in range(1000):
        y = (y * x + 1).sigmoid()
    picture = folded(y, "repeat")
    assert len(picture.boxes) < 15
    assert max(box.times for box in picture.boxes) > 990


def test_like_things_with_other_names_stay_apart() -> None:
    a, b, a2 = Value(1.0, name="a"), Value(2.0, name="b"), Value(3.0, name="a2")
    picture = folded(ag.sum(np.array([v.exp() for v in (a, b, a2)])), "repeat")
    leaves = [box for box in picture.boxes if box.node.op is None]
    assert sorted(len(box.nodes) for box in leaves) == [1, 1, 1]
    picture = folded(a.exp() * a2.exp() + b.exp() * b.exp(), "repeat")
    leaves = [box for box in picture.boxes if box.node.op is None]
    assert sorted(len(box.nodes) for box in leaves) == [1, 2]


def test_elementwise_functions_in_a_row_are_a_chain() -> None:
    x = Tensor([1.0, 2.0], name="x")
    y = ((x * 2.0).tanh().exp() + 1.0).sum()
    assert titles(y, fold="chain") == ["x", "+ 1", "sum"]
    assert "× | tanh | exp | +" in viz.to_dot(y, fold="chain").source
    assert len(folded((x.exp() * x.exp()).sum(), "chain").boxes) == 5


@pytest.mark.untraced
def test_a_graph_of_a_hundred_thousand_nodes_is_folded_and_says_how() -> None:
    x = y = Value(0.5, name="x")
    for _ in range(33_334):
        y = (y * x + 1).sigmoid()
    with pytest.raises(viz.GraphTooLargeError) as caught:
        viz.to_dot(y)
    message = str(caught.value)
    assert "100,003 nodes" in message
    assert re.search(r"fold='repeat' leaves \d\d?[,;]", message)
    assert len(re.findall(r"^\tn\d+ \[", viz.to_dot(y, fold="repeat").source, re.M)) < 20


def test_a_fold_that_does_not_help_enough_is_an_error_too() -> None:
    x = y = Value(0.5, name="x")
    for i in range(40):
        y = y + x if i % 3 else y * x.exp()
    with pytest.raises(viz.GraphTooLargeError, match=r"after folding, more than max_nodes=3"):
        viz.to_dot(y, fold="repeat", max_nodes=3)


def test_wrong_folds_say_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"fold is \"layer\" or .*got 'layers'"):
        viz.to_dot(Value(1.0), fold="layers")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"nothing in this graph was recorded in one.*scope"):
        viz.to_dot(Value(1.0) * 2, fold="layer")
    with pytest.raises(ValueError, match="depth is a number of scopes"):
        viz.to_dot(nested(), depth=0)


def test_a_folded_box_shows_what_comes_out_of_it_and_its_leaves_gradients() -> None:
    root = scalar_loss()
    nodes = {node.name: node for node in ordered(root) if node.name}
    source = viz.to_dot(root, fold="neuron").source
    h = nodes["h2[0,1]"]
    assert f"data {viz.text.number(h.data)}\\ngrad {viz.text.number(h.grad)}" in source
    largest = max(abs(nodes[f"W2[{i},1]"].grad) for i in range(5))
    largest = max(largest, abs(nodes["b2[1]"].grad))
    assert f"|grad| of its leaves ≤ {viz.text.number(largest, 3)}" in source


def test_a_folded_box_has_the_name_of_its_result_alone() -> None:
    """The numbers in it are the result's: h's name over the sum of h would be wrong."""
    x, W = Tensor([[1.0, 2.0]], name="x"), Tensor([[0.5], [0.25]], name="W")
    h = ag.tanh(x @ W)
    h.name = "h"
    assert titles(ag.sum(h), fold="neuron")[-1] == "sum after h"
    assert titles(h, fold="neuron")[-1] == "h"
