"""The values of a configuration's keys."""

from __future__ import annotations

from ...python.functions import FUNCTIONS
from ...worlds.quantity import KINDS, Quantity
from . import defaults
from .checked import Given
from .config import Meaning


def sizes(given: Given, key: str) -> dict[str, int]:
    return {name: x.integer(f"{key}: {name}", least=1) for name, x in given.entries(key).items()}


def quantity(name: str, given: Given) -> Quantity:
    key = f"shapes: {name}"
    if not name.isidentifier():
        raise given.error(f"{key!r} is no name of our formula language: letters, digits and _")
    if given.node.id != "mapping":
        return Quantity(name, _shape(given, key), kind="")
    entries = given.known(key, ("shape", "labels", "kind", "axis"))
    shape = _shape(entries["shape"], key) if "shape" in entries else ()
    kind = entries["kind"].choice(key, KINDS) if "kind" in entries else ""
    if "labels" in entries:
        return Quantity(name, shape, "labels", classes=_size(entries["labels"], key))
    axis = entries["axis"].integer(f"{key}: axis") if "axis" in entries else 0
    return Quantity(name, shape, kind, axis=axis)


def _shape(given: Given, key: str) -> tuple[int | str, ...]:
    if given.node.id != "sequence":
        raise given.expected("its sizes in brackets, such as [n, 4]; [] for a number", key)
    return tuple(_size(part, key) for part in given.items(key))


def _size(given: Given, key: str) -> int | str:
    text = given.text(key, "a size: a number or a name")
    if text.isdecimal() and int(text) > 0:
        return int(text)
    if not text.isidentifier():
        raise given.expected("a size: a number or a name", key)
    return text


def functions(given: Given, key: str) -> dict[str, str]:
    found = {}
    for name, x in given.entries(key).items():
        found[name.lstrip("\\")] = x.choice(f"{key}: {name}", (*FUNCTIONS, "none"))
    return {name: "" if f == "none" else f for name, f in found.items()}


def symbols(given: Given, key: str) -> dict[str, Meaning]:
    found = {}
    for pattern, x in given.entries(key).items():
        name = f"{key}: {pattern}"
        if x.node.id == "mapping":
            readings = tuple((n, r.text(name)) for n, r in x.entries(name).items())
        else:
            readings = (("", x.text(name, "a formula, or several by name")),)
        found[pattern] = Meaning(pattern, readings, f"{x.file}:{x.line}")
    return found


def aliases(given: Given, key: str) -> dict[str, str]:
    return {
        name.lstrip("\\"): x.text(f"{key}: {name}").lstrip("\\")
        for name, x in given.entries(key).items()
    }


def products(given: Given, key: str) -> dict[str, str]:
    if given.node.id == "scalar":
        kind = given.choice(key, defaults.KINDS)
        return dict.fromkeys(defaults.PRODUCTS, kind)
    return {
        sign: x.choice(f"{key}: {sign}", defaults.KINDS)
        for sign, x in given.known(key, defaults.PRODUCTS).items()
    }


def layers(given: Given, key: str) -> dict[str, tuple[int, ...]]:
    return {
        letter: tuple(part.integer(f"{key}: {letter}", 0) for part in x.items(f"{key}: {letter}"))
        for letter, x in given.entries(key).items()
    }
