"""Numbers with their unit and their source, and the groups they come in.

Rates are fractions, times seconds, money USD. Where a tuple has three entries they stand for the tiers majors, large
and small. A number without a public source is marked "assumption", here and in every report.
"""

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

ASSUMPTION = "assumption"

PRESS = "CoinGlass annual report 2025, via press"
BRACKETS = "Binance margin brackets 2021/2024"
FITTED = "assumption, fitted to the path of the crash on seeds 1 to 8 (docs/validation.md)"

Ends = TypeVar("Ends", bound=tuple[Any, Any])


def _no_switch(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("a whole number")
    return value


def _in_order(ends: Ends) -> Ends:
    """Refuse a range whose low end is above its high end, in any tier."""
    low, high = (end if isinstance(end, tuple) else (end,) for end in ends)
    if any(one > other for one, other in zip(low, high, strict=True)):
        raise ValueError("the low end first, then the high end; turn them around")
    return ends


Number = Annotated[float, Field(strict=True)]
Whole = Annotated[int, BeforeValidator(_no_switch)]
Switch = Annotated[bool, Field(strict=True)]

Fraction = Annotated[Number, Field(ge=0, le=1)]
Share = Annotated[Number, Field(gt=0, le=1)]
Positive = Annotated[Number, Field(gt=0)]
NonNegative = Annotated[Number, Field(ge=0)]
Money = Annotated[Number, Field(ge=0, le=1e18)]
OpenInterest = Annotated[Number, Field(ge=1, le=1e18)]
Depth = Annotated[Number, Field(ge=1e-6)]
Interval = Annotated[Number, Field(ge=1)]
Tick = Annotated[Number, Field(ge=0.01)]
Duration = Annotated[Number, Field(gt=0, le=31 * 86400)]

Tiered = tuple[NonNegative, NonNegative, NonNegative]
TieredFraction = tuple[Fraction, Fraction, Fraction]
TieredShare = tuple[Share, Share, Share]
TieredPositive = tuple[Positive, Positive, Positive]
TieredDepth = tuple[Depth, Depth, Depth]

Range = Annotated[tuple[Positive, Positive], AfterValidator(_in_order)]
FractionRange = Annotated[tuple[Fraction, Fraction], AfterValidator(_in_order)]
TieredRange = Annotated[tuple[TieredPositive, TieredPositive], AfterValidator(_in_order)]

ROUNDING = 1e-9
"""How far shares may be off a whole."""


def number(default: Any, unit: str, meaning: str, source: str = ASSUMPTION) -> Any:
    """A field with its unit, meaning and source."""
    return Field(default, description=meaning, json_schema_extra={"unit": unit, "source": source})


class Settings(BaseModel):
    """A frozen group of parameters that refuses unknown keys and infinities."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)
