"""Hypothesis profiles: new examples at a desk, the same ones wherever CI is set.

GRADPROOF_TESTS chooses another: `ci` runs six times as many, `intense` a hundred times.
"""

import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import Phase, settings

from autograd.testing import load_profile
from autograd.testing.profiles import QUIET

# Against a mutant (`make mutants`): the same examples every time, and none is made smaller.
settings.register_profile(
    "mutants", max_examples=10, deadline=None, derandomize=True, database=None,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=QUIET,
)  # fmt: skip
# Where CI is set, a red build has to be the change's.
settings.register_profile(
    "steady", max_examples=10, deadline=None, derandomize=True, suppress_health_check=QUIET
)
load_profile("GRADPROOF_TESTS", default="steady" if os.environ.get("CI") else "dev")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes seconds; leave out with -m 'not slow'")
    config.addinivalue_line("markers", "untraced: long, and others cover what it runs")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Run `untraced` tests without coverage's tracer, which makes the proof-reader 3.4× slower.

    The mark `no_cover` of pytest-cov leaves an outer tracer at work in xdist's processes.
    """
    tracer = sys.gettrace() if item.get_closest_marker("untraced") else None
    if tracer is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
