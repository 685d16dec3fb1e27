"""What `gradproof check` refuses, each in one line and a hint."""

from pathlib import Path

import pytest
from commands import Run

from gradproof.conventions import assigned, loosened

BAD = [
    ((), "FILE"),
    (("none.md",), "none.md: no such file"),
    (("notes.pdf",), "takes .md, .markdown, .txt, .tex, .ipynb"),
    (("notes.md", "more.md", "-o", "a.html"), "-o is for one document, and there are 2"),
    (("notes.md", "-o", "a.pdf"), "use one of .html, .md, .json, .txt"),
    (("notes.md", "-o", "nowhere/a.html"), "there is no folder"),
    (("notes.md", "-o", "notes.md"), "is the document itself"),
    (("notes.md", "--format", "pdf"), "invalid choice"),
    (("notes.md", "--seed", "x"), "--seed"),
    (("notes.md", "--config", "none.yaml"), "none.yaml: no such file"),
    (("notes.md", "--set", "loss"), "takes KEY=VALUE"),
    (("notes.md", "--set", "losss=J"), "there is no key 'losss'; did you mean loss"),
    (("notes.md", "--set", "sizes.n=x"), "a whole number"),
    (("notes.md", "--loose", "56-34"), "lines from the first to the last"),
    (("latin.md",), "byte 0 is not UTF-8"),
    (("--init", "notes.md", "--config", "c.yaml"), "--init writes a configuration"),
    (("--init", "notes.md", "more.md", "-o", "c.yaml"), "-o is for one document, and there are 2"),
    (("wrong.md",), "wrong.yaml:2: the configuration: there is no key 'shape'; did you mean"),
]


@pytest.mark.parametrize(("arguments", "text"), BAD, ids=lambda p: str(p)[:50])
def test_bad_requests_are_one_line(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], text: str
) -> None:
    for name in ("notes.md", "more.md", "wrong.md"):
        (tmp_path / name).write_text("$y = 2 x$\n")
    (tmp_path / "latin.md").write_bytes("é".encode("latin-1"))
    (tmp_path / "wrong.yaml").write_text("loss: y\nshape: {x: []}\n")
    before = {path.name for path in tmp_path.iterdir()}
    code, out, err = run("check", *arguments)
    assert (code, out) == (2, "")
    assert text in err
    assert len(err.splitlines()) <= 2
    assert err.startswith("gradproof: ")
    assert {path.name for path in tmp_path.iterdir()} == before


def test_options_as_yaml() -> None:
    assert assigned("loss=J") == '"loss": J\n'
    assert assigned("symbols.\\delta=d(L, z)") == '"symbols":\n  "\\\\delta": d(L, z)\n'
    assert loosened("all") == "products: loose\n"
    assert loosened("34-56, 60") == 'sections: [{lines: ["34-56", "60"], products: loose}]\n'
