"""`gradproof derive`: the derivatives of an expression or a document's network, written out."""

from __future__ import annotations

import argparse
from typing import Any

from . import subject
from .errors import UsageError


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "derive",
        help="write derivatives out as a textbook does",
        description="The derivation of an expression's gradients with its numbers filled in, or of "
        "one of the documents' networks in matrices.",
    )
    subject.add_to(command)
    command.add_argument("--layout", choices=("rows", "columns"),
                         help="what a sample is; by default as in the document")  # fmt: skip
    command.add_argument("--style", choices=("steps", "delta", "final"), default="steps",
                         help="line by line, by residuals, or one formula each")  # fmt: skip
    command.add_argument("--format", choices=("text", "markdown", "latex"), default="text")
    command.add_argument("--shapes", action="store_true", help="write shapes beside the symbols")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    import autograd as ag

    loss, names = subject.of(options)
    if options.net is None and (options.layout or options.shapes or options.style == "delta"):
        raise UsageError("--layout, --shapes and --style delta are for --net: an expression is "
                         "made of numbers")  # fmt: skip
    try:
        print(ag.derive(loss, layout=options.layout, style=options.style, format=options.format,
                        shapes=options.shapes, names=names))  # fmt: skip
    except ValueError as error:  # a formula that nobody could read
        raise UsageError(str(error)) from None
    return 0
