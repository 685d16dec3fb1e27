"""`gradproof check` on pages of notes: reports, files, options, exit codes."""

import json
from pathlib import Path

import pytest
from commands import Run, shell

from autograd.proofread.report import VERDICTS

ROOT = Path(__file__).parents[2]
NOTES = (ROOT / "examples/notes.md").read_text(encoding="utf-8")
CONFIG = (ROOT / "examples/notes.yaml").read_text(encoding="utf-8")
SLOPE = r"\odot z \odot (1 - z)"
RIGHT = NOTES.replace(SLOPE, r"\odot h \odot (1 - h)").replace(
    r"\frac{\partial L}{\partial b_1} = ", r"\frac{\partial L}{\partial b_1} = \mathbf{1}^T "
)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """The example with its configuration beside it."""
    (tmp_path / "notes.yaml").write_text(CONFIG, encoding="utf-8")
    file = tmp_path / "notes.md"
    file.write_text(NOTES, encoding="utf-8")
    return file


def test_mistakes_are_found_and_explained(run: Run, notes: Path) -> None:
    code, out, err = run("check", "notes.md")
    assert (code, err) == (1, "")
    assert "2 mistakes. Start at line 28; 1 right step rests on them." in out
    assert "✗ wrong           8  notes.md:28:" in out
    assert "h instead of z" in out
    assert "right step from line 28" in out
    assert "(line 9)" in out  # the loss, by its line in the source
    assert all(row == row.rstrip() for row in out.split("\n"))


def test_right_notes_are_all_right(run: Run, notes: Path) -> None:
    notes.write_text(RIGHT, encoding="utf-8")
    code, out, err = run("check", "notes.md")
    assert (code, err) == (0, "")
    assert "No mistake found" in out


def test_what_cannot_be_read_is_neither_right_nor_wrong(run: Run, notes: Path) -> None:
    notes.write_text(RIGHT + "\n$$L = \\unheardof{x}$$\n", encoding="utf-8")
    code, out, _ = run("check", "notes.md")
    assert code == 2
    assert "No mistake in what could be read; 1 could not be." in out


def test_brief_and_formats(run: Run, notes: Path) -> None:
    brief = run("check", "notes.md", "--brief")[1]
    assert "✓" not in brief
    assert "✗" in brief
    markdown = run("check", "notes.md", "--format", "md")[1]
    assert markdown.startswith("# notes.md\n")
    data = json.loads(run("check", "notes.md", "--format", "json")[1])
    assert data["source"] == NOTES
    assert data["name"] == "notes.md"
    assert {m["verdict"] for m in data["marks"]} <= set(VERDICTS)
    assert data["first"] == {"line": 8, "part": 1}


def test_several_files(run: Run, notes: Path, tmp_path: Path) -> None:
    (tmp_path / "right.md").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "right.yaml").write_text(CONFIG, encoding="utf-8")
    code, out, _ = run("check", "right.md", "notes.md")
    assert code == 1
    assert out.count("Start at line 28") == 1
    assert out.count("No mistake found") == 1
    both = json.loads(run("check", "right.md", "notes.md", "--format", "json")[1])
    assert [each["ok"] for each in both] == [True, False]


def test_reports_are_written_whole(run: Run, notes: Path, tmp_path: Path) -> None:
    code, out, err = run("check", "notes.md", "-o", "marked.html", "-o", "report.json")
    assert (code, err) == (1, "")
    assert out.endswith("wrote marked.html\nwrote report.json\n")
    assert "<!doctype html>" in (tmp_path / "marked.html").read_text(encoding="utf-8")
    code, out, err = run("check", "notes.md", "--format", "json", "-o", "again.json")
    assert err == "wrote again.json\n"
    assert out == (tmp_path / "again.json").read_text(encoding="utf-8")
    assert out == (tmp_path / "report.json").read_text(encoding="utf-8")


def test_the_configuration_can_be_elsewhere_or_in_front(run: Run, notes: Path) -> None:
    expected = run("check", "notes.md", "--format", "json")[1]
    (notes.parent / "notes.yaml").rename(notes.parent / "other.yaml")
    assert run("check", "notes.md", "--config", "other.yaml", "--format", "json")[1] == expected
    notes.write_text(f"---\n{CONFIG}---\n{NOTES}", encoding="utf-8")
    code, out, _ = run("check", "notes.md", "--format", "json")
    assert code == 1
    assert [m["verdict"] for m in json.loads(out)["marks"]] == [
        m["verdict"] for m in json.loads(expected)["marks"]
    ]


