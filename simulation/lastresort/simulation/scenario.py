"""A scenario as data: venues, markets, participants and news, each number with its unit and its source.

Defaults describe crypto derivatives in October 2025; a YAML file overrides what differs. Rates are fractions, times
seconds, money USD. Where a tuple has three entries they stand for the tiers majors, large and small. A number without
a public source is marked "assumption", here and in every report.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ASSUMPTION = "assumption"
TIERS = ("majors", "large", "small")

PRESS = "CoinGlass annual report 2025, via press"
BRACKETS = "Binance margin brackets 2021/2024"
DESIGN = "fitted on a prototype's price response, not on the crash outcomes it is judged by"

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


class Venue(Settings):
    """One exchange: its share of open interest and of order-book depth, and its insurance fund."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    open_interest: Fraction = number(..., "share", "share of all open interest")
    depth: Fraction = number(..., "share", "share of all order-book depth")
    fund: NonNegative = number(..., "USD", "insurance fund at the start")
    leverage: Positive = number(1.0, "multiple", "retail leverage relative to other venues")


class MarketGroup(Settings):
    """Markets that are alike: how many, how large together, how volatile, and in which tier."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    tier: int = Field(ge=0, le=2)
    markets: int = Field(ge=1)
    open_interest: Fraction = number(..., "share", "share of all open interest")
    beta: NonNegative = number(..., "multiple", "response to the common factor")
    volatility: NonNegative = number(..., "per square root of a day", "idiosyncratic volatility")


class News(Settings):
    """A headline: the common factor moves by `size`, exponentially with time constant `spread`, from `time` on."""

    time: NonNegative
    size: float = Field(gt=-1, lt=1)
    spread: Positive


class Books(Settings):
    """Order books: depth at rest, how they recover, and the mark price."""

    near: Tiered = number(
        (0.8, 0.8, 0.9),
        "of open interest per unit log price",
        "makers' depth at rest",
        "token-level depth reports (calibration D4)",
    )
    far: Tiered = number(
        (10.0, 1.5, 0.20), "of open interest per unit log price squared", "slope of latent demand below", DESIGN
    )
    far_up: Positive = number(10.0, "multiple", "slope of latent supply above, relative to demand below")
    spot_near: Tiered = number((0.5, 0.4, 0.35), "of open interest per unit log price", "spot depth at rest")
    spot_far: Tiered = number(
        (8.0, 1.2, 0.15), "of open interest per unit log price squared", "slope of latent spot demand"
    )
    recovery: Positive = number(900.0, "s", "half-life of a price displacement at normal depth", DESIGN)
    requote: Positive = number(90.0, "s", "half-life of a perpetual's gap to its index at normal depth", DESIGN)
    spot_follows: Positive = number(45.0, "s", "time in which spot follows the perpetuals")
    mark_average: Positive = number(
        60.0, "s", "averaging time of the mark's premium", "Deribit 30 s, Polymarket 150 s, others between"
    )
    mark_clamp: Tiered = number(
        (0.03, 0.05, 0.10), "of index", "largest premium in the mark price", "venue documentation, clamps by tier"
    )
    fee: Fraction = number(0.00045, "of notional", "taker fee", "published fee schedules, 4 to 5 bp")
    funding_interval: Positive = number(28800.0, "s", "time between funding payments", "Binance, OKX, Bybit: 8 h")
    funding_cap: Fraction = number(0.0075, "per payment", "largest funding rate", "Binance cap for majors")


class Makers(Settings):
    """Market makers: how many, how they hedge, and how their quotes withdraw."""

    entities: int = Field(12, ge=1)
    leverage: tuple[Positive, Positive] = number((2.0, 4.0), "multiple", "perpetual position over equity, range")
    withdraw: bool = number(True, "switch", "whether quotes react to volatility, inventory, capital and deleveraging")
    hedge_time: Positive = number(90.0, "s", "time to hedge inventory in spot")
    volatility_scale: Tiered = number(
        (10.0, 8.0, 8.0),
        "multiple of normal",
        "own volatility at which half the quotes are gone",
        "depth falls of 95-98 % (Kaiko, CoinWatch)",
    )
    common_scale: Positive = number(
        4.0, "multiple of normal", "BTC volatility at which half of all altcoin quotes are gone"
    )
    common_weight: Tiered = number((0.0, 0.6, 1.0), "exponent", "how strongly BTC volatility moves quotes in each tier")
    floor: Tiered = number(
        (0.05, 0.03, 0.02), "of normal", "depth that never leaves", "Kaiko Data Debrief 13 October 2025"
    )
    withdraw_time: Positive = number(20.0, "s", "time in which quotes leave")
    return_time: Positive = number(900.0, "s", "time in which quotes return")
    auction_time: Positive = number(120.0, "s", "time in which quotes return while a market is halted")
    inventory_limit: Positive = number(
        0.25, "of open interest", "inventory at which bid and ask depth are skewed by half"
    )
    deleveraging_shock: NonNegative = number(10.0, "per share of gross", "withdrawal after a maker is deleveraged")
    deleveraging_memory: Positive = number(2400.0, "s", "how long that withdrawal lasts")
    volatility_window: Positive = number(120.0, "s", "averaging time of realised volatility")


class Retail(Settings):
    """Levered longs on isolated margin, with stops and panic."""

    share: Tiered = number((0.42, 0.52, 0.58), "of longs", "share of long open interest")
    leverage: Tiered = number(
        (2.2, 1.7, 1.35),
        "multiple",
        "notional-weighted median account leverage",
        "between account-level medians (below 1x) and position-level ones (10-30x), calibration D2: assumption",
    )
    spread: Positive = number(0.8, "log", "standard deviation of log leverage")
    cap: Tiered = number((75.0, 40.0, 25.0), "multiple", "largest leverage", BRACKETS)
    stops: Fraction = number(0.06, "of notional", "positions with a stop order")
    panic_start: Tiered = number((0.05, 0.08, 0.10), "drawdown", "fall from the recent high at which selling starts")
    memory: Positive = number(
        3600.0, "s", "time in which an earlier high is forgotten, by those who panic or take profit"
    )
    panic_time: Positive = number(36000.0, "s", "time to sell, at twice the starting drawdown")
    institutional_panic: Fraction = number(0.35, "of retail", "institutions' panic relative to retail's")
    institutional_leverage: tuple[Positive, Positive] = number((1.02, 1.5), "multiple", "institutional leverage, range")


class Shorts(Settings):
    """Directional and momentum shorts on isolated margin."""

    share: Tiered = number((0.22, 0.28, 0.34), "of shorts", "share of short open interest")
    leverage: Positive = number(2.5, "multiple", "median leverage of directional shorts")
    spread: Positive = number(0.5, "log", "standard deviation of log leverage")
    take_profit_start: Tiered = number(
        (0.04, 0.08, 0.12), "fall", "fall from the recent high at which profit taking starts"
    )
    take_profit_scale: Tiered = number(
        (0.05, 0.10, 0.15), "fall", "further fall at which its rate is one per `take_profit_time`"
    )
    take_profit_time: Positive = number(3600.0, "s", "time to take profit")
    momentum: Fraction = number(0.03, "of open interest", "shorts opened during the fall")
    momentum_leverage: tuple[Positive, Positive] = number((5.0, 15.0), "multiple", "leverage of momentum shorts, range")
    momentum_trigger: tuple[Positive, Positive] = number(
        (0.5, 3.0), "multiple of panic start", "drawdown at which they open, range"
    )


class Desks(Settings):
    """Market-neutral desks: basis traders, long/short pairs and cross-venue arbitrageurs."""

    basis: Tiered = number(
        (0.45, 0.33, 0.22),
        "of shorts",
        "basis desks' share of short open interest",
        "prior 15-30 % of shorts; no public figure (calibration D3): assumption",
    )
    basis_leverage: tuple[Tiered, Tiered] = number(
        ((2.0, 1.5, 1.5), (4.0, 3.0, 3.0)), "multiple", "leverage of the short leg, range"
    )
    basis_threshold: Fraction = number(
        0.004, "discount", "discount of the perpetual above which desks take profit on both legs"
    )
    basis_rate: NonNegative = number(
        0.01 / 60 / 0.01, "per second per unit discount", "speed of that unwinding: 1 % a minute per 1 % discount"
    )
    rehedge_time: Positive = number(300.0, "s", "time in which a desk repairs a lost leg")
    orphan_sold: Fraction = number(0.60, "of the orphaned spot", "spot sold after its short leg was closed by force")
    pairs: Fraction = number(0.07, "of open interest, both legs", "long/short pairs inside one cross-margin account")
    pairs_per_book: Fraction = number(
        0.15, "of open interest", "largest share of one book's longs or shorts held by pairs"
    )
    pairs_leverage: tuple[Positive, Positive] = number((1.5, 4.0), "multiple", "gross over equity, range")
    pairs_tolerance: Fraction = number(0.10, "of the larger leg", "imbalance above which the larger leg is cut")
    arbitrageurs: int = Field(16, ge=1)
    arbitrage: Tiered = number(
        (0.05, 0.04, 0.03),
        "of open interest",
        "cross-venue positions on either side",
        "prior 5-10 %; no public figure: assumption",
    )
    arbitrage_equity: tuple[Fraction, Fraction] = number((0.18, 0.48), "of gross", "equity on each venue, range")
    arbitrage_leverage: Positive = number(6.0, "multiple", "largest gross over equity on a venue")
    arbitrage_threshold: Fraction = number(0.001, "price gap", "gap between venues below which nobody trades")
    arbitrage_time: Positive = number(15.0, "s", "time in which a gap is traded away, collateral allowing")


class Margin(Settings):
    """Maintenance margin and the liquidation engine."""

    per_leverage: Positive = number(
        0.4, "of initial margin", "maintenance over initial margin before floor and cap", BRACKETS
    )
    floor: Tiered = number((0.004, 0.0065, 0.01), "of notional", "smallest isolated maintenance margin", BRACKETS)
    cap: Tiered = number((0.02, 0.03, 0.05), "of notional", "largest isolated maintenance margin", BRACKETS)
    cross: Tiered = number((0.01, 0.02, 0.04), "of notional", "cross-margin maintenance", BRACKETS)
    slicing: Positive = number(15.0, "s", "time in which the engine sells what it seized")
    settlement: Positive = number(
        5.0,
        "s",
        "longest time between passes through the waterfall while an engine holds anything",
    )
    remnant: NonNegative = number(
        10_000.0,
        "USD",
        "inventory below which the engine sells the rest at once, and loss or surplus it does not yet pass on",
        "numerical choice",
    )
    surplus_above: Fraction = number(
        0.01, "of notional", "cushion the engine keeps before paying a surplus to the fund"
    )
    fund_split: tuple[Fraction, Fraction, Fraction] = number((0.50, 0.30, 0.20), "of the fund", "fund per tier")


class Rails(Settings):
    """Collateral transfers between venues over congested rails."""

    servers: int = Field(4, ge=1)
    service: Positive = number(
        600.0, "s", "time of one transfer", "Kraken confirmation times 5 to 40 min (calibration D5)"
    )
    check: Positive = number(60.0, "s", "time between an arbitrageur's treasury checks")
    smallest: Fraction = number(0.01, "of required margin", "smallest shortage worth a transfer")
    rivals_calm: Positive = number(240.0, "s", "time between other people's withdrawals on a calm day")
    rivals_stress: Positive = number(25.0, "s", "the same in a crash")
    rivals_threshold: Positive = number(8.0, "multiple of normal", "BTC volatility that counts as a crash")


class Population(Settings):
    """How many accounts, and how unequal."""

    accounts: int = Field(25000, ge=400, le=5_000_000)
    retail: Fraction = number(0.46, "of accounts", "retail longs among isolated accounts")
    institutions: Fraction = number(0.16, "of accounts", "institutional longs")
    basis: Fraction = number(0.14, "of accounts", "basis desks")
    shorts: Fraction = number(0.20, "of accounts", "directional shorts; the rest are momentum shorts")
    pairs: Fraction = number(0.04, "of all accounts", "long/short pair accounts")
    body: tuple[float, float] = number(
        (7.09, 2.88),
        "log USD",
        "lognormal body of account size: mean, standard deviation",
        "Hyperliquid, 10 October 2025 (calibration D1)",
    )
    tail: Positive = number(
        0.78, "exponent", "Pareto tail of account size", "Hyperliquid, 10 October 2025, KS-optimal (calibration D1)"
    )
    tail_share: Fraction = number(0.044, "of accounts", "accounts in the tail", "845 of 19,337 (calibration D1)")
    tail_start: Positive = number(2.29e5, "USD", "where the tail starts", "calibration D1")
    tail_end: Positive = number(3.2e8, "USD", "where it is truncated", "largest account (calibration D1)")
    largest: Fraction = number(0.04, "of a cohort's notional in one book", "largest single account")
    size_leverage: float = number(
        -0.34,
        "rank correlation",
        "between the size of an account and its leverage",
        "Hyperliquid, 10 October 2025 (calibration D2)",
    )
    largest_pair: Fraction = number(0.02, "of a venue's pairs", "largest single long/short pair")
    entry: Tiered = number((0.03, 0.06, 0.10), "log", "spread of entry prices around the opening price")


class Clock(Settings):
    """Length of the run and of its ticks."""

    duration: Positive = number(86400.0, "s", "length of the run")
    calm_tick: Positive = number(30.0, "s", "tick in calm times", "numerical choice")
    stress_tick: Positive = number(
        1.0, "s", "tick in stress", "numerical choice: within 3 % of 0.25 s for liquidations"
    )
    stress_depth: Fraction = number(
        0.35, "of normal", "smallest depth below which a tick is a stress tick", "numerical choice"
    )
    stress_after_takeover: NonNegative = number(
        120.0, "s", "time after a takeover in which thin books make a stress tick", "numerical choice"
    )
    stress_inventory: NonNegative = number(
        3e-5, "of open interest", "engine inventory above which it is", "numerical choice"
    )
    stress_after_news: NonNegative = number(300.0, "s", "time after news in which it is", "numerical choice")
    audit: Positive = number(3600.0, "s", "time between full audits of the ledger", "numerical choice")


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

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
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
    retail: Retail = Retail()
    shorts: Shorts = Shorts()
    desks: Desks = Desks()
    margin: Margin = Margin()
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
