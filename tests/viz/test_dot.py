"""The text of a drawing: structure, stability, hostile names."""

import re
import subprocess
import sys
from types import SimpleNamespace

import graphviz
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import HOSTILE

import viz
from autograd import Node, Tensor, Value, einsum, ordered
from viz import label, polish, text
from viz.theme import LIGHT


def neuron() -> Value:
    """f = 1/(1+exp(-(w0+w1*x1+w2*x2))) at the point whose gradients are known by heart."""
    w0, w1, x1 = Value(-3.0, name="w0"), Value(2.0, name="w1"), Value(-1.0, name="x1")
    w2, x2 = Value(-3.0, name="w2"), Value(-2.0, name="x2")
    f = 1 / (1 + (-(w0 + w1 * x1 + w2 * x2)).exp())
    f.name = "f"
    return f


def network() -> Tensor:
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(7, 4)), np.eye(7, 3)
    W = Tensor(rng.normal(size=(4, 3)), name="W")
    b = Tensor(np.zeros(3), name="b")
    h = (x @ W + b).sigmoid()
    h.name = "h"
    loss = 0.5 * ((t - h) ** 2).sum()
    loss.name = "L"
    return loss


def labels(graph: graphviz.Digraph) -> dict[str, str]:
    return dict(re.findall(r'^\t(\w+) \[label="((?:[^"\\]|\\.)*)" ', graph.source, re.M))


def edges(graph: graphviz.Digraph) -> list[tuple[str, str]]:
    return re.findall(r"^\t(\w+) -> (\w+)", graph.source, re.M)


def looks(graph: graphviz.Digraph) -> dict[str, str]:
    return dict(re.findall(r'^\t(\w+) \[.*class="(\w+) ', graph.source, re.M))


def test_a_neuron_shows_names_data_and_gradients() -> None:
    f = neuron()
    f.backward()
    found = labels(viz.to_dot(f)).values()
    assert r"w₀\ndata -3\ngrad 0.1966" in found
    assert r"w₁\ndata 2\ngrad -0.1966" in found
    assert r"x₁\ndata -1\ngrad 0.3932" in found
    assert any(one.startswith(r"f\n") and r"\ndata 0.7311\ngrad 1" in one for one in found)


def test_a_network_shows_shapes_and_summaries() -> None:
    loss = network()
    loss.backward()
    found = list(labels(viz.to_dot(loss)).values())
    (w,) = [one for one in found if one.startswith(r"W\n")]
    assert re.fullmatch(r"W\\n4×3\\ndata \S+ … \S+, mean \S+\\ngrad \S+ … \S+, mean \S+", w)
    (b,) = [one for one in found if one.startswith(r"b\n")]
    assert r"(3,)\ndata [0, 0, 0]\ngrad [" in b
    assert any(one.startswith(r"h\nsigmoid | 7×3\n") for one in found)
    assert any(one.startswith("constant 7×4") for one in found)  # the data x, which is no node


def test_constants_stand_inside_the_op() -> None:
    x = Value(3.0, name="x")
    found = labels(viz.to_dot(x * 2 - 1)).values()
    assert r"× 2\ndata 6" in found
    assert any(re.match(r"(− 1|\+ -1)\\ndata 5", one) for one in found)
    assert r"**2\ndata 9" in labels(viz.to_dot(x**2)).values()
    assert r"2 **\ndata 8" in labels(viz.to_dot(2**x)).values()
    assert r"1 /\ndata 0.3333" in labels(viz.to_dot(1 / x)).values()


M = Tensor(np.arange(6.0).reshape(2, 3), name="M")


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        (M.reshape(3, 2), "reshape (3, 2)"),
        (M.clip(0, 1), "clip (0, 1)"),
        (M.sum(), "sum"),
        (M.sum(axis=1), "sum (1)"),
        (M.sum(axis=(0, 1), keepdims=True), "sum (0, 1)"),
        (M[0], "[0]"),
        (M[0, 1:], "[0, 1:]"),
        (M[::2, None], "[::2, None]"),
        (M[..., [0, 2]], "[..., array]"),
        (M * np.array(2.0), "× 2"),
        (M @ np.ones((3, 2)), "@"),
        (einsum("ij,kj->ik", M, M), "einsum (ij,kj->ik)"),
        (Value(2.0).relu(), "ReLU"),
        (Value(2.0) ** Value(3.0), "**"),
        (Value(2.0), ""),
    ],
)
def test_constants_of_functions_stand_behind_their_name(node: Node, shown: str) -> None:
    assert label.operation(node) == shown


def test_an_op_of_somebody_elses_may_hold_anything() -> None:
    class Odd(Node):
        op = SimpleNamespace(name="mine")  # type: ignore[assignment]
        _op = "[]"
        args = (object(), True, "\n")

    assert label.operation(Odd()) == "[␊]"


