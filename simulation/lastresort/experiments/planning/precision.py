"""How precisely the primary comparisons are to be known, declared before anything runs."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator


def _above_zero(width: float | dict[str, float]) -> float | dict[str, float]:
    widths = list(width.values()) if isinstance(width, dict) else [width]
    if not widths or min(widths) <= 0:
        raise ValueError("greater than 0")
    return width


class Precision(BaseModel):
    """Half-width of the interval of each primary difference at a level of confidence, and the seeds it may cost.

    `first_stage` seeds run in any case and tell how many more are needed; `most_seeds` is the budget.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    half_width: Annotated[float | dict[str, float], AfterValidator(_above_zero)] = Field(
        description="half the width of the interval, in the units of the score; by score where several are compared"
    )
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence level of the interval")
    first_stage: int = Field(10, ge=2, description="seeds of the first stage")
    most_seeds: int = Field(200, validate_default=True, description="most seeds of all stages together")

    def half_width_of(self, score: str) -> float:
        """How wide half the interval of a score may be, in its unit; KeyError where nothing is declared for it."""
        return self.half_width[score] if isinstance(self.half_width, dict) else self.half_width

    @field_validator("most_seeds")
    @classmethod
    def _first_stage_is_within_budget(cls, most_seeds: int, info: ValidationInfo) -> int:
        first_stage = info.data.get("first_stage", 2)
        if most_seeds < first_stage:
            raise ValueError(f"at least first_stage, {first_stage}")
        return most_seeds
