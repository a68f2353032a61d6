"""The provinces of these tests."""

from tests.flow.stage import armed_home, demo_home, proved_home

__all__ = ["armed_home", "demo_home", "proved_home"]
