"""Numbers with their unit and their source, and the groups they come in.

Rates are fractions, times seconds, money USD. Where a tuple has three entries they stand for the tiers majors, large
and small. A number without a public source is marked "assumption", here and in every report.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

ASSUMPTION = "assumption"

PRESS = "CoinGlass annual report 2025, via press"
BRACKETS = "Binance margin brackets 2021/2024"
FITTED = "assumption, fitted to the path of the crash on seeds 1 to 8 (docs/validation.md)"

Fraction = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Tiered = tuple[NonNegative, NonNegative, NonNegative]


def number(default: Any, unit: str, meaning: str, source: str = ASSUMPTION) -> Any:
    """A field with its unit, meaning and source."""
    return Field(default, description=meaning, json_schema_extra={"unit": unit, "source": source})


class Settings(BaseModel):
    """A frozen group of parameters that refuses unknown keys and infinities."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
