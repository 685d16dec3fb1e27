"""Hypothesis profiles: GRADPROOF_TESTS=ci runs more examples, the same ones every time."""

import pytest
from hypothesis import Phase, settings

from autograd.testing import load_profile
from autograd.testing.profiles import QUIET

# Against a mutant (`make mutants`): the same examples every time, and none is made smaller.
settings.register_profile(
    "mutants", max_examples=10, deadline=None, derandomize=True, database=None,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=QUIET,
)  # fmt: skip
load_profile("GRADPROOF_TESTS")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes seconds; leave out with -m 'not slow'")
