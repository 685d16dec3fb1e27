"""The search for a repair: the right formula first, nothing vacuous, the same every time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import COLUMNS, NETS, RELU, ROWS, WRITTEN_OUT, Net

from autograd.proofread.formula.tree import Derivative, Expr, walk
from autograd.proofread.mending.canonical import canonical
from autograd.proofread.mending.edits import edits
from autograd.proofread.mending.idle import gradients_in, idle
from autograd.proofread.mending.remembering import Remembering
from autograd.proofread.mending.repair import Search, repairs
from autograd.proofread.mending.words import Edit, key
from autograd.proofread.problem import Problem
from autograd.proofread.writing.printing import written

FRESH = ((13, 3, 2, 17), (2, 11, 13, 5))  # sizes at which no search has looked

# a wrong line, and the right side that is to come first
ONE: list[tuple[Net, str, str]] = [
    (ROWS, "dz2 = (h2 - t) * z2 * (1 - z2)", "(h2 - t) * h2 * (1 - h2)"),
    (ROWS, "dz2 = (t - h2) * h2 * (1 - h2)", "(h2 - t) * h2 * (1 - h2)"),
    (ROWS, "dz2 = (h2 - t) * h2", "(h2 - t) * h2 * (1 - h2)"),
    (ROWS, "dz2 = h2 - t", "(h2 - t) * h2 * (1 - h2)"),
    (ROWS, "dz2 = (h2 - t) * h2 * (1 - h1)", "(h2 - t) * h2 * (1 - h2)"),
    (ROWS, "dW2 = h1 @ dz2", "h1.T @ dz2"),
    (ROWS, "dW2 = dz2.T @ h1", "h1.T @ dz2"),
    (ROWS, "dW2 = h1.T * dz2", "h1.T @ dz2"),
    (ROWS, "dW2 = dz2 @ h1.T", "h1.T @ dz2"),
    (ROWS, "db2 = dz2", "sum(dz2, axis=0, keepdims=True)"),
    (ROWS, "db2 = sum(dz2, axis=0)", "sum(dz2, axis=0, keepdims=True)"),
    (ROWS, "db2 = sum(dz2, axis=1, keepdims=True)", "sum(dz2, axis=0, keepdims=True)"),
    (ROWS, "dW2 = dz2 @ h1", "h1.T @ dz2"),
    (ROWS, "dh1 = W2.T @ dz2", "dz2 @ W2.T"),
    (ROWS, "dh1 = dz2 @ W1.T", "dz2 @ W2.T"),
    (ROWS, "dz1 = dh1 * h1 * h1", "dh1 * h1 * (1 - h1)"),
    (ROWS, "dz1 = dh1 * (1 - h1**2)", "dh1 * h1 * (1 - h1)"),
    (ROWS, "dz1 = dh1 * sigmoid(h1) * (1 - h1)", "dh1 * sigmoid(z1) * (1 - h1)"),
    (ROWS, "dW1 = x.T @ dh1", "x.T @ dz1"),
    (ROWS, "dW1 = x.T @ dz1 / n", "x.T @ dz1"),
    (ROWS, "dW1 = x.T @ dz1 + W1", "x.T @ dz1"),
    (ROWS, "dW2 = h1.T @ (h2 - t) * h2 * (1 - h2)", "h1.T @ ((h2 - t) * h2 * (1 - h2))"),
    (RELU, "dz2 = p - y", "(p - y) / n"),
    (RELU, "dz2 = (y - p) / n", "(p - y) / n"),
    (RELU, "dW2 = a1.T @ dz2", "a1.T @ dz2 + lam * W2"),
    (RELU, "dW2 = a1.T @ dz2 + lam * W1", "a1.T @ dz2 + lam * W2"),
    (RELU, "dW2 = a1.T @ dz2 + 2 * lam * W2", "a1.T @ dz2 + lam * W2"),
    (RELU, "dW2 = a1.T @ dz2 + W2", "a1.T @ dz2 + lam * W2"),
    (RELU, "dW2 = a1.T @ dz2 - lam * W2", "a1.T @ dz2 + lam * W2"),
    (RELU, "dz1 = da1", "da1 * (z1 > 0)"),
    (RELU, "dz1 = da1 * (z1 < 0)", "da1 * (z1 > 0)"),
    (RELU, "dz1 = da1 * a1", "da1 * (a1 > 0)"),
    (COLUMNS, "dW2 = dz2 @ a1", "dz2 @ a1.T"),
    (COLUMNS, "dW2 = a1 @ dz2.T", "dz2 @ a1.T"),
    (COLUMNS, "da1 = dz2 @ W2", "W2.T @ dz2"),
    (COLUMNS, "dz1 = maximum(maximum(da1, z1), 1 - z1)", "maximum(maximum(da1, a1), 1 - a1)"),
    (COLUMNS, "dW1 = dz2 @ a0.T", "dz1 @ a0.T"),
    (COLUMNS, "db2 = d(J, a2) @ d(b2, W2)", "d(J, a2) @ d(a2, b2)"),
    (WRITTEN_OUT, "d(L, entry(W2, 1, 1)) = total(d(L, entry(z2, i, 1)) * entry(h1, i, 2), i)",
     "total(d(L, entry(z2, i, 1)) * entry(h1, i, 1), i)"),
    (WRITTEN_OUT, "d(L, entry(W2, 1, 1)) = d(L, entry(z2, i, 1)) * entry(h1, i, 1)",
     "total(d(L, entry(z2, i, 1)) * entry(h1, i, 1), i)"),
    (WRITTEN_OUT, "d(L, entry(W2, 1, 2)) = total(d(L, entry(z2, i, 1)) * entry(h1, i, 1), i)",
     "total(d(L, entry(z2, i, 2)) * entry(h1, i, 1), i)"),
]  # fmt: skip
TWO: list[tuple[Net, str, str]] = [
    (ROWS, "dz2 = (t - h2) * z2 * (1 - z2)", "(h2 - t) * h2 * (1 - h2)"),
    (ROWS, "dW1 = x @ dz2", "x.T @ dz1"),
    (RELU, "dW2 = a1.T @ (y - p) / n", "a1.T @ (p - y) / n + lam * W2"),
    (COLUMNS, "dW2 = a1.T @ (y - p)", "(p - y) @ a1.T"),
]


def earlier(net: Net, line: str) -> tuple[str, ...]:
    """The gradients that the derivation has given before the line's."""
    targets = [text.split(" = ")[0] for text in net.lines]
    left = line.split(" = ")[0]
    return tuple(targets[: targets.index(left)]) if left in targets else ("dz2",)


