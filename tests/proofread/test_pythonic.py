"""Formulas in Python: what is read, where it is, and what is said of what is not."""

from __future__ import annotations

import pytest

import autograd as ag
from autograd.errors import ProofreadError
from autograd.proofread.formula.library import FUNCTIONS as COMPUTED
from autograd.proofread.formula.tree import (
    Add,
    Bound,
    Call,
    Derivative,
    Entry,
    Expr,
    Index,
    Mul,
    Negative,
    Number,
    Ones,
    Power,
    Quotient,
    Span,
    Symbol,
    Total,
    Transpose,
    Whole,
)
from autograd.proofread.python.functions import FUNCTIONS
from autograd.proofread.python.reader import expression

NAMES = ("x", "W1", "W2", "h1", "h2", "z1", "z2", "t", "n", "L", "σ_1")
x, h1, h2, W1, n = (Symbol(name) for name in ("x", "h1", "h2", "W1", "n"))


def read(text: str) -> Expr:
    return expression(text, NAMES, loss="L", functions={"g": "sigmoid"})


def gradient(name: str) -> Derivative:
    return Derivative(Symbol("L"), (Symbol(name),))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-h1 * h2", "-(h1 * h2)"),
        ("-h1 @ h2 / n", "-((h1 @ h2) / n)"),
        ("h1 - (-h2)", "h1 - -h2"),
        ("(h1 + h2) - x", "h1 + h2 - x"),
        ("((h1))", "h1"),
        ("+h1", "h1"),
        ("np.dot(h1, h2)", "h1 @ h2"),
        ("h1.dot(h2)", "np.matmul(h1, h2)"),
        ("np.multiply(h1, h2)", "h1 * h2"),
        ("np.subtract(h1, h2)", "h1 - h2"),
        ("np.divide(h1, np.power(h2, 2))", "h1 / h2**2"),
        ("np.transpose(x)", "x.T"),
        ("np.negative(x)", "-x"),
        ("x.sum(0)", "np.sum(x, axis=0)"),
        ("sum(x, axis=(0, 1), keepdims=True)", "ag.sum(x, (0, 1), True)"),
        ("sum(x, axis=None, keepdims=False)", "sum(x)"),
        ("max(0, z1)", "np.maximum(0, z1)"),
        ("np.max(z1, 0)", "z1.max(axis=0)"),
        ("ln(x)", "np.log(x)"),
        ("np.linalg.norm(W1)", "norm(W1)"),
        ("g(x)", "sigmoid(x)"),
        ("len(x)", "x.shape[0]"),
        ("x.size", "size(x)"),
        ("x[:, np.newaxis]", "x[:, None]"),
        ("np.ones((n, 1))", "ones(n, 1)"),
        ("x.reshape(-1, 1)", "np.reshape(x, (-1, 1))"),
        ("indicator(z1 > 0)", "(z1 > 0)"),
        ("h1 if z1 > 0 else h2", "where(z1 > 0, h1, h2)"),
        ("d(L, W1)", "dW1"),
        ("dL_dW1", "grad_W1"),
        ("W1.grad", "dW1"),
        ("np.pi", "pi"),
        ("h1 \\\n + h2  # both", "h1 + h2"),
        ("(h1 +\n h2)", "h1 + h2"),
    ],
)
def test_two_spellings_of_one_formula(text: str, same: str) -> None:
    assert read(text) == read(same)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("h1 * h2", "h1 @ h2"),
        ("h1 * h2", "h2 * h1"),
        ("-(h1 + h2)", "-h1 + h2"),
        ("x.sum(axis=0)", "x.sum()"),
        ("x.sum(axis=0)", "x.sum(axis=1)"),
        ("x - (h1 - h2)", "x - h1 - h2"),
        ("x / (h1 * h2)", "x / h1 * h2"),
        ("-x**2", "(-x)**2"),
        ("x[0, 1]", "entry(x, 0, 1)"),
        ("dW1", "dW2"),
    ],
)
def test_what_differs_stays_apart(text: str, other: str) -> None:
    assert read(text) != read(other)


def test_a_formula_as_a_tree() -> None:
    assert read("(h1 - 1) @ W1.T / n") == Quotient(
        Mul(Add((h1, Negative(Number(1.0)))), Transpose(W1), "@"), n
    )
    assert read("2 ** -x") == Power(Number(2.0), Negative(x))
    assert read("sigmoid_prime(x)") == Call("sigmoid", (x,), primes=1)
    assert read("ones() + eye()") == Add((Ones("ones"), Ones("eye")))


def test_indices() -> None:
    """Numbers count from 0 in Python, letters from 1, and so does `entry`."""
    i, j = Index("i"), Index("j")
    assert read("x[0, :]") == Entry(x, (Number(0.0), Whole()), 0)
    assert read("x[i, j]") == Entry(x, (i, j), 1)
    assert read("x[i, 0]") == Entry(x, (i, Number(1.0)), 1)
    assert read("entry(x, 1, 2)") == Entry(x, (Number(1.0), Number(2.0)), 1)
    total = read("total(x[i, j] * i, i, (j, 1, n))")
    assert isinstance(total, Total)
    assert [b.name for b in total.bounds] == ["i", "j"]
    assert (total.bounds[1].low, total.bounds[1].high) == (Number(1.0), n)
    # a letter of a sum is an index, even where a quantity has its name
    assert read("total(x[t], t)") == Total((Bound("t"),), Entry(x, (Index("t"),), 1))


