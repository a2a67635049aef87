"""Who is there at the start: heavy-tailed accounts in cohorts, drawn by name so that no draw shifts another."""

from lastresort.simulation.accounts.population.cohorts import (
    ARBITRAGE,
    BASIS,
    CARRY,
    CROSS_COHORTS,
    INSTITUTION,
    ISOLATED_COHORTS,
    ISOLATED_SIDES,
    MAKER,
    MOMENTUM,
    PAIRS,
    RETAIL,
    SHORT,
    VALUE,
    VAULT,
    WHALE,
)
from lastresort.simulation.accounts.population.everybody import CrossDraw, draw_population
from lastresort.simulation.accounts.population.isolated import IsolatedDraw
from lastresort.simulation.accounts.population.pairs import Pairs
from lastresort.simulation.accounts.population.sizes import share_out, stratified_sizes

__all__ = [
    "ARBITRAGE",
    "BASIS",
    "CARRY",
    "CROSS_COHORTS",
    "INSTITUTION",
    "ISOLATED_COHORTS",
    "ISOLATED_SIDES",
    "MAKER",
    "MOMENTUM",
    "PAIRS",
    "RETAIL",
    "SHORT",
    "VALUE",
    "VAULT",
    "WHALE",
    "CrossDraw",
    "IsolatedDraw",
    "Pairs",
    "draw_population",
    "share_out",
    "stratified_sizes",
]
