"""KaTeX itself, in a small JavaScript engine, sets everything that is emitted."""

import json
from collections.abc import Callable
from pathlib import Path

import dukpy
import numpy as np
import pytest
from catalogue import FORMULAS, Formula
from networks_derived import NETS, derived

import autograd as ag
from autograd import Tensor, Value, derive

KATEX = Path(__file__).parents[2] / "viz/assets/katex/katex.min.js"
Set = Callable[..., str]


@pytest.fixture(scope="module")
def katex() -> Set:
    """`katex(tex)` sets display mathematics; a JSRuntimeError says what it cannot read.

    It is strict: LaTeX that KaTeX alone takes is an error, and so are characters that it has no
    metrics for, unless `strict` is "ignore".
    """
    interpreter = dukpy.JSInterpreter()
    interpreter.evaljs(KATEX.read_text(encoding="utf-8") + ";0")

    def render(tex: str, strict: str = "error") -> str:
        options = f"{{displayMode: true, throwOnError: true, strict: '{strict}'}}"
        html = interpreter.evaljs(f"katex.renderToString({json.dumps(tex)}, {options})")
        return str(html)

    return render


@pytest.mark.parametrize("shapes", [False, True])
@pytest.mark.parametrize("style", ["steps", "delta", "final"])
@pytest.mark.parametrize("net", NETS)
def test_the_networks(katex: Set, net: str, style: str, shapes: bool) -> None:
    loss, names = derived(net)
    for layout in ("rows", "columns"):
        derivation = derive(loss, layout=layout, style=style, shapes=shapes, names=names)
        assert katex(derivation.latex).count("mtr") > 10
        for part in derivation.markdown.split("$$")[1::2]:
            katex(part)
        for part in derivation.markdown.rpartition("$$")[2].split("$")[1::2]:
            katex(part)


@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_the_catalogue(katex: Set, formula: Formula) -> None:
    rng = np.random.default_rng(5)
    xs = [Tensor(a, name=n) for a, n in zip(formula.sample(rng), "xyzw", strict=False)]
    y = formula.f(*xs)
    for shapes in (False, True):
        katex(derive(ag.sum(y * rng.standard_normal(y.shape)), shapes=shapes).latex)


HOSTILE = [
    "α", "sigma_x", "W_hidden", "w12", "loss value", "a_b_c", "50%", "x$y", "{", "}", "\\",
    "\\frac",     "权重", "вес", "🙂", "x^2", "~", "&", "#1", "<script>", "a'b", '"', "new\nline",
    "\x00", "W1[0,2]", "ln p", "", " ", "‮evil", "é", "x₁", "′",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_no_name_breaks_it(katex: Set, name: str) -> None:
    x, w = Value(0.5, name=name), Value(2.0, name=name)
    derivation = derive((x * w).exp())
    katex(derivation.latex, "ignore")  # emoji have no metrics
    X, W = Tensor(np.ones((2, 3)), name=name), Tensor(np.ones((3, 2)), name=name)
    katex(derive(ag.sum(ag.tanh(X @ W)), shapes=True).latex, "ignore")
    assert "\n\n\n" not in derivation.text


def test_broken_latex_is_noticed(katex: Set) -> None:
    loss, names = derived("testnet")
    tex = derive(loss, names=names).latex
    for broken in (tex.replace(r"\right", "", 1), tex.replace(r"\frac", r"\fracc", 1), tex[:-5]):
        with pytest.raises(dukpy.JSRuntimeError):
            katex(broken)
