"""The marked page: what is beside what, and that it loads, runs and shows nothing foreign."""

import re
from pathlib import Path
from typing import Any

import pytest
from browser import in_browser
from pictures import HOSTILE, outside_scripts
from proofs import DOCUMENT, PYTHON, RIGHT, SOURCE, hostile, span
from proofs import document as page_of

import viz
from autograd.proofread.report import Mark, Report
from viz.proof import document
from viz.proof.page import page


def test_the_page_loads_nothing(tmp_path: Path) -> None:
    file = viz.marked(DOCUMENT, tmp_path / "notes.html")
    text = outside_scripts(file)
    policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    assert policy + "font-src data:; img-src data:" in text
    assert not re.search(r"<(script|img|iframe|link)[^>]*\s(src|href)=", text)
    assert not re.search(r"url\((?!\"?data:)", text)
    assert "@import" not in text
    assert file.stat().st_size < 1_000_000


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_inert(name: str) -> None:
    text = page(hostile(name))
    assert len(re.findall(r"</script>", text)) == 2
    body = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    assert not re.search(r"<(script|img|iframe|b>bold)", body)
    assert not re.search("[\0\ud800\uffff\u202e]", body)


def test_pictures_and_html_of_the_document_are_not_taken_over() -> None:
    source = (
        "![a](http://x.org/a.png) <b onclick=x>bold</b> [l](javascript:alert) [w](http://x.org)"
    )
    html, _ = document.html(page_of(source), lambda marks: "")
    assert "<img" not in html
    assert "<b" not in html
    assert "[picture: a]" in html
    assert re.findall(r'href="([^"]*)"', html) == ["http://x.org"]
    assert 'rel="noopener noreferrer"' in html


def test_front_matter_and_comments_are_not_shown() -> None:
    html, _ = document.html(page_of(SOURCE), lambda marks: "")
    assert "title: Notes" not in html
    assert "ignored" not in html
    assert html.startswith("<h1>A small network</h1>")


@pytest.mark.parametrize(
    ("source", "place"),
    [("# About $x$\n", "About"), ("a `b` c\n", "b"), ("| a |\n| - |\n| $x$ |\n", "x"),
     ("```\ncode\n```\n", "code"), ("> said $x$\n", "said"), ("1. one\n2. two\n", "two"),
     ("text\n\n    code\n", "code"), ("$$x = 1$$", "x = 1"), ("last", "last")],
)  # fmt: skip
def test_every_mark_finds_a_place(source: str, place: str) -> None:
    mark = Mark(1, 1, "wrong", "x", at=span(place, source))
    html, lost = document.html(page_of(source, mark), lambda marks: "<i>MARK</i>" * len(marks))
    assert html.count("<i>MARK</i>") == 1
    assert lost == []
    assert "\ue000" not in html


@pytest.mark.parametrize(
    ("source", "place"), [("<!-- $x$ -->\n", "x"), ("[a]: http://x.org\n", "http")]
)
def test_a_mark_on_what_is_not_shown_is_listed_below(source: str, place: str) -> None:
    text = page(page_of(source, Mark(1, 1, "wrong", "x", at=span(place, source))))
    assert "Marks on lines that this page does not show" in text
    assert text.count('id="m1-1"') == 1


def test_a_latex_document_has_its_headings_and_lists() -> None:
    source = (
        "\\documentclass{article}\n\\begin{document}\n\\section{Loss}\\label{s}\n% nothing\n"
        "\\begin{itemize}\n\\item \\textbf{bold} $x$ 5\\%\n\\end{itemize}\n"
        "\\begin{equation}\\label{e} y = 1 \\end{equation}\n"
        "\\end{document}\n"
    )
    html, _ = document.html(page_of(source, name="a.tex"), lambda marks: "")
    assert "<h2>Loss</h2>" in html
    assert "<strong>bold</strong>" in html
    assert "5%" in html
    assert "documentclass" not in html
    assert "nothing" not in html
    assert r"\label" not in html


def test_code_of_markdown_is_left_to_its_renderer() -> None:
    source = "a `b` and\n\n```py\n$c$\n```\n"
    html, _ = document.html(page_of(source), lambda marks: "")
    assert html == document.markdown(source)


def test_code_of_latex_is_shown_as_it_stands() -> None:
    source = (
        "\\begin{document}\nby \\verb|$x$~| and\n\\begin{verbatim}\n  # a -- $y$\n\\end{verbatim}\n"
    )
    html, _ = document.html(
        page_of(source + "\\end{document}\nafter", name="a.tex"), lambda marks: ""
    )
    assert '<code class="inline" id="f0">$x$~</code>' in html
    assert '<code class="display" id="f1">  # a -- $y$</code>' in html
    assert "math" not in html
    assert "verb" not in html
    assert "after" not in html


