"""`gradproof train`: one of the documents' networks on the user's own table."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nn
from nn.errors import printable

from .errors import Interrupted, UsageError

MOST = 10**8  # outputs of the network for all rows together: 0.8 GB for each copy of them


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "train",
        help="train a network on a table and save it",
        description="Train one of the documents' networks on a CSV table with a header: numeric "
        "features, and a column of classes.  Features are standardised by the training part.",
    )
    command.add_argument("file", help="the table, a CSV file")
    command.add_argument("--target", required=True, metavar="COLUMN", help="the column of classes")
    command.add_argument("--hidden", type=whole, nargs="+", default=[5], metavar="N",
                         help="the widths of the hidden layers (5)")  # fmt: skip
    command.add_argument("--net", choices=("sigmoid", "test"), default="sigmoid",
                         help="SigmoidNet (squared error) or TestNet (cross-entropy)")  # fmt: skip
    command.add_argument("--epochs", type=whole, default=300, help="passes over the data (300)")
    command.add_argument("--lr", type=positive, default=0.05, help="Adam's learning rate (0.05)")
    command.add_argument("--batch-size", type=whole, metavar="N", help="rows per step (all)")
    command.add_argument("--weight-decay", type=weight, default=0.0, metavar="λ",
                         help="λ of the penalty (λ/2) Σ‖W‖² (0)")  # fmt: skip
    command.add_argument("--test", type=share, default=0.2, metavar="SHARE",
                         help="the share of rows to measure the accuracy on (0.2)")  # fmt: skip
    command.add_argument("--seed", type=seed, default=0, help="of weights, split and order (0)")
    command.add_argument("-o", "--output", metavar="FILE",
                         help="the saved model (beside the table, with .model.npz)")  # fmt: skip
    command.add_argument("--page", metavar="FILE.html",
                         help="a page that steps through the training")  # fmt: skip
    command.set_defaults(run=run)


def numeric(kind: Callable[[str], Any], ok: Callable[[Any], bool], wanted: str) -> Any:
    """An argparse type: a number that is `ok`, or a complaint that says what is wanted."""

    def parse(text: str) -> Any:
        try:
            number = kind(text)
        except ValueError:
            number = None
        if number is None or not ok(number):
            raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
        return number

    return parse


whole = numeric(int, lambda n: n >= 1, "a whole number from 1 on")
seed = numeric(int, lambda n: n >= 0, "a whole number from 0 on")
positive = numeric(float, lambda x: 0.0 < x < math.inf, "a number above 0")
weight = numeric(float, lambda x: 0.0 <= x < math.inf, "a number from 0 on")
share = numeric(float, lambda x: 0.0 < x < 1.0, "a share between 0 and 1")


def run(options: argparse.Namespace) -> int:
    file = Path(options.file)
    output = Path(options.output or file.parent / f"{file.stem}.model.npz")
    table = nn.data.read_csv(file, target=options.target)
    if output.exists() and output.samefile(file):
        raise UsageError(f"-o {output} is the table itself: give another name for the model")
    if len(table) * len(table.class_names) > MOST:  # outputs for every row at once
        raise UsageError(
            f"column {options.target!r} has {len(table.class_names):,} classes in {len(table):,} "
            "rows, too many to train on at once: give a column of classes, not a quantity"
        )
    nn.io.check_writable(output)  # before the long computation
    if options.page is not None:
        from viz.page.training import check

        check(options.page)
    try:
        return trained(options, table, file, output)
    except (ValueError, nn.DivergedError) as error:  # of the data; nn says what to do
        raise UsageError(str(error)) from error


def trained(options: argparse.Namespace, table: nn.data.Table, file: Path, output: Path) -> int:
    """Split, standardise, fit, save, report."""
    parts = nn.data.split(table.x, table.y, options.test, seed=options.seed)
    scale = nn.data.Standardizer(parts.x_train)
    x, x_test = scale.transform(parts.x_train), scale.transform(parts.x_test)
    make = nn.SigmoidNet if options.net == "sigmoid" else nn.TestNet
    net = make((table.x.shape[1], *options.hidden, len(table.class_names)), seed=options.seed)
    history = nn.fit(
        net,
        x,
        parts.y_train,
        epochs=options.epochs,
        lr=options.lr,
        batch_size=options.batch_size,
        weight_decay=options.weight_decay,
        seed=options.seed,
        record=options.page is not None,
    )
    if not history.loss:
        raise Interrupted("interrupted before the first epoch ended; nothing was saved")
    about = {
        "features": list(table.feature_names),
        "classes": list(table.class_names),
        "mean": scale.mean.tolist(),
        "scale": scale.scale.tolist(),
    }
    nn.save(net, output, about=about)
    accuracy = net.accuracy(x_test, parts.y_test)
    print(f"{net} on {printable(file.name)}: {table}")
    print(f"  epochs: {history.epochs}, loss {history.loss[0]:.4g} → {history.loss[-1]:.4g}")
    print(f"  accuracy on the {len(parts.y_train)} rows it learnt from: {history.accuracy[-1]:.1%}")
    print(f"  accuracy on the {len(parts.y_test)} it never saw: {accuracy:.1%}")
    print(f"wrote {printable(str(output))}")
    if options.page is not None:
        print(f"wrote {printable(str(paged(history, options.page, table, net)))}")
    if history.interrupted:
        raise Interrupted(
            f"interrupted after {history.epochs} of {options.epochs} epochs; {output} holds what "
            "was learnt so far"
        )
    return 0


def paged(history: nn.History, path: str, table: nn.data.Table, net: Any) -> Path:
    """The page of the training, with the table's names."""
    import viz

    if history.boundary is not None:
        history.boundary.classes = list(table.class_names)
        history.boundary.features = [f"{name}, standardised" for name in table.feature_names]
    return viz.page(history, path, title=f"{net} on {table.x.shape[0]} rows")
