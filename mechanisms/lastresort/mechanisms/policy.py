"""A policy as data: an ordered list of mechanisms with parameters, written in YAML."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from lastresort.mechanisms.contract.plain_text import escaped

Prose = Annotated[str, AfterValidator(escaped)]
"""What somebody says of a policy or a scenario; marks that are not seen are spelled out."""

Standing = Literal["code", "official page", "paper", "third party", "remembered", "guess", "own design"]
"""How well a line or a figure of a policy is known.

Read in the venue's source code, on a page of the venue or its regulator, in a paper, or told by somebody else; quoted
from memory and not checked; inferred; or a design of this project, which no venue runs.
"""

DOUBTFUL: tuple[Standing, ...] = ("remembered", "guess")
"""Evidence that nobody should quote."""

Suite = Literal["core", "venues", "papers", "clearing", "proposals", "own"]
"""What a policy is for.

The references and the plain stacks; waterfalls of venues; stacks of papers; clearing houses; baselines and designs that
no venue runs; everybody's own.
"""

SUITES: tuple[Suite, ...] = get_args(Suite)

ALL = "all"
"""The word for every known policy, whatever its suite."""


class Step(BaseModel):
    """One stage of a waterfall: the mechanism's name, its parameters, where the choice comes from and how well known.

    `as` is what the policy calls the stage where its mechanism stands in it more than once; empty: as its mechanism.
    `figures` names the parameters that are known better or worse than the line as a whole.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    use: str
    named: str = Field("", alias="as", pattern=r"^([a-z0-9][a-z0-9.-]*)?$")
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")
    source: Prose = ""
    evidence: Standing | None = None
    figures: dict[str, Standing] = Field(default_factory=dict)

    @property
    def stage(self) -> str:
        """What events, overrides and reports call the stage."""
        return self.named or self.use


ENGINE = "engine"
"""What a policy calls its liquidation engine, and no mechanism is called."""

EngineFigure = Literal["wait", "halted", "places"]
"""The parameters of a liquidation engine."""


class Engine(BaseModel):
    """How a venue's liquidation engine comes from a takeover to the waterfall, and how well that is known.

    `figures` names the parameters that are known better or worse than the rest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    wait: float = Field(0.0, ge=0, description="from a takeover until the waterfall is first asked about it, seconds")
    halted: bool = Field(True, description="whether positions are taken over while their market is halted")
    places: Literal["uncovered", "inventory"] = Field(
        "uncovered", description="what a loss that nobody covers places with others: its part of the inventory, or all"
    )
    source: Prose = ""
    evidence: Standing | None = None
    figures: dict[EngineFigure, Standing] = Field(default_factory=dict)

    @property
    def parameters(self) -> dict[EngineFigure, Any]:
        """What decides a run; the rest is prose."""
        return {name: getattr(self, name) for name in get_args(EngineFigure)}


class Policy(BaseModel):
    """A waterfall: what a venue does, in this order, when an account cannot meet its margin.

    `engine` says when the waterfall is asked, and for how much.
    `role` is "reference" for the two yardsticks that no venue could run, "contender" for everything compared with them.
    A reference may use outside money (Payer.BACKSTOP) and is never ranked; a contender may not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9+.-]*( [A-Za-z0-9_.+-]+=[A-Za-z0-9_.,+-]*)*$")
    title: Prose
    summary: Prose
    suite: Suite = "own"
    role: Literal["reference", "contender"] = "contender"
    engine: Engine = Engine()
    waterfall: tuple[Step, ...] = Field(min_length=1)

    @field_validator("name")
    @classmethod
    def _is_no_suite(cls, name: str) -> str:
        if name in (ALL, *SUITES):
            raise ValueError(f"a name other than those of suites: {', '.join((ALL, *SUITES))}")
        return name
