"""YAML that knows its lines: every wrong key or value is an error that says where and what fits."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ....errors import ProofreadError
from ...python.names import did_you_mean


class ConfigError(ProofreadError):
    """A configuration that cannot be right: the file and line, what was given, what is allowed."""


@dataclass(frozen=True)
class Given:
    """A piece of YAML, with the file and the lines before it."""

    node: Any
    file: str
    before: int = 0

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1 + self.before

    def error(self, words: str) -> ConfigError:
        return ConfigError(f"{self.file}:{self.line}: {words}")

    @property
    def shown(self) -> str:
        """What was given, for a message."""
        if self.node.id == "scalar":
            return f"{self.node.value!r}"
        return "a list" if self.node.id == "sequence" else "a table of keys and values"

    def expected(self, what: str, key: str) -> ConfigError:
        return self.error(f"{key}: is {self.shown}; give {what}")

    def entries(self, key: str, what: str = "a table of keys and values") -> dict[str, Given]:
        """A table; a key may be there once."""
        if self.node.id == "scalar" and not self.node.value:
            return {}
        if self.node.id != "mapping":
            raise self.expected(what, key)
        found: dict[str, Given] = {}
        for name, value in self.node.value:
            if name.id != "scalar":
                raise Given(name, self.file, self.before).expected("a word as a key", key)
            if name.value in found:
                raise Given(name, self.file, self.before).error(
                    f"the key {name.value} is there twice, first in line {found[name.value].line}"
                )
            found[name.value] = Given(value, self.file, self.before)
        return found

    def known(self, key: str, allowed: Collection[str]) -> dict[str, Given]:
        """A table whose keys are all allowed."""
        found = self.entries(key)
        for name, value in found.items():
            if name not in allowed:
                hint = did_you_mean(name, allowed)
                raise value.error(
                    f"{key}: there is no key {name!r}"
                    f"{hint}{'' if hint else '; the keys are '}"
                    f"{'' if hint else ', '.join(sorted(allowed))}"
                )
        return found

    def items(self, key: str) -> Iterator[Given]:
        """The parts of a list; what is none is its only part."""
        if self.node.id == "sequence":
            for part in self.node.value:
                yield Given(part, self.file, self.before)
        elif self.node.id == "scalar":
            if self.node.value:
                yield self
        else:
            raise self.expected("a list", key)

    def text(self, key: str, what: str = "a text") -> str:
        if self.node.id != "scalar":
            raise self.expected(what, key)
        return str(self.node.value).strip()

    def integer(self, key: str, least: int | None = None) -> int:
        text = self.text(key, "a whole number")
        try:
            found = int(text)
        except ValueError:
            raise self.expected("a whole number", key) from None
        if least is not None and found < least:
            raise self.expected(f"a whole number from {least} on", key)
        return found

    def choice(self, key: str, allowed: Collection[str]) -> str:
        text = self.text(key)
        if text not in allowed:
            hint = did_you_mean(text, allowed)
            options = f"; give {' or '.join(allowed)}" if len(allowed) < 12 else ""
            raise self.error(f"{key}: is {text!r}{options}{hint}")
        return text

    def span(self, key: str) -> tuple[int, int]:
        """A line 34, or lines 34-56."""
        text = self.text(key, "a line (34) or lines (34-56)").replace("–", "-")
        first, _, last = text.partition("-")
        if not first.strip().isdecimal() or not (last or "1").strip().isdecimal():
            raise self.expected("a line (34) or lines (34-56)", key)
        low, high = int(first), int(last or first)
        if high < low:
            raise self.expected("lines from the first to the last", key)
        return low, high


def parsed(text: str, file: str, before: int = 0) -> Given | None:
    """The YAML of a text, None if it is empty.  Raises ConfigError."""
    try:
        import yaml
    except ImportError:
        raise ImportError("a configuration needs PyYAML: pip install 'gradproof[proof]'") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + 1 + before
        raise ConfigError(
            f"{file}:{line}: this is not YAML: {error.problem or error.context}; a formula with "
            "brackets or colons in it goes between quotes"
        ) from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: this is not YAML: {error}") from None
    return None if node is None else Given(node, file, before)
