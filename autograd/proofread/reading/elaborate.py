"""From LaTeX as it stands to lines that can be judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ...errors import ProofreadError
from ..formula.tree import Derivative, Expr, Number, Relation, Span, Symbol, walk
from ..lines import Instance, Line, Member
from ..python.claims import line as claim
from ..worlds.world import Setup
from . import identities, known, layers, lefts, ranges, statements, trees
from .conditions import conditions
from .configuration.checked import ConfigError
from .configuration.config import Config, Formula, Settings
from .factors import unit
from .formulas import formula
from .instances import instance, kind_of, used
from .known import Known
from .macros import Macro, macro
from .scope import Scope, Source, Unread
from .tex.raw import Fraction, Raw, RawEquation, RawMember

BLANK = r"\boxed{?"  # of an exercise
Parse = Callable[[str], Raw]


def lines(
    equations: Sequence[RawEquation], config: Config, source: str, parse: Parse
) -> tuple[Setup, list[Line]]:
    """The setup and the lines of a document.

    source: its text, which the equations' places count in.  parse: reads one LaTeX formula, for
    the patterns of the configuration.  Raises ConfigError for a configuration that says what
    cannot be.
    """
    return Elaboration(config, Source(tuple(source.splitlines())), parse).read(equations)


PROSE = "prose"  # instead of a formula, under claims
IN_WORDS = "prose: a claim in words; give it a formula under claims, and it is judged"


class Elaboration:
    """One document's reading."""

    def __init__(self, config: Config, source: Source, parse: Parse) -> None:
        self.config, self.source, self.parse = config, source, parse
        self.found: list[Line] = []
        self.left: RawMember | None = None  # of the display before, for one that goes on
        self.claimed: set[tuple[Expr, tuple[Expr, ...]]] = set()
        self.views: dict[tuple[int, ...], Settings] = {}
        self.macros: dict[int, tuple[Macro, ...]] = {}
        self.known = Known(set(), set())
        self.condition: Relation | None = None  # of the equation that is read

    def read(self, equations: Sequence[RawEquation]) -> tuple[Setup, list[Line]]:
        equations = [self.renamed(e) for e in equations]
        self.known = lefts.defined(equations, self.config, self.text_of)
        self.abbreviate(equations)
        claims = list(self.config.claims)
        limited = conditions(equations)
        for k, equation in enumerate(equations):
            self.condition = limited.get(k)
            while claims and claims[0][0] < equation.at.line:
                self.claim(*claims.pop(0))
            if equation.at.line not in self.config.skip:
                self.equation(equation)
        for line, text in claims:
            self.claim(line, text)
        members = (m for line in self.found for i in line.instances for m in i.members)
        signs = any(x == Symbol("pm") for m in members for x in walk(m.expr))
        return known.setup(self.config, self.known, signs), self.found

    def settings(self, line: int) -> Settings:
        """The settings of a line, one object for all lines of the same sections."""
        covering = tuple(k for k, s in enumerate(self.config.sections) if s.covers(line))
        if covering not in self.views:
            self.views[covering] = self.config.at(line)
        return self.views[covering]

    def text_of(self, raw: Raw) -> str:
        return self.source.slice(raw.at)

    def renamed(self, e: RawEquation) -> RawEquation:
        aliases = self.settings(e.at.line).aliases
        return replace(
            e,
            members=tuple(
                replace(m, value=None if m.value is None else layers.renamed(m.value, aliases))
                for m in e.members
            ),
        )

    def scope(self, settings: Settings, letters: dict[str, int], reading: int = 0) -> Scope:
        if id(settings) not in self.macros:
            self.macros[id(settings)] = tuple(
                macro(m, self.parse, settings.layers) for m in settings.symbols.values()
            )
        return Scope(
            settings, frozenset(self.known.names), frozenset(self.known.sizes),
            self.macros[id(settings)], self.source, formula, unit,
            shapes={q.name: q.shape for q in self.config.quantities}, letters=letters,
            functions_of=self.known.functions_of, abbreviations=self.known.abbreviations,
            reading=reading,
        )  # fmt: skip

    def abbreviate(self, equations: Sequence[RawEquation]) -> None:
        """Names that a line introduces for a derivative: δ^{(l)} = ∂J/∂z^{(l)}."""
        before = known.declared(self.config).names
        for e in equations:
            if len(e.members) < 2 or e.continues:
                continue
            left, right = e.members[0].value, e.members[1].value
            settings = self.settings(e.at.line)
            if left is None or not isinstance(right, Fraction):
                continue
            for letters in layers.assignments(used(e.members[:2]), settings):
                name = lefts.layer_name(left, letters) or trees.name_of(left)
                try:
                    meant = self.scope(settings, letters).read(right)
                except Unread:
                    continue
                if not isinstance(meant, Derivative) or not isinstance(meant.of, Symbol):
                    continue
                if name and name not in before and meant.of.name in settings.losses:
                    self.known.abbreviations.setdefault(name, meant)

    def add(self, line: Line) -> None:
        self.found.append(replace(line, number=len(self.found) + 1))

    def equation(self, e: RawEquation) -> None:
        settings = self.settings(e.at.line)
        members = e.members
        if e.continues:
            if self.left is None:
                return self.unread(e, "it begins with = and there is nothing before it")
            rest = members[1:] if members and members[0].value is None else members
            members = (replace(self.left, sign=""), *rest)
        elif members and members[0].value is not None and (not e.inline or len(members) > 1):
            self.left = members[0]
        if e.reason:
            return self.unread(e, e.reason)
        if len(members) < 2:
            return None  # a formula alone claims nothing
        if any(m.value is None for m in members):
            return self.unread(e, "a side of it is empty")
        scope = self.scope(settings, {})
        if name := identities.function_of(members, scope):
            self.known.functions[name] = scope.function(name)
            self.known.names |= {identities.ARGUMENT, identities.value_name(name)}
            members = identities.at_an_argument(members, name)
        try:
            size = statements.stated_size(members, settings, self.known)
            if size is not None:
                return self.size(e, members, *size, settings)
            for part in statements.separated(members):
                self.add_all(e, part, settings)
        except Unread as error:
            self.unread(e, error.message, error)
        return None

    def size(
        self, e: RawEquation, members: Sequence[RawMember], name: str, n: int, settings: Settings
    ) -> None:
        """A statement of a size, which is judged by numbers: the others are generic."""
        if name in settings.layers:
            true = settings.layers[name][0]
        else:
            true = self.config.sizes.get(name, self.known.stated.setdefault(name, n))
        left, right = (
            Member(m.sign, Number(float(x)), m.text, m.at)
            for m, x in zip(members, (true, n), strict=True)
        )
        self.add(Line(0, e.text, e.at, instances=(Instance((left, right)),)))

    def unread(self, e: RawEquation, reason: str, error: Unread | None = None) -> None:
        at = error.at if error and error.at else None
        if BLANK in e.text:
            at, reason = None, "blank: a formula is to be filled in here"
        place = f"line {at.line}, column {at.column}: " if at else ""
        self.add(Line(0, e.text, e.at, "unread", reason=place + reason, notes=e.warnings))

    def add_all(self, e: RawEquation, members: Sequence[RawMember], settings: Settings) -> None:
        """The line of an equation, and those of the sizes that are written in it."""
        if statements.declares_index(members, self.scope(settings, {})):
            return
        if ranges.about_indices(members, settings, self.known):
            return
        scopes: list[Scope] = []
        instances = self.instances(members, settings, 0, scopes)
        names = list(dict.fromkeys(name for s in scopes for name in s.ambiguous))
        readings = tuple(
            (name, self.instances(members, settings, k, [])) for k, name in enumerate(names)
        )
        notes = tuple(dict.fromkeys(note for s in scopes for note in s.notes))
        line = Line(
            0, e.text, e.at, kind_of(members, instances), instances,
            readings if len(names) > 1 else (), loose=any(s.loose for s in scopes),
            notes=(*e.warnings, *notes),
        )  # fmt: skip
        if line.kind == "shape":
            line = statements.shape(line, members, scopes[0])
        self.add(line)
        for matrix, shape, raw in scopes[0].claimed:
            if (matrix, shape) not in self.claimed:
                self.claimed.add((matrix, shape))
                member = Member("", matrix, self.text_of(raw), raw.at)
                self.add(Line(
                    0, self.text_of(raw), raw.at, "shape", (Instance((member,)),), shape=shape,
                ))  # fmt: skip

    def instances(
        self, members: Sequence[RawMember], settings: Settings, reading: int, scopes: list[Scope]
    ) -> tuple[Instance, ...]:
        """The line for each value of its general letters."""
        choices = layers.assignments(used(members), settings)
        general = {x for x, v in settings.layers.items() if len(v) > 1}
        found = []
        for letters in choices:
            scope = self.scope(settings, letters, reading)
            scopes.append(scope)
            shown = tuple((x, n) for x, n in letters.items() if x in general)
            found.append(instance(members, scope, shown, self.condition))
        return tuple(found)

    def claim(self, number: int, formula: Formula) -> None:
        """A formula that the configuration attaches to a line of prose, or that it claims one."""
        words = self.source.lines[number - 1] if number <= len(self.source.lines) else ""
        at = Span(number, 1, number, len(words) + 1)  # not a place in the configuration
        if formula.text == PROSE:
            self.add(Line(0, words.strip(), at, "prose", reason=IN_WORDS))
            return
        settings = self.settings(number)
        loss = settings.losses[0] if settings.losses else ""
        try:
            found = claim(formula.text, 0, self.known.names | self.known.sizes, loss)
        except ProofreadError as error:
            raise ConfigError(f"{formula.where}: claims: {number}: {error}") from None
        placed = (
            replace(instance, members=tuple(replace(m, at=at) for m in instance.members))
            for instance in found.instances
        )
        self.add(replace(found, at=at, instances=tuple(placed)))
