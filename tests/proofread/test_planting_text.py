"""Exchanging pieces of a page."""

import pytest

from autograd.proofread.formula.tree import Span
from autograd.proofread.planting.text import replaced

PAGE = "one = two\n\nthree = four \\\\\nfive = six\n"


def test_pieces_are_exchanged_and_the_rest_stays() -> None:
    changes = [(Span(1, 7, 1, 10), "2"), (Span(3, 9, 3, 14), "four and a half")]
    assert replaced(PAGE, changes) == "one = 2\n\nthree = four and a half \\\\\nfive = six\n"


def test_a_piece_of_several_lines() -> None:
    assert replaced(PAGE, [(Span(3, 9, 4, 5), "x")]) == "one = two\n\nthree = x = six\n"


def test_nothing_changes_without_changes() -> None:
    assert replaced(PAGE, []) == PAGE


def test_overlaps_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        replaced(PAGE, [(Span(1, 1, 1, 5), "x"), (Span(1, 3, 1, 8), "y")])
