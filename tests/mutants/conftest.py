"""A tree of a few lines to seed faults into: one module, one test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mutants.mutant import ROOT, Fault, Mutant

MODULE = "autograd/primitive.py"  # the harness knows tests/engine/test_primitive.py to be near it
SOURCE = '''\
"""Σ: a module with characters of several bytes."""


def double(x):
    # twice x
    return 2 * x


def countdown(n):
    while n > 0:
        n -= 1
    return n
'''
TEST = """\
from autograd.primitive import countdown, double


def test_double():
    assert double(3) == 6


def test_countdown():
    assert countdown(5) == 0
"""
Make = Callable[..., Mutant]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The root of the small tree."""
    root = tmp_path / "tree"
    shutil.copytree(ROOT / "mutants", root / "mutants")
    for name, text in {
        "autograd/__init__.py": "",
        MODULE: SOURCE,
        "tests/engine/test_primitive.py": TEST,
        "tests/engine/test_finer_points.py": "def test_nothing():\n    pass\n",
        "pyproject.toml": '[tool.pytest.ini_options]\nfilterwarnings = ["error"]\n',
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def mutant(tree: Path) -> Make:
    """A mutant of the small tree, by what stands there and what becomes of it."""

    def made(old: str, new: str, symbol: str = "") -> Mutant:
        fault = Fault(MODULE, symbol, "constant", f"{old} → {new}", old, new)
        return fault.located((tree / MODULE).read_text(encoding="utf-8"))

    return made
