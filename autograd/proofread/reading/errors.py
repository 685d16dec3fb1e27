"""What the grammar found and what it expected, in words."""

from __future__ import annotations

from collections.abc import Iterable

from .tex.lexing import Tok

_WORDS = {
    "LETTER": "a formula", "SIGN": "a sign", "LBRACE": "an argument in braces",
    "CLOSE": "a closing bracket", "RBRACE": "the end of the braces",
    "ENDDEGREE": "the end of the root's degree", "END": "the end of the matrix",
}  # fmt: skip
_CLOSING = {"(": ")", "[": "]", "{": "\\}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}


def expected_words(terminals: Iterable[str]) -> str:
    """What may come next, said for a reader: "a formula", "a sign or a closing bracket"."""
    given = set(terminals)
    # scripts follow a formula, or the sign of a sum, which cannot be all
    after = "SUP" in given and given & {"RELATION", "COMMA", "RBRACE", "CLOSE", "AMP", "$END"}
    if "LETTER" in given and not after:
        return "a formula"
    given -= {"LETTER", "LBRACE"} if after else set()
    return " or ".join(words for kind, words in _WORDS.items() if kind in given)


def shown(tok: Tok) -> str:
    """A token as its author sees it."""
    if tok.kind in ("BEGIN", "END"):
        return f"\\{tok.kind.lower()}{{{tok.text}}}"
    if tok.kind == "CLOSE":
        return _CLOSING.get(tok.text, tok.text)
    return tok.text