def test_kinds_are_told_apart_by_shape_and_colour() -> None:
    loss = network()
    found = looks(viz.to_dot(loss * Tensor(2.0)))
    assert set(found.values()) == {"parameter", "leaf", "op", "loss", "constant"}
    some = list(LIGHT.looks.values())
    assert len({one.glyph for one in some}) == len({one.meaning for one in some}) == len(some)
    assert len({(one.shape, one.style, one.outlines) for one in some}) == len(some)
    assert len({one.fill for one in some}) == len({one.line for one in some}) == len(some)


def contrast(a: str, b: str) -> float:
    def luminance(colour: str) -> float:
        rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_on_every_fill() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for look in LIGHT.looks.values():
        for ink in (LIGHT.ink, LIGHT.muted, LIGHT.gradient):
            assert contrast(ink, look.fill) >= 4.5
        assert contrast(look.line, LIGHT.background) >= 3


def test_a_square_has_two_edges_and_the_graph_is_not_strict() -> None:
    x = Value(3.0)
    graph = viz.to_dot(x * x)
    assert edges(graph) == [("n0", "n1")] * 2
    assert "strict" not in graph.source


def power(terms: int) -> Value:
    x = Value(1.01, name="x")
    product = x * x
    for _ in range(terms - 2):
        product = product * x
    return product


def test_a_leaf_with_many_far_uses_is_drawn_again_beside_them() -> None:
    graph = viz.to_dot(power(50) * Value(2.0))
    found = [one for one in labels(graph).values() if one.startswith("x")]
    assert found.count("x ↗") == 45
    assert found.count(r"x\ndata 1.01") == 1
    assert len(edges(graph)) == 100  # one per use, as ever
    assert edges(graph).count(("n1", "n2")) == 2 or edges(graph).count(("n0", "n2")) == 2
    assert "the same leaf again" in graph.source
    assert "↗" not in viz.to_dot(power(9)).source
    unnamed = Value(3.0)
    total = unnamed * unnamed
    for _ in range(12):
        total = (total + 1) * (unnamed * unnamed) + unnamed * total
    graph = viz.to_dot(total)
    assert "3 ↗" in labels(graph).values()
    assert edges(graph).count(("r5", edges(graph)[-1][1])) <= 2


def test_many_uses_side_by_side_are_plain_edges() -> None:
    x = Value(3.0, name="x")
    total = Value(0.0)
    assert "↗" not in viz.to_dot(sum((x * i for i in range(2)), total)).source
    wide = Tensor([1.0], name="x")
    rows = [wide * i for i in range(20)]
    while len(rows) > 1:
        rows = [a + b for a, b in zip(rows[::2], rows[1::2], strict=False)]
    assert "↗" not in viz.to_dot(rows[0]).source


def test_a_constant_array_is_in_the_legend_where_it_occurs() -> None:
    t = Tensor([1.0, 2.0], name="t")
    assert "▫ constant" in viz.to_dot(t * np.array([3.0, 4.0])).source
    assert "▫ constant" not in viz.to_dot(t * 2).source


def test_arrows_turn_with_the_direction() -> None:
    x = Value(3.0, name="x")
    y = x.exp()
    assert edges(viz.to_dot(y)) == [("n0", "n1")]
    assert edges(viz.to_dot(y, direction="backward")) == [("n1", "n0")]
    y.backward()
    assert edges(viz.to_dot(y)) == [("n1", "n0")]
    assert edges(viz.to_dot(y, direction="forward")) == [("n0", "n1")]


def test_leaves_stay_on_the_same_side_in_both_directions() -> None:
    y = Value(3.0).exp()
    sides = {
        (d, v): re.search(r"rankdir=(\w\w)", viz.to_dot(y, direction=d, vertical=v).source)[1]  # type: ignore[arg-type, index]
        for d in ("forward", "backward")
        for v in (True, False)
    }
    assert sides == {
        ("forward", True): "TB",
        ("backward", True): "BT",
        ("forward", False): "LR",
        ("backward", False): "RL",
    }


def test_wide_tensors_run_down_the_page_and_scalars_across() -> None:
    assert "rankdir=LR" in viz.to_dot(neuron()).source
    assert "rankdir=TB" in viz.to_dot(network()).source


def test_gradients_are_not_shown_before_there_are_any() -> None:
    assert "grad" not in viz.to_dot(neuron(), legend=False).source.replace("gradproof", "")


