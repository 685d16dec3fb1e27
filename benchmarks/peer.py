"""A peer: an adapter file, read without importing it, and the Python that can run it."""

from __future__ import annotations

import ast
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .cases import Case

ADAPTERS = Path(__file__).parent / "peers"
ROOT = Path(__file__).parents[1]
FIRST = (  # in tables; the others follow by name
    "ours", "ours_compiled", "ours_batch", "ours_numba",
    "numpy_by_hand", "numpy_buffers", "c_loops", "cpp_tape",
)  # fmt: skip
CONSTANTS = {"TITLE", "ENVIRONMENT", "REQUIRES", "IMPORT", "TOOLS", "OURS", "COMPILES"}


def home() -> Path:
    """PEERS_HOME: where environments and compiled libraries are, outside the repository."""
    return Path(os.environ.get("PEERS_HOME", "~/.cache/gradproof-peers")).expanduser().resolve()


@dataclass(frozen=True)
class Peer:
    """The adapter `peers/NAME.py`: what its constants say, and which programs it defines.

    TITLE: its name in tables.  ENVIRONMENT: its virtual environment; without one it runs in the
    Python that runs the benchmark.  REQUIRES: what is installed there; the first is the library
    itself.  IMPORT: the statement that a user's program begins with.  TOOLS: programs that have to
    be on the PATH.  OURS: it measures this repository.  COMPILES: the first call is worth telling.
    """

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def constants(self) -> dict[str, Any]:
        return {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in self.tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in CONSTANTS
        }

    @cached_property
    def programs(self) -> set[str]:
        """The names of the functions that it defines or imports."""
        defined = {node.name for node in self.tree.body if isinstance(node, ast.FunctionDef)}
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom):
                defined |= {alias.asname or alias.name for alias in node.names}
        return defined

    @property
    def title(self) -> str:
        return str(self.constants.get("TITLE", self.name))

    @property
    def environment(self) -> str | None:
        return self.constants.get("ENVIRONMENT")

    @property
    def requires(self) -> list[str]:
        return list(self.constants.get("REQUIRES", ()))

    @property
    def ours(self) -> bool:
        return bool(self.constants.get("OURS", False))

    @property
    def python(self) -> Path:
        if self.environment is None:
            return Path(sys.executable)
        return home() / self.environment / "bin" / "python"

    @property
    def compiles(self) -> bool:
        return bool(self.constants.get("COMPILES", False))

    def runs(self, case: Case) -> bool:
        return case.program in self.programs

    def missing(self) -> str | None:
        """What keeps it from running on this machine, or None."""
        if not self.python.exists():
            return f"no environment {self.environment} (make bench-peers creates it)"
        for tool in self.constants.get("TOOLS", ()):
            if shutil.which(tool) is None:
                return f"needs {tool} on the PATH"
        return None


def peers(names: Sequence[str] = ()) -> list[Peer]:
    """The peers with these names, all without names; ours first, then by hand, then the others.

    Raises ValueError for a name that no adapter has.
    """
    every = {path.stem: Peer(path) for path in sorted(ADAPTERS.glob("[!_]*.py"))}
    order = dict.fromkeys([*(name for name in FIRST if name in every), *every])
    if unknown := [name for name in names if name not in every]:
        raise ValueError(f"no peer {', '.join(unknown)}; there are {', '.join(order)}")
    return [every[name] for name in order if not names or name in names]


def own() -> list[Peer]:
    """Ours and numpy by hand: what can be measured without an environment of a peer."""
    return [peer for peer in peers() if peer.ours or peer.name == "numpy_by_hand"]
