"""A formula's text as tokens: what is only layout is gone, letters have their fonts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from lark import Token

from . import commands
from .lexing import Tok, lexed
from .raw import Letter, Numeral
from .source import Source, Unreadable
from .spelling import Speller


def tokens(text: str, offset: int, source: Source) -> list[Tok]:
    """The tokens of a formula that begins at an offset of the source.  Raises Unreadable."""
    found = list(_Reader(lexed(text), offset, source).all())
    return _with_dots_as_letters(_with_single_digits(found, source))


def _with_single_digits(found: list[Tok], source: Source) -> list[Tok]:
    """x_12 is x_{1}2, and \\frac12 is \\frac{1}{2}: without braces an argument is one digit."""
    out = found[::-1]  # a stack, the next token last
    done: list[Tok] = []
    wanted = 0
    while out:
        tok = out.pop()
        done.append(tok)
        if tok.kind in ("SUB", "SUP", "ROOT", "FRAC"):
            wanted = 2 if tok.kind == "FRAC" else 1
            continue
        if wanted and tok.kind == "NUMERAL" and len(tok.text) > 1 and tok.text.isdecimal():
            done[-1] = _numeral(tok.text[0], tok.start, source)
            out.append(_numeral(tok.text[1:], tok.start + 1, source))
        wanted = wanted - 1 if wanted and tok.kind in ("NUMERAL", "LETTER") else 0
    return done


def _numeral(text: str, start: int, source: Source) -> Tok:
    end = start + len(text)
    at = source.span(start, end)
    return Tok("NUMERAL", text, start, end, at, Numeral(at, float(text), text))


def _with_dots_as_letters(found: list[Tok]) -> list[Tok]:
    """The dot or star of X_{i\\cdot}, X_{*,j} as a letter: it stands for all indices."""
    out = list(found)
    for i, (before, tok, after) in enumerate(zip(found, found[1:], found[2:], strict=False), 1):
        if tok.kind == "SIGN" and tok.text in ("\\cdot", "\\bullet", "*"):
            opens = before.kind in ("LBRACE", "COMMA") and after.kind != "RBRACE"
            if opens or (before.kind != "LBRACE" and after.kind in ("RBRACE", "COMMA")):
                out[i] = replace(tok, kind="LETTER", raw=Letter(tok.at, tok.text.lstrip("\\")))
    return out


class _Reader(Speller):
    """Goes through the lexer's tokens, and takes arguments of commands together."""

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

    def _begin(self, token: Token) -> Iterator[Tok]:
        name = _environment(token)
        if name in commands.DISPLAYS:
            if name in ("alignat", "alignedat"):
                self._skip_argument()
            yield self._tok("ROWS", token, name)
            return
        options = [i for i in range(self.i, len(self.found)) if self.found[i].type == "CLOSE"]
        if self._next_is("[") and options:
            self.i = options[0] + 1
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


def _environment(token: Token) -> str:
    return str(token).split("{")[1].rstrip("}").strip().rstrip("*")
