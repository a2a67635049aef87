"""Scenarios as data, each number with its unit and its source."""

from lastresort.simulation.scenario.markets import News
from lastresort.simulation.scenario.participants import Population
from lastresort.simulation.scenario.scenario import Scenario
from lastresort.simulation.scenario.settings import ASSUMPTION, Tiered

__all__ = ["ASSUMPTION", "News", "Population", "Scenario", "Tiered"]
