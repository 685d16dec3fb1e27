"""What a drawing says of derivatives: on edges, as sums, along paths, in colours and in red."""

import re
from typing import Any

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import Tensor, Value, gradients
from nn import SigmoidNet
from viz import health, local
from viz.names import Names
from viz.theme import DARK, LIGHT


def edge_labels(source: str) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for a, b, text in re.findall(r'(n\d+) -> (n\d+) \[.*?label="(.*?)"', source):
        found.setdefault((a, b), []).append(text.strip("\N{NO-BREAK SPACE}"))
    return found


def test_edges_carry_the_local_derivative() -> None:
    x, w = Value(-1.0, name="x"), Value(2.0, name="w")
    y = (w * x).sigmoid()
    y.backward()
    slope = y.data * (1 - y.data)
    assert edge_labels(viz.to_dot(y).source) == {
        ("n2", "n0"): ["×(−1)"], ("n2", "n1"): ["×2"], ("n3", "n2"): [f"×{slope:.3g}"]
    }  # fmt: skip
    assert edge_labels(viz.to_dot(y, local=False).source) == {}
    forward = edge_labels(viz.to_dot(y, direction="forward").source)
    assert forward["n1", "n2"] == ["×2"]


def test_edges_between_arrays_carry_the_rule() -> None:
    x, W = Tensor(np.ones((2, 3)), name="x"), Tensor(np.ones((3, 4)), name="W2")
    b = Tensor(np.zeros(4), name="b")
    h = (x @ W + b).sigmoid()
    h.name = "h"
    loss = (h / 2).sum()
    loss.backward()
    found = {text for texts in edge_labels(viz.to_dot(loss).source).values() for text in texts}
    assert found == {"⊙ h ⊙ (1 − h)", "· W₂ᵀ", "xᵀ ·", "𝟏ᵀ ·", "×1", "½ ·", "· (𝟏₂ 𝟏₄ᵀ)"}
    assert "· is what comes in" in viz.to_dot(loss).source
    assert "· is what comes in" not in viz.to_dot(loss, local=False).source


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (lambda a, b: a / b, (3.0, 4.0)), (lambda a, b: a**b, (2.0, 3.0)),
        (ag.maximum, (1.0, 1.0)), (lambda a, b: a.relu() * b, (-1.0, 2.0)),
        (lambda a, b: ag.where(a > 0, a * b, b), (1.0, 5.0)), (lambda a, b: 1 / a + b, (0.0, 1.0)),
    ],
    ids=["quotient", "power", "tie", "relu", "where", "pole"],
)  # fmt: skip
def test_local_derivatives_multiply_up_to_the_gradient(f: Any, at: tuple[float, float]) -> None:
    leaves = [Value(v) for v in at]
    y = f(*leaves)
    for leaf, g in zip(leaves, gradients(y, leaves), strict=True):
        try:
            total = viz.paths(y, leaf).total
        except ValueError:
            assert g == 0.0
            continue
        assert total == pytest.approx(g, rel=1e-12)


def test_a_gradient_of_several_uses_is_written_as_the_sum_that_it_is() -> None:
    x = Value(3.0, name="x")
    y = x * x - 2 * x
    y.backward()
    assert r"grad 4\n= 1·3 + 1·3 + (−1)·2" in viz.to_dot(y).source
    many = sum((x * i for i in range(1, 7)), Value(0.0))
    many.backward()
    assert "= 1·1 + 1·2 + 1·3 + 3 more" in viz.to_dot(many).source
    assert "= " not in viz.to_dot(Value(2.0, name="x").exp()).source.replace("rankdir=", "")
    W = Tensor([1.0, 2.0], name="W")
    arrays = (W.tanh() * W).sum()
    arrays.backward()
    assert r"\nsum over tanh, ×" in viz.to_dot(arrays).source


def test_both_directions_have_an_arrow_each() -> None:
    x = Value(3.0, name="x")
    y = x.exp()
    y.backward()
    source = viz.to_dot(y, direction="both").source
    assert len(re.findall(r"n0 -> n1 \[", source)) == 2
    assert source.count("dir=back") == 1
    assert "→ values flow from the leaves to the result   ← gradients flow" in source


def test_the_products_along_the_paths_add_up_to_the_gradient() -> None:
    net = SigmoidNet((3, 4, 4, 2), seed=1)
    x = np.random.default_rng(0).normal(size=(1, 3))
    z0 = Tensor(x, name="z0")
    loss = net.loss(z0, [1])
    found = viz.paths(loss, z0)
    assert len(found.paths) == 1
    assert np.allclose(found.total, gradients(loss, z0), rtol=1e-12)
    values = net.as_values()
    scalar = values.loss(x, [1])
    w = values.W1[0, 2]
    through = viz.paths(scalar, w)
    assert sum(path.count for path in through.paths) == 4 * 2
    assert through.total == pytest.approx(gradients(scalar, w), rel=1e-12)
    wide = SigmoidNet((3, 4, 4, 3), seed=1).as_values()
    scalar = wide.loss(x, [1])
    (path,) = viz.paths(scalar, wide.W1[0, 2]).paths  # 12 paths, all through the same layers
    assert path.count == 12
    assert str(path).startswith("12 paths loss → layer 3 → layer 2 → layer 1 → W₁[0,2]: ")
    assert path.product == pytest.approx(gradients(scalar, wide.W1[0, 2]), rel=1e-12)


