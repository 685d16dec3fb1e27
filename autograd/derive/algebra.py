"""The constructors of formulas, which keep them tidy.

They flatten what they are given, drop 0 and 1, join equal factors and like terms, and take scalars
out of products.  A scalar stands for an array of equal entries wherever entries are added or
multiplied.
"""

from __future__ import annotations

import math

from .tree import (
    ONE,
    ZERO,
    Expr,
    Factors,
    Mat,
    Num,
    Ones,
    Prod,
    Shape,
    Sum,
    Sym,
    T,
    Total,
    children,
    has_number,
    joined,
    parts,
    plain_ones,
    row_of_ones,
)

Term = tuple[float, Factors]


def times(*xs: Expr) -> Expr:
    """The product entry by entry."""
    coef, exponents = 1.0, dict[Expr, float]()
    for x in xs:
        c, factors = parts(x)
        coef *= c
        for f, p in factors:
            exponents[f] = exponents.get(f, 0.0) + p
    if coef == 0.0:
        return ZERO
    shape = joined(f.shape for f in exponents)
    factors = tuple((f, p) for f, p in exponents.items() if p)
    kept = joined(f.shape for f, _ in factors)
    if any(not plain_ones(f) for f, _ in factors) and len(factors) > 1:
        rest = tuple((f, p) for f, p in factors if not plain_ones(f))
        if joined(f.shape for f, _ in rest) == kept:
            factors = rest
    return product(coef, crossed(factors), kept if kept == shape else shape)


def crossed(factors: Factors) -> Factors:
    """(a 𝟏ᵀ) ⊙ (𝟏 b) is the product a b of a column and a row."""
    columns = [
        f for f, p in factors if p == 1.0 and isinstance(f, Mat) and row_of_ones(f.factors[-1])
    ]
    rows = [
        f for f, p in factors if p == 1.0 and isinstance(f, Mat) and isinstance(f.factors[0], Ones)
    ]
    if len(columns) != 1 or len(rows) != 1 or columns == rows or len(factors[0][0].shape) != 2:
        return factors
    (a,), (b,) = columns, rows
    column, row = part(a.factors[:-1], 0), part(b.factors[1:], 1)
    if column.shape[1:] != (1,) or row.shape[:1] != (1,):
        return factors
    made = matmul(column, row, a.shape)
    return tuple((made, 1.0) if f == a else (f, p) for f, p in factors if f != b)


def part(factors: tuple[Expr, ...], vector: int) -> Expr:
    """Some factors of a product, which make a column (0) or a row (1)."""
    if len(factors) == 1:
        return factors[0]
    return Mat(factors, (factors[0].shape[0], factors[-1].shape[1]))


def product(coef: float, factors: Factors, shape: Shape) -> Expr:
    if not factors:
        return Num(coef)
    coef, factors = turned(coef, factors)
    if coef == 1.0 and len(factors) == 1 and factors[0][1] == 1.0:
        return factors[0][0]
    if len(factors) == 1 and isinstance(factors[0][0], Sum) and factors[0][1] == 1.0:
        only = factors[0][0]
        if coef == -1.0 and len(only.terms) == 2 and has_number(only):
            return Sum(tuple(times(Num(-1.0), t) for t in only.terms), only.shape)
    return Prod(coef, factors, joined(f.shape for f, _ in factors))


def turned(coef: float, factors: Factors) -> tuple[float, Factors]:
    """−(t − h) is h − t."""
    if coef >= 0.0:
        return coef, factors
    for i, (f, p) in enumerate(factors):
        if p == 1.0 and isinstance(f, Sum) and any(parts(t)[0] < 0 for t in f.terms):
            if has_number(f):
                continue
            other = Sum(tuple(ordered([times(Num(-1.0), t) for t in f.terms])), f.shape)
            return -coef, (*factors[:i], (other, 1.0), *factors[i + 1 :])
    return coef, factors


