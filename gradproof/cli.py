"""The commands and their options; a failure is one line on stderr and exit code 2."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from autograd.errors import DTypeError, ExpressionError, ShapeError

from . import demo, draw, train
from .errors import UsageError


class Parser(argparse.ArgumentParser):
    """argparse, with its complaints as ours: one line and a hint."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\ntry: {self.prog} --help")


def doctor(options: argparse.Namespace) -> int:
    """Say what this machine can draw, and how to get what is missing."""
    import viz

    report = viz.doctor()
    print(report)
    return 0 if report.ok else 1


def parser() -> Parser:
    """The command line's grammar."""
    top = Parser(
        prog="gradproof",
        description="Compute, draw and check gradients.",
        epilog="gradproof COMMAND --help tells more.",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (demo, train, draw):
        module.add_to(commands)
    command = commands.add_parser("doctor", help="say what this machine can draw")
    command.set_defaults(run=doctor)
    return top


def known_errors() -> tuple[type[BaseException], ...]:
    """What bad input of any kind raises; everything else is a bug and keeps its traceback."""
    from nn.errors import DataError, ModelFileError, TargetError
    from viz import FormatError, GraphTooLargeError, MissingExtraError, RenderError

    return (
        UsageError, OSError, ExpressionError, ShapeError, DTypeError, DataError, ModelFileError,
        TargetError, FormatError, GraphTooLargeError, MissingExtraError, RenderError,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: 0, 1 if a check failed, 2 for bad input."""
    try:
        options = parser().parse_args(arguments)
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("gradproof: interrupted", file=sys.stderr)
        return 130
    except known_errors() as error:
        print(f"gradproof: {described(error)}", file=sys.stderr)
        return 2


def described(error: BaseException) -> str:
    """The message; for the system's errors, what file and what is wrong with it."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror.lower()}"
    return str(error)
