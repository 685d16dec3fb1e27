"""A drafted configuration: from a page of notes to a report without an edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd.proofread.judge import judge
from autograd.proofread.reading.configuration import settings
from autograd.proofread.reading.document import read
from autograd.proofread.reading.drafting.draft import draft

COLUMNS = r"""
Forward, with $x \in R^{n_0 \times m}$:
$$z_1 = W_1 x + b_1, \quad a_1 = \tanh(z_1)$$
$$z_2 = W_2 a_1 + b_2$$
$$L = \frac{1}{2} \| z_2 - y \|^2$$
$$\frac{\partial L}{\partial z_2} = z_2 - y$$
$$\frac{\partial L}{\partial W_2} = \frac{\partial L}{\partial z_2} a_1^T$$
"""
ROWS = r"""
$$h = g(x W_1 + b_1), \qquad p = h W_2 + b_2$$
$$L = \frac{1}{2n} \sum_{i=1}^{n} \sum_{j=1}^{k} (p_{ij} - t_{ij})^2$$
$$\frac{\partial L}{\partial p} = \frac{1}{n} (p - t)$$
$$\frac{\partial L}{\partial b_2} = \mathbf{1}^T \frac{\partial L}{\partial p}$$
"""
REGRESSION = r"""
$$\hat y = X w + b$$
$$L = \frac{1}{2n} \sum_{i=1}^n (\hat y_i - y_i)^2 + \frac{\lambda}{2} \|w\|^2$$
$$\frac{\partial L}{\partial w} = \frac{1}{n} X^T (\hat y - y) + \lambda w$$
$$w := w - \alpha \frac{\partial L}{\partial w}$$
"""
LAYERS = r"""
For all layers $z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}$, $a^{(l)} = \sigma(z^{(l)})$, $a^{(0)} = x$.
The loss is $J = \frac12 \|a^{(2)} - y\|^2$.
$$\delta^{(2)} = (a^{(2)} - y) \odot a^{(2)} \odot (1 - a^{(2)})$$
$$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot a^{(1)} \odot (1 - a^{(1)})$$
$$\frac{\partial J}{\partial W^{(l)}} = \delta^{(l)} (a^{(l-1)})^T$$
"""
PAGES = {"columns": COLUMNS, "rows": ROWS, "regression": REGRESSION, "layers": LAYERS}
SAID = {
    "columns": ["loss: L", "  x: [n0, m]", "  b1: [n1, 1]", "parameters: [W1, b1, W2, b2]"],
    "rows": [
        "  x: [n, m]  # guess",
        "  b2: [1, k]",
        "  t: [n, k]",
        "  g: sigmoid  # ? which function is it",
    ],
    "regression": ["  w: [m, 1]", "  y: [n, 1]", "  X: [n, m]  # guess"],
    "layers": ["loss: J", "  l: [1, 2]", "  W2: [n2, n1]  # guess"],
}


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_says_what_the_page_says(page: str) -> None:
    lines = draft(PAGES[page], "notes.md").splitlines()
    for line in SAID[page]:
        assert line in lines


@pytest.mark.parametrize("page", PAGES)
def test_a_right_page_is_right_by_its_draft_as_it_is(page: str) -> None:
    config = settings.config(draft(PAGES[page], "notes.md"), "notes.yaml")
    setup, lines, _ = read(PAGES[page], "notes.md", config)
    verdicts = [mark.verdict for mark in judge(setup, lines).marks]
    assert set(verdicts) == {"right", "definition"}
    assert verdicts.count("right") >= 2


def test_a_mistake_is_found_by_the_draft_as_it_is() -> None:
    page = COLUMNS.replace("a_1^T", "a_1")
    config = settings.config(draft(page, "notes.md"), "notes.yaml")
    setup, lines, _ = read(page, "notes.md", config)
    assert judge(setup, lines).marks[-1].verdict in ("wrong", "undefined")


def test_a_wrong_gradient_does_not_move_the_shapes() -> None:
    assert draft(COLUMNS.replace("a_1^T", "a_1"), "n.md") == draft(COLUMNS, "n.md")


def test_what_the_page_leaves_open_is_asked() -> None:
    said = draft("Words, and $x + 1$.\n", "notes.md")
    assert "# ? loss:" in said
    settings.config(said, "notes.yaml")


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("formulas_*.md")))
def test_a_draft_of_the_documents_is_a_configuration(path: Path) -> None:
    said = draft(path.read_text(encoding="utf-8"), path.name)
    assert settings.config(said, "drafted.yaml").settings.losses in (("L",), ("J",))
