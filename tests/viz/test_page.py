"""The page that steps through a graph: what it holds, and that it works in a browser."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import END, HOME, LEFT, RIGHT, Page, in_browser
from pictures import HOSTILE, data_of, outside_scripts

import autograd as ag
import viz
from autograd import Tensor, Value, gradients, ordered
from nn import SigmoidNet, TestNet
from viz.names import Names
from viz.page import formulas, walk


def neuron() -> Value:
    w, x, b = Value(2.0, name="w1"), Value(-1.0, name="x1"), Value(0.5, name="b")
    h = (w * x + b).sigmoid()
    h.name = "h"
    loss: Value = (h - 1) ** 2 + 0.1 * w * w + h * x
    loss.name = "L"
    return loss


def network() -> Tensor:
    x = np.random.default_rng(0).normal(size=(2, 4))
    loss: Tensor = SigmoidNet((4, 5, 3), seed=0).loss(Tensor(x, name="z0"), [1, 2])
    return loss


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without a layout, which takes seconds: for what does not depend on it."""
    monkeypatch.setattr(walk, "render", lambda dot, format, limit: b"<svg/>")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("root", [neuron(), network()], ids=["values", "tensors"])
def test_the_page_knows_each_contribution_and_its_sum(root: Any, tmp_path: Path) -> None:
    data = data_of(viz.page(root, tmp_path / "walk.html"))
    nodes = ordered(root)
    assert data["root"] == len(nodes) - 1
    for node, record, g in zip(nodes, data["nodes"], gradients(root, nodes), strict=True):
        assert record["grad"] == viz.text.summary(g)
        assert record["leaf"] == (node.op is None)
        last = [s["sum"] for n in data["nodes"][::-1] for s in n["sends"] if nodes[s["to"]] is node]
        if last:
            assert last[-1] == record["grad"]
        assert len(record["sends"]) == len(node.parents())
    assert root.grad is None or root.grad == 0.0  # nothing is stored


@pytest.mark.usefixtures("undrawn")
def test_a_node_that_waits_has_its_partial_sums(tmp_path: Path) -> None:
    data = data_of(viz.page(neuron(), tmp_path / "walk.html"))
    w = next(i for i, n in enumerate(data["nodes"]) if n["name"] == "w₁")
    sums = [s["sum"] for n in data["nodes"][::-1] for s in n["sends"] if s["to"] == w]
    assert sums == ["0.2", "0.4", "0.793"]


def test_the_page_loads_nothing(tmp_path: Path) -> None:
    page = viz.page(network(), tmp_path / "walk.html")
    text = outside_scripts(page)
    policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    assert policy + "font-src data:; img-src data:" in text
    assert not re.search(r"<(script|img|iframe|link)[^>]*\s(src|href)=", text)
    assert not re.search(r"url\((?!data:)", text)
    assert "@import" not in text
    assert page.stat().st_size < 1_000_000


def test_hostile_names_are_inert(tmp_path: Path) -> None:
    root = Value(1.0, name="</script><script>alert(1)</script>")
    for name in HOSTILE:
        root = root * Value(2.0, name=name)
    page = viz.page(root, tmp_path / "walk.html", title="<img onerror=alert(1)>" + HOSTILE[2])
    text = page.read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "<img" not in outside_scripts(page)
    assert len(re.findall(r"</script>", text)) == 4
    assert len(data_of(page)["nodes"]) == 2 * len(HOSTILE) + 1


@pytest.mark.usefixtures("undrawn")
def test_numbers_that_json_lacks(tmp_path: Path) -> None:
    with np.errstate(all="ignore"):
        root = Value(-1.0, name="x").log() + Value(0.0, name="z").sqrt()
    data = data_of(viz.page(root, tmp_path / "walk.html"))
    z = next(n for n in data["nodes"] if n["name"] == "z")
    assert (z["grad"], z["exact"], z["warning"]) == ("inf", None, "inf in grad")


@pytest.mark.usefixtures("undrawn")
def test_a_graph_of_arrays_without_a_single_result_has_ones_to_start_from(tmp_path: Path) -> None:
    x = Tensor([1.0, 2.0], name="x")
    data = data_of(viz.page(x * 3.0, tmp_path / "walk.html"))
    assert [n["grad"] for n in data["nodes"]] == ["[3, 3]", "[1, 1]"]


