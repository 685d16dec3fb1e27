"""`gradproof exercise`: what it writes, that `check` marks it, and bad requests."""

import re
from pathlib import Path

import pytest
from commands import Run

NOTES = r"""---
loss: L
shapes: {x: [n, d], w: [d, 1], t: [n, 1]}
parameters: [w]
---

The loss is half of a sum of squares,

$$y = x w, \qquad L = \frac{1}{2} \sum_{i=1}^{n} (y_i - t_i)^2$$

so

$$\frac{\partial L}{\partial y} = y - t$$

$$\frac{\partial L}{\partial w} = x^T \frac{\partial L}{\partial y}$$
"""
POINTS = re.compile(r"points: (\d) of (\d)")


def points(out: str) -> tuple[int, int]:
    found = POINTS.search(out)
    assert found is not None
    return int(found[1]), int(found[2])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text(NOTES, encoding="utf-8")
    return path


def test_the_key_lies_beside_the_exercise(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("exercise", "--net", "testnet", "-o", str(tmp_path / "sheet.md"))
    assert code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sheet.key.md", "sheet.md"]
    assert "sheet.key.md" in out
    assert "Answers to sheet.md" in (tmp_path / "sheet.key.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("net", ["testnet", "sigmoidnet"])
def test_planted_mistakes_are_in_the_key_and_nowhere_else(
    run: Run, tmp_path: Path, net: str
) -> None:
    page, key = tmp_path / "e.md", tmp_path / "k.md"
    code, out, err = run("exercise", "--net", net, "--mistakes", "2", "--seed", "7",
                         "-o", str(page), "--key", str(key))  # fmt: skip
    assert (code, err) == (0, "")
    assert f"gradproof check {page}" in out
    answers = re.findall(r"^- line (\d+)", key.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(answers) == 2
    code, out, _ = run("check", str(page), "--brief", "--format", "txt")
    assert code == 1
    assert points(out) == (0, 2)
    blamed = re.findall(r"(?:wrong|undefined) +[\d.]+ +\S*:(\d+):\d+", out)
    assert blamed == answers


def test_the_right_formulas_of_the_key_give_all_points(run: Run, tmp_path: Path) -> None:
    page, key = tmp_path / "e.md", tmp_path / "k.md"
    run("exercise", "--net", "sigmoidnet", "--mistakes", "3", "-o", str(page), "--key", str(key))
    said = key.read_text(encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    pairs = re.findall(r"it says \$(.*)\$\n  - right is \$(.*)\$", said)
    assert len(pairs) == 3
    for wrong, right in pairs:
        assert text.count(f"&= {wrong}") == 1
        text = text.replace(f"&= {wrong}", f"&= {right}")
    page.write_text(text, encoding="utf-8")
    code, out, _ = run("check", str(page), "--format", "txt")
    assert code == 0
    assert points(out) == (3, 3)


def test_blanks_are_marked_with_follow_through(run: Run, notes: Path) -> None:
    page, key = notes.with_name("e.md"), notes.with_name("k.md")
    run("exercise", "--from", str(notes), "--blanks", "2", "-o", str(page), "--key", str(key))
    text = page.read_text(encoding="utf-8")
    assert text.count(r"$$\frac{\partial L}{\partial y} = \boxed{?}$$") == 1
    assert r"- line 13: $y - t$" in key.read_text(encoding="utf-8")
    code, out, _ = run("check", str(page), "--format", "txt")
    assert code == 2
    assert points(out) == (0, 2)
    assert out.count("blank") == 2
    filled = text.replace(r"\boxed{?}$$", r"2 (y - t)$$", 1)
    filled = filled.replace(r"\boxed{?}$$", r"\boxed{x^T \frac{\partial L}{\partial y}}$$")
    page.write_text(filled, encoding="utf-8")
    code, out, _ = run("check", str(page), "--format", "txt")
    assert code == 1
    assert points(out) == (1, 2)
    assert "carried 1" in out


def test_a_page_with_its_configuration_beside(run: Run, notes: Path) -> None:
    _, front, body = notes.read_text(encoding="utf-8").split("---\n")
    notes.write_text(body, encoding="utf-8")
    notes.with_suffix(".yaml").write_text(front, encoding="utf-8")
    page = notes.with_name("e.md")
    assert run("exercise", "--from", str(notes), "-o", str(page))[0] == 0
    assert page.with_suffix(".yaml").read_text(encoding="utf-8") == front
    code, out, _ = run("check", str(page), "--format", "txt")
    assert code == 1
    assert points(out) == (0, 1)


def test_the_same_seed_is_the_same_exercise(run: Run, tmp_path: Path) -> None:
    pages = []
    for k, seed in enumerate((3, 3, 4)):
        page = tmp_path / f"{k}" / "e.md"
        page.parent.mkdir()
        run("exercise", "--net", "testnet", "--seed", str(seed), "-o", str(page))
        pages.append(page.read_text(encoding="utf-8"))
    assert pages[0] == pages[1] != pages[2]


def test_a_page_that_is_not_right_makes_no_exercise(run: Run, notes: Path) -> None:
    notes.write_text(NOTES.replace("= y - t", "= t - y"), encoding="utf-8")
    code, out, err = run("exercise", "--from", str(notes), "-o", str(notes.with_name("e.md")))
    assert (code, out) == (2, "")
    assert "notes.md:13" in err
    assert "is wrong" in err
    assert not notes.with_name("e.md").exists()


def test_more_mistakes_than_lines(run: Run, notes: Path) -> None:
    code, _, err = run("exercise", "--from", str(notes), "--mistakes", "9",
                       "-o", str(notes.with_name("e.md")))  # fmt: skip
    assert code == 2
    assert "2 equalities that could be changed, 9 are wanted" in err


BAD = [
    (("--mistakes", "2"), "one of the two"),
    (("--net", "testnet", "--from", "x.md"), "one of the two"),
    (("--net", "testnet", "--mistakes", "0"), "at least 1, not 0"),
    (("--net", "testnet", "--blanks", "-1"), "at least 1, not -1"),
    (("--net", "testnet", "--blanks", "1", "--mistakes", "1"), "two kinds of exercise"),
    (("--net", "testnet", "--seed", "-1"), "a whole number from 0"),
    (("--from", "x.md", "--style", "delta"), "are for --net"),
    (("--from", "missing.md"), "missing.md: no such file"),
    (("--from", "x.ipynb"), "--from takes .md"),
    (("--net", "testnet", "--key", "e.md"), "two files"),
]


@pytest.mark.parametrize(("arguments", "text"), BAD, ids=lambda p: str(p)[:40])
def test_bad_requests_are_one_line(run: Run, arguments: tuple[str, ...], text: str) -> None:
    code, out, err = run("exercise", *arguments, "-o", "e.md")
    assert (code, out) == (2, "")
    assert text in err.lower()
