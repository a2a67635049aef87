"""A scenario as data: everything a run needs except the policy and the seed.

Defaults describe crypto derivatives in October 2025; a YAML file overrides what differs.
"""

from collections.abc import Iterator
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from lastresort.simulation.scenario.markets import Backstops, Books, Clock, Margin, MarketGroup, News, Rails, Venue
from lastresort.simulation.scenario.participants import (
    Buyers,
    Carry,
    Desks,
    Makers,
    Population,
    Retail,
    Shorts,
    TopUps,
    Whales,
)
from lastresort.simulation.scenario.settings import ASSUMPTION, PRESS, NonNegative, Positive, Settings, number


def _venues() -> tuple[Venue, ...]:
    rows = (
        ("first", 0.293, 0.36, 1.2e9, 1.0),
        ("second", 0.126, 0.15, 0.4e9, 1.0),
        ("third", 0.111, 0.13, 0.4e9, 1.0),
        ("fourth", 0.093, 0.08, 0.3e9, 1.0),
        ("tail-one", 0.227, 0.17, 0.25e9, 1.15),
        ("tail-two", 0.150, 0.11, 0.15e9, 1.15),
    )
    return tuple(Venue(name=n, open_interest=o, depth=d, fund=f, leverage=lev) for n, o, d, f, lev in rows)


def _groups() -> tuple[MarketGroup, ...]:
    rows = (
        ("btc", 0, 1, 0.37, 1.0, 0.004),
        ("eth", 0, 1, 0.24, 1.2, 0.008),
        ("large", 1, 6, 0.22, 1.45, 0.018),
        ("small", 2, 12, 0.17, 1.8, 0.030),
    )
    return tuple(
        MarketGroup(name=n, tier=t, markets=m, open_interest=o, beta=b, volatility=s) for n, t, m, o, b, s in rows
    )


class Scenario(Settings):
    """Everything a run needs except the policy and the seed."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*( [A-Za-z0-9_.+-]+=[A-Za-z0-9_.,+-]*)*$")
    title: str
    summary: str
    open_interest: Positive = number(235.9e9, "USD", "open interest of all markets and venues at the start", PRESS)
    volatility: NonNegative = number(
        0.02, "per square root of a day", "volatility of the common factor", "usual bitcoin volatility"
    )
    news: tuple[News, ...] = ()
    venues: tuple[Venue, ...] = Field(
        default_factory=_venues,
        min_length=1,
        json_schema_extra={"source": f"shares of volume: {PRESS}; split of the tail, depth and funds: assumption"},
    )
    groups: tuple[MarketGroup, ...] = Field(
        default_factory=_groups,
        min_length=1,
        json_schema_extra={"source": "usual crypto betas and volatilities; split of open interest: assumption"},
    )
    clock: Clock = Clock()
    population: Population = Population()
    books: Books = Books()
    makers: Makers = Makers()
    buyers: Buyers = Buyers()
    carry: Carry = Carry()
    retail: Retail = Retail()
    whales: Whales = Whales()
    shorts: Shorts = Shorts()
    top_ups: TopUps = TopUps()
    desks: Desks = Desks()
    margin: Margin = Margin()
    backstops: Backstops = Backstops()
    rails: Rails = Rails()

    @model_validator(mode="after")
    def _shares_make_a_whole(self) -> Self:
        for what, shares in (
            ("open interest of the venues", [v.open_interest for v in self.venues]),
            ("depth of the venues", [v.depth for v in self.venues]),
            ("open interest of the market groups", [g.open_interest for g in self.groups]),
        ):
            if abs(sum(shares) - 1) > 1e-9:
                raise ValueError(f"shares must sum to 1: {what} sum to {sum(shares):.6g}")
        names = [v.name for v in self.venues]
        if len(set(names)) < len(names):
            raise ValueError(f"venue names must differ: {', '.join(names)}")
        return self

    @property
    def duration(self) -> float:
        """Length of the run in seconds."""
        return self.clock.duration

    @property
    def markets(self) -> tuple[str, ...]:
        """Names of all markets, in order of their groups: `btc`, `eth`, `large-1`, ..."""
        return tuple(
            group.name if group.markets == 1 else f"{group.name}-{k + 1}"
            for group in self.groups
            for k in range(group.markets)
        )

    def assumptions(self) -> list[tuple[str, str, str]]:
        """Every number as (dotted name, value with unit, source), where the source may be "assumption"."""
        return list(_rows(self, ""))


def _rows(settings: BaseModel, prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        if isinstance(value, BaseModel):
            yield from _rows(value, f"{prefix}{name}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for item in value:
                shown = ", ".join(f"{key} {_shown(v)}" for key, v in item if key != "name")
                yield (
                    f"{prefix}{name}.{getattr(item, 'name', '')}".rstrip("."),
                    shown,
                    str(extra.get("source", ASSUMPTION)),
                )
        elif extra:
            yield (
                f"{prefix}{name}",
                f"{_shown(value)} {extra.get('unit', '')}".strip(),
                str(extra.get("source", ASSUMPTION)),
            )


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return " / ".join(_shown(v) for v in value)
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"
    return str(value)
