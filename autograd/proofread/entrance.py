"""What `proofread` is given in Python, as a setup and lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import ProofreadError
from . import Claims, Derivation
from .formula.tree import Symbol
from .judge import judge
from .lines import Line
from .python.claims import CLOSING, OPENING, function_line, line
from .python.names import did_you_mean, listed
from .python.renewing import Renewing
from .report import Report
from .worlds.points import Points
from .worlds.quantity import KINDS, Definition, Quantity
from .worlds.world import Setup

KEYS = ("shape", "kind", "labels", "first", "axis")
Functions = Mapping[str, str] | None


def proofread(
    forward: str | Sequence[str] | Derivation,
    claims: Claims,
    shapes: Mapping[str, Any] | None,
    loss: str | None,
    functions: Functions,
    seed: int,
) -> Report:
    setup: Setup
    whole: Setup
    lines: list[Line] = []
    if isinstance(forward, Derivation):
        if shapes:
            raise ProofreadError("a Derivation has its shapes from its graph; leave out `shapes`")
        setup = whole = forward.setup
    else:
        setup = declared(shapes or {})
        lines = forward_lines(forward, setup, functions)
        whole = with_definitions(setup, lines)
    name = chosen_loss(whole, loss)
    read = claimed(claims, len(lines), whole.known(), name, functions)
    return judge(replace(setup, losses=(name,)), [*lines, *read], seed)


def declared(shapes: Mapping[str, Any]) -> Setup:
    """The quantities that the forward pass starts from."""
    quantities = tuple(quantity(name, given) for name, given in shapes.items())
    setup = Setup(quantities, exact_shapes=False)
    if both := set(setup.size_names()) & set(shapes):
        raise ProofreadError(f"{listed(sorted(both))} is both a quantity and a size")
    return setup


def forward_lines(forward: str | Sequence[str], setup: Setup, functions: Functions) -> list[Line]:
    """The lines of the forward pass; each may speak of what the ones before it define."""
    known = set(setup.known())
    found: list[Line] = []
    for number, text in enumerate(lines_of(forward, "forward"), 1):
        try:
            found.append(line(text, number, known, "", functions))  # type: ignore[arg-type]
        except ProofreadError as error:
            raise at_line(f"forward line {number}, {text!r}", error, without_shape(error)) from None
        known |= defined(found[-1])
    if not found:
        raise ProofreadError("the forward pass is empty; give lines such as 'L = sum((x - t)**2)'")
    return found


def at_line(where: str, error: ProofreadError, hint: str = "") -> ProofreadError:
    return ProofreadError(f"{where}: {error}{hint}", error.line, error.column)


def defined(new: Line) -> set[str]:
    """The name that a line defines, if it does."""
    left = new.instances[0].members[0].expr
    return {left.name} if isinstance(left, Symbol) else set()


def with_definitions(setup: Setup, lines: Sequence[Line]) -> Setup:
    """The setup with what the forward lines define, each name by its first."""
    found: dict[str, Definition] = {}
    for each in lines:
        left, *members = each.instances[0].members
        if isinstance(left.expr, Symbol) and members and left.expr.name not in setup.known():
            found.setdefault(left.expr.name, Definition(left.expr.name, members[0].expr))
    if not found:
        raise ProofreadError("the forward pass defines nothing; give lines such as 'z = x @ W + b'")
    return replace(setup, definitions=tuple(found.values()))


def without_shape(error: ProofreadError) -> str:
    if "is not known" not in str(error) or "did you mean" in str(error):
        return ""
    return "; what the forward pass starts from needs a shape, as in shapes={'x': ('n', 'm')}"


def quantity(name: str, given: Any) -> Quantity:
    """An entry of `shapes`.  Raises ProofreadError."""
    if not name.isidentifier():
        raise ProofreadError(f"shapes: {name!r} is no name of a quantity")
    said = dict(given) if isinstance(given, Mapping) else {"shape": given}
    for key in said:
        if key not in KEYS:
            hint = did_you_mean(key, KEYS) or f"; there are {listed(KEYS)}"
            raise ProofreadError(f"shapes: {name}: there is no {key!r}{hint}")
    shape = said.get("shape", ())
    if not isinstance(shape, tuple | list) or not all(map(is_size, shape)):
        raise ProofreadError(
            f"shapes: {name}: a shape is a tuple of sizes, by name or number, such as ('n', 3); "
            f"got {shape!r}"
        )
    classes = said.get("labels", 0)
    kind = said.get("kind", "labels" if classes else "parameter")
    if kind not in KINDS:
        hint = did_you_mean(str(kind), KINDS) or f"; there are {listed(KINDS)}"
        raise ProofreadError(f"shapes: {name}: there is no kind {kind!r}{hint}")
    if (kind == "labels") != bool(classes) or not (classes == 0 or is_size(classes)):
        raise ProofreadError(f"shapes: {name}: labels need their number, as in 'labels': 'k'")
    return Quantity(name, tuple(shape), kind, classes, said.get("first", 0), said.get("axis", 0))


def is_size(n: Any) -> bool:
    if isinstance(n, str):
        return n.isidentifier()
    return isinstance(n, int) and not isinstance(n, bool) and n > 0


def chosen_loss(setup: Setup, loss: str | None) -> str:
    """The loss by name: a number of the forward pass."""
    if loss is None:
        loss = setup.losses[0] if setup.losses else setup.definitions[-1].name
    points = Points(setup, 0)
    world = points.at(points.fixed(d.expr for d in setup.definitions), 0)
    known = world.quantities()
    if loss in world.trouble:
        raise ProofreadError(f"the loss {loss} is undefined: {world.trouble[loss].message}")
    if loss not in known:
        hint = did_you_mean(loss, known) or f"; there are {listed(known)}"
        raise ProofreadError(f"the loss {loss} is no quantity of the forward pass{hint}")
    if any(n != 1 for n in known[loss]):
        raise ProofreadError(
            f"the loss {loss} has shape {known[loss]} and not one number; name another with loss=…"
        )
    return loss


def claimed(
    claims: Claims, before: int, known: Iterable[str], loss: str, functions: Functions
) -> list[Line]:
    """The lines of the claims; what they define is known to the ones after them."""
    names = set(known)
    found: list[Line] = []
    renewing = Renewing()
    for k, (name, claim) in enumerate(named(claims), 1):
        if callable(claim):
            new = function_line(name, claim, before + k, names, loss)
        else:
            text = f"{name} = {claim}" if name else claim
            try:
                new = line(text, before + k, names, loss, functions)
            except ProofreadError as error:
                raise at_line(f"claim {k}, {text!r}", error) from None
        found.append(renewing.line(new, names))
        names |= defined(new)
    if not found:
        raise ProofreadError("there is no claim to check; give lines such as 'dW = x.T @ dz'")
    return found


def named(claims: Claims) -> Iterator[tuple[str, Any]]:
    """Each claim with the name that it is for, if that is not in it."""
    if isinstance(claims, Mapping):
        yield from claims.items()
        return
    for claim in lines_of(claims, "claims"):
        if not callable(claim):
            yield "", claim
        elif getattr(claim, "__name__", "<").isidentifier():
            yield claim.__name__, claim
        else:
            raise ProofreadError(f"{claim!r} has no name; write {{'dW': {claim!r}}}")


def lines_of(given: Any, what: str) -> Iterator[str | Callable[..., Any]]:
    """The lines of a text, or those of a list; brackets may go on on the next line."""
    if not isinstance(given, str):
        if not isinstance(given, Sequence):
            raise ProofreadError(f"{what} are lines of text or a list of them; got {given!r}")
        yield from given
        return
    pending, depth = "", 0
    for text in given.splitlines():
        code = text.partition("#")[0].rstrip()
        pending = f"{pending}\n{code}" if pending else code.strip()
        depth += sum(map(code.count, OPENING)) - sum(map(code.count, CLOSING))
        if pending and depth <= 0:
            yield pending
            pending, depth = "", 0
    if pending:
        yield pending
