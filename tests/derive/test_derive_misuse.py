"""What is refused, and what names and options do."""

import numpy as np
import pytest
from networks_derived import derived

import autograd as ag
from autograd import ShapeError, StaleGraphError, Tensor, Value, derive


@pytest.mark.parametrize(
    ("options", "text"),
    [({"layout": "row"}, "layout is one of rows, columns"),
     ({"style": "short"}, "style is one of steps, delta, final"),
     ({"format": "tex"}, "format is one of latex, markdown, text")],
)  # fmt: skip
def test_unknown_options(options: dict[str, str], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        derive(Value(1.0) * 2, **options)  # type: ignore[arg-type]


def test_what_is_no_loss() -> None:
    with pytest.raises(TypeError, match="derive starts from a Value or a Tensor; got float"):
        derive(1.0)
    with pytest.raises(ShapeError, match=r"derive of a Tensor of shape \(2,\)"):
        derive(Tensor([1.0, 2.0]) * 2)
    with pytest.raises(ValueError, match="the loss is a leaf"):
        derive(Value(2.0))
    with pytest.raises(TypeError, match="wrt is a node, or nodes; got str"):
        derive(Value(1.0) * 2, "x")


def test_a_leaf_that_changed() -> None:
    w = Tensor([1.0, 2.0], name="w")
    loss = ag.sum(w * w)
    w.data = np.array([3.0, 4.0])
    with pytest.raises(StaleGraphError, match="'w' was assigned"):
        derive(loss)


def test_more_than_matrices_have_one_layout() -> None:
    x = Tensor(np.ones((2, 3, 4)), name="x")
    assert derive(ag.sum(x * x)).layout is None
    with pytest.raises(ValueError, match="leave layout out"):
        derive(ag.sum(x * x), layout="columns")


def test_a_formula_that_nobody_could_read() -> None:
    xs = [Value(1.0, name=f"x{i}") for i in range(700)]
    total = xs[0] * xs[0]
    for x in xs[1:]:
        total = total + x * x
    with pytest.raises(ValueError, match="give quantities in between a name"):
        derive(total)


def test_it_is_a_str_in_the_format_asked_for() -> None:
    loss, names = derived("testnet")
    for form in ("text", "latex", "markdown"):
        derivation = derive(loss, format=form, names=names)
        assert isinstance(derivation, str)
        assert derivation == getattr(derivation, form)
    assert derivation._repr_latex_() == f"$$\n{derivation.latex}\n$$"
    assert derivation._repr_markdown_() == derivation.markdown


def test_what_is_asked_for_and_what_is_not_reached() -> None:
    loss, names = derived("testnet")
    W2 = next(n for n in ag.ordered(loss) if n.name == "W2")
    final = derive(loss, W2, style="final", names=names)
    assert final.count("∂J/∂") == 1
    other = Tensor([1.0], name="q")
    assert "∂J/∂q = 0" in " ".join(derive(loss, [W2, other]).split())


def test_names() -> None:
    a, b = Tensor(np.ones((2, 2)), name="W"), Tensor(np.ones((2, 2)), name="W")
    assert "W W′" in derive(ag.sum(a @ b))
    c = Tensor(np.full((2, 2), 2.0))
    lam = 0.37
    text = derive(ag.sum(c * c) * lam, names={"M": c, "lambda": lam})
    assert "L = λ ‖M‖²" in text
    assert "∂L/∂M = 2 λ M" in text


def test_a_loss_with_axes() -> None:
    x, w = Tensor([[2.0]], name="x"), Tensor([[3.0]], name="w")
    assert "∂L/∂x = w" in " ".join(derive(x @ w).split())


def test_an_op_of_ones_own_is_written_by_its_template() -> None:
    cube = ag.primitive("cube", lambda x: x**3, [lambda g, y, x: g * 3 * x**2], tex="{}^3")
    derivation = derive(ag.sum(cube(Tensor([1.0, 2.0], name="x"))))
    assert "u₁ = cube(x)" in derivation
    assert "u_{1} &= {x^3}" in derivation.latex


def test_nothing_changes_in_the_graph() -> None:
    loss, names = derived("testnet")
    before = [(n.name, n.grad) for n in ag.ordered(loss)]
    derive(loss, names=names)
    assert [(n.name, n.grad) for n in ag.ordered(loss)] == before
    with ag.no_grad():
        assert derive(loss, names=names) == derive(loss, names=names)


def test_the_tie_of_a_maximum_is_shared() -> None:
    x, y = Value(1.0, name="x"), Value(1.0, name="y")
    derivation = derive(ag.maximum(x, y))
    assert "∂L/∂x = 1(x > y) + ½ 1(x = y) = 0.5" in derivation.replace("½ · 1(", "½ 1(")
