"""Mistakes planted into right derivations: where they go, that they matter, that they are found."""

import numpy as np
import pytest

from autograd.proofread.judge import Reading
from autograd.proofread.planting.plant import differs, plant, problem_of, spots
from autograd.proofread.report import Report
from benchmarks.derivations import Derivation, corpus
from benchmarks.sowing import Ground, Harvest, ground_of, judged_fix, sow

CORPUS = {d.name: d for d in corpus()}
SOME = ("tanh_net.py", "autoencoder.md", "sigmoidnet_columns.tex", "lasso.md")


@pytest.fixture(scope="module", params=SOME)
def ground(request: pytest.FixtureRequest) -> Ground:
    return ground_of(CORPUS[request.param])


def read(derivation: Derivation) -> tuple[Reading, Report]:
    setup, lines = derivation.read()
    reading = Reading(setup, lines, 0)
    return reading, reading.read()


@pytest.mark.parametrize("known", [True, False])
def test_mistakes_are_in_lines_of_their_own_and_matter(ground: Ground, known: bool) -> None:
    planted = plant(ground.reading, ground.report, 3, np.random.default_rng(5), known)
    assert len({p.line for p in planted}) == 3
    places = {(s.line.number, s.part): s for s in spots(tuple(ground.reading.lines), ground.report)}
    for p in planted:
        spot = places[p.line, p.part]
        assert p.right == spot.right.text != p.wrong
        problem = problem_of(ground.reading, spot)
        assert differs(problem, p.expr)
        assert not differs(problem, p.original)


def test_the_same_seed_plants_the_same(ground: Ground) -> None:
    one, two = (plant(ground.reading, ground.report, 2, np.random.default_rng(3)) for _ in range(2))
    assert one == two
    assert one != plant(ground.reading, ground.report, 2, np.random.default_rng(4))


def test_what_was_planted_is_on_the_page_and_reads_back(ground: Ground) -> None:
    planted = plant(ground.reading, ground.report, 2, np.random.default_rng(8))
    reading, _ = read(ground.derivation.changed(planted))
    lines = {line.number: line for line in reading.lines}
    for p in planted:
        assert lines[p.line].instances[0].members[p.part].text == p.wrong
        assert lines[p.line].kind == "equation"


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.untraced
def test_planted_mistakes_are_found_where_they_are(ground: Ground, count: int, known: bool) -> None:
    harvest = Harvest("", known)
    sow(ground, count, known, 0, harvest)
    assert harvest.total == count
    assert [o for o in harvest.outcomes if not o.found] == []
    assert harvest.strays == []


def test_a_fix_counts_only_if_it_is_right_in_its_place() -> None:
    ground = ground_of(CORPUS["tanh_net.py"])
    (planted,) = plant(ground.reading, ground.report, 1, np.random.default_rng(0))
    assert judged_fix(ground, planted, planted.right) == "the same"
    assert judged_fix(ground, planted, f"1 * ({planted.right})") == "another"
    assert judged_fix(ground, planted, f"2 * ({planted.right})") == "wrong"


def test_wrong_lines_and_general_ones_are_left_alone() -> None:
    ground = ground_of(CORPUS["testnet_columns.md"])
    for spot in spots(tuple(ground.reading.lines), ground.report):
        assert spot.line.kind == "equation"
        assert len(spot.line.instances) == 1
