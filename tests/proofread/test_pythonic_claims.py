"""Claims in Python: lines and functions, and what is said of arguments that cannot be taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ProofreadError
from autograd.proofread.formula.tree import (
    Add,
    Derivative,
    Entry,
    Mul,
    Negative,
    Number,
    Opaque,
    Symbol,
)
from autograd.proofread.lines import Line
from autograd.proofread.python.claims import function_line, line
from autograd.proofread.report import Report

NAMES = ("x", "W", "h", "z1", "z2", "t", "n", "alpha", "L")
FORWARD = """
    z = x @ W   # pre-activations
    h = tanh(z)
    L = sum((h
             - t)**2) / n
"""
SHAPES = {"x": ("n", "m"), "W": ("m", "k"), "t": ("n", "k"), "alpha": ()}


def read(text: str) -> Line:
    return line(text, 7, NAMES, "L")


def proofread(claims: Any, **options: Any) -> Report:
    return ag.proofread(FORWARD, claims, SHAPES, **options)


def verdicts(claims: Any) -> list[str]:
    return [mark.verdict for mark in proofread(claims).marks][3:]


def test_a_chain_has_all_its_members() -> None:
    found = read("dW = x.T @ dz1 = h  # so far")
    members = found.instances[0].members
    assert [(m.sign, m.text) for m in members] == [("", "dW"), ("=", "x.T @ dz1"), ("=", "h")]
    assert members[0].expr == Derivative(Symbol("L"), (Symbol("W"),))
    assert (members[1].at.column, members[1].at.end_column) == (6, 15)  # type: ignore[union-attr]
    assert (found.number, found.kind, found.notation) == (7, "equation", "python")


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "!="])
def test_inequalities(sign: str) -> None:
    members = read(f"norm(W) {sign} 2 * norm(h)").instances[0].members
    assert members[1].sign == sign


def test_two_equal_signs_are_one() -> None:
    assert read("dW == x").instances[0].members[1].sign == "="


def test_steps_are_assignments() -> None:
    W, step = Symbol("W"), Mul(Symbol("alpha"), Derivative(Symbol("L"), (Symbol("W"),)), "*")
    for text in ("W -= alpha * dW", "W = W - alpha * dW"):
        found = read(text)
        assert found.kind == "assignment"
        assert found.instances[0].members[1].expr == Add((W, Negative(step)))
    assert read("W += alpha * dW").instances[0].members[1].expr == Add((W, step))
    assert read("W *= alpha").instances[0].members[1].text == "W * (alpha)"
    assert read("dW = dW").kind == "equation"


def test_shapes_are_stated() -> None:
    found = read("W.shape == (n, 3)")
    assert (found.kind, found.shape) == ("shape", (Symbol("n"), Number(3.0)))
    assert found.instances[0].members[0].expr == Symbol("W")
    assert verdicts(["W.shape == (m, k)", "W.shape == (k, m)"]) == ["right", "wrong"]


def test_a_new_name_on_the_left_is_a_definition() -> None:
    assert read("delta = h * 2").instances[0].members[0].expr == Symbol("delta")
    assert read("delta = h * 2").notes == ()
    assert "there is no z3, so dz3 is taken for a new name" in read("dz3 = h").notes[0]
    assert read("dz1 = h").notes == ()
    assert verdicts(["s = 1 - h**2", "dz = 2 / n * (h - t) * s"]) == ["definition", "right"]


def test_entries_of_a_gradient() -> None:
    left = read("dW[0, 1] = h[0, 0]").instances[0].members[0].expr
    assert isinstance(left, Entry)
    claims = [
        "dh[0, 1] = 2 / n * (h[0, 1] - t[0, 1])",
        "dh[0, 1] = 2 / n * (h[1, 0] - t[0, 1])",
        "dW[1, 2] = total(x[i, 1] * dz[i, 2], i)",
        "dW[1, 2] = total(x[i, 2] * dz[i, 2], i)",
    ]
    assert verdicts(claims) == ["right", "wrong", "right", "wrong"]
    claims = [
        "dh[20, 1] = 2 / n * (h[20, 1] - t[20, 1])",  # sizes go that far
        "dh[-1, 1] = 2 / n * (h[n - 1, 1] - t[-1, 1])",
        "dh[-1, 1] = 2 / n * (h[0, 1] - t[-1, 1])",
    ]
    assert verdicts(claims) == ["right", "right", "wrong"]


def test_letters_on_the_left_stand_for_every_entry() -> None:
    claims = [
        "dz[i, j] = 2 / n * (h[i, j] - t[i, j]) * (1 - h[i, j]**2)",
        "dW[i, j] = total(x[k, i] * dz[k, j], k)",
        "dW[i, j] = total(x[k, i] * dz[k, i], k)",
        "dW = total(np.outer(x[i, :], dz[i, :]), i)",
        "dW = total(np.outer(x[i], dz[i]), i)",
        "dx[i, :] = W @ dz[i, :]",
        "dx[i, :] = W.T @ dz[i, :]",
    ]
    found = ["right", "right", "undefined", "right", "right", "right", "undefined"]
    assert verdicts(claims) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("h", "claims nothing"),
        ("dW = ", "line 1, column 5: a formula is missing"),
        ("= h", "column 1: a formula is missing"),
        ("dW = h)", "column 7: ) closes no bracket"),
        ("dW = ) + (", "closes no bracket"),
        ("dW = (h", "was never closed"),
        ("dW += h", "+= changes a quantity"),
        ("W += h = t", "+= changes a quantity"),
        ("q + 1 = h", "q is not known"),
        ("dW = q", "line 1, column 6: q is not known"),
        ("W.shape = n", "a shape is a tuple of sizes"),
        ("pi = 3", "pi is a number"),
    ],
)
def test_what_is_no_claim(text: str, words: str) -> None:
    with pytest.raises(ProofreadError) as caught:
        read(text)
    assert words in str(caught.value)


def right(x: np.ndarray, dz: np.ndarray) -> np.ndarray:
    return x.T @ dz


def dW(x: np.ndarray, dz: np.ndarray) -> np.ndarray:
    x *= 2  # its own copy
    return x.T @ dz / 2


def test_functions_are_claims() -> None:
    e = function_line("dW", right, 1, {*NAMES, "z"}, "L").instances[0].members[1].expr
    assert isinstance(e, Opaque)
    assert e.args == (Symbol("x"), Derivative(Symbol("L"), (Symbol("z"),)))
    before = ["dz = 2 / n * (h - t) * (1 - h**2)"]
    assert verdicts([*before, dW]) == ["right", "right"]
    assert verdicts({"dW": right}) == ["right"]
    assert verdicts({"dW": lambda x, dz: x.T @ dz * 2}) == ["wrong"]
    assert verdicts({"dz": "2 / n * (h - t)", "dW": right}) == ["wrong", "carried"]


def test_a_function_that_fails_is_undefined() -> None:
    mark = proofread({"dW": lambda x, dz: x @ dz}).marks[-1]
    assert mark.verdict == "undefined"
    assert "ValueError" in mark.message
    assert verdicts({"dW": lambda dz: dz}) in (["wrong"], ["undefined"])


def test_a_wrong_function_is_recognised() -> None:
    mark = proofread({"dW": lambda x, dz, n: n * (x.T @ dz)}).marks[-1]
    assert "n" in mark.recognised


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"dW": lambda q: q}, "the parameter q of the function for dW is not known"),
        ({"dW": lambda *x: x}, r"the parameter \*x of the function"),
        ([lambda x: x], r"has no name; write {'dW': "),
        ({"dW": max}, "built-in function max> has no parameters"),
        ([], "there is no claim"),
        ("", "there is no claim"),
        (3, "claims are lines of text or a list"),
        ([3], "claim 1, 3: a formula is text"),
        (["dW = x", "dW = y"], "claim 2, 'dW = y': line 1, column 6: y is not known"),
    ],
    ids=map(str, range(9)),
)
def test_claims_that_cannot_be_read(claims: Any, words: str) -> None:
    with pytest.raises(ProofreadError, match=words):
        proofread(claims)


@pytest.mark.parametrize(
    ("forward", "shapes", "words"),
    [
        (["h = x"], {}, "forward line 1, 'h = x': line 1, column 5: x is not known.*needs a shape"),
        (["h = y"], {"x": ()}, "needs a shape, as in shapes"),
        (["h = X1"], {"X2": ()}, r"X1 is not known; did you mean X2\?$"),
        ([], {"x": ()}, "the forward pass is empty"),
        (["x.shape == (n,)"], {"x": ("n",)}, "the forward pass defines nothing"),
        (["L = x @ x.T"], {"x": ("n", "m")}, r"the loss L has shape \(\d+, \d+\) and not one"),
        (["L = x @ x"], {"x": ("n", "m")}, "the loss L is undefined: the matrix product"),
        (["L = x"], {"x": 3}, "shapes: x: a shape is a tuple of sizes"),
        (["L = x"], {"x": (0,)}, "a shape is a tuple of sizes"),
        (["L = x"], {"x y": ()}, "'x y' is no name"),
        (["L = x"], {"x": {"shpae": ()}}, "there is no 'shpae'; did you mean shape"),
        (["L = x"], {"x": {"kind": "positiv"}}, "no kind 'positiv'; did you mean positive"),
        (["L = x"], {"x": {"kind": "labels"}}, "labels need their number"),
        (["L = x"], {"x": (), "n": ("x",)}, "x is both a quantity and a size"),
    ],
)  # fmt: skip
def test_a_forward_pass_that_cannot_be_read(
    forward: list[str], shapes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ProofreadError, match=words):
        ag.proofread(forward, ["dx = 1"], shapes)


def test_the_loss_is_the_last_line_or_named() -> None:
    forward = ["L = sum(x**2)", "J = 3 * L"]
    assert ag.proofread(forward, ["dx = 6 * x"], {"x": ("n",)}).ok
    assert ag.proofread(forward, ["dx = 2 * x"], {"x": ("n",)}, loss="L").ok
    assert ag.proofread(forward, ["dL_dx = 2 * x", "dJ_dL = 3"], {"x": ("n",)}).ok
    with pytest.raises(ProofreadError, match="the loss K is no quantity of the forward pass"):
        ag.proofread(forward, ["dx = 2 * x"], {"x": ("n",)}, loss="K")


def test_labels_count_from_zero() -> None:
    """As rows of a table do in Python."""
    forward = ["p = softmax(z)", "L = -total(log(p[i, j]) * indicator(y[i] == j - 1), i, j)"]
    shapes = {"z": ("n", "k"), "y": {"shape": ("n",), "labels": "k"}}
    assert ag.proofread(forward, ["L >= 0"], shapes).ok
    one = ["L = -total(log(p[i, j]) * indicator(y[i] == j), i, j)"]
    report = ag.proofread([forward[0], *one], ["L >= 1e-9"], shapes)
    assert report.exit_code in (0, 1)


def test_own_names_of_functions() -> None:
    report = ag.proofread(
        ["h = g(x)", "L = sum(h)"], ["dx = g(x) * (1 - g(x))"], {"x": ("n",)},
        functions={"g": "sigmoid"},
    )  # fmt: skip
    assert report.ok