def power(x: Expr, p: float) -> Expr:
    c, factors = parts(x)
    if p == 1.0:
        return x
    if p == 0.0:
        return ONE
    if c < 0 and not float(p).is_integer():
        return product(1.0, ((x, p),), x.shape)
    if not c and p < 0:
        return product(1.0, ((x, p),), x.shape)
    if not all(float(q).is_integer() for _, q in factors) and not float(p).is_integer():
        return product(1.0, ((x, p),), x.shape)
    if not float(p).is_integer() and len(factors) > 1:  # √(ab): a and b may be negative
        return product(1.0, ((x, p),), x.shape)
    if any(q != 1.0 for _, q in factors) and not float(p).is_integer():  # √(x²) is |x|
        return product(1.0, ((x, p),), x.shape)
    return product(c**p, tuple((f, q * p) for f, q in factors), x.shape) if factors else Num(c**p)


def negated(x: Expr) -> Expr:
    return times(Num(-1.0), x)


def plus(*xs: Expr) -> Expr:
    """The sum; what all terms have in common is taken out if it is a scalar."""
    coefs = dict[frozenset[tuple[Expr, float]], Term]()
    shape = joined(x.shape for x in xs)
    for x in xs:
        lead, inner = spread(x)
        for t in inner:
            c, factors = parts(t)
            c0, scalars = parts(lead)
            key = frozenset((*scalars, *factors))
            before, order = coefs.get(key, (0.0, (*scalars, *factors)))
            coefs[key] = before + c * c0, order
    terms = grouped([(c, f) for c, f in coefs.values() if c])
    if len(terms) < 2:
        return terms[0] if terms else ZERO
    return Sum(tuple(ordered(terms)), shape)


def grouped(terms: list[Term]) -> list[Expr]:
    """Terms with the same scalar in front as one product: (1/m)(p − t), (λ/2)(‖W₁‖² + ‖W₂‖²)."""
    groups: dict[tuple[float, frozenset[tuple[Expr, float]]], list[Term]] = {}
    for c, factors in terms:
        scalars = frozenset(f for f in factors if isinstance(f[0], Sym) and not f[0].shape)
        if len(scalars) == len(factors):
            scalars = frozenset()
        groups.setdefault((abs(c), scalars), []).append((c, factors))
    return [t for key, group in groups.items() for t in one_group(*key, group)]


def one_group(size: float, scalars: frozenset[tuple[Expr, float]], group: list[Term]) -> list[Expr]:
    minus = all(c < 0 for c, _ in group)
    if len(group) == 1 or (size == 1.0 and not scalars):
        return [rebuilt_term(c, f) for c, f in group]
    size = -size if minus else size
    inside = [rebuilt_term(c / size, tuple(x for x in f if x not in scalars)) for c, f in group]
    shape = joined(t.shape for t in inside)
    lead = tuple(f for f in group[0][1] if f in scalars)
    return [product(size, (*lead, (Sum(tuple(ordered(inside)), shape), 1.0)), shape)]


def rebuilt_term(c: float, factors: Factors) -> Expr:
    return times(Num(c), *(product(1.0, (f,), f[0].shape) for f in factors))


def ordered(terms: list[Expr]) -> list[Expr]:
    """The first term that is added comes first, not one that is subtracted."""
    if parts(terms[0])[0] >= 0 or any(isinstance(c, Total) for c in children(terms[0])):
        return terms
    first = next((i for i, t in enumerate(terms) if parts(t)[0] >= 0), 0)
    return [terms[first], *terms[:first], *terms[first + 1 :]]


