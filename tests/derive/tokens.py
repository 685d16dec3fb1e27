"""Emitted formulas as lists of tokens, the same for text and for LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from autograd.derive.names import as_tex, as_text
from autograd.derive.tree import Name, Sym

ENTRY = ("ᵢⱼ", "ⱼᵢ", "ᵢ")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ₓ", "01234567890123456789x")
Token = tuple[str, Any]


def symbols(values: Mapping[Sym, Any], loss: Name, tex: bool) -> dict[str, Any]:
    """Every spelling of every symbol, with its value."""
    spell = as_tex if tex else as_text
    found: dict[str, Any] = {}
    for s, x in values.items():
        if s.kind in ("gradient", "direct"):
            plus = s.kind == "direct"
            d = r"\partial" + "^{+}" * plus if tex else "∂" + "⁺" * plus
            over = spell(s.of or loss)
            for entry in ("", "ij", "ji") if tex else ("", *ENTRY):
                below = spell(s.name, entry)
                found[
                    rf"\frac{{{d} {over}}}{{\partial {below}}}" if tex else f"{d}{over}/∂{below}"
                ] = x
        elif s.kind == "onehot":
            pair = (r"\mathbb{1}(y = j)", r"\mathbb{1}(y_i = j)") if tex else ("1(y=j)", "1(yᵢ=j)")
            found |= dict.fromkeys(pair, x)
        else:
            for entry in ("", "ij", "ji", "i") if tex else ("",):
                found[spell(s.name, entry)] = x
    return found


TEX = [
    (r"\\left\\lVert", "‖"), (r"\\right\\rVert(_F)?\^2", "‖²"), (r"\\right\\rVert", "‖"),
    (r"\\left\|", "|"), (r"\\right\|", "|"), (r"\\left\(", "("), (r"\\right\)", ")"),
    (r"\\sum_\{i,j\}", "Σᵢⱼ"), (r"\\sum_\{i\}", "Σᵢ"), (r"\\sum(?![a-z_])", "Σ"),
    (r"\\odot", "⊙"), (r"\\cdot", "·"), (r"\\geq", "≥"), (r"\\leq", "≤"), (r"\\neq", "≠"),
    (r"\\mathbb\{1\}\(", "1("), (r"\^\{\\mathsf\{T\}\}", "ᵀ"), (r"\\mathbf\{1\}", "𝟏"),
    (r"_\{\[", "["), (r"\]\}", "]"), (r"_\{ij\}", "ᵢⱼ"), (r"_\{ji\}", "ⱼᵢ"), (r"_\{i\}", "ᵢ"),
    (r"\\,", " "), (r"\\sigma(?=\()", None),
    (r"\\operatorname\{(LeakyReLU|ELU)\}_\{", None), (r"\\operatorname\{([A-Za-z_\\]+)\}", None),
    (r"\\texttt\{((?:[^{}]|\\[{}]|\{[<>]\}|_\{[0-9]+\})*)\}", None),
    (r"\\(ln|sin|cos|tan|arcsin|arccos|arctan|sinh|cosh|tanh|max|min)(?![a-z])", None),
    (r"\\sqrt", "√"), (r"\\frac", "frac"),
]  # fmt: skip
PLAIN = [
    (r"Σᵢⱼ|Σⱼᵢ", "Σᵢⱼ"), (r"Σᵢ", "Σᵢ"), (r"Σ(?=\()", "Σ"), (r"ᵢⱼ|ⱼᵢ", "ᵢⱼ"), (r"ᵢ", "ᵢ"),
    (r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", None), (r"½", None), (r"1\((?=[^)])", "1("),
    (r"[A-Za-zσ_][A-Za-z_0-9]*(?=\()|ln(?= )", None), (r"√", "√"),
    (r"[0-9]+(\.[0-9]+)?(e[+−-]?[0-9]+)?", None), (r"'[^']*'|None|True|False", None),
    (r"e\^", "e^"), (r"[-+−·⊙/()|‖ᵀ^,{}\[\]:=≠≥≤>.]|‖²|𝟏|<", ""), (r"[₀-₉ₓ]+|_\{[^{}]*\}", None),
]  # fmt: skip


class Tokens:
    """Splits formulas in which the symbols have these values."""

    def __init__(self, values: Mapping[Sym, Any], loss: Name, tex: bool) -> None:
        self.tex = tex
        self.known = symbols(values, loss, tex)
        self.longest = sorted(self.known, key=len, reverse=True)

    def split(self, text: str) -> list[Token]:
        found: list[Token] = []
        i = 0
        while i < len(text):
            if text[i].isspace():
                i += 1
                continue
            kind, value, i = self.token(text, i)
            if kind:
                found.append((kind, value))
        return found

    def token(self, text: str, i: int) -> tuple[str, Any, int]:
        for name in self.longest:
            after = text[i + len(name) : i + len(name) + 1]
            word = name[-1].isalpha() and after.isascii() and (after.isalpha() or after == "(")
            if text.startswith(name, i) and not word:
                return "symbol", name, i + len(name)
        for pattern, kind in (*(TEX if self.tex else ()), *PLAIN):
            m = re.match(pattern, text[i:])
            if m:
                return self.classified(pattern, kind, m, i + m.end())
        raise ValueError(f"cannot read {text[i:]!r} in {text!r}")

    def classified(self, pattern: str, kind: str | None, m: Any, end: int) -> tuple[str, Any, int]:
        word = m[0]
        if kind == " ":
            return "", None, end
        if kind:
            return kind, None, end
        if kind == "":
            return word, None, end
        if word == "½":
            return "number", 0.5, end
        if pattern.startswith("\\\\sigma"):
            return "word", "σ", end
        if pattern.startswith("\\\\operatorname\\{(L"):
            return "subscripted", m[1], end
        if pattern.startswith("\\\\texttt"):
            text = re.sub(r"\\([{}_#$%&])|\{([<>])\}", r"\1\2", m[1])
            index = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
            found = re.sub(r"\$_\{([0-9]+)\}\$", lambda n: n[1].translate(index), text)
            return "raw", found, end
        if pattern.startswith("\\\\"):
            return "word", m[1].replace("\\_", "_"), end
        if word[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
            return "raised", float(word.translate(DIGITS)), end
        if word[0] in "₀₁₂₃₄₅₆₇₈₉_":
            return "size", tuple(map(int, re.findall("[0-9]+", word.translate(DIGITS)))), end
        if word[0].isdigit():
            return "number", float(word.replace("−", "-")), end
        if word[0] == "'" or word in ("None", "True", "False"):
            return "raw", word, end
        return "word", word, end
