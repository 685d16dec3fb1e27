"""What a document leaves unsaid: from the file beside it or its front matter, and from options."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .errors import UsageError

SUFFIXES = (".yaml", ".yml")


def config(
    file: Path, text: str, given: str | None, entries: Sequence[str], loose: Sequence[str]
) -> Any:
    """The configuration to read a document by; None where its own front matter is all there is."""
    from autograd.proofread.reading.configuration import settings
    from autograd.proofread.reading.configuration.config import Config

    found = from_file(file, given)
    options = [(assigned(entry), "--set") for entry in entries]
    options += [(loosened(lines), "--loose") for lines in loose]
    if not options:
        return found
    if found is None:
        found = settings.front_matter(text, file.name)[0] or Config(file=file.name)
    for said, name in options:
        found = over(found, settings.config(said, name), said)
    return found


def from_file(file: Path, given: str | None) -> Any:
    """The configuration of --config, else of the file with the document's name; None without."""
    from autograd.proofread.reading.configuration import settings

    path = Path(given) if given is not None else sidecar(file)
    if path is None:
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: byte {error.start} is not UTF-8: save it as UTF-8") from None
    return settings.config(text, str(path))


def sidecar(file: Path) -> Path | None:
    """The file with the document's name, if there is one."""
    beside = (file.with_suffix(suffix) for suffix in SUFFIXES)
    return next((path for path in beside if path.is_file()), None)


def assigned(entry: str) -> str:
    """`sizes.n=7` as YAML."""
    path, equals, value = entry.partition("=")
    keys = [key.strip() for key in path.split(".", 1)]
    if not equals or not all(keys):
        raise UsageError(f"--set takes KEY=VALUE, such as loss=J or sizes.n=7; got {entry!r}")
    rows = [f"{'  ' * i}{json.dumps(key)}:" for i, key in enumerate(keys)]
    return "\n".join(rows) + f" {value.strip()}\n"


def loosened(lines: str) -> str:
    """`34-56,60`, or `all`, as YAML."""
    if lines.strip() == "all":
        return "products: loose\n"
    listed = ", ".join(json.dumps(part.strip()) for part in lines.split(","))
    return f"sections: [{{lines: [{listed}], products: loose}}]\n"


def over(base: Any, said: Any, text: str) -> Any:
    """A configuration with an option's entry put over it."""
    from autograd.proofread.reading.configuration.config import Section

    key = json.loads(text.partition(":")[0]) if text.startswith('"') else text.partition(":")[0]
    names = {q.name for q in said.quantities}
    return replace(
        base,
        title=said.title or base.title,
        settings=Section((), said.settings, frozenset({key})).over(base.settings),
        sizes={**base.sizes, **said.sizes},
        quantities=(*(q for q in base.quantities if q.name not in names), *said.quantities),
        forward=base.forward + said.forward,
        numerator=said.numerator if key == "jacobian" else base.numerator,
        zero_padded=said.zero_padded if key == "indices" else base.zero_padded,
        sections=base.sections + said.sections,
        claims=base.claims + said.claims,
        skip={**base.skip, **said.skip},
    )
