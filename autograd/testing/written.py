"""Arguments and functions as Python text, for reproducers that can be pasted and run."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from .subject import Function, name_of


def literal(a: Any) -> str:
    """An argument as Python that gives it back to the last bit."""
    if isinstance(a, np.ndarray):
        dtype = "" if a.dtype in (np.float64, np.int64, bool) and a.size else f", np.{a.dtype}"
        body = f"np.array({with_special(a.tolist())}{dtype})"
        return body if a.size or a.ndim == 1 else f"{body}.reshape({a.shape})"
    if isinstance(a, dict):
        return "{" + ", ".join(f"{k!r}: {literal(v)}" for k, v in a.items()) + "}"
    if isinstance(a, list):
        return "[" + ", ".join(map(literal, a)) + "]"
    if isinstance(a, tuple):
        return "(" + "".join(f"{literal(v)}, " for v in a).strip() + ")"
    return with_special(a.item() if isinstance(a, np.generic) else a)


def with_special(data: Any) -> str:
    """repr, with nan and inf as Python can read them."""
    if isinstance(data, list):
        return "[" + ", ".join(map(with_special, data)) + "]"
    special = isinstance(data, float) and not np.isfinite(data)
    return f"float({str(data)!r})" if special else repr(data)


def program(
    f: Function,
    args: Sequence[Any],
    seed: int,
    laws: Sequence[str],
    options: Mapping[str, Function],
) -> str:
    """Python that checks these laws of `f` at these arguments again."""
    lines, called = imported(f)
    given = [called, *map(literal, args), f"seed={seed}", f"laws={list(laws)!r}"]
    for key, function in options.items():
        lines += imported(function, key)[0]
        given.append(f"{key}={key}")
    return written(["from autograd.testing import check_laws", *lines], "check_laws", given)


def program_of_test(module: str, name: str, args: Sequence[Any], seed: int) -> str:
    """The same by a property test that a module keeps under a name."""
    return written(importing(module, name), f"{name}.check", [*map(literal, args), f"seed={seed}"])


def written(lines: Sequence[str], function: str, given: Sequence[str]) -> str:
    body = ",\n    ".join(given)
    head = "\n".join(dict.fromkeys(["import numpy as np", *lines]))
    return f"{head}\n\n{function}(\n    {body},\n)"


def imported(f: Function, alias: str | None = None) -> tuple[list[str], str]:
    """(lines that bring a function into a program, what it is called there)."""
    op = getattr(f, "op", None)  # of a primitive, whose rules know the module that declares it
    rules = op.rules if op is not None and isinstance(op.rules, tuple) else ()
    for home in (f, *rules):
        module = getattr(home, "__module__", None) or ""
        for name, value in list(vars(sys.modules.get(module, SimpleNamespace())).items()):
            if value is f:
                return importing(module, name, alias), alias or name
    name = alias or name_of(f)
    return [f"{name} = …  # what was tested: {source(f)}"], name


def importing(module: str, name: str, alias: str | None = None) -> list[str]:
    """Import a name; from a file that is in no package, whatever directory the program runs in."""
    if module == "__main__":
        return [f"# {name} is what this script defines"]
    line = f"from {module} import {name}" + (f" as {alias}" if alias else "")
    file = getattr(sys.modules[module], "__file__", None)
    if file is None or Path(file).stem != module:  # in a package: installed, or at hand
        return [line]
    return ["import sys", f"sys.path.insert(0, {str(Path(file).resolve().parent)!r})", line]


def source(f: Function) -> str:
    """The first line of a function's text, to recognise it by."""
    try:
        return inspect.getsource(f).strip().splitlines()[0]
    except (OSError, TypeError):
        return name_of(f)
