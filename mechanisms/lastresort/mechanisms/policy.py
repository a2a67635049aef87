"""A policy as data: an ordered list of mechanisms with parameters, written in YAML."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Step(BaseModel):
    """One stage of a waterfall: the mechanism's name, its parameters, and where the choice comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    use: str
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")
    source: str = ""


class Policy(BaseModel):
    """A waterfall: what a venue does, in this order, when an account cannot meet its margin.

    `role` is "reference" for the two yardsticks that no venue could run, "contender" for everything compared with them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9+.-]*$")
    title: str
    summary: str
    role: Literal["reference", "contender"] = "contender"
    waterfall: tuple[Step, ...] = Field(min_length=1)
