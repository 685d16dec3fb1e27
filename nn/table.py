"""`Table`, and reading one from a CSV file: nothing is guessed, nothing is dropped in silence."""

from __future__ import annotations

import csv
import difflib
import math
import os
import re
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import DataError, printable
from .targets import counted
from .writable import possible

Floats = NDArray[np.float64]

LARGEST = 2**30  # bytes of a file
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Samples as rows: `.x` (m, features), `.y` (m,) class indices from 0, and their names.

    The arrays are read-only.
    """

    x: Floats
    y: NDArray[np.int_]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        self.x.setflags(write=False)
        self.y.setflags(write=False)

    def __len__(self) -> int:
        return len(self.y)

    def select(
        self, features: Sequence[str] | None = None, classes: Sequence[str] | None = None
    ) -> Table:
        """The table with these features and these classes alone, in this order.

        Raises DataError for a name that the table lacks.
        """
        columns = named("feature", features, self.feature_names)
        kept = named("class", classes, self.class_names)
        renumber = np.full(len(self.class_names), -1)
        renumber[kept] = np.arange(len(kept))
        rows = np.isin(self.y, kept)
        return Table(
            self.x[rows][:, columns],
            renumber[self.y[rows]],
            tuple(self.feature_names[i] for i in columns),
            tuple(self.class_names[i] for i in kept),
        )

    def __repr__(self) -> str:
        m, n = self.x.shape
        names = printable(", ".join(self.class_names[:60]), 60)
        shape = f"{counted(m, 'sample')}, {counted(n, 'feature')}"
        return f"Table({shape}, {counted(len(self.class_names), 'class')}: {names})"


def named(kind: str, wanted: Sequence[str] | None, names: tuple[str, ...]) -> list[int]:
    """The positions of the `wanted` names."""
    if wanted is None:
        return list(range(len(names)))
    if isinstance(wanted, str) or not len(wanted):
        raise DataError(f"select: give a list of {kind} names out of {', '.join(names)}")
    for name in wanted:
        if name not in names:
            raise DataError(f"select: there is no {kind} {name!r}{suggestion(str(name), names)}")
    if len(set(wanted)) < len(wanted):
        raise DataError(f"select: a {kind} is given twice in {shown(str(list(wanted)), 120)}")
    return [names.index(name) for name in wanted]


def read_csv(path: str | os.PathLike[str], target: str) -> Table:
    """Read a table with a header row from a UTF-8 file: numbers, and one column of classes.

    `target` names the column of classes; any text is a class, and classes are numbered in the order
    of their names (by value, if all are numbers).  All other columns are features.  Fields may be
    quoted; a byte-order mark and any line ends are understood; empty lines are skipped.

    Raises DataError, with row (the line that it starts on), column and content, for a cell that is
    no finite number, and for a row of another length, a missing or repeated name, no rows, a single
    class; OSError for a file that cannot be read.

    >>> table = read_csv("flowers.csv", target="species")  # doctest: +SKIP
    """
    name = printable(Path(path).name)
    with possible(path), open(path, "rb") as file:  # a pipe or device may have no end
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise DataError(f"{name} has more than {LARGEST:,} bytes, too many for one table")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"{name}, line {line}: byte {raw[error.start]:#04x} is no UTF-8; save the table as "
            "“CSV UTF-8”"
        ) from None
    del raw
    return parse(text, target, name)


def parse(text: str, target: str, name: str) -> Table:
    """The table that `text` spells; `name` is for messages."""
    lines = records(text, name)
    header = [cell.strip() for cell in next(lines, (0, []))[1]]
    if not header:
        raise DataError(f"{name} is empty: give a header row and rows of numbers")
    column = checked_header(header, target, name)
    features = [i for i in range(len(header)) if i != column]
    x, y, index = array("d"), array("q"), dict[str, int]()  # not lists: 8 bytes to a number
    for line, cells in lines:
        if len(cells) != len(header):
            raise DataError(
                f"{name}, line {line}: {counted(len(cells), 'cell')}, the header has {len(header)} "
                f"({shown(','.join(cells[:40]))})"
            )
        for j in features:
            x.append(value := number(cells[j]))
            if not math.isfinite(value):
                where = f"{name}, line {line}, column {shown(header[j])}"
                raise DataError(f"{where}: {complaint(cells[j])}")
        label = cells[column].strip()
        if not label:
            where = f"{name}, line {line}, column {shown(target)}"
            raise DataError(f"{where}: the class is missing")
        y.append(index.setdefault(label, len(index)))
    if not features:
        raise DataError(f"{name} has the target column alone: give features as further columns")
    if not y:
        raise DataError(f"{name} has a header and no rows: there is nothing to train on")
    if len(index) == 1:
        raise DataError(f"{name}: every row has the class {shown(label)}; give two or more")
    classes = sorted(index, key=class_order(index))
    place = np.empty(len(classes), int)
    place[[index[label] for label in classes]] = np.arange(len(classes))
    return Table(
        np.frombuffer(x).reshape(len(y), len(features)),
        place[np.frombuffer(y, np.int64)],
        tuple(header[j] for j in features),
        tuple(classes),
    )


def records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of each record; empty lines are none."""
    reader = csv.reader((found.group() for found in LINE.finditer(text)), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells and (len(cells) > 1 or cells[0].strip()):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{name}, line {line}: {error}; check the quotes") from None


def checked_header(header: list[str], target: str, name: str) -> int:
    """The target's position in a header of distinct names."""
    seen: set[str] = set()
    for i, cell in enumerate(header):
        if not cell:
            raise DataError(f"{name}: column {i + 1} of the header has no name")
        if cell in seen:
            raise DataError(
                f"{name}: the header has {shown(cell)} twice; give each column its own name"
            )
        seen.add(cell)
    if target not in header:
        if all(is_number(cell) for cell in header):
            raise DataError(f"{name}: the first line holds numbers; give a header with the names")
        if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
            raise DataError(
                f"{name}: the header {shown(header[0])} has no comma; separate by commas"
            )
        raise DataError(f"{name} has no column {shown(target)}{suggestion(target, header)}")
    return header.index(target)


def suggestion(wanted: str, names: Sequence[str]) -> str:
    """What was meant, perhaps; else what there is."""
    folded = {name.casefold(): name for name in names[:1000]}
    close = difflib.get_close_matches(wanted.strip().casefold(), folded, n=1)
    if close:
        return f": did you mean {shown(folded[close[0]])}?"
    return f": there are {shown(', '.join(names), 120)}"


def number(cell: str) -> float:
    """The cell's number; nan where it holds none."""
    # Python also reads "1_000", which no table means, and digits of other scripts, which many do.
    try:
        return float(cell) if "_" not in cell else math.nan
    except ValueError:
        return math.nan


def complaint(cell: str) -> str:
    """What is wrong with a cell that holds no finite number."""
    text = cell.strip()
    if not text:
        return "the cell is empty; give a number in every row"
    if is_number(text):
        return f"{shown(cell)} is no finite number"
    comma = "; write decimals with a point" if is_number(text.replace(",", ".")) else ""
    return f"{shown(cell)} is no number{comma}"


def is_number(text: str) -> bool:
    """Whether a table may mean a number by it, finite or not."""
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def class_order(labels: Collection[str]) -> Any:
    """By value if all are numbers (10 after 9), else by name."""
    if all(is_number(label) and math.isfinite(float(label)) for label in labels):
        return lambda label: (float(label), label)
    return lambda label: label


def shown(text: str, limit: int = 40) -> str:
    """A cell for a one-line message: quoted, control characters escaped, cut if long."""
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")
