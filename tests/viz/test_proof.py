"""What a proof-reading says in the terminal, as Markdown and as JSON, and where it is written."""

import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from pictures import HOSTILE
from proofs import DOCUMENT, FIXED, PYTHON, RIGHT, SLOPE, document, hostile, span
from rich.console import Console

import viz
from autograd.proofread.report import VERDICTS, Mark, Report
from viz.proof import terminal, words, written
from viz.proof.frames import framed, whole
from viz.proof.places import SLIPS, Offsets, Places

LINES = str(DOCUMENT).split("\n")


def line(start: str) -> str:
    (found,) = [row for row in LINES if row.strip().startswith(start)]
    return " ".join(found.split())


def test_it_opens_with_what_it_judged_by_and_closes_with_how() -> None:
    assert LINES[0].startswith("Notes ──")
    assert line("loss") == "loss L = ½ Σ (t − h1)²"
    assert line("sizes") == "sizes n = 7 or 11, n0 = 2 or 3"
    assert line("judged by") == "judged by rows are samples"
    assert LINES[-1] == "At 5 random points, to 1e-9."
    assert LINES[-2] == "Advice: mark lines 27–30 as loose"


def test_right_lines_are_one_line_each() -> None:
    assert line("✓ right           4").endswith(
        r"4 notes.md:20:44 \frac{\partial L}{\partial h_1} = h_1 - t"
    )
    assert line("· definition      2").endswith(r"h_1 = \sigma(z_1)")


def test_a_wrong_line_says_why_where_and_how_to_mend_it() -> None:
    at = LINES.index(next(row for row in LINES if row.startswith("✗ wrong")))
    said = [" ".join(row.split()) for row in LINES[at : at + 8]]
    assert said == [
        "✗ wrong 5.2 notes.md:24:5",
        rf"written \frac{{\partial L}}{{\partial z_1}} = {SLOPE}",
        "why The slope of σ is h(1−h), of its value; here stands z(1−z), of its argument.",
        "numbers entry (2, 3): yours is -12.71, it should be 0.006648",
        "looks like z(1−z) where h(1−h) belongs",
        f"fix {FIXED} (h_1 for z_1, twice)",
        "or h_1 (all)",
        "",
    ]


def test_a_carried_line_is_not_to_blame() -> None:
    assert "right step from line 24" in line("→ carried")
    assert line("rests on") == "rests on line 24, wrong as well"


def test_the_first_mistake_is_pointed_out() -> None:
    assert line("3 mistakes") == (
        "3 mistakes; 1 could not be read. Start at line 24; 1 right step rests on them."
    )
    assert DOCUMENT.first is not None
    assert (DOCUMENT.first.line, DOCUMENT.first.part) == (5, 2)
    assert "One mistake. Start at line 2;" in str(PYTHON)
    assert "No mistake found" in str(RIGHT)
    assert "No equation was found." in str(Report((), "L", {}))
    unread = Report((Mark(1, 1, "right", "a"), Mark(2, 1, "not read", "b")), "L", {})
    assert "No mistake in what could be read; 1 could not be." in str(unread)


def test_a_mistake_that_rests_on_no_other_comes_first() -> None:
    marks = (Mark(1, 1, "wrong", "a", rests_on=(2,)), Mark(2, 1, "wrong", "b"))
    assert "Start at line 2." in words.outcome(Report(marks, "L", {}))
    assert "Start at line 1." in words.outcome(Report(marks[:1], "L", {}))


def test_a_slip_that_is_repeated_counts_once() -> None:
    assert words.summary(PYTHON) == "1 right, 1 wrong, 1 carried"
    assert "the slip of line 2 again:  dW1 = dz1 @ x.T" in str(PYTHON)
    assert "One mistake." in str(PYTHON)


def test_equations_that_share_a_line_are_told_apart() -> None:
    places = Places(DOCUMENT)
    assert places(1) == "line 8, equation 1"
    assert places(5) == "line 24"  # where its mistake is
    assert places.several((5, 6, 7)) == "line 24, line 27 and line 29"
    assert Places(PYTHON)(2) == "line 2"


def test_numbers_have_the_digits_that_tell_them_apart() -> None:
    assert words.numbers(1.0, 2.0) == ("1", "2")
    a, b = words.numbers(0.12345678, 0.12345699)
    assert a != b
    assert float(a) == pytest.approx(0.12345678, abs=1e-9)
    assert words.numbers(1.0, 1.0) == ("1", "1")


def test_brief_leaves_out_what_is_right() -> None:
    brief = written(DOCUMENT, "txt", brief=True)
    assert "✓" not in brief
    assert "✗ wrong" in brief
    assert "→ carried" in brief


def test_verdicts_have_words_and_signs_of_their_own() -> None:
    assert set(words.LOOKS) == set(VERDICTS)
    assert len({look.sign for look in words.LOOKS.values()}) == len(VERDICTS)
    assert {v for v, look in words.LOOKS.items() if look.loud} >= set(SLIPS)


def coloured(environment: dict[str, str], terminal_: bool) -> str:
    out = StringIO()
    console = Console(file=out, force_terminal=terminal_, width=90, _environ=environment)
    console.print(terminal.rich(DOCUMENT))
    return out.getvalue()


def test_colours_are_for_terminals_that_want_them() -> None:
    term = {"TERM": "xterm-256color"}
    assert re.search("\x1b\\[1;31m.?.?.?✗ wrong", coloured(term, True))
    assert "\x1b[1;31m" not in coloured(term | {"NO_COLOR": "1"}, True)
    assert "\x1b" not in coloured(term, False)


