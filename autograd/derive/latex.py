"""Formulas as LaTeX, in what KaTeX and amsmath both take."""

from __future__ import annotations

from .names import as_tex, escaped
from .printer import APPLIED, ATOM, POWER, PRODUCT, Printer, Text
from .text import natural, norm_of
from .tree import Call, Expr, Ones, Raw, Sum, Sym, T, Total

BARE = ["sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln"]


class Tex(Printer):
    """LaTeX."""

    hadamard, dot, minus, juxtaposed, times = r"\odot", r"\,", "-", r"\,", r"\cdot"

    def group(self, text: str) -> str:
        return rf"\left({text}\right)"

    def number(self, x: float) -> Text:
        text = f"{abs(x):.15g}"
        if "e" in text:
            digits, _, exponent = text.partition("e")
            return rf"{'-' * (x < 0)}{digits} \cdot 10^{{{int(exponent)}}}", PRODUCT
        return (text, ATOM) if x >= 0 else (f"-{text}", 0)

    def sized_under(self, text: str, e: Expr) -> str:
        if not self.shapes or not e.shape or self.entry:
            return text
        size = r" \times ".join(map(str, e.shape))
        return rf"\underset{{{size}}}{{{text}}}"

    def symbol(self, s: Sym) -> Text:
        entry = self.entry if s.shape else ""
        if s.kind in ("gradient", "direct"):
            d = r"\partial" + "^{+}" * (s.kind == "direct")
            text = rf"\frac{{{d} {as_tex(s.of or self.loss)}}}{{\partial {as_tex(s.name, entry)}}}"
            return self.sized_under(text, s), APPLIED
        if s.kind == "onehot":
            text = r"\mathbb{1}(y_i = j)" if entry else r"\mathbb{1}(y = j)"
            return self.sized_under(text, s), ATOM
        scripted = s.name.layer and not (self.shapes and s.shape)
        return self.sized_under(as_tex(s.name, entry), s), POWER if scripted else ATOM

    def ones(self, e: Ones) -> Text:
        size = self.sized[e].replace("×", r" \times ")
        return r"\mathbf{1}" + (rf"_{{{size}}}" if size else ""), ATOM

    def fraction(self, top: Text, bottom: Text) -> Text:
        return rf"\frac{{{top[0]}}}{{{bottom[0]}}}", APPLIED

    def prefixed(self, lead: str, rest: str) -> str:
        return rf"{lead}\,{rest}"

    def scalars(self, texts: list[str]) -> str:
        out = texts[0]
        for t in texts[1:]:
            out += (r" \cdot " if t[:1].isdigit() or t.startswith(r"\mathbb{1}(") else r"\,") + t
        return out

    def powered(self, base: Expr, exponent: float) -> Text:
        norm = norm_of(base) if exponent == 0.5 else None
        if norm is not None:
            return rf"\left\lVert {self.write(norm)} \right\rVert", ATOM
        if exponent == 0.5:
            return rf"\sqrt{{{self.write(base)}}}", ATOM
        return rf"{self.at(base, ATOM)}^{{{exponent:.15g}}}", POWER

    def transpose(self, e: T) -> Text:
        return self.at(e.of, ATOM) + r"^{\mathsf{T}}", POWER

    def summed(self, of: Expr) -> Text:
        norm = norm_of(Total(of))
        if norm is not None:
            matrix = "_F" * (min(norm.shape, default=1) > 1)
            return rf"\left\lVert {self.write(norm)} \right\rVert{matrix}^2", POWER
        self.entry = self.pattern if len(of.shape) == 2 else "i" if len(of.shape) == 1 else ""
        try:
            if 1 in of.shape and len(of.shape) == 2:
                self.entry = "i"
            if not self.entry:
                return rf"\sum {self.at(of, ATOM)}", PRODUCT
            return rf"\sum_{{{','.join(sorted(self.entry))}}} {self.at(of, PRODUCT)}", PRODUCT
        finally:
            self.entry = ""

    def entry_of(self, e: Expr) -> Text:
        text = self.without_entry(e)
        if not text.startswith(r"\left("):
            text = self.group(text)
        return f"{text}_{{{self.entry}}}", ATOM

    def called(self, e: Call) -> Text:
        if self.entry and not e.op.elementwise:
            return self.entry_of(e)
        name, args = e.op.name, e.args
        inside = [self.write(a) if isinstance(a, Expr) else raw(a) for a in args]
        if name == "exp":
            return f"e^{{{inside[0]}}}", POWER
        if name == "power":
            return f"{self.at(args[0], ATOM)}^{{{inside[1]}}}", POWER  # type: ignore[arg-type]
        if name == "getitem":
            return f"{{{self.at(args[0], ATOM)}}}_{{[{inside[1]}]}}", POWER  # type: ignore[arg-type]
        if name == "softmax" and natural(e, self.pattern):
            return rf"\operatorname{{softmax}}\left({inside[0]}\right)", ATOM
        template = e.op.tex
        if e.op.elementwise and isinstance(template, str) and len(inside) == len(args):
            return self.templated(e, template, inside)
        if all(isinstance(a, Expr) for a in args):  # the user's own op, with a template of theirs
            simple = [
                t if isinstance(a, Sym) else self.group(t)
                for a, t in zip(args, inside, strict=True)
            ]
            return f"{{{e.op.write(e.op.tex, *simple)}}}", ATOM
        word = escaped(name)
        return rf"\operatorname{{{word}}}\left({', '.join(inside)}\right)", ATOM

    def templated(self, e: Call, template: str, inside: list[str]) -> Text:
        """The op's own template, with parentheses where it has none of its own."""
        for name in BARE:
            word = "\\" + name
            if template == word + " {}":
                argument = e.args[0]
                assert isinstance(argument, Expr)
                simple = isinstance(argument, Sym)
                return f"{word} {inside[0] if simple else self.group(inside[0])}", APPLIED
        if template.startswith(r"\operatorname{{sign}}"):
            return rf"\operatorname{{sign}}\left({inside[0]}\right)", ATOM
        if template == r"\ln (1 + {})" and isinstance(e.args[0], Sum):
            inside = [self.group(inside[0])]
        text = e.op.write(e.op.tex, *inside)
        closed = text.endswith((")", "|", "}")) and not template.startswith("e^")
        return text.replace(r"\mathbb 1(", r"\mathbb{1}("), ATOM if closed else PRODUCT


def raw(a: Raw) -> str:
    return rf"\texttt{{{escaped(a.text)}}}"
