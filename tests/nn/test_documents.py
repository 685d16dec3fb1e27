"""docs/documents.md: its tables are the report and the numbers that are computed now."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "documents.md").read_text("utf-8")
ROWS = [
    line.strip("| ").split(" | ") for line in TEXT.splitlines() if re.match(r"\| [STR]\d", line)
]
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?")
KINDS = ["loose", "misprint", "missing", "claim", "right"]


@pytest.fixture(scope="module")
def evidence():
    """The script examples/documents/evidence.py as a module, with its neighbours importable."""
    folder = str(ROOT / "examples" / "documents")
    sys.path.insert(0, folder)
    try:
        yield importlib.import_module("evidence")
    finally:
        sys.path.remove(folder)


def agree(line: str, computed: str) -> bool:
    """Equal texts, and numbers equal to one unit in their third digit.

    Other processors and numpy versions round the last digits of exp and of sums in another way.
    """
    if NUMBER.sub("#", line) != NUMBER.sub("#", computed):
        return False
    found = [[float(n.replace(",", "")) for n in NUMBER.findall(t)] for t in (line, computed)]
    return all(a == pytest.approx(b, rel=0.01) for a, b in zip(*found, strict=True))


@pytest.mark.untraced
def test_the_document_holds_the_computed_numbers(evidence):
    computed = evidence.written(TEXT).splitlines()
    for line, expected in zip(TEXT.splitlines(), computed, strict=True):
        assert agree(line, expected), f"in the document: {line}\ncomputed: {expected}"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("relative error 18.9", "relative error 19.3"),
        ("h2 instead of z2", "h1 instead of z2"),
        ("relative error 0.741", "relative error 0.761"),
        ("| 998 |", "| 1,020 |"),
    ],
    ids=["report", "fix", "note", "scaling"],
)
@pytest.mark.untraced
def test_a_changed_number_would_be_noticed(evidence, right, wrong):
    changed = TEXT.replace(right, wrong)
    assert changed != TEXT
    computed = evidence.written(changed).splitlines()
    assert not all(
        agree(line, expected) for line, expected in zip(changed.splitlines(), computed, strict=True)
    )


def test_every_finding_has_its_evidence(evidence):
    labels = [row[0] for row in ROWS]
    for letter in "STR":
        of_letter = [label for label in labels if label[0] == letter]
        assert of_letter == [f"{letter}{i}" for i in range(1, len(of_letter) + 1)]
    assert set(evidence.EVIDENCE) <= set(labels)
    for label, _, _, _, kind, cell in ROWS:
        assert kind in KINDS, label
        assert (cell == "notation") == (label not in evidence.EVIDENCE), label


def test_the_judge_rejects_what_does_not_hold(evidence):
    judge = importlib.import_module("judge")
    with pytest.raises(AssertionError):
        judge.agrees([1.0 + 1e-9], [1.0])
    with pytest.raises(AssertionError):
        judge.cannot_multiply(judge.np.ones((2, 3)), judge.np.ones((3, 1)))
    with pytest.raises(AssertionError):
        judge.off([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("script", "arguments", "text"),
    [
        ("documents/evidence.py", ["--nonsense"], "unrecognized arguments: --nonsense"),
        ("documents/evidence.py", ["--write", "more"], "unrecognized arguments: more"),
        ("scaling.py", ["--nonsense"], "unrecognized arguments: --nonsense"),
        ("scaling.py", ["a.png", "b.png"], "unrecognized arguments: b.png"),
        ("scaling.py", ["no/such/folder/a.png"], "no/such/folder"),
        ("scaling.py", ["a.txt"], "a.txt"),
    ],
)
def test_scripts_refuse_wrong_arguments(script, arguments, text):
    command = [sys.executable, str(ROOT / "examples" / script), *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    usage, error = done.stderr.splitlines()
    assert usage.startswith(f"usage: {Path(script).name}")
    assert text in error
