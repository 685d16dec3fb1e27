"""Numbers, arrays and names in few characters."""

import math

import numpy as np
import pytest

from viz import text


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (0.19661193, "0.1966"), (-3.0, "-3"), (0.0, "0"), (-0.0, "0"), (1e-7, "1e-7"),
        (1.25e-10, "1.25e-10"), (123456.0, "1.235e5"), (1e200, "1e200"), (math.inf, "inf"),
        (-math.inf, "-inf"), (math.nan, "nan"), (100.0, "100"), (1e-5, "1e-5"), (2**0.5, "1.414"),
    ],
)  # fmt: skip
def test_numbers(x: float, shown: str) -> None:
    assert text.number(x) == shown


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (2.5, "2.5"),
        (np.zeros((0, 3)), "empty"),
        ([1.0, -2.0, 0.5], "[1, -2, 0.5]"),
        ([[1, 2], [3, 4]], "[[1, 2], [3, 4]]"),
        (np.arange(5.0), "0 … 4, mean 2"),
        (np.ones(9), "all 1"),
        (np.array([True, False, True, False, True]), "0 … 1, mean 0.6"),
        ([1.0, 2.0, 3.0, math.nan, math.inf], "1 … 3, mean 2, 2 nan or inf"),
        ([math.nan] * 6, "all 6 nan or inf"),
        ([1.7e308, 1.6e308] * 3, "1.6e308 … 1.7e308, mean 1.65e308"),
        ([0.0, 5e-324, 0.0, 0.0, 0.0], "0 … 4.94e-324, mean 0"),
        (np.array([None] * 5), "5 entries"),
        (np.float32([0.1, 0.1]), "[0.1, 0.1]"),
    ],
)  # fmt: skip
def test_summaries(x: object, shown: str) -> None:
    assert text.summary(x) == shown  # type: ignore[arg-type]


def test_shapes() -> None:
    assert [text.shape(s) for s in [(), (5,), (4, 5), (2, 3, 4)]] == ["", "(5,)", "4×5", "2×3×4"]


def test_names_keep_their_ends() -> None:
    name = "encoder.layers.11.attention.output.weight"
    short = text.shorten(name)
    assert text.width(short) == text.WIDEST_NAME
    assert short.startswith("encoder.layers")
    assert short.endswith("t.weight")
    assert "…" in short
    assert text.shorten("W1") == "W1"
    assert text.width(text.shorten("中" * 50)) <= text.WIDEST_NAME
    assert len(text.shorten("\u0301" * 10_000_000)) < 300


def test_invisible_characters_become_symbols() -> None:
    assert text.visible("a\0b\nc\td\x7f") == "a␀b␊c␉d␡"
    assert text.visible("\ud800|\uffff|\x85|\u202e|\u2028|\ufeff") == "�|�|�|�|�|�"
    assert text.visible("  ") == "␣␣"
    assert text.visible("a b") == "a b"
    assert text.visible("👩\u200d🔬 中文 вес") == "👩\u200d🔬 中文 вес"