def test_a_quoted_formula_is_without_the_marks_of_the_quotation() -> None:
    html, _ = document.html(page_of("> $$\n> a\n> = b\n> $$\n"), lambda marks: "")
    assert ">a = b</span>" in html


def test_a_mark_on_several_formulas_blames_none_of_them() -> None:
    source = "$a$ is never more than $b$\n"
    mark = Mark(1, 1, "wrong", "a <= b", right="b", at=span(source[:-1], source))
    html, lost = document.html(page_of(source, mark), lambda marks: "<i>MARK</i>")
    assert lost == []
    assert html.count('class="math inline"') == 2
    assert "framed" not in html
    assert html.index("MARK") > html.index(">b<")


def test_private_characters_of_the_document_stand_for_nothing() -> None:
    html, _ = document.html(page_of("\ue0000\ue001 $x\ue0000\ue001$"), lambda marks: "")
    assert html.count('class="math') == 1
    table = "| a |\n| - |\n| $x\ue0000\ue001$ |\n"
    html, _ = document.html(page_of(table), lambda marks: "")
    assert html.count('class="math') == 1


# ── in a browser ────────────────────────────────────────────────────────────────────────────────
class Marked:
    """A report's page, opened."""

    def __init__(self, browser: Any, report: Report, folder: Path) -> None:
        self.browser = browser
        browser.get(viz.marked(report, folder / "page.html").as_uri())

    def all(self, css: str) -> list[Any]:
        found: list[Any] = self.browser.find_elements("css selector", css)
        return found

    def one(self, css: str) -> Any:
        (found,) = self.all(css)
        return found

    def press(self, *keys: str) -> None:
        for key in keys:
            self.one("body").send_keys(key)

    def box(self, css: str) -> dict[str, float]:
        found: dict[str, float] = self.browser.execute_script(
            "return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", css
        )
        return found

    def opened(self) -> list[str]:
        return [note.get_attribute("id") for note in self.all("details.note[open]")]

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.browser.get_log("browser")]


@in_browser
def test_each_mark_stands_beside_its_formula(browser: Any, tmp_path: Path) -> None:
    shown = Marked(browser, DOCUMENT, tmp_path)
    for mark in DOCUMENT.marks:
        note = shown.box(f"#{document.mark_id(mark)}")
        formula = shown.box(f'[data-marks~="{document.mark_id(mark)}"]')
        assert note["left"] > formula["right"], mark
        assert note["top"] < formula["bottom"] + 4, mark
        assert note["bottom"] > formula["top"] - 60, mark  # a table's marks begin at its top
    tops = [shown.box(f"#{document.mark_id(m)}")["top"] for m in DOCUMENT.marks]
    assert tops == sorted(tops)
    assert shown.complaints() == []


@in_browser
def test_marks_of_one_display_are_in_order_and_its_part_is_framed(
    browser: Any, tmp_path: Path
) -> None:
    shown = Marked(browser, DOCUMENT, tmp_path)
    assert shown.one('[data-marks="m5-1 m5-2"]').get_attribute("class").split()[:3] == [
        "math", "display", "wrong",
    ]  # fmt: skip
    framed = shown.one('[data-marks="m5-1 m5-2"] .enclosing.mark-wrong')
    assert framed.text.startswith("(")
    assert shown.one('[data-marks="m6-1"] .enclosing.mark-undefined')
    assert not shown.all('[data-marks="m7-1"] .enclosing')
    assert len(shown.all(".math.framed")) == len(shown.all("[data-framed]")) == 3


@in_browser
def test_a_click_opens_the_explanation(browser: Any, tmp_path: Path) -> None:
    shown = Marked(browser, DOCUMENT, tmp_path)
    assert shown.opened() == []
    assert "h_1" in shown.one("#m5-2 .pen annotation").get_attribute("textContent")
    shown.one("#m5-2 summary").click()
    assert shown.opened() == ["m5-2"]
    text = shown.one("#m5-2 .why").text
    assert "The slope of σ is h(1−h)" in text
    assert "entry (2, 3): yours is -12.71, it should be 0.006648" in text
    shown.one('[data-marks="m6-1"]').click()
    assert shown.opened() == ["m5-2", "m6-1"]
    shown.one('[data-marks="m6-1"]').click()
    assert shown.opened() == ["m5-2"]
    assert shown.complaints() == []


