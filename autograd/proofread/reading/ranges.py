"""What a document says of its index letters: i = 1, …, n."""

from __future__ import annotations

from collections.abc import Sequence

from . import trees
from .configuration import defaults
from .configuration.config import Settings
from .known import Known
from .tex.raw import Dots, Group, Letter, List, Numeral, Raw, RawMember, Terms
from .tex.raw import Sequence as Product


def about_indices(members: Sequence[RawMember], settings: Settings, known: Known) -> bool:
    """j ≠ k, k = j − i + 1, l = 1, 2: which entries or layers are meant, and no claim."""
    letters = {*defaults.INDICES, *settings.layers} - known.names
    left = members[0].value
    if not isinstance(left, Letter) or left.name not in letters:
        return False
    return all(m.value is not None and _counts(m.value, letters | known.sizes) for m in members[1:])


def ranging(members: Sequence[RawMember], known: Known) -> dict[str, int | str]:
    """The letter of i = 1, …, n with the size or number that it goes to."""
    left, right = members[0].value, members[1].value
    items = trees.items(right)
    if len(items) < 2 or not isinstance(left, Letter) or not isinstance(items[0], Numeral):
        return {}
    if items[0].value != 1:
        return {}
    last = items[-1]
    if isinstance(last, Numeral):
        return {left.name: int(last.value)}
    return {left.name: trees.name_of(last)} if trees.name_of(last) in known.sizes else {}


def _counts(raw: Raw, letters: set[str]) -> bool:
    """Whether a formula is made of such letters and numbers alone."""
    if isinstance(raw, Letter):
        return trees.name_of(raw) in letters
    if not isinstance(raw, Numeral | Dots | Group | List | Terms | Product):
        return False
    return all(_counts(part, letters) for part in trees.parts(raw))
