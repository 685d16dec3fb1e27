"""What each letter of a page is, as far as that can be seen before anything is elaborated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ...worlds.quantity import Quantity
from ..configuration import defaults, settings
from ..configuration.config import Config
from . import gather, habits
from .gather import Gathered, Names, Use

LOSSES = ("L", "J", "E", "C", "loss", "ell", "H")
SCALARS = ("alpha", "eta", "lam", "gamma", "epsilon", "mu", "beta", "tau", "rho")


@dataclass
class Letters:
    """The losses, sizes, functions, layers and names."""

    seen: Gathered
    text: str
    losses: list[str] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)
    layers: dict[str, list[int]] = field(default_factory=dict)
    tagged: dict[str, dict[Names, str]] = field(default_factory=dict)
    symbols: dict[str, str] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    sizes: dict[str, None] = field(default_factory=dict)

    @property
    def loss(self) -> str:
        return self.losses[0] if self.losses else ""

    def settle(self) -> None:
        seen = self.seen
        ranked = [n for n, _ in seen.differentiated.most_common() if n]
        lefts = [n for n in LOSSES if n in seen.left or n in seen.uses]
        loss = next((n for n in ranked if n in LOSSES), "") or (lefts or ranked or [""])[0]
        self.settle_layers()
        self.tagged = habits.names(seen, (loss,))
        for letters, full in self.tagged.get(loss, {}).items():
            self.symbols[habits.latex(*seen.uses[loss].subscripts[letters])] = full
        said = seen.uses.get(loss, Use())
        self.losses = (
            [loss] if loss and (said.bare or said.called or loss not in self.tagged) else []
        )
        self.losses += self.tagged.pop(loss, {}).values()
        self.sizes = dict.fromkeys(n for n in seen.sizes if n and n not in seen.bound)
        for letter in habits.SIZES:
            if letter in seen.uses and letter != loss and letter not in seen.left:
                self.sizes[letter] = None
        for letter in self.layers:
            self.sizes.pop(letter, None)
        for letter, use in seen.uses.items():
            if letter != loss:
                self.settle_letter(letter, use)
        size, kept = habits.per_sample(seen, self.text)
        for letter in kept:
            for k in sorted(seen.use(letter).layers):
                full = f"d({self.loss}, {letter}{k}, scale={size})"
                self.symbols[f"d{letter}^{{[{k}]}}"] = f"{full}  # guess: without the 1/{size}"

    def settle_layers(self) -> None:
        """General letters: the l of z^{(l)}, and the t of h_{t-1}."""
        uses = self.seen.uses.values()
        numbers = {k for use in uses for k in use.layers if k > 0}
        letters = {x for use in uses for x in use.general}
        for letter in sorted(letters - set(defaults.INDICES) - {"T"}):
            top = max(numbers, default=2)
            self.layers[letter] = [top] if letter.isupper() else [*range(1, top + 1)]
        for letter in sorted(habits.of_time(self.seen)):
            self.layers[letter] = [*range(1, habits.LAST + 1)]
            if (end := self.seen.ends.get(letter, "")) and end not in self.layers:
                self.layers[end] = [habits.LAST]

    def settle_letter(self, letter: str, use: Use) -> None:
        if letter in (*gather.RESERVED, "") or letter in self.sizes:
            return
        if letter in self.layers or letter in self.seen.bound or letter in defaults.FUNCTIONS:
            return
        if letter == "delta" and ("z" in self.seen.uses or habits.is_kronecker(use)):
            return  # the residuals: they are read so
        if self.settle_tagged(letter, use):
            return
        called = use.called and not (use.bare or use.layers or use.numbers or use.indices)
        if called and letter not in SCALARS and not use.subscripts:
            function = habits.function(letter, self.text)
            if letter not in self.seen.left or function:
                self.functions[letter] = function
                return
        if use.layers or use.general & set(self.layers):
            every = {k for values in self.layers.values() for k in values}
            if use.general:
                use.layers |= every
            self.names |= dict.fromkeys(f"{letter}{k}" for k in sorted(use.layers))
        elif use.mixed and use.numbers and not (use.bare or use.indices):
            self.names |= dict.fromkeys(f"{letter}{k}" for k in sorted(use.numbers | use.mixed))
        elif use.bare or use.indices or use.mixed or use.called or use.samples or use.subscripts:
            self.names[letter] = None
        else:
            self.names |= dict.fromkeys(f"{letter}{k}" for k in sorted(use.numbers))

    def settle_tagged(self, letter: str, use: Use) -> bool:
        """Whether all that a letter stands for are names with letters below, and steps of time."""
        time = {t: values for t, values in self.layers.items() if t in self.seen.steps}
        tagged = self.tagged.get(letter, {})
        steps = [x[0] for x in use.subscripts if len(x) == 1 and x[0] in time]
        left = [x for x in use.subscripts if x not in tagged and x[0] not in time]
        for letters, full in tagged.items():
            self.names[full] = None
            if (letter, letters) in self.seen.defined:
                self.symbols[habits.latex(*use.subscripts[letters])] = full
        for t in steps or (time if use.shifts else ()):
            ks = {k + s for k in time[t] for s in (use.shifts | {0}) if k + s >= 0}
            self.names |= dict.fromkeys(f"{letter}{k}" for k in sorted(ks | use.numbers))
        alone = not (left or use.bare or use.indices or use.layers or use.general or use.called)
        return bool(alone and (tagged or steps or use.shifts))

    def config(self, quantities: Iterable[Quantity] = ()) -> Config:
        """A configuration in which every name is known."""
        said = settings.config("\n".join(self.head()) + "\n", "the draft")
        made = tuple(quantities) or tuple(Quantity(n) for n in self.names)
        return replace(said, sizes=dict.fromkeys(self.sizes, 1), quantities=made)

    def head(self) -> list[str]:
        """The YAML of all but shapes."""
        out = [f"loss: {flow(self.losses)}" if len(self.losses) > 1 else f"loss: {self.loss}"]
        if not self.loss:
            out = ["# ? loss: L   which letter is the loss"]
        if self.layers:
            out.append("layers:  # guess: the values of general letters")
            out += [f"  {x}: {flow(v)}" for x, v in self.layers.items()]
        if samples := habits.samples(self.seen, self.text):
            out.append(f"samples: {samples}  # guess")
        for key, found in (
            ("aliases", habits.aliases(self.seen)), ("products", habits.products(self.seen)),
        ):  # fmt: skip
            if found:
                out.append(f"{key}:  # guess")
                out += [f"  {quoted(x)}: {meant}" for x, meant in found.items()]
        if self.symbols:
            out.append("symbols:")
            out += [f"  {quoted(x)}: {meant}" for x, meant in self.symbols.items()]
        if self.functions:
            out.append("functions:")
            for f, g in self.functions.items():
                mark = "# guess" if g else "# ? which function is it"
                out.append(f"  {f}: {g or 'sigmoid'}  {mark}")
        return out


def quoted(latex: str) -> str:
    """A piece of LaTeX as a key."""
    return latex if latex.isalnum() else '"' + latex.replace("\\", "\\\\") + '"'


def flow(values: Iterable[object]) -> str:
    return f"[{', '.join(map(str, values))}]"
