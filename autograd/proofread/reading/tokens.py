"""A formula's text as tokens: what is only layout is gone, letters have their fonts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from lark import Lark, Token

from ..tree import Span
from . import commands
from .raw import Dots, Letter, Numeral, Raw, Text
from .source import Source, Unreadable


@dataclass(frozen=True)
class Tok:
    """kind: as in formula.lark and tokens.lark; text: what it says, in one spelling."""

    kind: str
    text: str
    start: int
    end: int
    at: Span
    raw: Raw | None = None


@cache
def _lexer() -> Lark:
    grammar = Path(__file__).with_name("tokens.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser=None, lexer="basic")


def tokens(text: str, offset: int, source: Source) -> list[Tok]:
    """The tokens of a formula that begins at an offset of the source.  Raises Unreadable."""
    found = [t for t in _lexer().lex(commands.plain(text)) if t.type != "COMMENT"]
    return list(_Reader(found, offset, source).all())


class _Reader:
    """Goes through the lexer's tokens, and takes arguments of commands together."""

    def __init__(self, found: list[Token], offset: int, source: Source):
        self.found, self.offset, self.source = found, offset, source
        self.i = 0

    def all(self, until: int | None = None) -> Iterator[Tok]:
        until = len(self.found) if until is None else until
        while self.i < until:
            token = self.found[self.i]
            self.i += 1
            method = getattr(self, f"_{token.type.lower()}", None)
            if method is None:
                yield self._tok(token.type, token)
            else:
                yield from method(token)

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

    def _argument(self) -> tuple[int, int]:
        """From where to where the tokens of a command's argument go, without their braces."""
        if self.i >= len(self.found):
            last = self.found[self.i - 1]
            raise Unreadable(f"nothing follows “{last}”", *self._range(last))
        if self.found[self.i].type != "LBRACE":
            return self.i, self.i + 1
        depth = 0
        for j in range(self.i, len(self.found)):
            kind = self.found[j].type
            depth += (kind == "LBRACE") - (kind == "RBRACE")
            if depth == 0:
                return self.i + 1, j
        brace = self.found[self.i]
        raise Unreadable("this “{” is never closed", *self._range(brace))

    def _skip_argument(self) -> None:
        _, end = self._argument()
        self.i = end + (self.i < len(self.found) and self.found[self.i].type == "LBRACE")

    def _next_is(self, *texts: str) -> bool:
        return self.i < len(self.found) and str(self.found[self.i]) in texts

    # what a kind of token becomes

    def _letter(self, token: Token) -> Iterator[Tok]:
        yield self._name(token, str(token))

    def _word(self, token: Token) -> Iterator[Tok]:
        limits = str(token) in commands.BIG_WITH_LIMITS
        yield from self._named(token, str(token)) if limits else [self._name(token, str(token))]

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

    def _raised(self, token: Token) -> Iterator[Tok]:
        yield from self._shifted("SUP", token)

    def _lowered(self, token: Token) -> Iterator[Tok]:
        yield from self._shifted("SUB", token)

    def _shifted(self, kind: str, token: Token) -> Iterator[Tok]:
        """x² as x^{2}."""
        flat = unicodedata.normalize("NFKC", str(token)).replace("−", "-")
        yield self._tok(kind, token)
        yield self._tok("LBRACE", token)
        start, _ = self._range(token)
        yield from tokens(flat, start, self.source)
        yield self._tok("RBRACE", token)

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

    def _begin(self, token: Token) -> Iterator[Tok]:
        name = _environment(token)
        if name in commands.DISPLAYS:
            if name in ("alignat", "alignedat"):
                self._skip_argument()
            yield self._tok("ROWS", token, name)
            return
        if self._next_is("["):
            while self.i < len(self.found) and not self._next_is("]"):
                self.i += 1
            self.i += 1
        if name == "array":
            self._skip_argument()
        yield self._tok("BEGIN", token, name)

    def _end(self, token: Token) -> Iterator[Tok]:
        name = _environment(token)
        yield self._tok("ENDROWS" if name in commands.DISPLAYS else "END", token, name)

    def _control(self, token: Token) -> Iterator[Tok]:
        text = str(token)
        if text in ("\\{", "\\}"):
            opening = text == "\\{"
            yield self._tok("OPEN" if opening else "CLOSE", token, "{")
        elif text == "\\|":
            yield self._tok("BAR", token, "‖")
        elif text[1].isspace():
            yield self._tok("SPACE", token)
        elif text not in ("\\,", "\\!", "\\:", "\\;", "\\>", "\\/", "\\-"):
            yield self._tok("OTHER", token)

    def _other(self, token: Token) -> Iterator[Tok]:
        known = commands.letter(str(token))
        if str(token) in commands.SPELT:
            yield from self._named(token, commands.SPELT[str(token)])
        elif known:
            yield self._name(token, *known)
        else:
            yield self._tok("OTHER", token)

    def _command(self, token: Token) -> Iterator[Tok]:
        name = str(token)[1:]
        if name in commands.DROPPED:
            return
        if name in commands.DROPPED_WITH_ARGUMENT:
            self._skip_argument()
        elif name in commands.WITHOUT_FIRST_ARGUMENT:
            self._skip_argument()
            yield from self._unwrapped()
        elif name in commands.TRANSPARENT:
            yield from self._unwrapped()
            if "brace" in name and self._next_is("_", "^"):
                self.i += 1
                self._skip_argument()
        elif name in commands.FONTS:
            yield from self._in_font(token, name)
        elif name == "not" and self._next_is("=", "\\in"):
            sign = "!=" if self._next_is("=") else "\\notin"
            self.i += 1
            yield self._tok("RELATION", token, sign)
        else:
            yield from self._named(token, name)

    def _unwrapped(self) -> Iterator[Tok]:
        """An argument without its braces, unless scripts hang on all of it."""
        start, end = self._argument()
        after = end + (start > self.i)
        scripted = after < len(self.found) and self.found[after].type in ("SUB", "SUP")
        braced = start > self.i and not (
            scripted and any(t.type == "RELATION" for t in self.found[start:end])
        )
        keep = braced and scripted
        if keep:
            yield self._tok("LBRACE", self.found[self.i])
        self.i = start
        yield from self.all(end)
        if keep:
            yield self._tok("RBRACE", self.found[end])
        self.i = after

    def _in_font(self, token: Token, font: str) -> Iterator[Tok]:
        """The letters of a font: a word in roman, single ones in others."""
        if self._next_is("*"):
            self.i += 1
        start, end = self._argument()
        after = end + (start > self.i)
        inside = self.found[start:end]
        word = "".join(map(str, inside))
        one = len(inside) == 1 and inside[0].type in ("LETTER", "NUMERAL", "WORD")
        if one or (font in commands.WORD_FONTS and re.fullmatch(r"[A-Za-z][\w-]*", word)):
            last = self.found[after - 1]
            whole = Token("WORD", word, token.start_pos, end_pos=last.end_pos)
            self.i = after
            limits = font == "operatorname" and word in commands.BIG_WITH_LIMITS
            yield from self._named(whole, word) if limits else [self._name(whole, word, font)]
            return
        for tok in self._unwrapped():
            fonted = isinstance(tok.raw, Letter) and not tok.raw.font
            yield replace(tok, raw=replace(tok.raw, font=font)) if fonted else tok  # type: ignore[type-var]

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
        return self._name(token, name)


def _spelt(token: Token) -> str:
    name = commands.SPELT.get(str(token), str(token))
    return f"\\{name}" if name.isalpha() and name != "ast" else name.replace("ast", "*")


def _environment(token: Token) -> str:
    return str(token).split("{")[1].rstrip("}").strip().rstrip("*")
