"""What a file says of a factor: where it may lie, how it is drawn, and why."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lastresort.analysis.sensitivity.factors import Scale

SHORT = "[low, high], or a mapping with low and high, or with levels"


class Range(BaseModel):
    """`[low, high]` in short; three or more numbers in short are levels."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    low: float = Field(0.0, description="lowest value")
    high: float = Field(0.0, description="highest value")
    scale: Scale = Field("linear", description="how values are drawn: linear, or log: evenly in their logarithm")
    levels: list[float] = Field([], description="the only values it takes, instead of low and high")
    times: bool = Field(False, description="low and high multiply what stands in the scenario or the policy")
    because: str = Field("", description="where the range comes from")

    @model_validator(mode="before")
    @classmethod
    def _in_short(cls, given: Any) -> Any:
        if isinstance(given, list):
            if len(given) < 2 or any(isinstance(one, bool) or not isinstance(one, int | float) for one in given):
                raise ValueError(f"{SHORT}: at least two numbers")
            return {"low": given[0], "high": given[1]} if len(given) == 2 else {"levels": given}
        if not isinstance(given, dict):
            raise ValueError(SHORT)
        if "levels" in given and given.keys() & {"low", "high"}:
            raise ValueError("levels, or low and high, not both")
        if "levels" not in given and not given.keys() >= {"low", "high"}:
            raise ValueError(SHORT)
        return given

    @model_validator(mode="after")
    def _has_an_extent(self) -> Self:
        if self.levels:
            if len(set(self.levels)) < max(2, len(self.levels)):
                raise ValueError("at least two levels that differ")
            object.__setattr__(self, "low", min(self.levels))
            object.__setattr__(self, "high", max(self.levels))
            object.__setattr__(self, "levels", sorted(self.levels))
        if not self.low < self.high:
            raise ValueError("low below high")
        if self.scale == "log" and self.low <= 0:
            raise ValueError("low above 0 where the scale is log")
        return self

    @property
    def told(self) -> str:
        """The range as an error has it."""
        return str(self.levels or [self.low, self.high])