@pytest.mark.parametrize("width", [30, 60, 200])
def test_any_width(width: int) -> None:
    text = terminal.plain(DOCUMENT, width=width)
    assert max(map(len, text.split("\n"))) <= width
    assert "Start at" in " ".join(text.split())


# ── Markdown ────────────────────────────────────────────────────────────────────────────────────
def test_markdown_has_each_mistake_and_a_table_of_all() -> None:
    text = written(DOCUMENT, "md")
    assert text.startswith("# Notes\n\n**3 mistakes; 1 could not be read. Start at line 24;")
    assert rf"- **fix**: ${FIXED}$ (h\_1 for z\_1, twice)" in text
    assert "### ✗ line 24: wrong" in text
    rows = [row for row in text.split("\n") if row.startswith("|")]
    assert len(rows) == 2 + len(DOCUMENT.marks)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}
    assert "`norm(d(L, W1)) >= 1000 * norm(d(L, W1))`" in text


def test_python_lines_are_code_in_markdown() -> None:
    assert "- **fix**: `h1.T @ dz2` (swap the factors)" in written(PYTHON, "md")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_in_markdown_and_the_terminal(name: str) -> None:
    report = hostile(name)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(written(report, "md"))
    assert not re.search(r"<(script|img|iframe|b)\b", html)
    shown = str(report)
    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", shown)
    assert "entry (1): yours is 1, it should be 2" in shown


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────
def test_json_is_strict_and_whole() -> None:
    def refused(constant: str) -> None:
        raise AssertionError(constant)

    data = json.loads(written(DOCUMENT, "json"), parse_constant=refused)
    assert data["first"] == {"line": 5, "part": 2}
    assert (data["ok"], data["exit_code"]) == (False, 1)
    assert data["sizes"] == {"n": [7, 11], "n0": [2, 3]}
    assert data["source"] == DOCUMENT.source
    wrong = data["marks"][5]
    assert wrong["at"] == {"line": 24, "column": 5, "end_line": 24, "end_column": 5 + len(SLOPE)}
    worst = {"index": [2, 3], "written": -12.71, "true": 0.006648, "error": None}
    assert wrong["worst"] == worst
    assert wrong["fixes"][0]["text"] == FIXED
    assert data["marks"][9]["worst"]["written"] == "nan"


# ── files ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("suffix", ["html", "md", "json", "txt"])
def test_the_suffix_decides(suffix: str, tmp_path: Path) -> None:
    path = viz.marked(DOCUMENT, tmp_path / f"report.{suffix}")
    assert path.read_text(encoding="utf-8") == written(DOCUMENT, suffix)
    assert [p.name for p in tmp_path.iterdir()] == [f"report.{suffix}"]


def test_broken_characters_can_be_written(tmp_path: Path) -> None:
    path = viz.marked(replace(PYTHON, title="\ud800"), tmp_path / "report.json")
    assert json.loads(path.read_text(encoding="utf-8"))["title"] == "\ud800"


@pytest.mark.parametrize(
    ("what", "path", "error", "message"),
    [
        (3.0, "a.html", TypeError, "a report of a proof-reading is wanted; got float"),
        (DOCUMENT, "a.pdf", viz.FormatError, r"\.html, \.md, \.json, \.txt"),
        (DOCUMENT, "missing/a.html", FileNotFoundError, "missing"),
    ],
    ids=["number", "suffix", "folder"],
)
def test_what_cannot_be_written(
    what: object, path: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        viz.marked(what, tmp_path / path)
    assert list(tmp_path.iterdir()) == []


def test_a_report_shows_itself() -> None:
    assert repr(replace(PYTHON, counts={"right": 1, "wrong": 1})) == "<Report: 1 right, 1 wrong>"
    out = StringIO()
    Console(file=out, width=100).print(PYTHON)
    assert [row.rstrip() for row in out.getvalue().rstrip().split("\n")] == str(PYTHON).split("\n")
    html = PYTHON._repr_html_()
    assert html is not None
    assert 'sandbox="allow-scripts"' in html


@pytest.mark.parametrize(
    ("part", "ok"),
    [("a + b", True), ("a & b", False), (r"a \\ b", False), (r"\frac{a}{b", False),
     (r"\begin{bmatrix} a & b \\ c \end{bmatrix}", True), (r"\left( a", False), ("}", False),
     ("", False), (r"\{ a \}", True)],
)  # fmt: skip
def test_what_can_be_framed(part: str, ok: bool) -> None:
    assert whole(part) is ok


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([("b + c", "wrong")], r"a = \htmlClass{mark-wrong}{b + c} \\ d = e"),
        ([("b + c", "right")], r"a = b + c \\ d = e"),
        ([("e", "loose"), ("b", "undefined")],
         r"a = \htmlClass{mark-undefined}{b} + c \\ d = \htmlClass{mark-loose}{e}"),
        # the author's own slip goes before what is only loose
        ([("b", "loose"), ("b + c", "wrong")], r"a = \htmlClass{mark-wrong}{b + c} \\ d = e"),
        ([(r"c \\ d", "wrong")], r"a = b + c \\ d = e"),
        ([(r"$$a = b + c \\ d = e", "wrong"), ("e$$", "wrong")], r"a = b + c \\ d = e"),
    ],
)  # fmt: skip
def test_parts_with_a_mistake_are_framed(marks: list[tuple[str, str]], expected: str) -> None:
    source = r"say $$a = b + c \\ d = e$$ so"
    (passage,) = document(source).passages
    found = [Mark(1, 1, verdict, "", at=span(part, source)) for part, verdict in marks]
    assert framed(passage.text, passage, found, Offsets(source)) == expected
