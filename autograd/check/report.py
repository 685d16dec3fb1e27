"""What was found, as plain data that prints itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

BY_RULES = "gradient from the rules"


@dataclass(frozen=True)
class Entry:
    """One entry of a gradient, by rules and by numbers."""

    argument: str  # "W", "params['W1']", "args[0][2]"
    position: int  # which of the arguments, from 0
    index: tuple[int, ...]  # () of a number
    rules: float
    numeric: float
    method: str  # "complex step" or "differences"
    step: float
    noise: float  # the error bar of `numeric`
    left: float | None = None  # the slopes on either side, at a kink
    right: float | None = None

    @property
    def ratio(self) -> float:
        """The rules' number over the numeric one."""
        return self.rules / self.numeric if self.numeric else float("nan")

    @property
    def where(self) -> str:
        return f"{self.argument}[{', '.join(map(str, self.index))}]" if self.index else (
            self.argument
        )  # fmt: skip


@dataclass
class Report:
    """The outcome of `check_grad`; printed, it explains itself.

    verdict: "agree", "wrong", "kink", "outside the domain", "precision", "not deterministic" or
        "aliased input".
    worst: the entry that differs most (of "agree": the one nearest to differing); None where no
        entry is to blame.
    """

    verdict: str
    order: int
    seed: int
    message: str = ""
    worst: Entry | None = None
    entries: list[Entry] = field(default_factory=list)  # all that the verdict is about
    looks_like: str = ""
    weights: str = ""  # of the results, as a formula: both numbers are derivatives of that
    counts: str = ""  # "2 of 12 entries of W, none of 3 of b"
    methods: dict[str, str] = field(default_factory=dict)  # of each argument
    points: int = 1  # where it was checked: the given point, and points near it
    place: str = ""  # "" at the given point
    op: str = ""  # outside the domain: the op that made the first NaN or inf
    operands: tuple[Any, ...] = ()
    notes: list[str] = field(default_factory=list)
    reproducer: str = ""

    @property
    def step(self) -> float | None:
        """The step of the worst entry's numeric derivative."""
        return self.worst.step if self.worst else None

    @property
    def noise(self) -> float | None:
        """The error bar of the worst entry's numeric derivative."""
        return self.worst.noise if self.worst else None

    def __str__(self) -> str:
        if self.verdict == "agree":
            return self.agreement()
        lines = [f"{self.verdict}: {self.message}"]
        if self.worst:
            lines += ["", *described(self.worst, self.order, self.weights)]
        for entry in [e for e in self.entries if e is not self.worst][:4]:
            lines.append(f"  also {short(entry)}")
        if self.counts:
            lines += ["", f"  {self.counts}"]
        if self.looks_like:
            lines.append(f"  looks like: {self.looks_like}")
        lines += [f"  {note}" for note in self.notes]
        if self.reproducer:
            lines += ["", "To see it again:", "", *indented(self.reproducer)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The same text, for notebooks."""
        return f"<pre>{escape(str(self))}</pre>"

    def agreement(self) -> str:
        orders = "first order" if self.order == 1 else "first and second order"
        points = "1 point" if self.points == 1 else f"{self.points} points"
        methods = ", ".join(f"{name} by {method}" for name, method in self.methods.items())
        lines = [f"agree: {orders}, {points}; {methods}", *self.notes]
        if self.worst:
            lines.append(f"nearest to differing: {short(self.worst)}")
        return "\n".join(lines)


def described(entry: Entry, order: int, weights: str) -> list[str]:
    """The entry with both numbers, one below the other."""
    of = f", of {weights}" if weights and order == 1 else ""
    what = "gradient" if order == 1 else "derivative of the gradient"
    rows = [(BY_RULES, f"{entry.rules!r}")]
    if entry.left is None or entry.right is None:
        rows.append((f"by {entry.method}", f"{entry.numeric!r} ± {entry.noise:.1g}"))
        if entry.numeric:
            rows.append(("ratio", f"{entry.ratio:.10g}"))
        rows.append(("step", f"{entry.step:.3g}"))
    else:
        rows.append(("slope on the left", f"{entry.left:.10g}"))
        rows.append(("slope on the right", f"{entry.right:.10g}"))
        rows.append(("step", f"{entry.step:.3g}"))
    width = max(len(label) for label, _ in rows)
    return [
        f"  {what} in {entry.where}, argument {entry.position}{of}",
        *(f"    {a:<{width}}  {b}" for a, b in rows),
    ]


def short(entry: Entry) -> str:
    if entry.left is not None and entry.right is not None:
        return f"{entry.where}: slopes {entry.left:.6g} and {entry.right:.6g}"
    return (
        f"{entry.where}: {entry.rules:.10g} from the rules, {entry.numeric:.10g} by {entry.method}"
    )


def indented(text: str) -> list[str]:
    return [f"    {line}" if line else "" for line in text.splitlines()]
