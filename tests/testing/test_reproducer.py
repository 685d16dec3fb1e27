"""What a failure prints can be pasted and run, and fails in the same way."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

import autograd as ag
from autograd import primitive
from autograd.testing import gradient_property
from autograd.testing.written import literal

FILE = """
import numpy as np
import autograd as ag
from autograd import primitive
from autograd.testing import gradient_property, labels

wrong = primitive("wrong", lambda x: np.sin(x), [lambda g, y, x: g * ag.cos(y)])
test_an_op = gradient_property("ij")(wrong)

@gradient_property("mc", lambda m, c: labels(m, c), gradient=lambda z, y: np.ones(z.shape))
def test_a_loss(z, y):
    return -ag.mean(ag.log_softmax(z)[np.arange(len(y)), y])
"""
wrong = primitive("wrong", lambda x: np.sin(x), [lambda g, y, x: g * ag.cos(x) + 1e-3])
ONE = settings(max_examples=5, database=None)


def program_in(text: str) -> str:
    lines = text.split("Reproduce it with\n", 1)[1]
    return textwrap.dedent(re.split(r"\n *\)\n", lines, maxsplit=1)[0]).strip() + "\n)"


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize(
    ("name", "error"),
    [("test_an_op", "GradientError: wrong"), ("test_a_loss", "PropertyError: f gives another")],
)
def test_what_pytest_shows_can_be_pasted(name: str, error: str, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(FILE)
    pytest_run = "import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", pytest_run, f"test_mine.py::{name}", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 1
    shown = "\n".join(line[4:] for line in done.stdout.splitlines() if line.startswith("E   "))
    assert error in shown
    assert f"case={'wrong' if 'op' in name else name}(np.array([[" in shown
    program = program_in(shown)
    assert f"from test_mine import {name}" in program
    again = run(program, tmp_path.parent)
    assert error in again.stderr


def test_without_a_place_the_laws_are_named(tmp_path: Path) -> None:
    options: dict[str, Any] = {"first_order": False, "second_order": False}
    with pytest.raises(AssertionError) as failure:
        gradient_property("i", settings=ONE, **options)(wrong)()
    (note,) = [n for n in failure.value.__notes__ if "Reproduce" in n]
    program = program_in(note)
    assert "from test_reproducer import wrong" in program
    assert "laws=['linear']" in program
    assert "not linear in its cotangent" in run(program, tmp_path).stderr


def test_a_reference_beside_a_function_of_the_same_name(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as failure:
        gradient_property("i", settings=ONE, reference=np.cos)(ag.sin)()
    (note,) = [n for n in failure.value.__notes__ if "Reproduce" in n]
    assert "sin differs from cos" in run(program_in(note), tmp_path).stderr


def test_what_cannot_be_imported_is_shown() -> None:
    with pytest.raises(AssertionError) as failure:
        gradient_property("i", settings=ONE, linear=False)(lambda x: wrong(2.0 * x))()
    (note,) = [n for n in failure.value.__notes__ if "Reproduce" in n]
    assert "f = …  # what was tested: gradient_property" in note


@pytest.mark.parametrize(
    "a",
    [1.5, -0.0, float("nan"), float("inf"), 3, "text", None, [1.0, 2], (1.0,), {"W": [1.0]},
     np.float64(0.1), np.array(2.0), np.array([[0.1, -2.0]]), np.zeros((0, 3)), np.array([1, 2]),
     np.array([True]), np.array([1.0], np.float32), np.array([np.nan, -np.inf])],
    ids=str,
)  # fmt: skip
def test_arguments_as_python(a: Any) -> None:
    back = eval(literal(a), {"np": np})
    assert type(back) is (float if isinstance(a, np.float64) else type(a))
    if isinstance(a, np.ndarray):
        assert back.dtype == a.dtype
        assert back.shape == a.shape
        assert back.tobytes() == a.tobytes()
    else:
        assert back == a or a != a
