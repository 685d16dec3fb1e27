"""The configuration: what it takes, and how it says what it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograd.errors import ProofreadError
from autograd.proofread.reading.configuration import settings
from autograd.proofread.worlds.quantity import Quantity

WHOLE = """\
title: My notes
loss: [J, L]
samples: columns
batch: n
sizes: {n: 7, n0: 4}
shapes:
  x: [n0, n]
  W1: [n1, n0]
  y: {shape: [n], labels: n2}
  s: {shape: [], kind: positive}
parameters: [W1]
forward:
  - z[l] = W[l] @ x
functions: {g: sigmoid, "\\\\phi": tanh, h: none}
aliases: {"\\\\varphi": "\\\\partial"}
symbols:
  "w^{(2)}": W2
  "\\\\nabla W": {one: W1, two: 2 * W1}
products: {juxtaposition: matrix, "\\\\cdot": loose}
jacobian: denominator
layers: {l: [1, 2], L: 2}
indices: zero-padded
sections:
  - lines: 34-56
    products: loose
  - lines: [60, 70-72]
    loss: K
    functions: {g: tanh}
claims:
  662: norm(W1) >= 1000 * norm(W1)
  663: [x == x, x <= x]
skip:
  18: words only
"""


def test_every_key_is_read() -> None:
    c = settings.config(WHOLE, "notes.yaml")
    assert c.title == "My notes"
    assert c.settings.losses == ("J", "L")
    assert (c.settings.samples, c.settings.batch) == ("columns", "n")
    assert c.sizes == {"n": 7, "n0": 4}
    assert c.quantities == (
        Quantity("x", ("n0", "n"), "data"),
        Quantity("W1", ("n1", "n0"), "parameter"),
        Quantity("y", ("n",), "labels", classes="n2"),
        Quantity("s", (), "positive"),
    )
    assert c.forward[0].text == "z[l] = W[l] @ x"
    assert c.settings.functions == {"g": "sigmoid", "phi": "tanh", "h": ""}
    assert c.settings.aliases == {"varphi": "partial"}
    assert c.settings.symbols["w^{(2)}"].readings == (("", "W2"),)
    assert [name for name, _ in c.settings.symbols["\\nabla W"].readings] == ["one", "two"]
    assert c.settings.product("") == "matrix"
    assert c.settings.product("·") == c.settings.product("\\cdot") == "loose"
    assert c.settings.product("\\odot") == "entrywise"
    assert not c.numerator
    assert c.zero_padded
    assert c.settings.layers == {"l": (1, 2), "L": (2,)}
    assert [n for n, _ in c.claims] == [662, 663, 663]
    assert c.skip == {18: "words only"}


def test_an_empty_configuration_is_the_default() -> None:
    c = settings.config("# nothing\n", "notes.yaml")
    assert c.quantities == ()
    assert c.numerator
    assert not c.zero_padded
    assert c.settings.product("\\times") == "matrix"


def test_a_section_goes_over_the_rest_and_later_ones_over_earlier_ones() -> None:
    c = settings.config(WHOLE, "notes.yaml")
    assert c.at(33).product("*") == "matrix"
    assert {c.at(k).product("*") for k in (34, 56)} == {"loose"}
    assert c.at(57).losses == ("J", "L")
    assert c.at(71).losses == ("K",)
    assert c.at(71).functions == {"g": "tanh", "phi": "tanh", "h": ""}
    both = settings.config(
        "sections:\n- {lines: 1-9, loss: A}\n- {lines: 5, loss: B}\n", "notes.yaml"
    )
    assert [both.at(k).losses for k in (4, 5, 6)] == [("A",), ("B",), ("A",)]


WRONG = {
    "lss: L": ("c.yaml:1", "no key 'lss'", "did you mean loss"),
    "title: x\nshape: {x: [1]}": ("c.yaml:2", "no key 'shape'", "did you mean shapes"),
    "xyzzy: 1": ("no key 'xyzzy'", "the keys are"),
    "shapes:\n  x: 3": ("c.yaml:2", "shapes: x: is '3'", "[] for a number"),
    "shapes: {x: [n, 0]}": ("shapes: x: is '0'", "a number or a name"),
    "shapes: {x: [n, [3]]}": ("a list", "a number or a name"),
    "shapes: {x y: [n]}": ("no name of our formula language",),
    "shapes:\n  x: {shape: [n], kind: postive}": ("c.yaml:2", "did you mean positive"),
    "shapes: {x: {shap: [n]}}": ("no key 'shap'", "did you mean shape"),
    "sizes: {n: a}": ("sizes: n: is 'a'", "whole number"),
    "sizes: {n: 0}": ("from 1 on",),
    "products: {foo: matrix}": ("no key 'foo'", "juxtaposition"),
    "products: entrywyse": ("did you mean entrywise",),
    "products: [loose]": ("a list",),
    "functions: {g: sigmoidd}": ("did you mean sigmoid",),
    "loss: L\nloss: J": ("c.yaml:2", "there twice", "line 1"),
    "parameters: [W]": ("W has no shape",),
    "sections:\n- {loss: L}": ("c.yaml:2", "needs lines"),
    "sections:\n- {lines: 9-3}": ("from the first to the last",),
    "sections:\n- {lines: a}": ("34-56",),
    "sections:\n- {lines: 3, sizes: {n: 1}}": ("no key 'sizes'",),
    "shapes: {x: [1]}\nsections:\n- {lines: 3, shapes: {x: [2]}}": ("c.yaml:3", "another name"),
    "claims: {a: b}": ("no line number",),
    "claims: {3: {a: b}}": ("a list",),
    "jacobian: rows": ("numerator or denominator",),
    "indices: padded": ("zero-padded",),
    "samples: row": ("did you mean rows",),
    "prime: x": ("derivative or transpose",),
    "layers: {l: [a]}": ("layers: l: is 'a'",),
    "forward: 3": ("z1 = W1 @ x + b1",),
    "forward: {z: 1}": ("a table", "a list"),
    "symbols: [a]": ("a list",),
    "symbols: {a: [b]}": ("a formula, or several by name",),
    "- 1": ("a list",),
    "a: [": ("not YAML",),
    "forward: [z = f(x, y]": ("forward: is 'y'", "z1 = W1 @ x + b1"),
    "x: {a: b\n": ("not YAML",),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_named_with_its_place(text: str) -> None:
    with pytest.raises(ProofreadError) as caught:
        settings.config(text, "c.yaml")
    message = str(caught.value)
    assert message.startswith("c.yaml:")
    for piece in WRONG[text]:
        assert piece in message


def front(inside: str) -> str:
    return f"---\n{inside}\n---\nText with $x = 1$.\n"


@pytest.mark.parametrize(
    "inside",
    [
        "title: Notes\ndate: 2019-05-01 10:22:08\ntags:\n  - learning\nabbrlink: cb820bb8",
        "title: Notes",
        "whatever: [not, yaml",
        "nested:\n  loss: L",
    ],
    ids=["blog", "title", "broken", "nested"],
)
def test_the_front_matter_of_other_tools_is_passed_over(inside: str) -> None:
    assert settings.front_matter(front(inside), "n.md")[0] is None


def test_our_front_matter_may_stand_beside_that_of_other_tools() -> None:
    c, lines = settings.front_matter(front("title: N\ntags: [a]\nloss: J\nsizes: {n: 3}"), "n.md")
    assert c is not None
    assert lines == 6
    assert (c.title, c.settings.losses, c.sizes) == ("N", ("J",), {"n": 3})


def test_a_gradproof_block_is_taken_whatever_else_is_there() -> None:
    c, _ = settings.front_matter(front("odd: 1\ngradproof:\n  loss: J"), "n.md")
    assert c is not None
    assert c.settings.losses == ("J",)


def test_a_document_without_front_matter_has_no_configuration() -> None:
    assert settings.front_matter("# Title\n\n---\nloss: L\n---\n", "n.md") == (None, 0)
    assert settings.front_matter("", "n.md") == (None, 0)
    assert settings.front_matter("---\nloss: L\n", "n.md") == (None, 0)


def test_wrong_front_matter_is_an_error_at_its_line_of_the_document() -> None:
    with pytest.raises(ProofreadError, match=r"n\.md:3: .*no key 'shpes'.*did you mean shapes"):
        settings.front_matter(front("loss: J\nshpes: {x: [1]}"), "n.md")
    with pytest.raises(ProofreadError, match=r"n\.md:4: .*no key 'lss'"):
        settings.front_matter(front("odd: 1\ngradproof:\n  lss: J"), "n.md")


DOCS = Path(__file__).parents[2] / "docs" / "proofreading-config.md"


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.S))
def test_the_examples_of_the_documentation_are_configurations(block: str) -> None:
    found = settings.front_matter(block, "n.md")[0] or settings.config(block, "n.yaml")
    assert found != settings.config("", "n.yaml")


def test_the_documentation_names_every_key() -> None:
    table = DOCS.read_text("utf-8").split("## Keys")[1].split("## Names")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.M) != []
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == set(settings.KEYS)
