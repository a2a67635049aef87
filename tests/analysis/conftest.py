"""Runs and policies made by hand, as the tests of scores have them."""

from tests.scores.conftest import a_policy, a_run

__all__ = ["a_policy", "a_run"]
