"""The names of a document so far, and what its configuration makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import ProofreadError
from ..formula.tree import Derivative
from ..python.reader import expression
from ..worlds.quantity import Definition, Quantity
from ..worlds.world import Setup
from . import identities
from .configuration.checked import ConfigError
from .configuration.config import Config
from .layers import choices, layered
from .meanings import stripped
from .scope import Arguments
from .told import told


@dataclass
class Known:
    """Names so far; `functions_of` are the arguments that a definition f(x, y) = … has."""

    names: set[str]
    sizes: set[str]
    functions_of: Arguments = field(default_factory=dict)
    abbreviations: dict[str, Derivative] = field(default_factory=dict)
    stated: dict[str, int] = field(default_factory=dict)  # sizes, as the document says them
    ranges: dict[str, int | str] = field(default_factory=dict)  # of letters: i = 1, …, n
    functions: dict[str, str] = field(default_factory=dict)  # those of identities: σ′ = σ(1 − σ)


def setup(config: Config, known: Known, uses_sign: bool) -> Setup:
    """What the lines are judged by."""
    leaves = (*config.quantities, *identities.quantities(known.functions))
    if uses_sign:
        leaves = (*leaves, Quantity("pm", (), "sign"))
    return Setup(
        quantities=leaves,
        definitions=(*definitions(config, known), *identities.definitions(known.functions)),
        losses=losses(config),
        sizes={**known.stated, **config.sizes},
        numerator=config.numerator,
        zero_padded=config.zero_padded,
        ranges=known.ranges,
        remarks=told(config),
    )


def losses(config: Config) -> tuple[str, ...]:
    found = dict.fromkeys(config.settings.losses)
    for section in config.sections:
        found |= dict.fromkeys(section.settings.losses)
    return tuple(found)


def declared(config: Config) -> Known:
    """The names of a configuration."""
    sizes = {n for q in config.quantities for n in (*q.shape, q.classes) if isinstance(n, str)}
    names = {q.name for q in config.quantities}
    names |= {left for left, _, _ in forward(config)}
    for settings in (config.settings, *(s.settings for s in config.sections)):
        readings = (r for m in settings.symbols.values() for r in m.readings)
        names |= {formula for _, formula in readings if formula.isidentifier()}
    names -= sizes | set(config.sizes)
    return Known(names, sizes | set(config.sizes))


def forward(config: Config) -> list[tuple[str, str, str]]:
    """The forward formulas, those of general layers once for each: (left, right, where)."""
    found = []
    for formula in config.forward:
        for letters in choices(formula.text, config.settings.layers):
            left, _, right = layered(formula.text, letters).partition("=")
            if not left.strip().isidentifier():
                raise ConfigError(
                    f"{formula.where}: forward: {formula.text!r} defines no quantity: on the left "
                    "stands a name, such as z1, or z[l] for all layers l"
                )
            found.append((left.strip(), right.strip(), formula.where))
    return found


def definitions(config: Config, known: Known) -> tuple[Definition, ...]:
    names = known.names | known.sizes
    loss = config.settings.losses[0] if config.settings.losses else ""
    found = []
    for left, right, where in forward(config):
        try:
            e = stripped(expression(right, names, loss=loss))
        except ProofreadError as error:
            raise ConfigError(f"{where}: forward: {left} = {right}: {error}") from None
        found.append(Definition(left, e))
    return tuple(found)
