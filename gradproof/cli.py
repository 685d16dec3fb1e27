"""The commands and their options; a failure is one line on stderr and exit code 2.

Modules that take time to import are imported by the command that needs them, inside `main`, so
that ctrl-C is answered from the first moment on.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import NoReturn

from .errors import Interrupted, UsageError


class Parser(argparse.ArgumentParser):
    """argparse, with its complaints as ours: one line and a hint."""

    def error(self, message: str) -> NoReturn:
        hint = f"try: {self.prog} --help"
        if "expression" in message:
            hint = "an expression that begins with a minus goes after --, as the last argument"
        raise UsageError(f"{message}\n{hint}")


def doctor(options: argparse.Namespace) -> int:
    """Say what this machine can draw, and how to get what is missing."""
    import viz

    report = viz.doctor()
    print(report)
    return 0 if report.ok else 1


def parser() -> Parser:
    """The command line's grammar."""
    from . import check, demo, derive, draw, exercise, train, walk

    top = Parser(
        prog="gradproof",
        description="Compute, draw and check gradients.",
        epilog="gradproof COMMAND --help tells more.",
    )
    top.add_argument("--version", action="version", version=f"gradproof {version()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (demo, train, draw, derive, walk, check, exercise):
        module.add_to(commands)
    command = commands.add_parser("doctor", help="say what this machine can draw")
    command.set_defaults(run=doctor)
    return top


def version() -> str:
    try:
        return metadata.version("gradproof")
    except metadata.PackageNotFoundError:
        return "from a checkout that is not installed: pip install -e ."


def known_errors() -> tuple[type[BaseException], ...]:
    """What bad input of any kind raises; everything else is a bug and keeps its traceback."""
    from autograd.errors import DTypeError, ExpressionError, ProofreadError, ShapeError
    from nn.errors import DataError, ModelFileError, TargetError
    from viz import FormatError, GraphTooLargeError, MissingExtraError, RenderError

    return (
        UsageError, OSError, ExpressionError, ShapeError, DTypeError, ProofreadError, DataError,
        ModelFileError, TargetError, FormatError, GraphTooLargeError, MissingExtraError,
        RenderError, MemoryError,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0: done; 1: a check failed; 2: bad input, one line on stderr; 130: interrupted by ctrl-C.
    """
    if sys.stdout is None:  # closed by the shell
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # where ∂ cannot be shown, a question mark is
    try:
        return ran(arguments)
    except (KeyboardInterrupt, Interrupted) as interruption:
        return failed(130, str(interruption) or "interrupted")
    except SystemExit as done:  # argparse, after --help or --version
        return int(done.code or 0)


def ran(arguments: Sequence[str] | None) -> int:
    known = known_errors()
    try:
        options = parser().parse_args(arguments)
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        silence()
        return 0
    except known as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            silence()
        return failed(2, described(error))


def silence() -> None:
    """Send what Python still holds for stdout nowhere, so that its own exit does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def failed(code: int, message: str) -> int:
    print(f"gradproof: {message}", file=sys.stderr)
    return code


def described(error: BaseException) -> str:
    """The message, harmless to a terminal; for the system's errors, what file and what is wrong."""
    from nn.errors import printable

    return "\n".join(printable(line, 2000) for line in said(error).split("\n"))


def said(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "this needs more memory than there is: choose smaller sizes"
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror.lower()}".replace("\n", "\\n")
    if isinstance(error, OSError) and error.strerror:
        return f"cannot write: {error.strerror.lower()}"
    return str(error)