@in_browser
def test_keys_lead_from_mistake_to_mistake(browser: Any, tmp_path: Path) -> None:
    shown = Marked(browser, DOCUMENT, tmp_path)
    assert shown.one("#count").text == "3 mistakes"
    shown.press("n")
    assert (shown.one("#count").text, shown.opened()) == ("mistake 1 of 3", ["m5-2"])
    assert shown.one(".note.now").get_attribute("id") == "m5-2"
    shown.press("n", "n")
    assert shown.one(".note.now").get_attribute("id") == "m9-1"
    shown.press("n")
    assert shown.one(".note.now").get_attribute("id") == "m5-2"
    shown.press("p")
    assert shown.one(".note.now").get_attribute("id") == "m9-1"
    assert shown.one(".note.now").is_displayed()
    shown.press("e")
    assert len(shown.opened()) == len(shown.all("details.note"))
    shown.press("e")
    assert shown.opened() == []
    shown.one(".outcome a").click()
    assert shown.opened() == ["m5-2"]
    assert shown.complaints() == []


@in_browser
def test_what_katex_cannot_read_is_shown_as_source(browser: Any, tmp_path: Path) -> None:
    shown = Marked(browser, DOCUMENT, tmp_path)
    (source,) = shown.all(".math.source")
    assert source.text == r"\frac{\partial L}{\partial t} = \unknowncommand{x}"
    assert len(shown.all(".math.written")) == len(shown.all(".math")) - 1
    assert not shown.all(".katex-error")


@in_browser
def test_rows_without_a_frame_are_still_read(browser: Any, tmp_path: Path) -> None:
    source = "$$a &= b \\\\ c &= d$$\n"
    report = page_of(source, Mark(1, 1, "wrong", "c = d", at=span("c &= d", source)))
    shown = Marked(browser, report, tmp_path)
    assert "written" in shown.one(".math").get_attribute("class")


@in_browser
def test_lines_of_python_are_numbered(browser: Any, tmp_path: Path) -> None:
    shown = Marked(browser, PYTHON, tmp_path)
    lines = shown.all(".claim-line")
    assert [line.text.split("\n") for line in lines][1] == ["2", "dW2 = dz2 @ h1.T"]
    for i in (1, 2, 3, 4):
        note, line = shown.box(f"#m{i}-1"), shown.box(f'[data-marks="m{i}-1"]')
        assert note["left"] > line["left"]
        assert abs(note["top"] - line["top"]) < 30
    assert shown.one("#count").text == "1 mistake"
    assert shown.one("#m3-1 .pen").text == "the slip of line 2 again"
    assert shown.one("#m2-1 .pen").text.split("\n") == ["h1.T @ dz2", "swap the factors"]
    assert shown.complaints() == []


@in_browser
def test_a_page_without_mistakes_says_so(browser: Any, tmp_path: Path) -> None:
    shown = Marked(browser, RIGHT, tmp_path)
    assert "No mistake found" in shown.one(".outcome.fine").text
    assert not shown.one("#bar").is_displayed()
    shown.press("n")
    assert shown.complaints() == []


@in_browser
def test_a_narrow_page_has_its_marks_in_the_text(browser: Any, tmp_path: Path) -> None:
    shown = Marked(browser, DOCUMENT, tmp_path)
    phone = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        width = browser.execute_script("return document.documentElement.scrollWidth")
        assert width <= 400
        note, formula = shown.box("#m5-2"), shown.box('[data-marks="m5-1 m5-2"]')
        assert note["top"] >= formula["bottom"]
        assert note["right"] <= 400
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@in_browser
def test_hostile_formulas_run_nothing(browser: Any, tmp_path: Path) -> None:
    source = (
        "$\\href{javascript:alert(1)}{x}$ $\\htmlClass{note}{y}$ $\\htmlStyle{color:red}{z}$ "
        "$\\includegraphics{http://x.org/a.png}$ $\\def\\a{\\a\\a}\\a$ ![p](http://x.org/p.png)\n"
    )
    report = page_of(source, Mark(1, 1, "right", "x", at=span("x", source)))
    shown = Marked(browser, report, tmp_path)
    assert not shown.all("main a, main img, main .enclosing")
    assert shown.complaints() == []


@in_browser
def test_the_page_can_be_used_by_keyboard_and_read_aloud(browser: Any, tmp_path: Path) -> None:
    shown = Marked(browser, DOCUMENT, tmp_path)
    for control in shown.all("button, summary, a"):
        assert control.accessible_name, control.get_attribute("outerHTML")
    assert "right" in shown.one("#m4-1").get_attribute("textContent")
    assert shown.one("#count").get_attribute("aria-live") == "polite"
    assert browser.execute_script("return document.documentElement.lang") == "en"
