"""Random formulas, such as lines of Python can hold."""

from dataclasses import replace
from functools import lru_cache

from hypothesis import strategies as st

from autograd.proofread.formula.tree import (
    Add,
    At,
    Bound,
    Call,
    Cases,
    Derivative,
    Entry,
    Expr,
    Index,
    Indicator,
    Matrix,
    Mul,
    Negative,
    Norm,
    Number,
    Ones,
    Power,
    Quotient,
    Relation,
    Symbol,
    Total,
    Transpose,
    Whole,
    mapped,
)

NAMES = ("x", "W1", "W2", "h1", "z1", "z2", "n", "lam", "L", "b_out")
LETTERS = ("i", "j", "k")
ELEMENTWISE = ("exp", "log", "tanh", "relu", "sigmoid", "abs", "sqrt", "sign")
AXES = st.sampled_from([(("axis", 0),), (("axis", 1), ("keepdims", True)), (("axis", -1),), ()])

symbols = st.sampled_from(NAMES).map(Symbol)
indices = st.sampled_from(LETTERS).map(Index)
numbers = st.one_of(
    st.integers(0, 20).map(float),
    st.floats(0, 1e6, allow_nan=False, allow_subnormal=False),
    st.sampled_from([0.5, 1e-8, 1e300, 3.141592653589793]),
).map(Number)
derivatives = st.one_of(
    symbols.map(lambda x: Derivative(Symbol("L"), (x,), text=f"d{x.name}")),
    st.builds(
        Derivative,
        symbols,
        st.lists(symbols, min_size=1, max_size=2).map(tuple),
        st.none() | symbols,
    ),
)
ones = st.sampled_from([Ones("ones"), Ones("eye")])
leaves = st.one_of(symbols, symbols, numbers, indices, derivatives, ones)


