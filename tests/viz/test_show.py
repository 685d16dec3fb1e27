"""`autograd.show`: graphs as trees, modules and reports as tables, harmless whatever the names."""

import io
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from rich.console import Console

import autograd as ag
import nn
import viz
from autograd import Shown, Tensor, Value

HOSTILE = ["<script>alert(1)</script>", "\x1b[31mred\x07", "a\nb\rc", "[bold]x[/bold]", "𝛼é漢字🙂",
           "\u202eabc", "</pre>&amp;", "", "\ud800", "x" * 500]  # fmt: skip


def rich(what: Any) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(what)
    return console.export_text()


def test_what_is_used_twice_is_written_out_once() -> None:
    x = Value(3.0, name="x")
    h = x * 2
    y = h * h + x
    y.backward()
    assert str(ag.show(y)).split("\n") == [
        "+  data 39  grad 1",
        "├─ ×  data 36  grad 1",
        "│  ├─ × 2 #1  data 6  grad 12",
        "│  │  └─ x #2  data 3  grad 25",
        "│  └─ × 2 #1  see above",
        "└─ x #2  see above",
    ]


def test_no_gradients_before_backward_nor_those_of_another_result() -> None:
    x = Value(3.0, name="x")
    y = x * 2
    (x * x).backward()
    assert "grad" not in str(ag.show(y))
    y.backward()
    assert "grad" in str(ag.show(y))


def test_arrays_constants_and_given_names() -> None:
    a = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y = (a * np.arange(6.0).reshape(2, 3)).sum()
    lines = str(ag.show(y, names={"alpha1": a})).split("\n")
    assert lines[2] == "   ├─ α₁  2×3  data 1 … 6, mean 3.5"
    assert lines[3] == "   └─ constant 2×3  0 … 5, mean 2.5"


@pytest.mark.parametrize("limits", [{"depth": 3}, {"width": 2}, {"lines": 4}], ids=str)
def test_what_is_left_out_is_said(limits: dict[str, int]) -> None:
    parts = [Tensor([float(i)]).exp() for i in range(5)]
    y = ag.concatenate(parts).sum()
    whole = str(ag.show(y)).split("\n")
    assert len(whole) == 12
    assert not whole[-1].startswith("…")
    some = str(ag.show(y, **limits)).split("\n")  # type: ignore[arg-type]
    assert some[-1].startswith("… not all of the 12 nodes are shown")
    assert set(whole) - set(some)


def test_what_was_cut_off_by_depth_is_written_out_where_it_comes_by_again() -> None:
    x = Value(1.0, name="x")
    h = x.exp()
    y = h.sin().cos() + h
    text = str(ag.show(y, depth=4))
    assert text.count("exp #1  data") == 2
    assert text.count("x  data 1") == 1


def test_a_deep_graph_is_no_trouble() -> None:
    y = Value(1.0)
    for _ in range(50_000):
        y = y * 1.0
    assert len(str(ag.show(y, depth=10**6)).split("\n")) == 61


def test_limits_and_other_things_are_refused() -> None:
    with pytest.raises(ValueError, match="depth is a whole number, at least 1; got 0"):
        ag.show(Value(1.0), depth=0)
    with pytest.raises(TypeError, match=r"a module, or a report.*got list"):
        ag.show([1.0])


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_names_are_harmless(name: str) -> None:
    x = Value(2.0, name=name)
    tree = ag.show(x * x)
    lines = str(tree).split("\n")
    assert len(lines) == 3
    assert "\x1b" not in str(tree)
    assert "\u202e" not in str(tree)
    ET.fromstring(tree._repr_html_())  # well formed: nothing of it is markup
    assert "script" not in {e.tag for e in ET.fromstring(tree._repr_html_()).iter()}
    assert lines[1] in rich(tree).split("\n")


class Odd(nn.Module):
    def __init__(self, name: str) -> None:
        self.parts = {name: Tensor([1.0, 2.0])}


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_modules_table_is_harmless(name: str) -> None:
    module = Odd(name)
    html = module._repr_html_()
    assert html is not None
    assert [e.tag for e in ET.fromstring(html).iter()].count("td") == 5
    row = str(ag.show(module)).split("\n")[1]
    assert " ".join(row.split()[-4:]) in " ".join(rich(module).replace("│", " ").split())


def test_a_modules_table_holds_its_parameters() -> None:
    net = nn.SigmoidNet((2, 2, 1), seed=0)
    net.W1.data = np.full((2, 2), 3.0)
    net.loss([[1.0, 2.0]], [[1.0]]).backward()
    rows, note = net._table_()
    assert rows[0] == ("parameter", "shape", "size", "|w|", "|grad|")
    assert rows[1] == ("W1", "2×2", "4", "6", f"{np.linalg.norm(net.W1.grad):.4g}")
    assert [row[0] for row in rows[1:]] == ["W1", "b1", "W2", "b2"]
    assert note == "SigmoidNet: 9 parameters"
    net.zero_grad()
    assert {row[-1] for row in net._table_()[0][1:]} == {"–"}


def test_a_layers_values_are_one_row() -> None:
    rows, _ = nn.MLP(2, [16, 1])._table_()
    assert [row[:3] for row in rows[1:]] == [
        ("layers.0.neurons.*.w.*", "–", "32"), ("layers.0.neurons.*.b", "–", "16"),
        ("layers.1.neurons.*.w.*", "–", "16"), ("layers.1.neurons.*.b", "–", "1"),
    ]  # fmt: skip


def reports() -> dict[str, Any]:
    x = Value(2.0, name="x<1>")
    net = nn.TestNet((2, 3, 2), seed=0)
    return {
        "cross_check": nn.cross_check(net, np.ones((2, 3)), [0, 1, 1]),
        "check_grad": ag.check_grad(lambda t: t * t, 3.0),
        "paths": viz.paths(x * x + x, x),
        "diff": viz.diff(x * x, (x * x).exp()),
        "doctor": viz.doctor(),
        "module": net,
        "history": nn.fit(net, np.ones((3, 2)), [0, 1, 1], epochs=2),
        "empty history": nn.History(),
    }


def test_a_history_shows_its_ends_and_its_range() -> None:
    history = nn.History(
        loss=[3.0, 1.0, 2.0], val_loss=[0.5, 0.25, 0.5], best_epoch=2, stopped=True
    )
    assert str(ag.show(history)).split("\n") == [
        "          first  last  lowest  highest",
        "loss          3     2       1        3",
        "val_loss    0.5   0.5    0.25      0.5",
        "3 epochs, best epoch 2, stopped early",
    ]
    assert repr(history) == (
        "History(3 epochs: loss 3 → 2, val_loss 0.5 → 0.5, best epoch 2, stopped early)"
    )


def test_reports_show_themselves_in_notebooks() -> None:
    for name, report in reports().items():
        html = report._repr_html_()
        assert html is not None, name
        ET.fromstring(html)
        assert rich(report).strip(), name


def test_a_repr_raises_nothing() -> None:
    class Broken(Shown):
        def _table_(self) -> Any:
            raise RuntimeError("no")

        def __repr__(self) -> str:
            return "broken"

    assert Broken()._repr_html_() is None
    assert rich(Broken()).strip() == "broken"


def test_a_long_table_is_cut_and_says_so() -> None:
    class Long(Shown):
        def _table_(self) -> Any:
            return [("a", "b"), *((str(i), "x") for i in range(100))], "closing"

    assert str(ag.show(Long())).split("\n")[-2:] == ["… and 40 more rows", "closing"]
