"""Run notebooks without a kernel, and write what their cells show into them.

    python examples/notebooks.py [FILE.ipynb …]

Cells run in order, in one namespace, as plain Python; what a cell's last line evaluates to shows
itself by its `_repr_…_` methods, open figures of matplotlib's pyplot as PNG.  That is all that our
notebooks use of Jupyter, and it takes no time to start.
"""

from __future__ import annotations

import argparse
import ast
import base64
import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MIMES = {"html": "text/html", "markdown": "text/markdown", "latex": "text/latex",
         "svg": "image/svg+xml"}  # fmt: skip
LARGEST = 300_000  # bytes of one output; an interactive page is larger, and is left out of the file


@dataclass
class Run:
    """A notebook after its cells ran: its content with outputs, and the names that it defined."""

    notebook: dict[str, Any]
    names: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Everything printed or shown as text."""
        return "".join(
            "".join(output.get("text") or output["data"].get("text/plain", ""))
            for cell in self.notebook["cells"]
            for output in cell.get("outputs", ())
        )


def run(path: Path) -> Run:
    """Run a notebook's cells; an exception of theirs comes out, with the cell's number."""
    import matplotlib

    matplotlib.use("Agg")
    done = Run(json.loads(path.read_text(encoding="utf-8")), {"__name__": "__main__"})
    codes = [cell for cell in done.notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(codes, start=1):
        name = f"{path.name}, cell {number}"
        cell["execution_count"] = number
        cell["outputs"] = list(outputs("".join(cell["source"]), name, number, done.names))
    return done


def outputs(code: str, name: str, number: int, names: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a cell prints and shows, as nbformat 4 has it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        value = executed(code, name, names)
    if printed.getvalue():
        yield {"output_type": "stream", "name": "stdout", "text": lines(printed.getvalue())}
    yield from figures()
    if value is not None:
        yield {"output_type": "execute_result", "execution_count": number, "metadata": {},
               "data": bundle(value)}  # fmt: skip


def executed(code: str, name: str, names: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line, if that is an expression."""
    tree = ast.parse(code, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    if last is None or code.rstrip().endswith(";"):
        return None
    return eval(compile(ast.Expression(last.value), name, "eval"), names)  # type: ignore[attr-defined]


def bundle(value: Any) -> dict[str, Any]:
    """A value in each way in which it shows itself."""
    found: dict[str, Any] = {"text/plain": lines(repr(value))}
    for kind, mime in MIMES.items():
        method = getattr(value, f"_repr_{kind}_", None)
        shown = method() if method is not None else None
        if shown is not None and len(shown) <= LARGEST:
            found[mime] = lines(shown)
        elif shown is not None:
            found[mime] = ["<i>Run this cell to have its page here.</i>"]
    return found


def figures() -> Iterator[dict[str, Any]]:
    """The open figures of pyplot, which are closed."""
    from matplotlib import pyplot

    for number in pyplot.get_fignums():
        content = io.BytesIO()
        pyplot.figure(number).savefig(content, format="png", dpi=90, metadata={"Software": None})
        png = base64.b64encode(content.getvalue()).decode()
        yield {"output_type": "display_data", "metadata": {}, "data": {"image/png": png}}
    pyplot.close("all")


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Run notebooks and write their outputs into them")
    parser.add_argument("files", nargs="*", type=Path, default=sorted(HERE.glob("*.ipynb")))
    for path in parser.parse_args().files:
        text = json.dumps(run(path).notebook, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        print("ran", path)


if __name__ == "__main__":
    main()