def test_derivatives_by_name() -> None:
    for text in ("dz2", "dL_dz2", "grad_z2", "z2.grad", "d(L, z2)"):
        assert read(text) == gradient("z2")
    assert read("dz2_dh1") == Derivative(Symbol("z2"), (h1,))
    assert read("d(L, W1, x)") == Derivative(Symbol("L"), (W1, x))
    assert read("d(L, z1, scale=n)") == Derivative(Symbol("L"), (Symbol("z1"),), n)
    assert read("dz2").text == "dz2"  # type: ignore[attr-defined]
    # a quantity that is called so is itself
    assert expression("dz2", ["dz2", "z2"], loss="L") == Symbol("dz2")
    # and without a loss nothing is a derivative
    assert expression("dz2") == Symbol("dz2")


def test_spans_are_lines_and_columns() -> None:
    e = read("σ_1 * (h1 +\n  h2)")
    assert isinstance(e, Mul)
    assert e.left.at == Span(1, 1, 1, 4)
    assert isinstance(e.right, Add)
    assert e.right.terms[1].at == Span(2, 3, 2, 5)
    assert e.at == Span(1, 1, 2, 6)
    assert expression("  x", ["x"], line=41).at == Span(41, 3, 41, 4)


def test_every_function_that_is_read_can_be_computed() -> None:
    forms = {"dot", "matmul", "transpose"}  # parts of the language
    assert not set(FUNCTIONS) - set(COMPUTED)
    elementwise = [name for name in ag.__all__ if name in COMPUTED]
    assert not [name for name in elementwise if name not in FUNCTIONS and name not in forms]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("h1 * h3", 6, "h3 is not known; did you mean h1 or h2?"),
        ("h1 * dz3", 6, "dz3 is not known; did you mean"),
        ("foo", 1, "foo is not known; there are"),
        ("softmx(x)", 1, "there is no function softmx; did you mean softmax"),
        ("h1 ^ 2", 1, "write ** for a power"),
        ("h1 // 2", 1, "operator that no formula has"),
        ("sum(x, axs=0)", 1, "no option axs; did you mean axis?"),
        ("sum(x, axis=n)", 13, "n is no plain number"),
        ("exp(x, h1)", 1, "exp: it takes 1 argument; got 2"),
        ("exp()", 1, "exp: it takes 1 argument; got 0"),
        ("x[1:2]", 3, "only : for a whole axis"),
        ("x[None, None]", 3, "one None among :"),
        ("x.shape", 1, ".shape[0]"),
        ("x.shape[n]", 9, "n is no plain number"),
        ("x.foo", 1, "of attributes there are .T"),
        ("[x, h1]", 1, "cannot be read"),
        ("lambda: x", 1, "cannot be read"),
        ("__import__('os')", 1, "there is no function __import__"),
        ("x.__class__", 1, "cannot be read"),
        ("True", 1, "cannot be read"),
        ("'x'", 1, "cannot be read"),
        ("[x for x in h1]", 1, "cannot be read"),
        ("(x := h1)", 2, "cannot be read"),
        ("exp(*x)", 1, "without *"),
        ("exp(**x)", 1, "without *"),
        ("0 < x < 1", 1, "one comparison at a time"),
        ("x in h1", 1, "compare with =="),
        ("d(L)", 1, "as in d(L, W1)"),
        ("entry(x)", 1, "indices from 1"),
        ("entry(:, 1)", 7, "Python cannot read this"),
        ("total(x)", 1, "index letters"),
        ("total(x[i], 1)", 13, "an index is a letter"),
        ("total(x[i], (i, 1))", 13, "a range has a letter and two ends"),
        ("indicator(x)", 1, "takes a comparison"),
        ("at(x)", 1, "new values"),
        ("at(x, q=1)", 9, "q is not known"),
        ("array([1, 2])", 1, "rows of formulas"),
        ("array()", 1, "rows of formulas"),
        ("", 1, "missing"),
        ("h1 +", 5, "Python cannot read this"),
        ("h1 h2", 1, "Python cannot read this"),
        ("1e999999 * " + "9" * 400, 12, "too large"),
        ("h1 +\n  h7", 3, "line 2, column 3: h7 is not known"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text: str, column: int, words: str) -> None:
    with pytest.raises(ProofreadError) as caught:
        read(text)
    assert words in str(caught.value)
    assert caught.value.column == column
    assert f"column {column}: " in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_what_is_no_text() -> None:
    with pytest.raises(ProofreadError, match=r"a formula is text such as 'h1\.T @ dz2'; got 3"):
        expression(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("many", ["(" * 3000 + "x" + ")" * 3000, "-" * 3000 + "x"], ids=["(", "-"])
def test_what_is_nested_too_deeply(many: str) -> None:
    with pytest.raises(ProofreadError, match="nest"):
        read(many)


def test_what_is_too_long() -> None:
    with pytest.raises(ProofreadError, match="15000 characters, 10000 at most"):
        read("x + 1" * 3000)
