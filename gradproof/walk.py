"""`gradproof walk`: a page that steps through the passes over an expression or a network."""

from __future__ import annotations

import argparse
from typing import Any

from . import derive
from .errors import UsageError


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "walk",
        help="write a page that steps through the backward pass",
        description="Write one HTML file that steps through the forward and the backward pass, "
        "of an expression or of one of the documents' networks.",
        epilog="An expression that begins with a minus goes after --, as the last argument.",
    )
    command.add_argument("expression", nargs="?", help="such as '1/(1+exp(-(w*x+b)))'")
    command.add_argument("--at", action="append", default=[], metavar="NAME=NUMBER,…",
                         help="the numbers of the variables")  # fmt: skip
    command.add_argument("--net", choices=("sigmoidnet", "testnet"), help="a document's network")
    command.add_argument("-o", "--output", metavar="FILE", default="walk.html",
                         help="the page (default: walk.html)")  # fmt: skip
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if (options.net is None) == (options.expression is None):
        raise UsageError("walk takes an expression or --net sigmoidnet|testnet, one of the two")
    names: dict[str, Any] = {}
    if options.net is None:
        loss: Any = derive.expression(options.expression, options.at)
        title = f"The backward pass of {options.expression}"
    else:
        if options.at:
            raise UsageError("--at gives numbers to an expression's variables; --net has none")
        loss, names = derive.network(options.net)
        title = f"The backward pass of {options.net}"
    import viz

    page = viz.page(loss, options.output, names=names, title=title)
    print(f"wrote {page}: open it in a browser")
    return 0
