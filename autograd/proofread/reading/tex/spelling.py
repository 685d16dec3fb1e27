"""Single tokens in one spelling: ≤ is \\le is <=; letters with their fonts, words, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token

from . import commands
from .lexing import Tok
from .raw import Dots, Letter, Numeral, Raw, Text
from .source import Source, Unreadable


class Speller:
    """Says what a token of the lexer is; a method for each kind that needs one."""

    def __init__(self, found: list[Token], offset: int, source: Source):
        self.found, self.offset, self.source = found, offset, source
        self.i = 0

    def _tok(self, kind: str, token: Token, text: str | None = None, raw: Raw | None = None) -> Tok:
        start, end = self._range(token)
        at = self.source.span(start, end)
        return Tok(kind, str(token) if text is None else text, start, end, at, raw)

    def _range(self, token: Token) -> tuple[int, int]:
        assert token.start_pos is not None
        assert token.end_pos is not None
        return self.offset + token.start_pos, self.offset + token.end_pos

    def _name(self, token: Token, name: str, font: str = "") -> Tok:
        at = self.source.span(*self._range(token))
        return self._tok("LETTER", token, name, Letter(at, name, font))

    def _next_is(self, *texts: str) -> bool:
        return self.i < len(self.found) and str(self.found[self.i]) in texts

    def _letter(self, token: Token) -> Iterator[Tok]:
        yield self._name(token, str(token))

    def _word(self, token: Token) -> Iterator[Tok]:
        name = str(token).rpartition(".")[2]  # np.sum
        limits = name in commands.BIG_WITH_LIMITS
        yield from self._named(token, name) if limits else [self._name(token, name)]

    def _colon(self, token: Token) -> Iterator[Tok]:
        at = self.source.span(*self._range(token))
        yield self._tok("COLON", token, raw=Letter(at, ":"))

    def _numeral(self, token: Token) -> Iterator[Tok]:
        at = self.source.span(*self._range(token))
        yield self._tok("NUMERAL", token, raw=Numeral(at, float(token), str(token)))

    def _dots(self, token: Token) -> Iterator[Tok]:
        at = self.source.span(*self._range(token))
        yield self._tok("DOTS", token, raw=Dots(at, "cdots"))

    def _pm(self, token: Token) -> Iterator[Tok]:
        text = {"−": "-", "±": "\\pm", "∓": "\\mp"}.get(str(token), str(token))
        yield self._tok("PM", token, text)

    def _sign(self, token: Token) -> Iterator[Tok]:
        yield self._tok("SIGN", token, _spelt(token))

    def _relation(self, token: Token) -> Iterator[Tok]:
        known = {"==": "=", "->": "\\to"}.get(str(token))
        name = commands.SPELT.get(str(token))
        yield self._tok("RELATION", token, known or commands.RELATIONS.get(name or "", str(token)))

    def _bars(self, token: Token) -> Iterator[Tok]:
        yield self._tok("BAR", token, commands.BARS[str(token)])

    def _open(self, token: Token) -> Iterator[Tok]:
        yield self._tok("OPEN", token, commands.BRACKETS[str(token)])

    def _close(self, token: Token) -> Iterator[Tok]:
        yield self._tok("CLOSE", token, commands.CLOSING[str(token)])

    def _tie(self, token: Token) -> Iterator[Tok]:
        yield self._tok("SPACE", token)

    def _left(self, token: Token) -> Iterator[Tok]:
        what = re.sub(r"\\left\s*", "", str(token))
        kind = commands.BRACKETS.get(what) or commands.BARS.get(what)
        if what != "." and kind is None:
            raise Unreadable(f"“{what}” is no bracket", *self._range(token))
        yield self._tok("LEFT", token, kind or ".")

    def _right(self, token: Token) -> Iterator[Tok]:
        what = re.sub(r"\\right\s*", "", str(token))
        kind = commands.CLOSING.get(what) or commands.BARS.get(what)
        if what != "." and kind is None:
            raise Unreadable(f"“{what}” is no bracket", *self._range(token))
        yield self._tok("RIGHT", token, kind or ".")

    def _middle(self, token: Token) -> Iterator[Tok]:
        yield self._tok("RELATION", token, "|")

    def _other(self, token: Token) -> Iterator[Tok]:
        known = commands.letter(str(token))
        if str(token) in commands.SPELT:
            yield from self._named(token, commands.SPELT[str(token)])
        elif known:
            yield self._name(token, *known)
        else:
            yield self._tok("OTHER", token)

    def _other_words(self, token: Token) -> Iterator[Tok]:
        at = self.source.span(*self._range(token))
        yield self._tok("WORDS", token, raw=Text(at, str(token)))

    def _words(self, token: Token) -> Iterator[Tok]:
        command, _, inside = str(token)[:-1].partition("{")
        words = inside.replace("$", "").strip()
        if re.fullmatch(r"[A-Za-z][\w-]*", words) and words.lower() not in commands.CONNECTIVES:
            yield self._name(token, words, command.strip()[1:])
        elif words and not re.fullmatch(r"[\s.,;()\d]*", words):
            at = self.source.span(*self._range(token))
            yield self._tok("WORDS", token, words, Text(at, words))
        elif re.search(r"[,;.]", words):
            yield self._tok("COMMA", token, ",")
        else:
            yield self._tok("SPACE", token)

    def _named(self, token: Token, name: str) -> Iterator[Tok]:
        """A command that stands for itself."""
        at = self.source.span(*self._range(token))
        if name in commands.RELATIONS:
            yield self._tok("RELATION", token, commands.RELATIONS[name])
        elif name in commands.SIGNS:
            yield self._tok("SIGN", token, f"\\{name}" if name != "ast" else "*")
        elif name in ("pm", "mp", "-"):
            yield self._tok("PM", token, f"\\{name}" if name != "-" else "-")
        elif name in ("div", "/"):
            yield self._tok("SIGN", token, "/")
        elif name in commands.DOTS:
            yield self._tok("DOTS", token, raw=Dots(at, commands.DOTS[name]))
        elif name in ("forall", "exists"):
            words = {"forall": "for all", "exists": "there is"}[name]
            yield self._tok("FORALL", token, words, Text(at, words))
        elif name in commands.BRACKETS_BY_NAME:
            kind, text = commands.BRACKETS_BY_NAME[name]
            yield self._tok(kind, token, text)
        else:
            yield self._structural(token, name)

    def _structural(self, token: Token, name: str) -> Tok:
        if name in commands.FRACTIONS:
            return self._tok("FRAC", token, name)
        if name == "sqrt":
            return self._tok("ROOT", token, name)
        if name in commands.ACCENTS:
            return self._tok("ACCENT", token, commands.ACCENTS[name])
        if name in commands.SPACES:
            return self._tok("WIDE" if name in commands.WIDE else "SPACE", token)
        if name in commands.IMPLIES:
            return self._tok("IMPLIES", token, name)
        if name == "prime":
            return self._tok("PRIME", token)
        if name in commands.BIG or (name in commands.BIG_WITH_LIMITS and self._next_is("_", "^")):
            return self._tok("BIG", token, name)
        if self._next_is("{") and str(token)[0] == "\\" and name not in commands.LETTERS:
            return self._tok("UNKNOWN", token)
        return self._name(token, name)


def _spelt(token: Token) -> str:
    name = commands.SPELT.get(str(token), str(token))
    return f"\\{name}" if name.isalpha() and name != "ast" else name.replace("ast", "*")
