"""Where faults are seeded: by symbol and text, and whatever lost its target is named."""

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mutants import by_hand, everything, report
from mutants.__main__ import main
from mutants.everything import every
from mutants.mutant import ROOT, Fault, GoneError, Mutant, symbols
from mutants.nearest import stages
from mutants.systematic import of_functions, of_table
from mutants.trial import CAUGHT, SURVIVED, TIMEOUT, Outcome

Make = Callable[..., Mutant]

TABLE = '''\
square = row("square(x)", np.square, lambda x: x * x, (lambda g, y, x: g * (2.0 * x),), "x²")
div = row("div(a, b)", np.divide, operator.truediv,
    (lambda g, y, a, b: g / b,
     lambda g, y, a, b: -(g * y) / b), "a / b")


def norm_rule(g, y, x, axes, keepdims):
    """x / y."""
    return kept(g / y, x, axes, keepdims) * x.T
'''


def titles(mutants: list[Mutant], symbol: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for m in mutants:
        if m.symbol == symbol:
            found.setdefault(m.kind, []).append(m.title)
    return found


def test_a_rule_gets_every_systematic_fault() -> None:
    mutants = list(of_table("autograd/table.py", TABLE))
    assert titles(mutants, "square[x]") == {
        "sign": ["g * (2.0 * x) → -(g * (2.0 * x))"],
        "factor 2": ["g * (2.0 * x) → 2.0 * (g * (2.0 * x))"],
        "no cotangent": ["g * (2.0 * x) → None"],
        "first order only":
            ['g * (2.0 * x) → getattr(g * (2.0 * x), "_raw", g * (2.0 * x))'],
        "stale value": ["x → y"],
        "missing factor": [
            "g * (2.0 * x) → g", "g * (2.0 * x) → (2.0 * x)", "2.0 * x → 2.0", "2.0 * x → x"],
        "constant": ["2.0 → 3.0"],
    }  # fmt: skip
    second = titles(mutants, "div[b]")
    assert second["stale value"] == ["y → a", "b → a"]
    assert second["swapped arguments"] == ["-(g * y) / b → (b / -(g * y))"]
    named = titles(mutants, "norm_rule")
    assert named["missing sum or shape"] == ["kept(g / y, x, axes, keepdims) → (g / y)"]
    assert named["transposed"] == ["x.T → x"]


def test_functions_get_the_faults_of_their_expressions() -> None:
    source = '''\
class A:
    def f(self, x: int | None = 0) -> "x * x":
        """x * x"""
        if x > 0 and not self.ready:
            raise ValueError(f"{x * 2.0}")
        total += x @ x.T
        return np.where(x == 1, np.cos(x), 0.5)
'''
    mutants, missing = of_functions("nn/a.py", source, ["A.f", "A.g"])
    assert missing == ["A.g"]
    assert sorted(m.title for m in mutants) == sorted([
        "x > 0 and not self.ready → (x > 0 or not self.ready)",
        "x > 0 → (x >= 0)", "not self.ready → self.ready", "total += x @ x.T → total = x @ x.T",
        "x @ x.T → (x.T @ x)", "x.T → x", "x == 1 → (x != 1)", "np.cos(x) → x",
        "np.cos(x) → np.sin(x)", "0.5 → 1.5",
        "np.where(x == 1, np.cos(x), 0.5) → np.where(x == 1, 0.5, np.cos(x))",
    ])  # fmt: skip


def test_a_mutant_changes_its_place_and_nothing_else(mutant: Make, tree: Path) -> None:
    source = (tree / "autograd/primitive.py").read_text(encoding="utf-8")
    assert mutant("2 * x", "3 * x").applied(source) == source.replace("2 * x", "3 * x")


def test_symbols_are_functions_methods_and_names() -> None:
    source = "@cache\ndef f():\n    pass\n\nclass A:\n    x: int = 1\n    def g(self): ...\nB = 2\n"
    found = symbols(source)
    assert set(found) == {"f", "A", "A.x", "A.g", "B"}
    assert source[slice(*found["f"][0])] == "@cache\ndef f():\n    pass"


@pytest.mark.parametrize(
    ("symbol", "old", "text"),
    [
        ("double", "4 * x", "'4 \\* x' stands 0 times in 'double'"),
        ("triple", "2 * x", "no 'triple' any more"),
        ("", "x", "'x' stands \\d+ times"),
    ],
)
def test_a_fault_without_its_target_is_an_error(
    mutant: Make, symbol: str, old: str, text: str
) -> None:
    with pytest.raises(GoneError, match=text):
        mutant(old, "0", symbol)


def test_a_fault_follows_its_code_to_the_module_beside(tree: Path) -> None:
    fault = Fault("autograd/value.py", "double", "constant", "three times", "2 * x", "3 * x")
    assert everything.located(tree, fault).path == "autograd/primitive.py"
    (tree / "autograd/other.py").write_text("def double(x):\n    return 2 * x\n")
    with pytest.raises(GoneError, match="no 'double' any more"):  # which of the two is meant?
        everything.located(tree, fault)


def test_the_command_names_what_is_gone_and_runs_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = Fault("autograd/node.py", "ordered", "order", "lost", "no such line", "pass")
    monkeypatch.setattr(by_hand, "FAULTS", [*by_hand.FAULTS, gone])
    monkeypatch.setattr(everything, "EQUIVALENT", {"nn.optim.nothing": "why"})
    assert main(["--only", "lost|nothing"]) == 2
    message = capsys.readouterr().err
    assert "node.ordered: lost: 'no such line' stands 0 times" in message
    assert "nn.optim.nothing: equivalents.py: there is no such mutant" in message
    assert main(["--only", "no such pattern"]) == 2


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", r"elementwise\.tanh", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert all("elementwise.tanh" in line for line in lines)
    assert main(["--show", "elementwise.tanh[x]: y * y → y"]) == 0
    shown = capsys.readouterr().out
    assert "-tanh = row(" in shown
    assert "(1.0 - y)" in shown


@pytest.mark.skipif(os.environ.get("GRADPROOF_TESTS") == "mutants", reason="this tree is a mutant")
def test_what_is_listed_by_hand_is_in_the_code() -> None:
    _, gone = every()
    assert not gone


def test_the_trees_mutants_are_many_and_are_python() -> None:
    mutants, _ = every()
    assert len(mutants) >= 200
    assert len({m.name for m in mutants}) == len(mutants)
    sources = {m.path: (ROOT / m.path).read_text(encoding="utf-8") for m in mutants}
    for mutant in mutants[::20]:
        changed = mutant.applied(sources[mutant.path])
        assert changed != sources[mutant.path], mutant.name
        ast.parse(changed)
        for stage in stages(mutant):
            assert all((ROOT / file).exists() for file in stage.files), mutant.path


def test_the_score_leaves_equivalent_ones_out_and_names_wrong_reasons(
    mutant: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c, d, e = (mutant("2 * x", f"{n} * x") for n in (3, 4, 5, 6, 7))
    monkeypatch.setattr(report, "EQUIVALENT", {c.name: "it is `so`", d.name: "wrongly"})
    verdicts = (CAUGHT, SURVIVED, SURVIVED, CAUGHT, TIMEOUT)
    results = [(m, Outcome(v, "t", "whole", 1.0)) for m, v in zip((a, b, c, d, e), verdicts,
                                                                 strict=True)]  # fmt: skip
    assert report.score(results) == "3 of 4 mutants that make a difference are caught (75.0 %)"
    assert report.counts(results, "kind") == [
        ("constant", [5, 2, 1, 1, 1]), ("all", [5, 2, 1, 1, 1])]  # fmt: skip
    assert [m for m, _ in report.wrongly_listed(results)] == [d]
    text = report.page(results, 7)
    assert "Of 7 mutants, 5 were run. Among the other 2 there may be survivors." in text
    assert "The whole suite was asked about 5 more and caught 3." in text
    assert "| `primitive` | 5 | 2 | 1 | 1 | 1 |" in text
    assert "- `primitive.: 2 * x → 5 * x`: it is `so`" in text
    assert "## Survivors\n\n- `primitive.: 2 * x → 4 * x`\n" in text
