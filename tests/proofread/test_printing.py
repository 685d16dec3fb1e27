"""Formulas as text: what is written in Python reads back as the same formula."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from formulas import AROUND, NAMES, formulas, normal
from hypothesis import given

from autograd.proofread.formula.tree import (
    Add,
    At,
    Call,
    Cases,
    Derivative,
    Each,
    Entry,
    Expr,
    Family,
    Index,
    Indicator,
    Matrix,
    Mul,
    Negative,
    Norm,
    Number,
    Ones,
    Opaque,
    Power,
    Quotient,
    Relation,
    Symbol,
    Total,
    Transpose,
    Whole,
    walk,
)
from autograd.proofread.python.reader import expression
from autograd.proofread.writing.printing import plain, written

W, z = Symbol("W2", text="W^{(2)}"), Symbol("z1", text="z^{(1)}")
x, y = Symbol("x", text="x"), Symbol("y", text="y")
i, j = Index("i"), Index("j")
n = Symbol("n", text="n")


def read(text: str) -> Expr:
    return expression(text, NAMES, loss="L")


@given(formulas())
def test_python_reads_back_what_was_written(e: Expr) -> None:
    text = written(e, "python")
    assert read(text) == e, text


def pairs(outer: str) -> Iterator[Expr]:
    """The formula with every other one in each of its places."""
    a, b, c = Symbol("h1"), Symbol("x"), Number(2.0)
    for inner in AROUND.values():
        for first, second in ((a, b), (c, a), (Negative(a), c)):
            yield AROUND[outer](inner(first, second), b)
            yield AROUND[outer](a, inner(first, second))


@pytest.mark.parametrize("outer", AROUND)
def test_brackets_where_one_kind_meets_another(outer: str) -> None:
    for e in pairs(outer):
        text = written(e, "python")
        assert read(text) == normal(e), text


@given(formulas())
def test_every_formula_can_be_written_in_latex_and_in_short(e: Expr) -> None:
    text = written(e, "latex")
    assert text.count("{") == text.count("}")
    assert text.count("\\left") == text.count("\\right")
    assert text.count("(") == text.count(")")
    short = plain(e)
    assert "\n" not in short
    if not any(isinstance(part, Derivative) for part in walk(e)):  # dz is spelled without L
        for part in walk(e):
            if isinstance(part, Symbol):
                assert part.name.removeprefix("lam") in short


@pytest.mark.parametrize(
    "text",
    [
        "(h1 - 1) * x / n", "x @ W1.T", "-h1 * x", "x - (h1 - z1)", "x / (h1 * z1)",
        "(x @ W1) ** 2", "2 ** -x", "-x ** 2", "(-x) ** 2", "x ** 2 ** 3", "np.sum(x, axis=0)",
        "x.sum(axis=0)", "x.sum()", "len(x)", "x.shape[1]", "x[:, None]", "x.reshape(-1, 1)",
        "np.ones((n, 1))", "max(0, x)", "np.maximum(x, 0)", "entry(x, 1, 2)", "x[0, :]", "x[i, 0]",
        "sigmoid_prime(x)",
        "where(x > 0, 1, where(x < -1, 2, 3))", "total(x[i, j], i, (j, 1, n))", "ln(x)", "g(x)",
        "at(L, x=1000 * x)", "d(L, x, scale=n)", "dW1", "W1.grad", "1e-08 * pi", "0.1",
    ],
)  # fmt: skip
def test_the_authors_spelling_is_kept(text: str) -> None:
    e = expression(text, NAMES, loss="L", functions={"g": "sigmoid"})
    assert written(e, "python") == text


def test_a_function_that_was_changed_has_its_new_name() -> None:
    for text, spelled in (("np.exp", "log(x)"), (".tanh", "log(x)"), ("max", "log(x)")):
        assert written(Call("log", (Symbol("x"),), text=text), "python") == spelled
    assert written(Call("sigmoid", (Symbol("x"),), 1, (), "sigmoid"), "python") == (
        "sigmoid_prime(x)"
    )
    # and a product the sign of what it is now
    assert written(Mul(x, y, "*", "@"), "python") == "x * y"
    assert written(Mul(x, y, "@", "np.multiply"), "python") == "x @ y"
    assert written(Mul(x, y, "matrix"), "python") == "x @ y"
    assert written(Mul(Number(2.0), y, "matrix"), "python") == "2 * y"
    assert written(Mul(x, y, "entrywise", "\\odot"), "latex") == "x \\odot y"
    assert written(Mul(x, y, "matrix", "\\odot"), "latex") == "x y"


LATEX = [
    (Mul(Transpose(W), z, "matrix"), r"(W^{(2)})^T z^{(1)}", "W2ᵀ z1"),
    (Mul(W, z, "matrix", r"\cdot"), r"W^{(2)} \cdot z^{(1)}", "W2 z1"),
    (Mul(Mul(x, y, "matrix"), z, "entrywise", r"\odot"), r"x y \odot z^{(1)}", "x y ⊙ z1"),
    (Mul(x, Mul(y, z, "entrywise"), "matrix"), r"x (y \odot z^{(1)})", "x (y ⊙ z1)"),
    (Mul(x, Mul(y, z, "matrix"), "matrix"), r"x (y z^{(1)})", "x (y z1)"),
    (Mul(Number(2.0), Number(3.0), "matrix"), r"2 \cdot 3", "2 · 3"),
    (Add((x, Negative(Add((y, z))))), r"x - (y + z^{(1)})", "x − (y + z1)"),
    (Mul(x, Negative(y), "matrix"), "x (-y)", "x · −y"),
    (Mul(Negative(x), y, "matrix"), "(-x) y", "−x y"),
    (Quotient(Number(1.0), n), r"\frac{1}{n}", "1/n"),
    (Power(Quotient(x, y), Number(2.0)), r"\left(\frac{x}{y}\right)^{2}", "(x/y)²"),
    (Power(z, Number(2.0)), "(z^{(1)})^{2}", "z1²"),
    (Power(Norm(W), Number(2.0)), r"\lVert W^{(2)} \rVert^{2}", "‖W2‖²"),
    (Power(x, Negative(n)), "x^{-n}", "x^(−n)"),
    (Entry(W, (i, j)), "W^{(2)}_{ij}", "W2[i, j]"),
    (Entry(x, (Number(0.0), Whole()), 0), "x_{1,:}", "x[0, :]"),
    (Entry(Transpose(x), (i, j)), "(x^T)_{ij}", "xᵀ[i, j]"),
    (Total((), x), r"\sum x", "Σ x"),
    (Mul(Total((), x), y, "matrix"), r"\left(\sum x\right) y", "(Σ x) y"),
    (Mul(Total((), x), y, "entrywise"), r"\left(\sum x\right) \odot y", "(Σ x) ⊙ y"),
    (
        Mul(Mul(y, Total((), x), "matrix"), z, "matrix"),
        r"\left(y \sum x\right) z^{(1)}", "y (Σ x) z1",
    ),
    (Mul(y, Total((), x), "matrix"), r"y \sum x", "y (Σ x)"),
    (Call("log", (x,)), r"\ln(x)", "log(x)"),
    (Call("sigmoid", (z,), 1, text="g"), r"g'(z^{(1)})", "sigmoid′(z1)"),
    (Call("abs", (x,), text="abs"), r"\left|x\right|", "abs(x)"),
    (Call("sqrt", (x,), text=r"\sqrt"), r"\sqrt{x}", "sqrt(x)"),
    (Call("var", (x,)), r"\operatorname{var}(x)", "var(x)"),
    (Indicator(Relation(y, "=", j)), "1(y = j)", "1(y = j)"),
    (Indicator(Relation(y, "!=", j)), r"1(y \neq j)", "1(y ≠ j)"),
    (Ones(), r"\mathbf{1}", "𝟏"),
    (Ones("eye"), "I", "I"),
    (Derivative(Symbol("L"), (W,)), r"\frac{\partial L}{\partial W^{(2)}}", "∂L/∂W2"),
    (
        Transpose(Derivative(Symbol("J"), (W,), text=r"\nabla_W J")),
        r"(\nabla_W J)^T", "∂J/∂W2ᵀ",
    ),
    (
        Derivative(Symbol("L"), (x, y), n),
        r"n \frac{\partial^2 L}{\partial x \partial y}", "n ∂²L/∂x∂y",
    ),
    (Symbol("lam"), r"\lambda", "λ"),
    (Symbol("loss"), r"\mathrm{loss}", "loss"),
    (Symbol("W12"), "W_{12}", "W12"),
    (Number(-2.0), "-2", "−2"),
    (Number(1e-8), r"1 \cdot 10^{-8}", "1e-08"),
    (Number(3.141592653589793), r"\pi", "π"),
    (Matrix(((x, y), (y, x))), r"\begin{bmatrix} x & y \\ y & x \end{bmatrix}", "[x, y; y, x]"),
    (
        Matrix((Family("k", Number(1.0), n, (Entry(x, (Index("k"),)),), (Entry(x, (n,)),)),)),
        r"\begin{bmatrix} x_{1} \\ \vdots \\ x_{n} \end{bmatrix}", "[x[k], …, x[n]]",
    ),
    (
        Matrix(((Family("k", Number(1.0), n, (Entry(x, (Index("k"),)),), (Entry(x, (n,)),)),),)),
        r"\begin{bmatrix} x_{1} & \cdots & x_{n} \end{bmatrix}", "[x[k], …, x[n]]",
    ),
    (
        Cases(((x, Relation(y, ">", Number(0.0))), (Number(0.0), None))),
        r"\begin{cases} x & y > 0 \\ 0 & \text{otherwise} \end{cases}", "{x if y > 0, 0 otherwise}",
    ),
    (At(z, (("x", y),)), r"\left.z^{(1)}\right|_{x = y}", "z1 at x = y"),
    (
        At(Symbol("h", r"h_\theta"), (("x", y),), "h", (("x", "x"), ("W2", "W^{(2)}"))),
        r"h_\theta(y, W^{(2)})", "h(y, W2)",
    ),
    (
        Power(At(Symbol("h"), (("x", Quotient(x, y)),), "h", (("x", "x"),)), Number(2.0)),
        r"\left(h\left(\frac{x}{y}\right)\right)^{2}", "h(x/y)²",
    ),
    # the function was exchanged for what may not be one
    (At(z, (("x", y),), "h", (("x", "x"),)), r"\left.z^{(1)}\right|_{x = y}", "z1 at x = y"),
    (Each(("i",), Entry(x, (i,)), Entry(x, (i,))), "x_{i}", "x[i]"),
    (Opaque(len, (x,), "f(x)"), r"\text{f(x)}", "f(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("e", "latex", "short"), LATEX, ids=[row[1] for row in LATEX])
def test_latex_and_short(e: Expr, latex: str, short: str) -> None:
    assert written(e, "latex") == latex
    assert plain(e) == short
