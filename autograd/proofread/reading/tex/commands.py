"""What LaTeX's commands and Unicode's signs are, for reading."""

from __future__ import annotations

import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Nothing that anybody could be wrong about: sizes, styles, numbers of equations.
DROPPED = _words("""
    displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits notag nonumber big Big
    bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr biggm Biggl Biggr Biggm rm bf it cal
    hline centering allowbreak nobreak strut mathstrut noindent newline hfill hfil
""")
DROPPED_WITH_ARGUMENT = _words("""
    tag label color phantom hphantom vphantom hspace vspace ref eqref cite mspace mkern hline
    definecolor intertext shortintertext
""")
WITHOUT_FIRST_ARGUMENT = _words("textcolor colorbox stackrel overset underset")
TRANSPARENT = _words("""
    boxed fbox mathop mathrel mathbin mathord underbrace overbrace cancel bcancel xcancel
    ensuremath smash
""")
WORD_FONTS = _words("mathrm operatorname mathsf mathtt mathnormal")
FONTS = WORD_FONTS | _words("""
    mathbf mathbb boldsymbol bm mathcal mathit mathfrak mathscr mathds pmb symbf
""")
ACCENTS = {
    "bar": "bar", "overline": "bar", "hat": "hat", "widehat": "hat", "tilde": "tilde",
    "widetilde": "tilde", "dot": "dot", "ddot": "ddot", "vec": "vec", "overrightarrow": "vec",
    "underline": "underline", "breve": "breve", "check": "check", "acute": "acute",
}  # fmt: skip
FRACTIONS = _words("frac dfrac tfrac cfrac nicefrac sfrac")
SPACES = _words("quad qquad enspace enskip space thinspace medspace thickspace")
WIDE = _words("quad qquad")
BIG = _words("sum prod int iint oint bigcup bigcap coprod")
BIG_WITH_LIMITS = _words("max min sup inf lim argmax argmin")
IMPLIES = _words("""
    Rightarrow implies Longrightarrow therefore because Leftrightarrow iff Longleftrightarrow
    impliedby Leftarrow
""")
SIGNS = _words("""
    cdot times odot circ otimes ast star bullet oslash ltimes rtimes oplus ominus wedge
""")
RELATIONS = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "lt": "<", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "gt": ">", "ne": "!=", "neq": "!=", "in": "in", "coloneqq": ":=",
    "triangleq": ":=", "gets": "\\leftarrow", "to": "\\to",
    "rightarrow": "\\to", "longrightarrow": "\\to", "eq": "=", "mid": "|",
} | {
    name: f"\\{name}"
    for name in _words("""
    equiv approx simeq sim propto leftarrow mapsto ll gg subset subseteq notin cong doteq
""")
}  # fmt: skip
DOTS = {
    "vdots": "vdots", "ddots": "ddots", "cdots": "cdots", "ldots": "cdots", "dots": "cdots",
    "dotsc": "cdots", "dotsb": "cdots", "iddots": "ddots", "hdots": "cdots",
}  # fmt: skip
BRACKETS = {
    "(": "(", "[": "[", "\\{": "{", "\\lbrace": "{", "\\langle": "⟨", "⟨": "⟨", "\\lfloor": "⌊",
    "\\lceil": "⌈", "\\lbrack": "[", "\\lvert": "|", "\\lVert": "‖", "<": "⟨",
}  # fmt: skip
CLOSING = {
    ")": "(", "]": "[", "\\}": "{", "\\rbrace": "{", "\\rangle": "⟨", "⟩": "⟨", "\\rfloor": "⌊",
    "\\rceil": "⌈", "\\rbrack": "[", "\\rvert": "|", "\\rVert": "‖", ">": "⟨",
}  # fmt: skip
BARS = {
    "|": "|", "‖": "‖", "||": "‖", "\\|": "‖", "\\Vert": "‖", "\\vert": "|", "\\lvert": "|",
    "\\rvert": "|", "\\lVert": "‖", "\\rVert": "‖",
}  # fmt: skip
BRACKETS_BY_NAME = {
    name: ("OPEN", BRACKETS[f"\\{name}"]) for name in _words("lbrace langle lfloor lceil lbrack")
} | {
    name: ("CLOSE", CLOSING[f"\\{name}"]) for name in _words("rbrace rangle rfloor rceil rbrack")
} | {
    "vert": ("BAR", "|"), "Vert": ("BAR", "‖"), "lvert": ("OPEN", "|"), "rvert": ("CLOSE", "|"),
    "lVert": ("OPEN", "‖"), "rVert": ("CLOSE", "‖"),
}  # fmt: skip

# Around whole equations: their `\\` are line breaks.  All others hold matrices.
DISPLAYS = _words("""
    equation align aligned alignat alignedat flalign gather gathered eqnarray multline
    multlined split displaymath math dmath subequations
""")
ONE_FORMULA = _words("multline multlined")
MATRICES = _words("""
    matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array cases dcases rcases
""")

# Commands that may have braces beside them, and are none's: \\ln{x}.
LETTERS = _words("""
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi
    omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta
    Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ln log exp sin cos tan cot sec csc sinh cosh
    tanh coth arcsin arccos arctan arg max min sup inf lim det dim ker deg Pr gcd partial nabla
    infty ell top bot hbar imath jmath Re Im emptyset varnothing dagger intercal perp angle
""")

# Words in maths that connect equations, and are no quantity.
CONNECTIVES = _words("""
    if for where and or with otherwise so then when hence thus since because else let all any
    is are as that on in of by to we have such while note here there also i.e. e.g. s.t. unless
    iff which but
""")

SPELT = {
    "≤": "le", "≥": "ge", "⩽": "le", "⩾": "ge", "≠": "ne", "≈": "approx", "≡": "equiv",
    "∈": "in", "∝": "propto", "←": "gets", "→": "to", "∼": "sim", "·": "cdot", "⋅": "cdot",
    "×": "times", "∗": "ast", "⊙": "odot", "∘": "circ", "⊗": "otimes", "∂": "partial",
    "∇": "nabla", "∑": "sum", "Σ": "Sigma", "∏": "prod", "∞": "infty", "√": "sqrt", "∀": "forall",
    "∃": "exists", "⊤": "top", "ℓ": "ell", "φ": "varphi", "ϕ": "phi", "ε": "varepsilon",
    "ϵ": "epsilon", "ϑ": "vartheta", "ℝ": "R", "∫": "int", "−": "-", "÷": "/",
}  # fmt: skip
_FONT_WORDS = {"BOLD": "mathbf", "DOUBLE-STRUCK": "mathbb", "SCRIPT": "mathcal"}


def plain(text: str) -> str:
    """The text with ASCII for full-width signs, as long as before."""
    return "".join(
        chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else _PUNCTUATION.get(c, c) for c in text
    )


_PUNCTUATION = {"　": " ", "。": ".", "【": "[", "】": "]", "｛": "{", "｝": "}", "\xa0": " "}


def letter(character: str) -> tuple[str, str] | None:
    """The name and font of a letter or digit of another alphabet: Greek, bold; None of others."""
    name = unicodedata.name(character, "")
    if name.startswith("GREEK") and " LETTER " in name:
        word = name.split(" LETTER ")[1].split()[0].lower().replace("lamda", "lambda")
        return (word.capitalize() if "CAPITAL" in name else word), ""
    if name.startswith("MATHEMATICAL"):
        flat = unicodedata.normalize("NFKC", character)
        font = next((f for word, f in _FONT_WORDS.items() if word in name), "")
        if flat != character:
            known = letter(flat) if not flat.isascii() else (flat, "")
            return (known[0], font) if known else None
    return None