def test_another_roots_gradients_are_not_this_ones() -> None:
    x = Value(3.0, name="x")
    y = x * x
    y.backward()
    other = (x * 2 + 1).tanh() + 1
    graph = viz.to_dot(other, legend=False)
    assert "grad " not in graph.source
    assert edges(graph)[0] == ("n0", "n1")
    assert "grad" not in viz.to_dot(other, direction="backward", legend=False).source[19:]
    other.backward()
    assert "grad 6" in viz.to_dot(y, legend=False).source
    assert "rankdir=RL" in viz.to_dot(other).source


def test_a_leaf_alone_shows_its_own_gradient() -> None:
    x, t = Value(3.0, name="x"), Tensor([1.0, 2.0], name="t")
    assert "grad " not in viz.to_dot(x).source + viz.to_dot(t).source
    (x * x).backward()
    (t * t).sum().backward()
    other = (t * 2).sum()
    assert "grad 6" in viz.to_dot(x).source
    assert "grad [2, 4]" in viz.to_dot(t).source
    assert "grad " not in viz.to_dot(other).source


def test_a_tensor_that_backward_did_not_reach_says_so() -> None:
    x, y = Tensor([1.0, 2.0], name="x"), Tensor([1.0, 2.0], name="y")
    total = (x * y).sum()
    total.backward()
    y.grad = None
    found = labels(viz.to_dot(total)).values()
    assert r"y\n(2,)\ndata [1, 2]\ngrad none" in found
    assert r"x\n(2,)\ndata [1, 2]\ngrad [1, 2]" in found


def test_the_legend_names_the_kinds_that_occur() -> None:
    x = Value(3.0, name="x")
    source = viz.to_dot(x * 2).source
    assert "result" in source
    assert "named leaf" in source
    assert "operation" not in source
    assert "result" not in viz.to_dot(x * 2, legend=False).source


def test_a_leaf_alone_is_a_picture_too() -> None:
    assert list(looks(viz.to_dot(Value(1.0))).values()) == ["loss"]


def test_ids_are_positions_and_the_text_is_the_same_every_time() -> None:
    f = neuron()
    graph = viz.to_dot(f)
    assert list(looks(graph)) == [f"n{i}" for i in range(len(ordered(f)))]
    assert viz.to_dot(f).source == viz.to_dot(neuron()).source


def test_the_text_is_the_same_in_another_process() -> None:
    code = (
        "from autograd import Value; import viz; x = Value(3.0, name='x');"
        "print(viz.to_dot((x * x).exp() + x / 7).source)"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


@pytest.mark.parametrize("wrong", [3.0, None, "x", np.zeros(3)])
def test_what_is_no_node_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match=f"Value or a Tensor, got {type(wrong).__name__}"):
        viz.to_dot(wrong)  # type: ignore[arg-type]


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="'up'"):
        viz.to_dot(Value(1.0), direction="up")  # type: ignore[arg-type]


def test_a_huge_graph_is_refused_with_advice() -> None:
    x = Value(1.0)
    for _ in range(2000):
        x = x + 1
    with pytest.raises(
        viz.GraphTooLargeError, match=r"2,001 nodes.*max_nodes=1,500.*raise max_nod"
    ):
        viz.to_dot(x)
    assert len(looks(viz.to_dot(x, max_nodes=None))) == 2001


def as_dot_reads_it(label: str) -> list[str]:
    """The lines of a plain DOT label, undoing quotes, escapes and entities as Graphviz does."""
    label = label.replace('\\"', '"')
    lines = [""]
    for piece in re.findall(r"\\.|[^\\]", label, re.S):
        if piece == r"\n":
            lines.append("")
        else:
            assert piece[0] != "\\" or piece == "\\\\", label  # no other escape may occur
            lines[-1] += piece[-1]
    assert all("&" not in line.replace("&amp;", "") for line in lines)
    return [line.replace("&amp;", "&") for line in lines]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_and_break_nothing(name: str) -> None:
    graph = viz.to_dot(Value(2.0, name=name) * Value(1.0), legend=False)
    assert len(edges(graph)) == 2
    title, data = as_dot_reads_it(labels(graph)["n0"])[:2]
    assert data == "data 2"
    assert title == (text.shorten(text.visible(name)) or "leaf")
    graph.source.encode()


@given(st.text(st.characters(), max_size=40))
def test_any_name_becomes_one_line_of_legal_xml_text(name: str) -> None:
    shown = text.shorten(text.visible(name))
    assert text.width(shown) <= text.WIDEST_NAME
    assert (
        ("\n" not in shown and shown.isprintable())
        or "\u200d" in shown
        or "\u200c" in shown
        or not shown.isascii()
    )
    svg = f'<svg xmlns="{polish.SVG}"><text>{{}}</text></svg>'
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert escaped.encode() in polish.polish(svg.format(escaped).encode())
    assert bool(shown) == bool(name)
