"""A scenario as data: everything a run needs except the policy and the seed.

Defaults describe crypto derivatives in October 2025; a YAML file overrides what differs.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.simulation.scenario.attributes import Attribute
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
from lastresort.simulation.scenario.settings import (
    ASSUMPTION,
    PRESS,
    ROUNDING,
    NonNegative,
    OpenInterest,
    Settings,
    number,
)

FARTHEST = 1e5
"""How many times its start, or what part of it, a price may become by news and noise alone."""

UNLIKELY = 5.0
"""Standard deviations of noise that are reckoned with."""


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
        ("small", 2, 12, 0.17, 2.0, 0.030),
    )
    return tuple(
        MarketGroup(name=n, tier=t, markets=m, open_interest=o, beta=b, volatility=s) for n, t, m, o, b, s in rows
    )


class Scenario(Settings):
    """Everything a run needs except the policy and the seed."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*( [A-Za-z0-9_.+-]+=[A-Za-z0-9_.,+-]*)*$")
    title: Annotated[str, AfterValidator(escaped)]
    summary: Annotated[str, AfterValidator(escaped)]
    open_interest: OpenInterest = number(235.9e9, "USD", "open interest of all markets and venues at the start", PRESS)
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
    attributes: tuple[Attribute, ...] = ()

    @model_validator(mode="after")
    def _shares_make_a_whole(self) -> Self:
        for what, shares in (
            ("open interest of the venues", [v.open_interest for v in self.venues]),
            ("depth of the venues", [v.depth for v in self.venues]),
            ("open interest of the market groups", [g.open_interest for g in self.groups]),
        ):
            if abs(sum(shares) - 1) > ROUNDING:
                raise ValueError(f"shares must sum to 1: {what} sum to {sum(shares):.6g}")
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        for what, names in (("venue", [v.name for v in self.venues]), ("market", list(self.markets))):
            if len(set(names)) < len(names):
                twice = next(name for k, name in enumerate(names) if name in names[:k])
                rule = "; two groups are called alike, or one as the markets of another" if what == "market" else ""
                raise ValueError(f"{what} names must differ{rule}; found '{twice}' twice: rename one")
        return self

    @model_validator(mode="after")
    def _pairs_have_two_markets(self) -> Self:
        if self.desks.pairs > 0 and len(self.markets) == 1:
            raise ValueError(
                f"'desks.pairs' 0 where there is only one market, '{self.markets[0]}': a pair is long one market and "
                f"short another; found {self.desks.pairs:g}"
            )
        return self

    @model_validator(mode="after")
    def _cohorts_leave_room(self) -> Self:
        """The rest of all longs is institutions', the rest of all shorts makers'; arbitrageurs are on both sides."""
        desks, arbitrage = self.desks, self.desks.arbitrage if len(self.venues) > 1 else (0.0, 0.0, 0.0)
        longs = {"retail.share": self.retail.share, "desks.arbitrage": arbitrage}
        shorts = {"desks.basis": desks.basis, "shorts.share": self.shorts.share, "desks.arbitrage": arbitrage}
        for tier in sorted({group.tier for group in self.groups}):
            for whose, side in (("institutions' longs", longs), ("market makers' shorts", shorts)):
                if sum(shares[tier] for shares in side.values()) > 1 + ROUNDING:
                    found = " + ".join(f"'{key}' {shares[tier]:g}" for key, shares in side.items())
                    raise ValueError(
                        f"shares of at most 1 together, for the rest are {whose}; found {found} in tier {tier}: "
                        "lower one of them"
                    )
        return self

    @model_validator(mode="after")
    def _prices_stay_in_reach(self) -> Self:
        """Beyond, sums of money lose the digits that tell whether books balance."""
        days = self.clock.duration / 86400
        up, down = (sum(max(sign * item.size, 0.0) for item in self.news) for sign in (1, -1))
        for group in self.groups:
            noise = UNLIKELY * days**0.5 * math.hypot(group.beta * self.volatility, group.volatility)
            if group.beta * max(up, down) + noise > math.log(FARTHEST):
                raise ValueError(
                    f"prices within a factor of {FARTHEST:,.0f} of their start; found group '{group.name}' with beta "
                    f"{group.beta:g}, news of +{up:g} and -{down:g} and volatility {noise:.3g} over the run: lower one"
                )
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