def spread(x: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """A scalar multiple of a sum as the scalar and its terms; else 1 and the thing itself."""
    if isinstance(x, Sum):
        return ONE, x.terms
    if isinstance(x, Prod):
        sums = [f for f, p in x.factors if isinstance(f, Sum) and p == 1.0]
        rest = [f for f in x.factors if not (isinstance(f[0], Sum) and f[1] == 1.0)]
        if len(sums) == 1 and all(not f.shape for f, _ in rest) and sums[0].shape == x.shape:
            return product(x.coef, tuple(rest), ()), sums[0].terms
    return ONE, (x,)


def scaled(x: Expr) -> tuple[Expr, Expr]:
    """`x` as a scalar and what it multiplies."""
    if not x.shape:
        return x, ONE
    c, factors = parts(x)
    scalars = tuple(f for f in factors if not f[0].shape)
    rest = tuple(f for f in factors if f[0].shape)
    return product(c, scalars, ()), product(1.0, rest, x.shape)


def matmul(a: Expr, b: Expr, shape: Shape) -> Expr:
    """The matrix product, scalars in front."""
    if ZERO in (a, b):
        return ZERO
    (s, a), (t, b) = scaled(a), scaled(b)
    chain = [*(a.factors if isinstance(a, Mat) else (a,)), *flattened(b)]
    found: list[Expr] = []
    scale: Expr = times(s, t)
    for x in chain:
        if isinstance(x, Num):
            continue
        if found and row_of_ones(found[-1]) and isinstance(x, Ones) and x.shape[1:] == (1,):
            found.pop()
            scale = times(scale, Num(float(x.shape[0])))
        else:
            found.append(x)
    if not found:
        return scale
    core = found[0] if len(found) == 1 else Mat(tuple(found), shape)
    return times(scale, contracted(core) if isinstance(core, Mat) else core)


def contracted(e: Mat) -> Expr:
    """𝟏ᵀ(x ⊙ a 𝟏ᵀ) is aᵀ x, and (x ⊙ 𝟏 b) 𝟏 is x bᵀ."""
    if len(e.factors) != 2:
        return e
    left, right = e.factors
    ones, x, at = (left, right, -1) if row_of_ones(left) else (right, left, 0)
    if not isinstance(x, Prod) or not (at or (isinstance(ones, Ones) and len(ones.shape) == 2)):
        return e
    for f, p in x.factors:
        if p != 1.0 or not isinstance(f, Mat):
            continue
        vector = part(f.factors[:-1] if at else f.factors[1:], 0)
        ok = row_of_ones(f.factors[-1]) if at else isinstance(f.factors[0], Ones)
        if ok and vector.shape[1 if at else 0] == 1:
            rest = product(x.coef, tuple(y for y in x.factors if y[0] != f), x.shape)
            v = transposed(vector)
            return matmul(v, rest, e.shape) if at else matmul(rest, v, e.shape)
    return e


def flattened(b: Expr) -> tuple[Expr, ...]:
    """The factors of a product on the right, where it may lose its parentheses: numpy multiplies
    from the left."""
    if isinstance(b, Mat) and all(len(f.shape) == 2 for f in b.factors[:-1]):
        return b.factors if len(b.factors[-1].shape) <= 2 else (b,)
    return (b,)


def transposed(x: Expr) -> Expr:
    """The transpose of a matrix; nothing is transposed twice."""
    scale, x = scaled(x)
    if not x.shape:
        return scale
    if isinstance(x, T):
        return times(scale, x.of)
    shape = x.shape[::-1]
    if isinstance(x, Mat) and any(isinstance(f, T) or plain_ones(f) for f in x.factors):
        return times(scale, Mat(tuple(transposed(f) for f in x.factors[::-1]), shape))
    return times(scale, x if x.shape == (1, 1) else T(x, shape))


def total(x: Expr, shape: Shape) -> Expr:
    """Σ of all entries of what has that shape."""
    if not x.shape:
        return times(Num(float(math.prod(shape))), x)
    scale, core = scaled(x)
    if x.shape != shape:
        raise ValueError(f"a formula of shape {x.shape} stands for one of shape {shape}")
    inside = summands(core)
    return times(scale, Total(core) if inside is core else total(inside, inside.shape))


def summands(x: Expr) -> Expr:
    """What has the same total: X, of the transpose Xᵀ and of the sums X 𝟏 and 𝟏ᵀ X."""
    if isinstance(x, T):
        return x.of
    if not isinstance(x, Mat) or any(len(f.shape) != 2 for f in x.factors):
        return x
    last = x.factors[-1]
    if isinstance(last, Ones) and last.shape[1:] == (1,):
        kept = x.factors[:-1]
    elif row_of_ones(x.factors[0]):
        kept = x.factors[1:]
    else:
        return x
    if len(kept) == 1:
        return kept[0]
    return Mat(kept, (kept[0].shape[0], kept[-1].shape[1]))
