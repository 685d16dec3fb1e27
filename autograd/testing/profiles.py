"""Hypothesis settings for gradient tests: no deadline, and the same examples every time in CI."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Functions differ in time by orders of magnitude, and the first call of an op compiles nothing but
# imports much: a deadline would fail at random.
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def load_profile(variable: str = "HYPOTHESIS_PROFILE", default: str = "dev") -> str:
    """Register the profiles and load the one that the environment variable names; its name.

    `dev`: 10 examples, new ones every time.  `ci`: 60, the same every time (derandomised), so that
    a red build is the change's.  `intense`: 1000 new ones, for a night.  None has a deadline.  For
    a conftest.py.

    Raises InvalidArgument (of hypothesis) for a name that is not registered.
    """
    settings.register_profile("dev", max_examples=10, deadline=None, suppress_health_check=QUIET)
    settings.register_profile(
        "ci", max_examples=60, deadline=None, derandomize=True, suppress_health_check=QUIET
    )
    settings.register_profile(
        "intense", max_examples=1000, deadline=None, suppress_health_check=QUIET
    )
    name = os.environ.get(variable, default)
    settings.load_profile(name)
    return name
