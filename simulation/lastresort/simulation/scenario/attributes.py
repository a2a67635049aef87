"""What a scenario may say of accounts, for rules that treat customers differently."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from lastresort.simulation.scenario.settings import Fraction, Number, Settings

Column = Literal["tier", "programme", "cover"]
ATTRIBUTES: tuple[Column, ...] = get_args(Column)
"""Columns of `Candidates` that are nobody's unless the scenario says so."""

Cohort = Literal[
    "retail",
    "institution",
    "basis",
    "short",
    "momentum",
    "whale",
    "pairs",
    "arbitrage",
    "maker",
    "value",
    "vault",
    "carry",
]

Value = Annotated[Number, Field(ge=0, le=1e6)]


class Attribute(Settings):
    """One attribute that some owners have: its column, its value, how many of them, and of which cohorts.

    No cohorts named: of all. What is said later of the same column holds where both are said.
    """

    column: Column
    value: Value = 1.0
    share: Fraction = 1.0
    cohorts: tuple[Cohort, ...] = ()
