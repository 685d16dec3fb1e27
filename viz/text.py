"""Text on a node: any user's string made harmless, numbers and arrays made short."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

WIDEST_NAME = 28
VALUES_SHOWN = 4


def visible(text: str) -> str:
    """The same text with control, broken and invisible directional characters as symbols."""
    shown = "".join(_symbol(c) for c in text)
    return shown if shown.strip() else shown.replace(" ", "␣")


def _symbol(c: str) -> str:
    code = ord(c)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if c in "\u200c\u200d":  # the joiners inside emoji and Persian words
        return c
    broken = unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or code & 0xFFFE == 0xFFFE
    return "\N{REPLACEMENT CHARACTER}" if broken else c


def width(text: str) -> int:
    """Columns taken on the page: 2 for a wide (Chinese, emoji) character, 0 for a combining one."""
    return sum(_columns(c) for c in text)


def _columns(c: str) -> int:
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def shorten(text: str, limit: int = WIDEST_NAME) -> str:
    """`text`, or its beginning and end around an ellipsis where it is wider than `limit`."""
    if len(text) <= 4 * limit and width(text) <= limit:
        return text
    tail = _fitting(text[: -4 * limit - 1 : -1], (limit - 1) // 3)[::-1]
    head = _fitting(text[: 4 * limit], limit - 1 - width(tail))
    return f"{head}…{tail}"


def _fitting(text: str, limit: int) -> str:
    used = 0
    for i, c in enumerate(text):
        used += _columns(c)
        if used > limit:
            return text[:i]
    return text


GREEK = {
    unicodedata.name(chr(c)).split()[-1].lower().replace("lamda", "lambda"): chr(c)
    for c in range(0x3B1, 0x3CA)
    if "FINAL" not in unicodedata.name(chr(c))
}
GREEK |= {name.capitalize(): letter.upper() for name, letter in GREEK.items()}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SPELLED = re.compile(r"([^\W\d_]+)(?:_?(\d+))?(\[.*\])?")


def pretty(name: str) -> str:
    """A name as mathematics spells it: `W1` is W₁, `alpha_2` is α₂; others stay as they are."""
    found = SPELLED.fullmatch(name)
    if found is None:
        return name
    stem, digits, index = found.groups("")
    return GREEK.get(stem, stem) + digits.translate(SUBSCRIPTS) + index


DIGITS = re.compile(r"([\d₀-₉]+)")


def unnumbered(name: str) -> str:
    """A name without its numbers: W1[0,2] and W1[3,1] are places in one array."""
    return DIGITS.sub("", name)


def common(names: Sequence[str]) -> str:
    """The names of like things as one, `h₁[0,*]` of h₁[0,0] and h₁[0,1]; else nothing."""
    if len({unnumbered(name) for name in names}) != 1:
        return ""
    columns = zip(*(DIGITS.split(name) for name in names), strict=False)
    return "".join(parts[0] if len(set(parts)) == 1 else "*" for parts in columns)


def number(x: float, digits: int = 4) -> str:
    """A float in at most `digits` significant digits: 0.1966, -3, 1.2e-7, nan."""
    text = re.sub(r"e([+-])0*", lambda m: "e-" if m[1] == "-" else "e", f"{x:.{digits}g}")
    return "0" if text == "-0" else text


def shape(shape: tuple[int, ...]) -> str:
    """4×5 for a matrix, (5,) for a vector, nothing for a single number."""
    return f"({shape[0]},)" if len(shape) == 1 else "×".join(map(str, shape))


def summary(x: ArrayLike) -> str:
    """One line on a number or array: its entries if there are few, else range and mean."""
    a = np.asarray(x)
    if a.dtype.kind not in "biuf":
        return f"{a.size} entries"
    if a.size <= VALUES_SHOWN:
        return _entries(a.astype(float).tolist()) if a.size else "empty"
    return _spread(a.astype(float))


def _entries(x: float | list[object]) -> str:
    if isinstance(x, list):
        return "[" + ", ".join(_entries(e) for e in x) + "]"  # type: ignore[arg-type]
    return number(x)


def _spread(a: np.ndarray) -> str:
    finite = a[np.isfinite(a)]
    bad = a.size - finite.size
    if not finite.size:
        return f"all {bad} nan or inf"
    low, high = float(finite.min()), float(finite.max())
    scale = max(abs(low), abs(high)) or 1.0
    mean = scale * float(np.mean(finite / scale))  # no overflow near the largest float
    text = f"all {number(low)}" if low == high else _range(low, high, mean)
    return f"{text}, {bad} nan or inf" if bad else text


def _range(low: float, high: float, mean: float) -> str:
    return f"{number(low, 3)} … {number(high, 3)}, mean {number(mean, 3)}"
