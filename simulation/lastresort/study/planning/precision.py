"""How precisely the primary comparisons are to be known, declared before anything runs."""

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class Precision(BaseModel):
    """Half-width of the interval of each primary difference at a level of confidence, and the seeds it may cost.

    `first_stage` seeds run in any case and tell how many more are needed; `most_seeds` is the budget.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    half_width: float = Field(gt=0, description="half the width of the interval, in the units of the score")
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence level of the interval")
    first_stage: int = Field(10, ge=2, description="seeds of the first stage")
    most_seeds: int = Field(200, validate_default=True, description="most seeds of all stages together")

    @field_validator("most_seeds")
    @classmethod
    def _first_stage_is_within_budget(cls, most_seeds: int, info: ValidationInfo) -> int:
        first_stage = info.data.get("first_stage", 2)
        if most_seeds < first_stage:
            raise ValueError(f"at least first_stage, {first_stage}")
        return most_seeds
