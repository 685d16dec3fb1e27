"""Symbols of the configuration, and what of it cannot be."""

from __future__ import annotations

import pytest
from by_hand import CONFIG, lines_of, only, right_side

from autograd.errors import ProofreadError
from autograd.proofread.reading.configuration import settings
from autograd.proofread.reading.document import read
from autograd.proofread.writing.printing import plain

MACROS = r"""
symbols:
  "p(y=j)": entry(h2, j, 1)
  "\\epsilon^{(l)}": d(L, z[l])
  "v^{(2)}": W2
  "v": V
  "v_{ij}^{(1)}": entry(W1, j, i)
  "r_{1}": q
  "r_{i}": entry(s, i)
"""


@pytest.mark.parametrize(
    ("latex", "meaning"),
    [
        ("p(y=2)", "h2[2, 1]"),
        (r"\ln p(y=2)", "log(h2[2, 1])"),
        ("p(y=1)-1(y=1)", "h2[1, 1] − 1(y = 1)"),
        ("(p(y=1))^2", "h2[1, 1]²"),
        (r"\epsilon^{(1)} x^T", "∂L/∂z1 xᵀ"),
        ("v^{(2)}_{12}", "W2[1, 2]"),
        ("v_{12}", "V[1, 2]"),
        ("v^T", "Vᵀ"),
        ("(v^{(2)})^T", "W2ᵀ"),
        ("v_{12}^{(1)}", "W1[2, 1]"),
        ("r_1", "q"),  # the fullest pattern, wherever it stands
        ("r_2", "s[2]"),
    ],
)
def test_symbols_stand_for_formulas(latex: str, meaning: str) -> None:
    assert right_side(latex, MACROS) == meaning


def test_a_symbol_is_not_that_of_another_layer() -> None:
    (line,) = lines_of("L = v^{(1)}", MACROS)
    assert line.kind == "unread"
    assert "v1 is not known" in line.reason


def test_a_symbol_for_a_layer_that_is_not_there_is_trouble() -> None:
    line = only(r"L = \epsilon^{(3)}", MACROS)
    assert line.instances[0].trouble == "there is no z3, only z1, z2"


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ("claims: {1: L = kappa}\n", "c.yaml:.*claims.*kappa"),
        ('symbols: {"r": kappa + 1}\n', "c.yaml:.*symbols: r:.*kappa"),
        ('symbols: {"\\\\frac{": L}\n', "symbols"),
    ],
    ids=["claim", "symbol", "pattern"],
)
def test_a_configuration_that_cannot_be_is_an_error(extra: str, words: str) -> None:
    with pytest.raises(ProofreadError, match=words):
        read("$L = r$\n", "n.md", settings.config(CONFIG + extra, "c.yaml"))


def test_a_forward_formula_that_cannot_be_is_an_error_with_its_place() -> None:
    with pytest.raises(ProofreadError, match=r"c\.yaml:1: forward: L = kappa"):
        read("$x = 1$", "n.md", settings.config("forward: [L = kappa]\n", "c.yaml"))


def test_every_section_has_its_own_macros() -> None:
    sections = "sections:\n" + "".join(
        f'- {{lines: {k}, symbols: {{"\\\\Psi": "{k} * s"}}}}\n' for k in range(1, 40)
    )
    text = "".join("$L = \\Psi$\n" for _ in range(1, 40))
    _, lines, _ = read(text, "notes.md", settings.config(CONFIG + sections, "notes.yaml"))
    assert [plain(line.instances[0].members[1].expr) for line in lines] == [
        f"{k} s" for k in range(1, 40)
    ]