def test_options_go_over_the_configuration(run: Run, notes: Path) -> None:
    notes.write_text(RIGHT.replace(r"h^T \frac", r"h \frac"), encoding="utf-8")
    assert "∅ undefined" in run("check", "notes.md")[1]
    for lines in ("20-23", "21", "all"):
        code, out, _ = run("check", "notes.md", "--loose", lines)
        assert code == 0
        assert "≈ loose" in out
        assert r"exactly     h^T" in out
    assert "∅ undefined" in run("check", "notes.md", "--loose", "28-30")[1]
    titled = run("check", "notes.md", "--set", "title=Mine", "--set", "functions.s=sigmoid")[1]
    assert titled.startswith("Mine ──")


def test_the_same_seed_gives_the_same_report(run: Run, notes: Path) -> None:
    first = run("check", "notes.md", "--format", "json", "--seed", "3")[1]
    assert run("check", "notes.md", "--format", "json", "--seed", "3")[1] == first
    assert run("check", "notes.md", "--format", "json", "--seed", "4")[1] != first


def test_two_commands_from_notes_to_a_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text(NOTES, encoding="utf-8")
    code, out, err = run("check", "--init", "mine.md")
    assert (code, err) == (0, "")
    assert out.startswith("wrote mine.yaml")
    draft = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert "loss: L" in draft
    assert run("check", "mine.md")[0] in (0, 1)
    code, out, err = run("check", "--init", "mine.md")
    assert code == 2
    assert "mine.yaml is there already, and is not overwritten" in err
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == draft
    assert run("check", "--init", "mine.md", "-o", "other.yaml")[0] == 0


def test_in_a_process_of_its_own(notes: Path) -> None:
    done = shell("check", "notes.md", cwd=notes.parent, NO_COLOR="1")
    assert (done.returncode, done.stderr) == (1, "")
    assert "\x1b" not in done.stdout


def test_windows_line_ends_and_byte_order_marks(run: Run, notes: Path) -> None:
    expected = run("check", "notes.md", "--format", "json")[1]
    notes.write_bytes(b"\xef\xbb\xbf" + NOTES.replace("\n", "\r\n").encode())
    assert run("check", "notes.md", "--format", "json")[1] == expected


def test_a_notebook_is_read_by_its_cells(run: Run, tmp_path: Path) -> None:
    parts = NOTES.split("## Back")
    cells = [{"cell_type": "markdown", "source": [part]} for part in parts]
    cells.append({"cell_type": "markdown", "source": ["```\ny = 1\n```"]})
    (tmp_path / "notes.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (tmp_path / "notes.yaml").write_text(CONFIG, encoding="utf-8")
    code, out, _ = run("check", "notes.ipynb", "-o", "marked.html")
    assert code == 1
    assert "Start at cell 2, line 18" in out
    assert "notes.ipynb:cell 2:18:" in out
    assert "code in lines" not in out  # the lines of a cell are others


def test_a_notebook_that_is_none_is_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.ipynb").write_text('{"cells": [', encoding="utf-8")
    (tmp_path / "notes.yaml").write_text(CONFIG, encoding="utf-8")
    code, out, err = run("check", "notes.ipynb", "-o", "marked.html")
    assert (code, err) == (2, "")
    assert "this is no notebook: JSONDecodeError" in out
    assert "marked.html" in out


def test_the_docs_show_what_the_command_prints(run: Run, notes: Path) -> None:
    page = (ROOT / "docs/proofreading.md").read_text(encoding="utf-8")
    shown = page.split("<!-- report -->\n```\n")[1].split("```\n<!-- end -->")[0]
    assert run("check", "notes.md")[1] == shown


def test_code_that_is_not_read_is_said(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "code.md"
    page.write_text("$$y = 2 x$$, `y = 1`\n\n```python\ndx = 2 * dy\n```\n\n```\nwords\n```\n")
    _, out, _ = run("check", str(page), "--set", "shapes.x=[]")
    assert "the code in lines 3–5 was not read" in out
    assert out.count("was not read") == 1


def test_a_claim_in_words_is_not_read(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "---\nshapes: {x: []}\nclaims: {6: prose}\n---\n$$y = 2 x$$\nIt always grows.\n"
    )
    code, out, _ = run("check", str(page), "--format", "json")
    last = json.loads(out)["marks"][-1]
    assert code == 2
    assert (last["verdict"], last["claim"], last["at"]["line"]) == (
        "not read",
        "It always grows.",
        6,
    )
    assert last["message"].startswith("prose")
