"""What the attacks share: hostile texts, how many examples, what an error may look like."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("GRADPROOF_FUZZ", "1"))  # so many times more examples


def attacks(count: int) -> Any:
    """Settings for a fuzz test of cheap examples."""
    return settings(max_examples=count * TIMES)


NASTY = [
    "", " ", "\0", "a\0b", "\n", "\r\n", "\t", "\x1b[2J", "\x07", "\x7f", "\x85", "\u2028",
    "\u202e", "\ufeff", "\ud800", "\udcff", "\uffff", "😀", "e\u0301", "﷽", "x" * 300, "x" * 5000,
    '"', '""', "'", "\\", "\\N", '\\"', "<b>", "]]>", "&#0;", "{a|b}", "->", "$x$", "%s", "{0}",
    "..", ".", "/", "../..", "-", "--", "~", "*", "|", ";", "`id`", "$(id)", "=1+1",
    "__class__", "None", "nan", "inf", "-inf", "1e999", "-0", "1e-999", "1_0", "0x10", "٣", "½",
    "1,5", "9" * 400, "9" * 5000, "True",
]  # fmt: skip
anything = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=12), st.lists(st.sampled_from(NASTY)).map("".join)
)


def harmless(message: str, limit: int = 700) -> bool:
    """Whether a message is one printable line of a length that can be read."""
    return 0 < len(message) <= limit and message.isprintable()
