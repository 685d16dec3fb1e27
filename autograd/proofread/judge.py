"""Line by line through a derivation, in the author's order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .definitions import Definitions, name_of, of_entries, stripped
from .equality import Claim, Ruling, ruled, unevaluated
from .formula.shapes import Undefined
from .formula.tree import Derivative, Expr, Symbol
from .lines import Instance, Line, Member
from .report import MISTAKES, Mark, Report
from .statements import compared, shape_ruling
from .updates import updated
from .words import advised, conventions, described, method
from .worlds.by_entries import whole
from .worlds.confirm import confirmed
from .worlds.points import Points
from .worlds.world import Setup

GRAVITY = (
    "right",
    "definition",
    "loose",
    "carried",
    "not read",
    "inconsistent",
    "undefined",
    "wrong",
)


def judge(setup: Setup, lines: Sequence[Line], seed: int = 0) -> Report:
    """The report on an author's lines.

    A forward quantity that is defined twice, and differently, is taken as the rest of the lines
    takes it: whichever way leaves fewer mistakes.
    """
    first = best = Reading(setup, lines, seed)
    report = first.read()
    fewest = mistakes(report)
    contested = {mark.line for mark in report.marks if mark.verdict == "inconsistent"}
    for name, rival in first.definitions.rivals.items():
        if rival in contested:
            other = Reading(setup, lines, seed, best.preferred | {name: rival})
            with other.points.comparing():
                found = mistakes(other.read())
            if found < fewest:
                best, fewest = other, found
    return report if best is first else best.read()


def mistakes(report: Report) -> int:
    return sum(mark.verdict in MISTAKES for mark in report.marks)


@dataclass(frozen=True)
class Judged:
    """One equality of an instance, and its ruling."""

    part: int
    left: Member
    right: Member
    ruling: Ruling
    letters: tuple[tuple[str, int], ...] = ()


class Reading:
    """One pass.  `preferred` says which line defines a quantity that several define."""

    def __init__(
        self,
        setup: Setup,
        lines: Sequence[Line],
        seed: int,
        preferred: dict[str, int] | None = None,
    ) -> None:
        self.preferred = preferred or {}
        self.lines = lines
        self.definitions = Definitions(setup, lines, self.preferred)
        self.setup = self.definitions.setup
        self.points = Points(self.setup, seed)
        self.points.auxiliary = self.definitions.auxiliary
        self.given: set[Expr] = set()  # derivatives that lines so far have stated
        self.marks: list[Mark] = []

    def read(self) -> Report:
        self.points.history = ()
        self.given, self.marks = set(), []
        for line in self.lines:
            self.marks += self.marks_of(line)
        marks = repeated(self.marks)
        counted = Counter(m.verdict for m in marks if m.repeats is None)
        used = {name: tuple(sorted(found)) for name, found in self.points.used.items()}
        return Report(
            tuple(marks),
            described(self.setup, self.lines),
            used,
            conventions(self.points.setup),
            method(self.points, confirmed(self.points)),
            advised(marks),
            counts=dict(counted),
        )

    def marks_of(self, line: Line) -> list[Mark]:
        if line.kind in ("unread", "prose"):
            return [Mark(line.number, 1, "not read", line.text, at=line.at, message=line.reason)]
        if line.readings:
            return self.best_reading(line)
        return self.judged(line, line.instances)

    def best_reading(self, line: Line) -> list[Mark]:
        """Several ways to read a line: it is right if one of them is."""
        for name, instances in line.readings:
            before = self.points.history, set(self.given)
            with self.points.comparing():
                marks = self.judged(line, instances)
            if not any(m.verdict in MISTAKES for m in marks):
                note = f"right if {name}"
                return [replace(m, notes=(*m.notes, note)) for m in marks]
            self.points.history, self.given = before
        return self.judged(line, line.readings[0][1])

    def judged(self, line: Line, instances: Sequence[Instance]) -> list[Mark]:
        """Each equality of the line, its instances taken together."""
        found: dict[int, list[Judged]] = {}
        for k, instance in enumerate(instances):
            for judged in self.instance(line, k, instance):
                found.setdefault(judged.part, []).append(judged)
        return [self.mark(line, part, each) for part, each in sorted(found.items())]

    def instance(self, line: Line, k: int, instance: Instance) -> list[Judged]:
        if instance.trouble:
            first = instance.members[0]
            last = instance.members[-1]
            ruling = Ruling("undefined", instance.trouble)
            return [Judged(1, first, last, ruling, instance.letters)]
        if line.kind == "shape":
            first = instance.members[0]
            ruling = shape_ruling(self.points, first.expr, line.shape)
            return [Judged(1, first, first, ruling, instance.letters)]
        left, *members = instance.members
        found = []
        before = left
        for part, member in enumerate(members, 1):
            if member.sign != "=":
                ruling = compared(self.points, before.expr, member)
            elif line.kind == "assignment":
                ruling = updated(self.points, left, member, line, frozenset(self.given))
            elif self.definitions.defining.get((line.number, k)) == part:
                ruling = self.definition(left, member)
            else:
                ruling = self.equality(line, instance, left, member)
            found.append(Judged(part, left, member, ruling, instance.letters))
            before = member
        self.believe(line, left, found)
        return found

    def definition(self, left: Member, member: Member) -> Ruling:
        """Nothing to judge, if it can be evaluated."""
        expr = whole(left.expr, member.expr)
        fixed = self.points.fixed((expr,))
        try:
            self.points.at(fixed, 0).evaluate(expr)
        except Undefined as error:
            return unevaluated(error)
        return Ruling("definition")

    def equality(self, line: Line, instance: Instance, left: Member, member: Member) -> Ruling:
        claim = Claim(
            left.expr, member.expr, tuple(m.expr for m in instance.members), line.notation,
            self.setup.losses[0] if self.setup.losses else "", line.loose, frozenset(self.given),
        )  # fmt: skip
        ruling = ruled(self.points, claim)
        symbol = of_entries(left.expr)
        forward = isinstance(symbol, Symbol) and symbol.name not in self.definitions.auxiliary
        if forward and ruling.verdict in ("wrong", "undefined"):
            return self.contradiction(symbol, ruling, line)
        return ruling

    def contradiction(self, left: Expr, ruling: Ruling, line: Line) -> Ruling:
        """A forward quantity that was something else before."""
        name = name_of(left)
        number = self.definitions.defined.get(name)
        where = f"line {number}" if number is not None else "the forward pass as given"
        if ruling.verdict == "undefined":
            return ruling
        message = f"{name} is something else in {where}"
        if number == line.number:
            message = "a matrix in it breaks its own pattern"
        if ruling.message:
            message += f"; {ruling.message}"
        return replace(ruling, verdict="inconsistent", message=message, believed=False)

    def believe(self, line: Line, left: Member, found: Sequence[Judged]) -> None:
        """Keep what the author now takes for the left side: the last form written."""
        target = left.expr
        last = [j for j in found if j.right.sign == "="]
        if not last or not isinstance(stripped(target), Derivative):
            return
        believed = last[-1].right.expr if last[-1].ruling.believed else None
        self.points.believe(target, believed, line.number)
        self.given.add(stripped(target))

    def mark(self, line: Line, part: int, each: Sequence[Judged]) -> Mark:
        """The instances of an equality as one verdict: the gravest, and which letters it is for."""
        gravest = max(each, key=lambda j: GRAVITY.index(j.ruling.verdict))
        r = gravest.ruling
        notes = [*line.notes, *r.notes] if part == 1 else list(r.notes)
        message = r.message
        if gravest.letters and r.verdict in MISTAKES:
            failing = [spelt(j) for j in each if j.ruling.verdict in MISTAKES]
            holding = [spelt(j) for j in each if j.ruling.verdict not in MISTAKES]
            notes.append(
                f"fails for {', '.join(failing)}"
                + (f"; holds for {', '.join(holding)}" if holding else "")
            )
        left, right = gravest.left.text, gravest.right.text
        claim = line.text if line.kind == "shape" else f"{left} {gravest.right.sign} {right}"
        return Mark(
            line.number, part, r.verdict, claim.strip(), left, right,
            gravest.right.at or line.at, message, r.worst, r.fixes, r.recognised, r.correct,
            r.rests_on, None, tuple(notes),
        )  # fmt: skip


def spelt(judged: Judged) -> str:
    return " and ".join(f"{letter} = {n}" for letter, n in judged.letters)


def repeated(marks: Sequence[Mark]) -> list[Mark]:
    """Marks, where the same slip made again says of which line it is a repeat."""
    first: dict[tuple[object, ...], int] = {}
    found = []
    for mark in marks:
        if mark.verdict in ("wrong", "inconsistent") and mark.fixes:
            slip = (mark.fixes[0].kind, mark.fixes[0].edits)
            if slip in first and first[slip] != mark.line:
                mark = replace(mark, repeats=first[slip])
            first.setdefault(slip, mark.line)
        found.append(mark)
    return found