def products(e: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """A sign before a product belongs to the whole of it: the left factor has none."""
    left = e.filter(lambda x: not isinstance(x, Negative))
    signs = st.sampled_from([("*", "*"), ("@", "@"), ("@", "np.dot"), ("@", ".dot"), ("@", "")])
    return st.one_of(
        st.builds(lambda a, b, s: Mul(a, b, *s), left, e, signs), st.builds(Quotient, left, e)
    )


def sums(e: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """A sum's first term is no sum: its brackets would change nothing."""
    first = e.filter(lambda x: not isinstance(x, Add))
    rest = st.lists(e | e.map(Negative), min_size=1, max_size=3)
    return st.builds(lambda a, b: Add((a, *b)), first, rest)


def entries(e: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """x[0, :] from 0; entry(x, 1, 2) and, with letters, x[i, 1] from 1."""
    zero = st.lists(st.integers(0, 5).map(lambda n: Number(float(n))) | st.just(Whole()),
                    min_size=1, max_size=3)  # fmt: skip
    one = st.lists(st.integers(1, 5).map(lambda n: Number(float(n))), min_size=1, max_size=3)
    moved = indices.map(lambda i: Add((i, Number(1.0))))
    letters = st.tuples(indices | moved, st.integers(0, 2).map(lambda n: Number(float(n))))
    return st.one_of(
        st.builds(lambda x, i: Entry(x, tuple(i), 0), e, zero),
        st.builds(lambda x, i: Entry(x, tuple(i), 1), e, one),
        st.builds(lambda x, i: Entry(x, i, 1), e, letters),
    )


def calls(e: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    named = st.sampled_from(["sum", "mean", "max", "min", "prod", "logsumexp"])
    return st.one_of(
        st.builds(lambda f, x, p: Call(f, (x,), p), st.sampled_from(ELEMENTWISE), e,
                  st.integers(0, 2)),
        st.builds(lambda f, x, o, s: Call(f, (x,), 0, o, s + f), named, e, AXES,
                  st.sampled_from(["", "np.", "."])),
        st.builds(lambda a, b, s: Call("maximum", (a, b), text=s), e, e,
                  st.sampled_from(["max", "np.maximum", ""])),
        st.builds(lambda x, a, s: Call("size", (x,), 0, (("axis", a),), s), e, st.integers(0, 1),
                  st.sampled_from([".shape", "size"])),
        st.builds(lambda x, a: Call("expand_dims", (x,), 0, (("axis", a),), "[]"), e,
                  st.integers(0, 2)),
        st.builds(lambda a, b: Call("outer", (a, b)), e, e),
        st.builds(lambda a, b: Call("reshape", (a, b, Number(1.0)), text=".reshape"), e, e),
        st.builds(lambda a, b, s: Call("ones", (a, b), text=s), e, e,
                  st.sampled_from(["np.ones", "ones"])),
    )  # fmt: skip


def pieces(e: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    relations = st.builds(Relation, e, signs, e)
    last = e.filter(lambda x: not isinstance(x, Cases))
    branches = st.lists(st.tuples(e, relations), min_size=1, max_size=2)
    bounds = st.lists(
        st.sampled_from(LETTERS).map(Bound) | st.builds(Bound, st.sampled_from(LETTERS), e, e),
        min_size=1, max_size=2,
    )  # fmt: skip
    return st.one_of(
        relations.map(Indicator),
        st.builds(lambda b, x: Cases((*b, (x, None))), branches, last),
        st.builds(lambda b, x, p: Total(tuple(b), x, p), bounds, e, st.booleans()),
        st.builds(lambda x, n, y: At(x, ((n, y),)), e, st.sampled_from(NAMES), e),
        st.builds(lambda a, b, c, d: Matrix(((a, b), (c, d))), e, e, e, e),
    )


def grown(e: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        products(e), products(e), sums(e), sums(e), entries(e), calls(e), pieces(e),
        e.map(Negative), e.map(Transpose), e.map(Norm), st.builds(Power, e, e),
    )  # fmt: skip


@lru_cache
def around(depth: int) -> st.SearchStrategy[Expr]:
    return grown(formulas(depth))


@st.composite
def formulas(draw: st.DrawFn, depth: int = 4) -> Expr:
    if not depth or draw(st.integers(0, 4)) == 0:
        return draw(leaves)
    return draw(around(depth - 1))


def normal(e: Expr) -> Expr:
    """The formula as Python's brackets can tell it: −a·b is −(a·b), a sum in front of a sum is its
    beginning, and so are cases at the end of cases."""
    e = mapped(e, normal)
    match e:
        case Mul(left=Negative(of=x), sign="*" | "@"):
            return Negative(normal(replace(e, left=x)))
        case Quotient(top=Negative(of=x)):
            return Negative(normal(replace(e, top=x)))
        case Add(terms=(Add() as first, *rest)):
            return Add((*first.terms, *rest))
        case Cases(branches=(*rest, (Cases() as last, None))):
            return Cases((*rest, *last.branches))
    return e


# One of each kind around two formulas: nested in each other, they meet in every combination.
AROUND = {
    "x * y": lambda x, y: Mul(x, y, "*", "*"),
    "x @ y": lambda x, y: Mul(x, y, "@", "@"),
    "np.dot(x, y)": lambda x, y: Mul(x, y, "@", "np.dot"),
    "x.dot(y)": lambda x, y: Mul(x, y, "@", ".dot"),
    "x / y": Quotient,
    "x + y": lambda x, y: Add((x, y)),
    "x - y": lambda x, y: Add((x, Negative(y))),
    "x - 1 + y": lambda x, y: Add((x, Negative(Number(1.0)), y)),
    "x ** y": Power,
    "-x": lambda x, y: Negative(x),
    "x.T": lambda x, y: Transpose(x),
    "x[0]": lambda x, y: Entry(x, (Number(0.0),), 0),
    "x[i, j]": lambda x, y: Entry(x, (Index("i"), Index("j")), 1),
    "entry(x, 1)": lambda x, y: Entry(x, (Number(1.0),), 1),
    "exp(x)": lambda x, y: Call("exp", (x,)),
    "x.sum(axis=0)": lambda x, y: Call("sum", (x,), 0, (("axis", 0),), ".sum"),
    "x.shape[1]": lambda x, y: Call("size", (x,), 0, (("axis", 1),), ".shape"),
    "x[:, None]": lambda x, y: Call("expand_dims", (x,), 0, (("axis", 1),), "[]"),
    "norm(x)": lambda x, y: Norm(x),
    "x > y": lambda x, y: Indicator(Relation(x, ">", y)),
    "where(x < y, x, y)": lambda x, y: Cases(((x, Relation(x, "<", y)), (y, None))),
    "total(x, (i, 1, y))": lambda x, y: Total((Bound("i", Number(1.0), y),), x),
    "at(x, W1=y)": lambda x, y: At(x, (("W1", y),)),
    "d(L, x, scale=y)": lambda x, y: Derivative(Symbol("L"), (x,), y),
    "array": lambda x, y: Matrix(((x, y), (y, x))),
}
