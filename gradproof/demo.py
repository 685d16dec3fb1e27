"""`gradproof demo`: the main job on real data.

Train both documents' networks on Iris, check every gradient three ways, draw what was computed.
"""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import Tensor
from nn.crosscheck import input_name
from nn.report import Report
from nn.writable import possible

from .console import Terminal, terminal
from .errors import Interrupted, UsageError

EPOCHS = 300
TABLE_WIDTH = 74
BATCH = 7  # flowers to cross-check with: no layer has that many neurons, so shapes cannot coincide


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "demo",
        help="train both networks on Iris, cross-check every gradient, draw the graphs",
        description="Train SigmoidNet on Iris and TestNet on a two-feature, two-class part of it; "
        "compare every gradient with the hand-derived formula, the scalar graph and central "
        "differences; draw both backward graphs, the curves and the 1000× plot.  Exits with 1 if "
        "anything disagrees.",
    )
    command.add_argument("--out", default="out", metavar="FOLDER", help="for the pictures (out)")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    folder = output_folder(options.out)
    console = terminal()
    iris = nn.data.iris()
    petals = iris.select(["petal_length_cm", "petal_width_cm"], ["versicolor", "virginica"])
    written: list[Path] = []
    reports: list[Report] = []
    for title, net, table, weight_decay in (
        ("SigmoidNet on Iris", nn.SigmoidNet((4, 5, 3), seed=0), iris, 0.0),
        ("TestNet on two of its species", nn.TestNet((2, 3, 2), seed=0), petals, 0.001),
    ):
        console.rule(f"[bold]{title}")
        x, y = trained(console, net, table, weight_decay, folder, written)
        x = x.T if isinstance(net, nn.TestNet) else x  # its samples are columns
        reports.append(nn.cross_check(net, x, y, weight_decay=weight_decay))
        show(console, reports[-1])
        written.append(drawn(net, x, y, weight_decay, folder))
    console.rule("[bold]Local gradients, 1000× inputs")
    reports.append(nn.cross_check_local())
    console.say(reports[-1].summary)
    written.append(scaling(folder))
    return closing(console, reports, written)


def output_folder(name: str) -> Path:
    """The folder for the pictures; raises at once if they cannot be made."""
    import viz

    missing = importlib.util.find_spec("matplotlib") is None
    if missing or not viz.doctor().ok:
        raise UsageError(
            "the demo draws PNGs, which needs two extras: pip install 'gradproof[png,plot]' (in a "
            "checkout: pip install '.[png,plot]')\ngradproof doctor tells what is missing"
        )
    folder = Path(name)
    if not name or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"--out is a folder for the pictures; {name!r} is none")
    with possible(name):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def trained(
    console: Terminal, net: Any, table: Any, weight_decay: float, folder: Path, written: list[Path]
) -> tuple[Any, Any]:
    """Fit on 80 % of the table, report both accuracies, plot the curves; a batch to check with."""
    import viz

    parts = nn.data.split(table.x, table.y, 0.2, seed=0)
    scale = nn.data.Standardizer(parts.x_train)
    x, x_test = scale.transform(parts.x_train), scale.transform(parts.x_test)
    history = nn.fit(
        net, x, parts.y_train, epochs=EPOCHS, lr=0.05, weight_decay=weight_decay,
        validation=(x_test, parts.y_test), seed=0,
    )  # fmt: skip
    if history.interrupted:
        raise Interrupted(f"interrupted after {history.epochs} of {EPOCHS} epochs")
    loss = f"loss {history.loss[0]:.4g} → {history.loss[-1]:.4g}"
    console.say(f"{net}: {history.epochs} epochs, {loss}")
    console.say(f"accuracy on {len(x)} flowers it learnt from: {history.accuracy[-1]:.1%}")
    accuracy = net.accuracy(x_test, parts.y_test)
    console.say(f"accuracy on {len(x_test)} it never saw: {accuracy:.1%}", style="bold")
    written.append(viz.curves(history, folder / f"{type(net).__name__.lower()}-curves.png"))
    chosen = np.random.default_rng(0).choice(len(x), BATCH, replace=False)
    return x[chosen], parts.y_train[chosen]


def show(console: Terminal, report: Report) -> None:
    """The cross-check as a table; in a narrow terminal, as plain text."""
    from rich.table import Table

    if console.width < TABLE_WIDTH:
        console.say(str(report))
        return
    console.say("loss gradients, engine against three others: largest difference, relative")
    table = Table("of loss in")
    for column in ("shape", "by hand", "scalar graph", "differences"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for row in report.rows:
        table.add_row(
            row.name, "×".join(map(str, row.shape)),
            *("–" if d is None else f"{d:.1e}" for d in (row.formula, row.scalar, row.numeric)),
            f"[green]{row.verdict}" if row.ok else f"[bold red]{row.verdict}",
        )  # fmt: skip
    console.print(table)


def drawn(net: Any, x: Any, y: Any, weight_decay: float, folder: Path) -> Path:
    """The backward graph of the loss of a batch."""
    import viz

    loss = net.loss(Tensor(x, name=input_name(net)), y, weight_decay=weight_decay)
    loss.backward()
    return viz.draw(loss, folder / f"{type(net).__name__.lower()}-graph.png")


def scaling(folder: Path) -> Path:
    """The second document's claim, measured."""
    from nn.scaling import measure
    from viz.scaling import scaling as plot

    return plot(measure(), folder / "scaling.png")


def closing(console: Terminal, reports: list[Report], written: list[Path]) -> int:
    for path in written:
        console.say(f"wrote {path}")
    wrong = [report.summary for report in reports if not report.ok]
    for summary in wrong:
        console.say(summary, style="bold red")
    if not wrong:
        count = sum(len(report.rows) for report in reports)
        console.say(f"All {count} gradients agree: engine = by hand = scalar graph = differences.",
                     style="bold green")  # fmt: skip
    return 1 if wrong else 0