def test_paths_of_a_deep_graph_are_counted_not_listed() -> None:
    x = y = Value(1.001, name="x")
    for _ in range(200):
        y = y * y if y.data < 1e3 else (y + y).sqrt()
    found = viz.paths(y, x)
    assert sum(path.count for path in found.paths) == 2 ** sum(
        1 for n in ag.ordered(y) if len(n.parents()) == 2
    )
    assert found.total == pytest.approx(gradients(y, x), rel=1e-9)


def test_a_focus_draws_what_lies_between_and_lists_the_paths() -> None:
    a, b = Value(2.0, name="a"), Value(3.0, name="b")
    y = (a * b).exp() + a * 1e3 + b.sin()
    y.backward()
    source = viz.to_dot(y, focus=b).source
    assert "sin" in source
    assert not re.search(r'label="a\\n', source)
    assert "paths to b, each with its product of local derivatives" in source
    assert source.count("→ b: ") == 2
    with pytest.raises(ValueError, match="does not depend on the focus"):
        viz.to_dot(y, focus=Value(1.0))
    with pytest.raises(TypeError, match="focus is a Value or a Tensor; got float"):
        viz.paths(y, 1.0)  # type: ignore[arg-type]


def test_names_come_from_variables_lists_arrays_and_modules() -> None:
    x, ws = Value(1.0), [Value(2.0), Value(3.0)]
    named = Value(4.0, name="own")
    net = SigmoidNet((2, 1), seed=0)
    net.W1.name = None
    names = Names({"x": x, "ws": ws, "_hidden": named, "other": named, "net": net, "n": 3})
    assert [names(n) for n in (x, *ws, named, net.W1)] == ["x", "ws[0]", "ws[1]", "own", "W₁"]
    assert 'label="alpha' not in viz.to_dot(x * 2, names={"alpha": x}).source
    assert 'label="α' in viz.to_dot(x * 2, names={"alpha": x}).source
    with pytest.raises(TypeError, match=r"names maps names to nodes, as locals\(\) does"):
        viz.to_dot(x, names=[x])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("W1", "W₁"), ("z_2", "z₂"), ("h1[0,2]", "h₁[0,2]"), ("alpha", "α"), ("Sigma3", "Σ₃"),
     ("lambda_10", "λ₁₀"), ("conv2d", "conv2d"), ("W_in", "W_in"), ("x_", "x_"), ("1x", "1x"),
     ("вес2", "вес₂"), ("权重1", "权重₁"), ("😀1", "😀1"), ("a-1", "a-1")],
)  # fmt: skip
def test_names_are_spelled_as_mathematics_does(name: str, shown: str) -> None:
    assert viz.text.pretty(name) == shown


def warned(root: Any) -> list[str]:
    return re.findall(r"⚠ ([^\\\"]*)", viz.to_dot(root).source)


def test_nan_and_saturation_are_red_with_the_way_that_they_spread() -> None:
    x = Value(-1.0, name="x")
    with np.errstate(all="ignore"):
        y = x.log() * 2 + Value(1.0, name="c")
    source = viz.to_dot(y).source
    assert warned(y) == ["nan in data"] * 3
    red = re.findall(rf'(n\d) -> (n\d) \[.*color="{LIGHT.danger}"', source)
    assert len(red) == 2  # from the log on: not from x, which is a number, nor from c
    s = Value(40.0, name="s").sigmoid()
    assert warned(s + 1) == ["saturated"]
    assert warned(Value(1.0).sigmoid() + 1) == []
    t = Tensor([50.0, -60.0, 0.1])
    assert warned(t.tanh().sum()) == ["saturated: 2 of 3 entries"]
    assert warned(Tensor([-1.0, -2.0]).relu().sum()) == ["dead: all entries are 0"]
    assert warned(Value(-1.0).relu() + 1) == []  # off for one sample is nothing to warn of


def test_a_nan_gradient_is_red_backwards() -> None:
    x = Value(0.0, name="x")
    y = (x * 0).sqrt()
    y.backward()
    assert not np.isfinite(x.grad)
    assert warned(y)
    assert LIGHT.danger in viz.to_dot(y).source


def test_colours_show_how_large_gradients_are() -> None:
    x = Value(0.5, name="x")
    y = x
    for _ in range(60):
        y = (y * 0.1).tanh()
    y.backward()
    source = viz.to_dot(y, color="gradient").source
    assert all(LIGHT.scale[i] in source for i in (1, 2, 3))
    assert LIGHT.scale[5] not in source
    assert "vanishing" in source
    assert "vanishing" not in viz.to_dot(y).source
    z = Value(1.0) * 1e5
    z.backward()
    assert LIGHT.scale[5] in viz.to_dot(z, color="gradient").source


