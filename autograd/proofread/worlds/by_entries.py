"""A quantity that is defined by its entries: μ_j = …, for every j."""

from __future__ import annotations

from ..formula.tree import Call, Each, Entry, Expr, Index, Symbol, walk


def defined_by_entries(left: Expr) -> Symbol | None:
    """The μ of μ_j, the y of y_{ij}; None for anything else."""
    if not isinstance(left, Each) or not isinstance(left.body, Entry):
        return None
    e = left.body
    letters = [i.name for i in e.index if isinstance(i, Index)]
    whole = len(letters) == len(e.index) == len(set(letters)) <= 2
    return (
        e.of if whole and isinstance(e.of, Symbol) and set(letters) == set(left.letters) else None
    )


def whole(left: Expr, right: Expr) -> Expr:
    """All entries: a matrix; a row where its letter counts columns, else a column."""
    if not isinstance(right, Each) or not isinstance(left, Each):
        return right
    assert isinstance(left.body, Entry)
    letters = tuple(i.name for i in left.body.index if isinstance(i, Index))
    entries = Each(letters, right.body, right.body, at=right.at)
    if len(letters) == 2:
        return entries
    axis = 0 if counts_columns(letters[0], right.body) else 1
    return Call("expand_dims", (entries,), options=(("axis", axis),))


def counts_columns(letter: str, body: Expr) -> bool:
    """Whether an index is only ever the second of two."""
    places = {
        e.index.index(Index(letter))
        for e in walk(body)
        if isinstance(e, Entry) and len(e.index) == 2 and Index(letter) in e.index
    }
    return places == {1}
