"""Who is there at the start: heavy-tailed accounts in ten cohorts, drawn by name so that no draw shifts another."""

from lastresort.simulation.accounts.population.cohorts import (
    ARBITRAGE,
    BASIS,
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
)
from lastresort.simulation.accounts.population.everybody import CrossDraw, draw_population
from lastresort.simulation.accounts.population.isolated import IsolatedDraw
from lastresort.simulation.accounts.population.pairs import Pairs
from lastresort.simulation.accounts.population.sizes import share_out, stratified_sizes

__all__ = [
    "ARBITRAGE",
    "BASIS",
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
    "CrossDraw",
    "IsolatedDraw",
    "Pairs",
    "draw_population",
    "share_out",
    "stratified_sizes",
]
