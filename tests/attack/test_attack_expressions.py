"""Any text as an expression: an ExpressionError, or what numpy gives; no code runs."""

from __future__ import annotations

import contextlib
import io
import math
import subprocess
import sys
from typing import Any

import hostile
import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from autograd import Value
from autograd.errors import ExpressionError
from autograd.expression import FUNCTIONS, Expression
from gradproof.cli import main

TOKENS = [
    *FUNCTIONS, "x", "y", "σ", "pi", "__import__", "__builtins__", "os", "system", "lambda", "if",
    "else", "for", "in", "not", "and", "await", "yield", "None", "True", "0", "1", "2.5",
    "9**9**9", "1e999", "0xff", "1j", "1_0", "'a'", 'f"{x}"', "b''", "(", ")", "[", "]", "{", "}",
    "+", "-", "*", "/", "**", "//", "%", "@", "^", "~", "<", "==", ":=", "=", ".", ",", ":", ";",
    "!", "?", "$", "\\", "#", "\n", " ", "\t", "\0", "...", "__class__", "\u202e", "\ud800",
]  # fmt: skip
soup = st.lists(st.sampled_from(TOKENS), max_size=14).map("".join)
# what is repeated in front, what stands in the middle, what is repeated behind
DEEP = [
    ("-", "x", ""), ("", "x", "**x"), ("", "x", "+x"), ("exp(", "x", ")"), ("(", "x", ")"),
    ("[", "x", "]"), ("{", "x", "}"), ("", "x", ".a"), ("", "x", "[0]"), ("lambda:", "x", ""),
    ("not ", "x", ""), ("x if x else ", "x", ""), ("await ", "x", ""), ("", "x", "<x"),
    ("", "x", "(x)"), ('f"{', "x", '}"'), ('f"', "", ""), ("{", "", ""), ("", "x", " and x"),
    ("~", "x", ""), ("9", "", ""), ("9**", "9", ""), ("", "0x", "f"), ("", "1e", "9"),
    ("x*", "x", ""), ("1_", "1", ""), ("max(x,", "x", ")"), (" ", "x", " "), ("\\\n", "x", ""),
    ("x,", "x", ""), ("*", "x", ""), ("x:=", "x", ""), ("", "x", "\n"), ("#", "x", "\n"),
]  # fmt: skip


def deep(pattern: tuple[str, str, str], n: int) -> str:
    before, middle, behind = pattern
    return before * n + middle + behind * n


def judged(text: str) -> Any:
    said, result = "", None
    try:
        expression = Expression(text)
        result, _ = expression.at(dict.fromkeys(expression.names, 0.5))
    except ExpressionError as error:
        said = str(error)
    if result is None:
        assert hostile.harmless(said, 1000), ascii(said)
    else:
        assert isinstance(result, Value | float)
    return result


@hostile.attacks(200)
@given(text=st.one_of(soup, hostile.anything, st.text()))
def test_any_text(text: str) -> None:
    event("refused" if judged(text) is None else "computed")


@pytest.mark.parametrize("pattern", DEEP, ids=ascii)
def test_long_and_deep_texts(pattern: tuple[str, str, str]) -> None:
    for n in (90, 190, 900, 2400, 4900, 9990, 10**6):
        text = deep(pattern, n)
        judged(text[:10_000])
        judged(text)


@st.composite
def formulas(draw: Any, depth: int = 4) -> str:
    kind = draw(st.integers(0, 6 if depth else 1))
    if kind < 2:
        return str(draw(st.sampled_from(["x", "y", "pi", "2", "0.5", "1e3", "7.25"])))
    a, b = draw(formulas(depth - 1)), draw(formulas(depth - 1))
    if kind < 5:
        return f"({a}{draw(st.sampled_from(['+', '-', '*', '/', ' - ', '**']))}{b})"
    if kind == 5:
        return f"-{a}"
    return f"{draw(st.sampled_from(['exp', 'sin', 'tanh', 'abs', 'sqrt']))}({a})"


@hostile.attacks(100)
@given(text=formulas())
def test_a_formula_gives_what_numpy_gives(text: str) -> None:
    names = {"x": np.float64(0.7), "y": np.float64(-1.3), "pi": np.float64(math.pi)}
    functions = {name: getattr(np, name) for name in ("exp", "sin", "tanh", "abs", "sqrt")}
    wrapped = text  # every number as numpy's, so that division by zero is IEEE's
    for number in ("1e3", "7.25", "0.5"):
        wrapped = wrapped.replace(number, f"F({number})")
    with np.errstate(all="ignore"):
        wanted = eval(wrapped, {"__builtins__": {}, "F": np.float64, **functions, **names})
    expression = Expression(text)
    given_ = {name: float(names[name]) for name in expression.names}
    result, _ = expression.at(given_)
    np.testing.assert_allclose(float(getattr(result, "data", result)), wanted, rtol=1e-12)


@hostile.attacks(60)
@given(text=st.one_of(soup, formulas()), at=st.one_of(hostile.anything, st.just("x=1,y=2")))
def test_the_command_says_one_thing(text: str, at: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["draw", f"--at={at}", "--", text])
    said = out.getvalue().splitlines() + err.getvalue().splitlines()
    assert code in (0, 2)
    assert bool(out.getvalue()) == (code == 0)
    assert all(hostile.harmless(line, 2100) for line in said)


AUDITED = """
import random, sys
sys.path.insert(0, sys.argv[1])
from test_attack_expressions import DEEP, EVIL, TOKENS, deep
from autograd.errors import ExpressionError
from autograd.expression import FUNCTIONS, OPERATORS, Expression
for f in [*OPERATORS.values(), *(f for f, _ in FUNCTIONS.values())]:  # recorders are made here
    for count in (1, 2, 3):
        try:
            f(*Expression("x").at({"x": 0.5})[:1] * count)
        except TypeError:
            pass
rng = random.Random(0)
texts = EVIL + [deep(pattern, 50) for pattern in DEEP]
texts += ["".join(rng.choices(TOKENS, k=rng.randint(1, 12))) for _ in range(3000)]
watching, seen, computed = False, [], 0
def judge(event, arguments):  # `compile` is Python's parser: it makes a tree and no code
    if watching and event != "compile":
        seen.append((event, str(arguments)[:80]))
sys.addaudithook(judge)
for text in texts:
    watching = True
    try:
        expression = Expression(text)
        expression.at(dict.fromkeys(expression.names, 0.5))
        computed += 1
    except ExpressionError:
        pass
    finally:
        watching = False
watching = True
eval("1")
print(computed > 100, seen.pop()[0], seen)
"""
EVIL = [
    "__import__('os').system('touch hacked')", "open('hacked', 'w')", "exec('import os')",
    "(lambda: __import__('os'))()", "().__class__.__base__.__subclasses__()", "breakpoint()",
    "[x for x in ().__class__.__mro__]", "f'{open(1)}'", "x.__init__.__globals__", "1<<10**9",
    "exp.__globals__", "getattr(x, 'data')", "9**9**9", "9**9**9**9*x", "(9**9)**(9**9)",
]  # fmt: skip


def test_nothing_is_executed() -> None:
    """Python reports imports, files, processes and code that runs to an audit hook."""
    here = __file__.rsplit("/", 1)[0]
    done = subprocess.run([sys.executable, "-c", AUDITED, here], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("True exec []", "")
