"""How LaTeX spells what the document itself does not: names, relations, functions."""

from __future__ import annotations

import re

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi",
    "Omega",
}  # fmt: skip
RELATIONS = {"!=": "\\neq", "<=": "\\le", ">=": "\\ge", "in": "\\in"}
FUNCTIONS = {
    "log": "\\ln", "exp": "\\exp", "sigmoid": "\\sigma", "tanh": "\\tanh", "sin": "\\sin",
    "cos": "\\cos", "tan": "\\tan", "sinh": "\\sinh", "cosh": "\\cosh", "max": "\\max",
    "min": "\\min", "maximum": "\\max", "minimum": "\\min", "arctan": "\\arctan",
    "arcsin": "\\arcsin", "arccos": "\\arccos",
}  # fmt: skip
NAME = re.compile(r"(.*?)_?(\d*)")


def named(name: str) -> str:
    """A quantity that the document does not spell: W2 as W_{2}, lam as \\lambda."""
    match = NAME.fullmatch(name)
    assert match is not None
    stem, digits = {"lam": "lambda"}.get(match[1], match[1]), match[2]
    word = f"\\{stem}" if stem in GREEK else stem if len(stem) == 1 else f"\\mathrm{{{stem}}}"
    return f"{word}_{{{digits}}}" if digits else word
