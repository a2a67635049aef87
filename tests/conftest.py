"""A market small enough to crash within a second, and the order in which files of tests start."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("compiling", deadline=None)  # the first example that needs a kernel may compile it
settings.load_profile("compiling")

HEAVY = ("test_stranger.py", "test_hostile_plugins.py", "test_damages.py", "test_survival.py", "test_report_answer.py")
"""Files that take minutes, slowest first: they start first, or the suite would end with one core at work."""

SMALL = """\
name: small
title: A small market
summary: Two venues, four markets, one headline, twenty minutes.
news:
  - {time: 120, size: -0.12, spread: 240}
venues:
  - {name: big, open_interest: 0.6, depth: 0.7, fund: 1.0e+8}
  - {name: tail, open_interest: 0.4, depth: 0.3, fund: 1.0e+7, leverage: 1.2}
groups:
  - {name: btc, tier: 0, markets: 1, open_interest: 0.4, beta: 1.0, volatility: 0.004}
  - {name: eth, tier: 0, markets: 1, open_interest: 0.3, beta: 1.2, volatility: 0.008}
  - {name: large, tier: 1, markets: 1, open_interest: 0.2, beta: 1.5, volatility: 0.018}
  - {name: small, tier: 2, markets: 1, open_interest: 0.1, beta: 1.8, volatility: 0.030}
clock: {duration: 1200, stress_tick: 5, calm_tick: 20}
population: {accounts: 2000}
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put heavy files first and leave all others in their order."""
    items.sort(key=lambda item: HEAVY.index(item.path.name) if item.path.name in HEAVY else len(HEAVY))


@pytest.fixture(scope="session", autouse=True)
def in_front() -> Iterator[None]:
    """Let an interrupt interrupt, which it does not by itself where the tests were started in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def small() -> str:
    """The text of the scenario file of `small_scenario`."""
    return SMALL


@pytest.fixture
def small_scenario(tmp_path: Path) -> Path:
    """The YAML file of a scenario whose runs take well under a second and in which accounts are deleveraged."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path
