"""Right derivations of many kinds and notations: nothing in them is called a mistake."""

from collections import Counter

import pytest

from autograd.proofread.judge import judge
from benchmarks.derivations import Derivation, corpus, derived

CORPUS = {d.name: d for d in corpus()}
DERIVED = {d.name: d for d in derived()}
# What cannot be judged: a set of classes, and a matrix whose rows are all alike.
UNREAD = {"sigmoidnet_written_out.md": 1, "softmax_regression.md": 1}


def verdicts(derivation: Derivation, seed: int) -> Counter[str]:
    setup, lines = derivation.read()
    return Counter(mark.verdict for mark in judge(setup, lines, seed).marks)


@pytest.mark.parametrize("name", CORPUS)
@pytest.mark.untraced
def test_right_derivations_are_right(name: str) -> None:
    found = verdicts(CORPUS[name], seed=0)
    assert found["right"] >= 5
    assert found["not read"] == UNREAD.get(name, 0)
    assert set(found) <= {"right", "definition", "not read"}


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.untraced
def test_what_derive_prints_is_right(name: str) -> None:
    found = verdicts(DERIVED[name], seed=1)
    assert found["right"] >= 5
    assert set(found) <= {"right", "definition"}


def test_there_are_derivations_of_many_kinds() -> None:
    assert len(CORPUS) >= 20
    assert {name.rpartition(".")[2] for name in CORPUS} == {"md", "tex", "txt", "ipynb", "py"}
