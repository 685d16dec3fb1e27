"""Formulas as plain text: `∂L/∂W⁽¹⁾ = h⁽⁰⁾ᵀ (∂L/∂z⁽¹⁾)`."""

from __future__ import annotations

from .names import SUBSCRIPTS, SUPERSCRIPTS, as_text
from .printer import APPLIED, ATOM, POWER, PRODUCT, Printer, Text
from .tree import Call, Expr, Ones, Prod, Raw, Sym, T, Total

FUNCTIONS = {  # ops that have a sign of their own
    "sigmoid": "σ({})", "relu": "ReLU({})", "log": "ln({})", "abs": "|{}|", "sqrt": "√({})",
    "step": "1({} > 0)", "zero": "1({} = 0)", "same": "1({} = {})", "greater": "1({} > {})",
    "at_least": "1({} ≥ {})", "differ": "1({} ≠ {})", "maximum": "max({}, {})",
    "minimum": "min({}, {})", "within": "1({1} ≤ {0} ≤ {2})",
}  # fmt: skip
ENTRIES = {"ij": "ᵢⱼ", "ji": "ⱼᵢ", "i": "ᵢ"}
PLAIN = ("sigmoid", "relu", "log", "sqrt", "softmax")
FRACTIONS = {"1/2": "½"}


class Plain(Printer):
    """Unicode text."""

    hadamard, dot, minus, juxtaposed, times = "⊙", "·", "−", " ", "·"

    def group(self, text: str) -> str:
        return f"({text})"

    def number(self, x: float) -> Text:
        text = f"{abs(x):.15g}".replace("e-0", "e-").replace("e+0", "e+")
        return (text, ATOM) if x >= 0 else (f"{self.minus}{text}", 0)

    def symbol(self, s: Sym) -> Text:
        entry = ENTRIES[self.entry] if self.entry and s.shape else ""
        size = f"[{'×'.join(map(str, s.shape))}]" if self.shapes and s.shape and not entry else ""
        if s.kind in ("gradient", "direct"):
            of = "⁺" * (s.kind == "direct") + as_text(s.of or self.loss)
            return f"∂{of}/∂{as_text(s.name, entry)}{size}", PRODUCT
        if s.kind == "onehot":
            return ("1(yᵢ=j)" if entry else f"1(y=j){size}"), ATOM
        return as_text(s.name, entry) + size, ATOM

    def ones(self, e: Ones) -> Text:
        return "𝟏" + self.sized[e].translate(SUBSCRIPTS).replace("×", "ₓ"), ATOM

    def fraction(self, top: Text, bottom: Text) -> Text:
        text = f"{self.under(top, APPLIED)}/{self.under(bottom, APPLIED)}"
        text = FRACTIONS.get(text, text)
        return text, ATOM if len(text) == 1 else PRODUCT

    def prefixed(self, lead: str, rest: str) -> str:
        return f"{lead if len(lead) == 1 else self.group(lead)} {rest}"

    def scalars(self, texts: list[str]) -> str:
        out = texts[0]
        for t in texts[1:]:
            out += (" · " if t[:1].isdigit() else " ") + t
        return out

    def powered(self, base: Expr, exponent: float) -> Text:
        if exponent == 0.5:
            norm = norm_of(base)
            return (f"‖{self.write(norm)}‖" if norm else f"√({self.write(base)})"), ATOM
        whole = exponent == int(exponent) and exponent >= 0
        raised = str(int(exponent)).translate(SUPERSCRIPTS) if whole else f"^{exponent:.15g}"
        return self.at(base, ATOM if not isinstance(base, Sym) else POWER) + raised, POWER

    def transpose(self, e: T) -> Text:
        inside = self.at(e.of, ATOM)
        if self.shapes and isinstance(e.of, Sym):
            inside = self.group(inside)
        return inside + "ᵀ", POWER

    def summed(self, of: Expr) -> Text:
        norm = norm_of(Total(of))
        if norm is not None:
            return f"‖{self.write(norm)}‖²", POWER
        self.entry = self.pattern if len(of.shape) == 2 else "i" if len(of.shape) == 1 else ""
        try:
            if 1 in of.shape and len(of.shape) == 2:
                self.entry = "i"
            if not self.entry:
                return f"Σ({self.write(of)})", ATOM
            return f"Σ{ENTRIES[self.entry]} {self.at(of, PRODUCT)}", PRODUCT
        finally:
            self.entry = ""

    def entry_of(self, e: Expr) -> Text:
        return self.grouped_entry(e) + ENTRIES[self.entry], ATOM

    def grouped_entry(self, e: Expr) -> str:
        text = self.without_entry(e)
        return text if text.startswith("(") and text.endswith(")") else self.group(text)

    def called(self, e: Call) -> Text:
        if self.entry and not e.op.elementwise:
            return self.entry_of(e)
        inside = [self.write(a) if isinstance(a, Expr) else a.text for a in e.args]
        name = e.op.name
        if name == "exp":
            return f"e^{self.at(e.args[0], ATOM)}", POWER  # type: ignore[arg-type]
        if name == "power":
            return f"{self.at(e.args[0], ATOM)}^{self.at(e.args[1], ATOM)}", POWER  # type: ignore[arg-type]
        if name == "log" and isinstance(e.args[0], Sym):
            return f"ln {inside[0]}", APPLIED
        if name in ("softmax", "log_softmax", "logsumexp") and natural(e, self.pattern):
            inside = inside[:1]
        if name == "getitem":
            return f"{self.at(e.args[0], ATOM)}[{inside[1]}]", ATOM  # type: ignore[arg-type]
        template = FUNCTIONS.get(name)
        if template is not None and len(inside) == template.count("{"):
            return template.format(*inside), ATOM
        return f"{name}({', '.join(inside)})", ATOM


def natural(e: Call, pattern: str) -> bool:
    """Whether the axes are those of the classes: a textbook does not say so."""
    axes = e.args[1]
    want = "(0,)" if pattern == "ji" else f"({len(e.shape) - 1},)"
    return isinstance(axes, Raw) and axes.text == want and e.op.name == "softmax"


def norm_of(e: Expr) -> Sym | None:
    """X, where e is ‖X‖²."""
    of = e.of if isinstance(e, Total) else None
    if isinstance(of, Prod) and of.coef == 1.0 and len(of.factors) == 1:
        base, p = of.factors[0]
        return base if p == 2.0 and isinstance(base, Sym) else None
    return None
