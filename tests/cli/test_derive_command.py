"""`gradproof derive` on expressions, on the documents' networks, and on bad requests."""

from pathlib import Path

import pytest
from commands import Run

NEURON = "1/(1+exp(-(w0+w1*x1+w2*x2)))"
AT = "w0=-3,w1=2,w2=-3,x1=-1,x2=-2"


def test_an_expression_with_its_numbers(run: Run) -> None:
    code, out, err = run("derive", NEURON, "--at", AT)
    assert (code, err) == (0, "")
    assert "u₁ = e^(−(w₀ + w₁ x₁ + w₂ x₂)) = 0.3679" in out
    assert "∂f/∂w₁ = ∂f/∂u₁ · ∂u₁/∂w₁ = (−0.5344) · 0.3679 = −0.1966" in out
    final = run("derive", NEURON, "--at", AT, "--style", "final")[1]
    assert "∂f/∂w₁ = (u₁ x₁)/(1 + u₁)² = −0.1966" in " ".join(final.split())


@pytest.mark.parametrize(
    ("options", "line"),
    [(("sigmoidnet",), "∂L/∂W⁽²⁾ = h⁽¹⁾ᵀ (∂L/∂z⁽²⁾)"),
     (("testnet",), "∂J/∂W⁽²⁾ = (∂J/∂a⁽²⁾) a⁽¹⁾ᵀ + λ W⁽²⁾"),
     (("testnet", "--style", "delta"), "δ⁽²⁾ = m (∂J/∂a⁽²⁾) = p − 1(y=j)"),
     (("testnet", "--layout", "rows"), "∂J/∂b⁽²⁾ = 𝟏ᵀ (∂J/∂a⁽²⁾)"),
     (("testnet", "--shapes"), "W⁽²⁾[2×3]"),
     (("sigmoidnet", "--style", "final"), "∂L/∂W⁽²⁾ = h⁽¹⁾ᵀ ((h⁽²⁾ − t) ⊙ h⁽²⁾ ⊙ (1 − h⁽²⁾))"),
     (("testnet", "--format", "latex"), r"\begin{aligned}"),
     (("testnet", "--format", "markdown"), "**Backward**")],
)  # fmt: skip
def test_the_networks(run: Run, options: tuple[str, ...], line: str) -> None:
    code, out, err = run("derive", "--net", *options)
    assert (code, err) == (0, "")
    assert line in " ".join(out.split())


def test_the_page_shows_what_the_command_prints(run: Run) -> None:
    page = (Path(__file__).parents[2] / "docs/derive.md").read_text(encoding="utf-8")
    shown = page.split("<!-- testnet -->\n")[1].split("<!-- end -->")[0]
    out = run("derive", "--net", "testnet", "--style", "delta", "--format", "markdown")[1]
    assert shown == out


BAD = [
    ((), "an expression or --net"),
    (("x*x", "--at", "x=1", "--net", "testnet"), "one of the two"),
    (("--net", "resnet"), "invalid choice"),
    (("--net", "testnet", "--at", "x=1"), "--at gives numbers"),
    (("x*x", "--at", "x=1", "--layout", "rows"), "are for --net"),
    (("x*x", "--at", "x=1", "--style", "delta"), "are for --net"),
    (("x*x",), "no number was given for x"),
    (("x +", "--at", "x=1"), "cannot read"),
    (("1+2",), "no variables"),
    (("x", "--at", "x=1"), "nothing to derive"),
    (("+".join(f"x**{k}.5" for k in range(600)), "--at", "x=1"), "symbols"),
]


@pytest.mark.parametrize(("arguments", "text"), BAD, ids=lambda p: str(p)[:40])
def test_bad_requests_are_one_line(run: Run, arguments: tuple[str, ...], text: str) -> None:
    code, out, err = run("derive", *arguments)
    assert (code, out) == (2, "")
    assert text in err
    assert len(err.splitlines()) <= 2
    assert "Traceback" not in err
