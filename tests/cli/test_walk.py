"""`gradproof walk`: a page of an expression or of a document's network, and what it refuses."""

from pathlib import Path

import pytest
from commands import Run


def test_a_page_of_an_expression(run: Run) -> None:
    code, out, err = run("walk", "sigmoid(w*x+b)", "--at", "w=2,x=-1,b=1", "-o", "neuron.html")
    assert (code, out, err) == (0, "wrote neuron.html: open it in a browser\n", "")
    text = Path("neuron.html").read_text(encoding="utf-8")
    assert "<title>The backward pass of sigmoid(w*x+b)</title>" in text


@pytest.mark.parametrize("net", ["sigmoidnet", "testnet"])
def test_a_page_of_a_documents_network(run: Run, net: str) -> None:
    code, out, _ = run("walk", "--net", net)
    assert (code, out) == (0, "wrote walk.html: open it in a browser\n")
    assert "layer 2" in Path("walk.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "walk takes an expression or --net sigmoidnet|testnet, one of the two"),
        (["x*x", "--net", "testnet"], "walk takes an expression or --net"),
        (["--net", "testnet", "--at", "x=1"], "--at gives numbers to an expression's variables"),
        (["x*x", "--at", "x=1", "-o", "page.png"], "page.png"),
        (["x*x", "--at", "x=1", "-o", "missing/page.html"], "missing"),
        (["3"], "'3' has no variables, so there is no gradient"),
        (["x*", "--at", "x=1"], "x*"),
    ],
    ids=["nothing", "both", "at", "suffix", "folder", "number", "syntax"],
)
def test_what_is_refused(run: Run, arguments: list[str], message: str, tmp_path: Path) -> None:
    code, out, err = run("walk", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("gradproof: ")
    assert message in err
    assert list(tmp_path.iterdir()) == []
