"""The gallery's code runs, makes the pictures that the page shows, and prints what stands there."""

import re
from pathlib import Path

import gallery
import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.untraced
def test_the_gallery_makes_each_of_its_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = gallery.run(tmp_path, ".dot")
    page = gallery.PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"\(img/([\w-]+)\.png\)", page)
    shown.remove("walk")  # a browser takes it, of the page that is made here
    assert (tmp_path / "walk.html").stat().st_size > 100_000
    assert (ROOT / "docs" / "img" / "walk.png").is_file()
    assert [Path(name).stem for name in made] == shown
    for name in shown:
        assert (tmp_path / f"{name}.dot").read_text(encoding="utf-8").startswith("digraph")
        assert (ROOT / "docs" / "img" / f"{name}.png").is_file()
    (printed,) = re.findall(r"^```text\n(.*?)^```", page, re.M | re.S)
    assert capsys.readouterr().out == printed
