"""What the grammar expected, in words."""

from __future__ import annotations

from collections.abc import Iterable

_WORDS = (
    ({"LETTER", "NUMERAL"}, "a formula"),
    ({"CLOSE"}, "a closing bracket"),
    ({"RBRACE", "ENDDEGREE"}, "the end of the braces"),
    ({"LBRACE"}, "an argument in braces"),
    ({"END"}, "the end of the matrix"),
)


def expected_words(terminals: Iterable[str]) -> str:
    """What may come next, said for a reader: "a formula", "a sign or a closing bracket"."""
    given = set(terminals)
    if {"LETTER", "FRAC"} <= given and not given & {"PM", "$END"} - {"PM"} and "SIGN" not in given:
        return "a formula"
    found = [words for kinds, words in _WORDS[1:] if given & kinds and "LBRACE" not in kinds]
    if "SIGN" in given:
        found.insert(0, "a sign")
    if not found or ("LETTER" in given and "SIGN" not in given):
        found.insert(0, "a formula")
    return " or ".join(dict.fromkeys(found))