@pytest.mark.parametrize(
    ("what", "path", "error", "message"),
    [
        (3.0, "a.html", TypeError, "takes a Value, a Tensor or a History; got float"),
        (Value(1.0), "a.png", viz.FormatError, r"\.html"),
        (Value(1.0), "missing/a.html", FileNotFoundError, "missing"),
    ],
    ids=["number", "suffix", "folder"],
)
def test_what_cannot_be_a_page(
    what: Any, path: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        viz.page(what, tmp_path / path)
    assert list(tmp_path.iterdir()) == []


def test_a_graph_that_is_too_large_for_a_page_says_so(tmp_path: Path) -> None:
    x = Value(1.0)
    for _ in range(2000):
        x = x + 1
    with pytest.raises(viz.GraphTooLargeError, match=r"at most 2,000 nodes; the graph has 2,001"):
        viz.page(x, tmp_path / "a.html")


@pytest.mark.parametrize(
    ("name", "tex"),
    [("W₁", "W_{1}"), ("h₁[0,2]", "h_{1,0,2}"), ("α", r"\alpha"), ("loss", r"\mathrm{loss}"),
     ("a_b", r"\text{a\_b}"), ("权重", r"\text{权重}"), ("x{", r"\text{x\{}"),
     ("\\", r"\text{\backslash }")],
)  # fmt: skip
def test_names_as_formulas(name: str, tex: str) -> None:
    assert formulas.symbol(name) == tex


def test_rules_between_arrays_spell_names_as_the_rest_of_the_page_does() -> None:
    x, W = Tensor(np.ones((2, 3)), name="x"), Tensor(np.ones((3, 2)), name="W1[0,2]")
    h = ag.sigmoid(x @ W)
    h.name = "h2"
    loss = h.sum()
    loss.name = "L"
    nodes = ag.ordered(loss)
    written = formulas.Formulas(nodes, Names({"z1": h.args[0], "s": loss.args[0]}))
    assert written.rule(loss, h.args[0], 1).startswith(r"\frac{\partial L}{\partial W_{1,0,2}}")
    assert written.rule(loss, h, 0).endswith(r"\odot h_{2} \odot \left(1 - h_{2}\right)")


# ── in a browser ────────────────────────────────────────────────────────────────────────────────
class Walk(Page):
    def title(self) -> str:
        return self.text("#step h2")


@in_browser
def test_keys_step_through_the_backward_pass(browser: Any, tmp_path: Path) -> None:
    page = Walk(browser, neuron(), tmp_path)
    assert page.title().startswith("L")
    assert page.text("#count") == "step 1 of 10"
    assert "katex" in page.all("#step .formula")[0].get_attribute("innerHTML")
    page.press(RIGHT, RIGHT)
    assert page.text("#count") == "step 3 of 10"
    page.press(LEFT)
    assert page.text("#count") == "step 2 of 10"
    page.press(END)
    assert page.text("#count") == "step 10 of 10"
    assert not page.one("#next").is_enabled()
    assert not page.all("svg .node.later")
    page.press(HOME, "f")
    assert page.one('input[value="forward"]').is_selected()
    assert page.complaints() == []


@in_browser
def test_a_node_waits_until_all_of_its_consumers_have_sent(browser: Any, tmp_path: Path) -> None:
    page = Walk(browser, neuron(), tmp_path)
    texts = {}
    for _ in range(9):
        for node in page.all("svg .node.partial"):
            name, *rest = node.text.split("\n")
            texts.setdefault(name, next(line for line in rest if line.startswith("grad")))
        page.press(RIGHT)
    assert texts["h"] == "grad -1 so far"
    assert texts["w₁"].endswith("so far")
    h = next(n for n in page.all("svg .node") if n.text.startswith("h"))
    assert "-2.635" in h.text


@in_browser
def test_the_wrong_order_shows_the_first_wrong_node(browser: Any, tmp_path: Path) -> None:
    page = Walk(browser, neuron(), tmp_path)
    page.one('input[value="naive"]').click()
    page.one("#last").click()
    text = page.text("#step")
    assert "First wrong: h, which sent on after 1 of 2 uses." in text
    assert "w₁: 0.6439 instead of 0.793" in text
    assert page.all("svg .node.wrong")
    assert page.complaints() == []


@in_browser
def test_a_tree_is_right_in_every_order(browser: Any, tmp_path: Path) -> None:
    a, b = Value(1.0, name="a"), Value(2.0, name="b")
    page = Walk(browser, (a.exp() * b.sin()).tanh(), tmp_path)
    page.one('input[value="naive"]').click()
    page.press(END)
    assert "Nothing went wrong" in page.text("#step")
    assert not page.all("svg .node.wrong")


@in_browser
def test_click_search_fold_and_play(browser: Any, tmp_path: Path) -> None:
    root = SigmoidNet((4, 5, 3), seed=0).as_values().loss(np.ones((1, 4)), [1])
    page = Walk(browser, root, tmp_path)
    search = page.one("#search")
    search.send_keys("h₁[0,2]\n")
    assert page.text("#node h2") == "h₁[0,2]"
    assert "in layer 1" in page.text("#node")
    assert len(page.all("#node .formula")) == 4  # its own, and one from each of three neurons
    page.one("#node button").click()
    assert page.title().startswith("h₁[0,2]")
    page.one('#fold input[value="1"]').click()
    shown = [n for n in page.all(".view:not([hidden]) svg .node") if n.is_displayed()]
    boxes = [n for n in shown if "scope" not in n.get_attribute("class")]
    assert len(boxes) == 9
    boxes[0].click()
    assert page.text("#node h2") in boxes[0].text
    page.one("#play").click()
    assert page.text("#play").endswith("pause")
    page.one("#play").click()
    assert page.complaints() == []


@in_browser
def test_tensors_and_matrices_of_the_second_document(browser: Any, tmp_path: Path) -> None:
    root = TestNet(seed=0).loss(np.ones((2, 5)), [0, 1, 0, 1, 1], weight_decay=0.1)
    page = Walk(browser, root, tmp_path)
    page.press(*[RIGHT] * 40)
    assert page.complaints() == []
    assert not page.all(".katex-error")


@in_browser
def test_every_kind_of_op_has_a_formula_that_katex_reads(browser: Any, tmp_path: Path) -> None:
    x, y = Tensor([[1.0, 2.0], [3.0, 4.0]], name="X"), Tensor([0.5, 0.7], name="权重_1")
    parts = [x @ y, ag.softmax(x)[0], x.reshape(4).sum(), ag.where(x > 2, x, y).max(axis=0),
             ag.einsum("ij,j->i", x, y), ag.concatenate([y, y]).mean(), x.T.clip(0, 3).norm(),
             x**y, ag.leaky_relu(x), ag.logsumexp(x, axis=1), x.take([0]), y.cumsum()]  # fmt: skip
    total = parts[0].sum()
    for part in parts[1:]:
        total = total + part.sum()
    page = Walk(browser, total, tmp_path)
    page.press("f", HOME)
    for _ in range(60):
        assert not page.all(".katex-error"), page.text("#step")
        page.press(RIGHT)
    assert page.complaints() == []


@in_browser
def test_a_page_of_two_thousand_nodes(browser: Any, tmp_path: Path) -> None:
    x = y = Value(0.5, name="x")
    for _ in range(666):
        y = (y * x + 1).tanh()
    page = Walk(browser, y, tmp_path)
    page.press(RIGHT, RIGHT, RIGHT)
    assert page.text("#count") == "step 4 of 1998"
    assert len(page.all("svg .node.later")) > 1900
    assert page.complaints() == []


@in_browser
def test_the_page_can_be_used_by_keyboard_and_read_aloud(browser: Any, tmp_path: Path) -> None:
    page = Walk(browser, neuron(), tmp_path)
    for control in page.all("button, input"):
        name = control.accessible_name
        assert name, control.get_attribute("outerHTML")
    assert page.one("#step").get_attribute("aria-live") == "polite"
    assert page.one(".view svg").get_attribute("aria-label") == "computation graph"
    assert browser.execute_script("return document.documentElement.lang") == "en"