@pytest.mark.parametrize(
    ("size", "step"),
    [(0.0, 0), (1e-9, 1), (1e-6, 2), (1e-4, 2), (1e-3, 3), (1.0, 3), (10.0, 4), (1e3, 5), (1e9, 5)],
)
def test_the_scale_begins_each_step_where_it_says(size: float, step: int) -> None:
    assert health.step(size) == step


def luminance(colour: str) -> float:
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_every_fill_of_every_theme(theme: Any) -> None:
    for fill in [*theme.scale, *(look.fill for look in theme.looks.values()), theme.background]:
        for ink in (theme.ink, theme.muted, theme.gradient, theme.danger):
            high, low = sorted((luminance(fill), luminance(ink)), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (fill, ink)


def test_the_dark_theme_reaches_the_picture() -> None:
    x = Value(3.0, name="x")
    source = viz.to_dot(x * x, theme="dark").source
    assert DARK.background in source
    assert "class=dark" in source
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><g class="graph dark"><g class="node op op-data">'
        "<title>n</title><text>×</text><text>data 3</text></g></g></svg>"
    )
    assert DARK.ink in viz.polish.polish(svg.encode()).decode()
    assert LIGHT.ink in viz.polish.polish(svg.replace(" dark", "").encode()).decode()


@pytest.mark.parametrize("option", ["direction", "color", "theme"])
def test_unknown_values_of_options_are_refused(option: str) -> None:
    with pytest.raises(ValueError, match=f"{option} is .*; got 'odd'"):
        viz.to_dot(Value(1.0), **{option: "odd"})  # type: ignore[arg-type]


def test_slope_is_none_where_nothing_flows() -> None:
    y = ag.where(Value(1.0) > 0, Value(2.0), 3.0)
    assert [local.slope(y, i) for i in range(3)] == [None, 1.0, 0.0]


def test_diff_says_what_was_added_removed_and_changed() -> None:
    def loss(act: Any, w: float) -> Value:
        x = Value(w, name="w")
        y = act(x * 2.0) + 1.0
        y.backward()
        return y

    same = viz.diff(loss(ag.tanh, 0.5), loss(ag.tanh, 0.5))
    assert not same
    assert str(same) == "0 removed, 0 added, 0 changed, 4 the same"
    moved = viz.diff(loss(ag.tanh, 0.5), loss(ag.tanh, 0.1))
    assert len(moved.changed) == 4
    first = moved.changed[0]
    assert first.data == pytest.approx(0.4)
    assert first.ratio == pytest.approx((1 - np.tanh(0.2) ** 2) / (1 - np.tanh(1.0) ** 2))
    assert "w: data 0.5 → 0.1, |grad| " in str(moved)
    other = viz.diff(loss(ag.tanh, 0.5), loss(ag.sigmoid, 0.5))
    assert str(other).startswith("- tanh\n+ sigmoid\n")
    with pytest.raises(TypeError, match="diff takes two nodes"):
        viz.diff(Value(1.0), 1.0)  # type: ignore[arg-type]


def test_diff_of_large_graphs_is_linear() -> None:
    def deep(n: int) -> Value:
        y = Value(1.0, name="x")
        for _ in range(n):
            y = y * 0.999 + 0.001
        return y

    found = viz.diff(deep(10_000), deep(10_001))
    assert (len(found.added), len(found.removed)) == (2, 0)


def test_plain_arrays_are_called_by_their_names() -> None:
    X, t = np.arange(6.0).reshape(3, 2), np.ones((3, 2)) / 3
    W = Tensor([[1.0, 2.0], [3.0, -1.0]], name="W")
    loss = ag.sum((X @ W) * t)
    loss.backward()
    source = viz.to_dot(loss, names={"X": X, "t": t.tolist(), "theta": t}).source
    assert r'label="X\nconstant 3×2\n' in source
    assert r'label="θ\nconstant 3×2\n' in source
    assert ["Xᵀ ·"] in edge_labels(source).values()
    assert "├─ X  constant 3×2" in str(ag.show(loss, names={"X": X}))
    without = viz.to_dot(loss).source
    assert ["Cᵀ ·"] in edge_labels(without).values()  # the only constant on its edge
    assert "x its argument, C a constant" in without
    assert "C a constant" not in viz.to_dot(ag.sum(W * W)).source


def test_several_uses_by_like_ops_are_counted() -> None:
    h = Tensor([[0.5, 2.0], [1.0, -1.0]], name="h")
    y = ag.sum(h * h)
    y.backward()
    source = viz.to_dot(y).source
    assert r"\nsum over 2 uses by ×" in source
    assert ["⊙ h", "⊙ h"] in edge_labels(source).values()
