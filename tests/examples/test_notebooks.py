"""The notebooks run, come to the results that they tell, and are small enough to read online."""

import json
from pathlib import Path
from typing import Any

import notebooks
import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.untraced
def test_moons_are_told_apart() -> None:
    names = notebooks.run(EXAMPLES / "moons.ipynb").names
    assert names["accuracy"] >= 0.97
    assert names["history"].accuracy[-1] >= 0.97
    # the plane is divided as the points are: on a grid, the nearest point's side is predicted
    x1, x2, scores = names["x1"], names["x2"], names["scores"]
    i = np.abs(names["moons"].x[:, :1] - x1).argmin(axis=1)
    j = np.abs(names["moons"].x[:, 1:] - x2).argmin(axis=1)
    assert np.mean((scores[j, i] > 0) == names["moons"].y) >= 0.9


def test_the_documents_are_derived_drawn_and_checked() -> None:
    done = notebooks.run(EXAMPLES / "two_documents.ipynb")
    names = done.names
    assert names["first"].ok
    assert names["second"].ok
    assert (len(names["first"].rows), len(names["second"].rows)) == (10, 9)
    assert r"h^{(2)} - t" in names["rows"].markdown
    assert r"\delta^{(2)}" in names["columns"].markdown
    assert names["large"] / names["small"] < 1
    shown = [mime for cell in done.notebook["cells"] for o in cell.get("outputs", ())
             for mime in o.get("data", ())]  # fmt: skip
    assert shown.count("image/svg+xml") == 4


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_is_kept_with_its_outputs_and_small(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    codes = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in codes] == list(range(1, len(codes) + 1))
    outputs = [output for cell in codes for output in cell["outputs"]]
    assert len(outputs) >= len(codes) - 3
    assert max(len(json.dumps(output)) for output in outputs) < 300_000


def cell(code: str) -> dict[str, Any]:
    return {"cell_type": "code", "id": "a", "metadata": {}, "source": [code], "outputs": []}


def notebook(folder: Path, *codes: str) -> Path:
    path = folder / "n.ipynb"
    path.write_text(json.dumps({"cells": [cell(code) for code in codes]}), encoding="utf-8")
    return path


def test_the_runner_shows_what_a_notebook_would(tmp_path: Path) -> None:
    html = "class H:\n    def _repr_html_(self): return '<b>1</b>'\nH()"
    done = notebooks.run(notebook(tmp_path, "x = 2\nprint(x)\nx + 1", html, "x;", "None"))
    first, second, third, fourth = (c["outputs"] for c in done.notebook["cells"])
    assert [o["output_type"] for o in first] == ["stream", "execute_result"]
    assert (first[0]["text"], first[1]["data"]["text/plain"]) == (["2\n"], ["3"])
    assert second[0]["data"]["text/html"] == ["<b>1</b>"]
    assert (third, fourth) == ([], [])


def test_the_runner_lets_errors_out_with_the_cells_number(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        notebooks.run(notebook(tmp_path, "1 + 1", "1 / 0"))
    assert "n.ipynb, cell 2" in {str(frame.path) for frame in caught.traceback}
