"""Every hostile name, through every real renderer that is here, arrives whole in valid XML."""

import shutil
from pathlib import Path

import pytest
from pictures import HOSTILE, texts

import viz
from autograd import Value
from viz import text


@pytest.mark.parametrize("engine", ["system", "wasi"])
def test_names_arrive_as_they_are(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "wasi":
        monkeypatch.setenv("PATH", str(tmp_path))
    elif shutil.which("dot") is None:
        pytest.skip("no system Graphviz here")
    total = Value(0.0)
    for name in HOSTILE:
        total = total + Value(1.0, name=name)
    file = viz.draw(total, tmp_path / "hostile.svg", legend=False)
    found = set(texts(file.read_bytes()))
    for name in filter(None, HOSTILE):
        assert text.shorten(text.visible(name)).replace("  ", " \xa0") in found, name
    assert viz.draw(total, tmp_path / "hostile.png").stat().st_size > 10_000
