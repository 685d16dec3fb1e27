"""Hypothesis profiles: GRADPROOF_TESTS=ci runs more examples, the same ones every time."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]

settings.register_profile("dev", max_examples=10, deadline=None, suppress_health_check=QUIET)
settings.register_profile(
    "ci", max_examples=60, deadline=None, derandomize=True, suppress_health_check=QUIET
)
# Against a mutant (`make mutants`): the same examples every time, and none is made smaller.
settings.register_profile(
    "mutants", max_examples=10, deadline=None, derandomize=True, database=None,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=QUIET,
)  # fmt: skip
settings.load_profile(os.environ.get("GRADPROOF_TESTS", "dev"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes seconds; leave out with -m 'not slow'")