@pytest.mark.parametrize(("net", "line", "right"), ONE, ids=[line for _, line, _ in ONE])
def test_one_slip_is_mended_first(net: Net, line: str, right: str) -> None:
    problem = net.problem(line, given=earlier(net, line))
    assert not problem.holds(problem.written)
    (best, *_) = Search(problem).found(3)
    assert canonical(best.expr) == canonical(net.read(right))
    assert len(best.edits) == 1
    fix = repairs(problem)[0]
    assert fix.text == written(best.expr, net.notation)
    assert fix.edits == (best.edits[0].words,)
    assert fix.kind == best.edits[0].kind


@pytest.mark.parametrize(("net", "line", "right"), TWO, ids=[line for _, line, _ in TWO])
def test_two_slips_are_mended_together(net: Net, line: str, right: str) -> None:
    (best, *_) = Search(net.problem(line, given=earlier(net, line))).found(3)
    assert canonical(best.expr) == canonical(net.read(right))
    assert len(best.edits) == 2


def recoverable(edit: Edit) -> bool:
    """Whether a single change leads back: what has been left out may be any formula at all."""
    return edit.cost <= 2.1 and edit.kind not in ("extra factor", "extra term")


def planted(problem: Problem, every: int) -> list[Problem]:
    """The problem with a slip, for every so many of the slips that there are."""
    slips = [e for e in edits(problem.written, problem) if recoverable(e)]
    wrong = (replace(problem, written=e.expr) for e in islice(slips, every // 2, None, every))
    return [p for p in wrong if not p.holds(p.written)]


@pytest.mark.parametrize("name", NETS)
@pytest.mark.untraced
def test_nine_planted_slips_of_ten_are_mended_as_the_line_was(name: str) -> None:
    outcomes: Counter[bool] = Counter()
    for problem in NETS[name].problems():
        for wrong in planted(problem, 211):
            found = Search(wrong).found(1)
            assert all(wrong.holds(c.expr) for c in found)
            right = canonical(problem.written)
            outcomes[bool(found) and canonical(found[0].expr) == right] += 1
    assert outcomes.total() > 15
    assert outcomes[True] >= 0.9 * outcomes.total()


def spoken_of(e: Expr) -> set[tuple[str, ...]]:
    return {key(x) for x in gradients_in(e)}


@given(st.sampled_from(sorted(NETS)), st.integers(0, 10), st.integers(0, 10**6), st.booleans())
def test_no_repair_is_vacuous(name: str, line: int, choice: int, again: bool) -> None:
    net = NETS[name]
    problems = net.problems()
    problem = problems[line % len(problems)]
    slips = list(edits(problem.written, problem))
    wrong = replace(problem, written=slips[choice % len(slips)].expr)
    if again:
        slips = list(edits(wrong.written, wrong))
        wrong = replace(problem, written=slips[choice % len(slips)].expr)
    if wrong.holds(wrong.written):
        return
    worlds = tuple(net.world(primes, 99 + k) for k, primes in enumerate(FRESH))
    fresh = replace(wrong, worlds=worlds)
    values = Remembering(worlds[0], author=False)
    given_before = spoken_of(wrong.written).union(*map(spoken_of, wrong.allowed))
    for c in Search(wrong).found(3):
        assert fresh.holds(c.expr)
        assert wrong.target not in set(walk(c.expr))
        assert spoken_of(c.expr) <= given_before
        assert idle(c.expr, values) <= idle(wrong.written, values)


def test_a_gradient_is_not_said_to_be_itself() -> None:
    problem = ROWS.problem("dW2 = 2 * dW2")
    assert problem.written.right == problem.target  # type: ignore[attr-defined]
    assert not any(fix.text == "dW2" for fix in repairs(problem))


def test_a_gradient_that_comes_later_is_not_used() -> None:
    assert "dz1" in repairs(ROWS.problem("dW1 = x.T @ h1", given=("dz1",)))[0].text
    assert not any("dz1" in f.text for f in repairs(ROWS.problem("dW1 = x.T @ h1", given=())))


def test_a_forward_quantity_is_not_got_from_what_follows_from_it() -> None:
    problem = COLUMNS.problem("z2 = W2 @ a1")
    assert [fix.text for fix in repairs(problem, limit=1)] == ["W_2 a_1 + b_2"] or [
        canonical(c.expr) for c in Search(problem).found(1)
    ] == [canonical(COLUMNS.read("W2 @ a1 + b2"))]
    assert not any("a_{2}" in f.text or "a_2" in f.text for f in repairs(problem))


def test_nothing_idle_is_added() -> None:
    problem = ROWS.problem("dh2 = h2 - t")
    values = Remembering(problem.worlds[0], author=False)
    assert idle(ROWS.read("h2 - t"), values) == 0
    assert idle(ROWS.read("h2 - t + 0 * x[0, 0]"), values) == 1
    assert idle(ROWS.read("(h2 - t) * x[0, 0] / x[0, 0]"), values) == 0  # each one counts
    assert idle(ROWS.read("abs(h2) - t"), values) == 1


def test_an_undefined_line_is_mended_too() -> None:
    (fix, *_) = repairs(COLUMNS.problem("dW2 = dz2 @ a1", given=("dz2",)))
    assert fix.edits == ("transpose a1",)


def test_what_cannot_be_mended_has_no_repair() -> None:
    assert repairs(ROWS.problem("dW1 = 3.7 * b1")) == ()


def test_the_search_is_the_same_every_time_and_bounded() -> None:
    problem = ROWS.problem("dW1 = 3.7 * b1 @ W2 * t", given=("dh2", "dz2", "dh1", "dz1"))
    searches = [Search(problem), Search(problem)]
    assert [s.found(3) for s in searches] == [[], []]
    assert searches[0].evaluated == searches[1].evaluated < 15_000


def test_the_author_s_own_values_count_where_asked() -> None:
    """In author mode a derivative is what the author takes it for."""
    target, dz2 = ROWS.read("dW2"), ROWS.read("dz2")
    problem = ROWS.problem("dW2 = h1 @ dz2")
    assert isinstance(dz2, Derivative)
    for world in problem.worlds:
        world.override = {dz2: -world.evaluate(dz2)}
    own = replace(problem, author=True)
    assert own.target == target
    assert canonical(Search(own).found(1)[0].expr) == canonical(ROWS.read("-(h1.T @ dz2)"))
    assert canonical(Search(problem).found(1)[0].expr) == canonical(ROWS.read("h1.T @ dz2"))


def test_a_repair_holds_in_every_world() -> None:
    """n is 11 in the first world: 11 instead of 10 is right there alone."""
    problem = RELU.problem("dz2 = (p - y) / 10")
    assert problem.worlds[0].sizes["n"] == 11
    assert not any("11" in fix.text for fix in repairs(problem))


def test_what_follows_from_a_quantity_does_not_explain_it() -> None:
    """a2 is z2, by definition."""
    assert not any(fix.text.startswith("a") for fix in repairs(COLUMNS.problem("z2 = p")))
