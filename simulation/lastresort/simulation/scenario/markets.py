"""Venues, markets, news, order books, margin, rails and the clock."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from lastresort.simulation.scenario.settings import (
    BRACKETS,
    FITTED,
    ROUNDING,
    Duration,
    Fraction,
    Interval,
    Money,
    NonNegative,
    Number,
    Positive,
    Range,
    Settings,
    Share,
    Tick,
    Tiered,
    TieredDepth,
    TieredFraction,
    TieredPositive,
    TieredShare,
    Whole,
    number,
)


class Venue(Settings):
    """One exchange: its share of open interest and of order-book depth, and its insurance fund."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    open_interest: Share = number(..., "share", "share of all open interest")
    depth: Share = number(..., "share", "share of all order-book depth")
    fund: Money = number(..., "USD", "insurance fund at the start")
    leverage: Positive = number(1.0, "multiple", "retail leverage relative to other venues")


class MarketGroup(Settings):
    """Markets that are alike: how many, how large together, how volatile, and in which tier."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    tier: Whole = Field(ge=0, le=2)
    markets: Whole = Field(ge=1, le=1000)
    open_interest: Share = number(..., "share", "share of all open interest")
    beta: NonNegative = number(..., "multiple", "response to the common factor")
    volatility: NonNegative = number(..., "per square root of a day", "idiosyncratic volatility")


class News(Settings):
    """A headline: the common factor moves by `size` within a few `spread`s from `time` on.

    With shape 1 most of it comes at once, size x (1 - e^-u) with u the time since then over `spread`; with shape 2 the
    news takes time to be believed, size x (1 - e^-u (1 + u)), fastest one `spread` after the headline.
    """

    time: NonNegative
    size: Number = Field(gt=-1, lt=1)
    spread: Positive
    shape: Literal[1, 2] = 1


class Books(Settings):
    """Order books: depth at rest, how they recover, and the mark price."""

    near: TieredDepth = number(
        (0.8, 0.8, 0.9),
        "of open interest per unit log price",
        "makers' depth at rest",
        "token-level depth reports (calibration D4)",
    )
    far: Tiered = number(
        (7.0, 0.8, 0.04), "of open interest per unit log price squared", "slope of latent demand below", FITTED
    )
    far_up: TieredPositive = number(
        (70.0, 8.0, 0.4),
        "of open interest per unit log price squared",
        "slope of latent supply above, perpetuals and spot alike: holders of spot sell rallies",
    )
    spot_near: TieredDepth = number((0.5, 0.4, 0.35), "of open interest per unit log price", "spot depth at rest")
    spot_far: Tiered = number(
        (6.0, 0.6, 0.03), "of open interest per unit log price squared", "slope of latent spot demand", FITTED
    )
    recovery: Positive = number(900.0, "s", "half-life of a price displacement at normal depth", FITTED)
    mark_average: Positive = number(
        60.0, "s", "averaging time of the mark's premium", "Deribit 30 s, Polymarket 150 s, others between"
    )
    mark_clamp: Tiered = number(
        (0.03, 0.05, 0.10), "of index", "largest premium in the mark price", "venue documentation, clamps by tier"
    )
    fee: Fraction = number(0.00045, "of notional", "taker fee", "published fee schedules, 4 to 5 bp")
    funding_interval: Interval = number(28800.0, "s", "time between funding payments", "Binance, OKX, Bybit: 8 h")
    funding_cap: Fraction = number(0.0075, "per payment", "largest funding rate", "Binance cap for majors")


class Margin(Settings):
    """Maintenance margin and the liquidation engine."""

    per_leverage: Positive = number(
        0.4, "of initial margin", "maintenance over initial margin before floor and cap", BRACKETS
    )
    floor: TieredFraction = number(
        (0.004, 0.0065, 0.01), "of notional", "smallest isolated maintenance margin", BRACKETS
    )
    cap: TieredFraction = number((0.02, 0.03, 0.05), "of notional", "largest isolated maintenance margin", BRACKETS)
    cross: TieredShare = number((0.01, 0.02, 0.04), "of notional", "cross-margin maintenance", BRACKETS)
    slicing: Positive = number(15.0, "s", "time in which the engine sells what it seized")
    settlement: Positive = number(
        5.0,
        "s",
        "longest time between passes through the waterfall while an engine holds anything",
    )
    remnant: NonNegative = number(
        10_000.0,
        "USD",
        "inventory below which the engine sells the rest at once, and loss or surplus it does not yet pass on; in "
        "proportion where open interest is below 1 bn or above 1,000 bn",
        "numerical choice",
    )
    surplus_above: Fraction = number(
        0.01, "of notional", "cushion the engine keeps before paying a surplus to the fund"
    )
    fund_split: TieredFraction = number((0.40, 0.30, 0.30), "of the fund", "fund per tier", FITTED)

    @field_validator("fund_split")
    @classmethod
    def _whole_fund(cls, split: tuple[float, float, float]) -> tuple[float, float, float]:
        if abs(sum(split) - 1) > ROUNDING:
            raise ValueError(f"three shares that sum to 1; these sum to {sum(split):.6g}")
        return split

    @model_validator(mode="after")
    def _floor_below_cap(self) -> Self:
        if any(low > high for low, high in zip(self.floor, self.cap, strict=True)):
            raise ValueError(
                f"'floor' at most 'cap' in every tier; found {list(self.floor)} and {list(self.cap)}: lower 'floor'"
            )
        return self


class Backstops(Settings):
    """Money and willingness that only some policies call upon; under all others it rests."""

    vault: Fraction = number(
        0.01,
        "of a venue's open interest",
        "capital of a venue's backstop vaults, split like the fund",
        "assumption; Hyperliquid's HLP held 0.3 to 0.6 bn USD in October 2025 (remembered)",
    )
    vault_unwinding: Positive = number(900.0, "s", "time in which a vault sells what it took over")
    capital: Fraction = number(0.0005, "of a venue's open interest", "the venue's own money in a recovery waterfall")
    default_fund: Fraction = number(0.005, "of a venue's open interest", "contributions of the venue's members")
    provider_share: Fraction = number(0.25, "of free collateral", "what market makers commit to taking positions over")
    provider_risk: Range = number(
        (0.5, 1.5),
        "of an hour's volatility",
        "discount to the mark at which makers volunteer, range over makers",
    )
    provider_volatility: Positive = number(
        5.0,
        "multiple of normal",
        "highest volatility they ask to be paid for",
        "assumption: discounts of 1 to 3 % on majors, near Kraken's assignment window of 0.75 to 2.5 %",
    )
    lot: TieredPositive = number((100.0, 10.0, 10.0), "contracts", "smallest tradable quantity")


class Rails(Settings):
    """Collateral transfers between venues over congested rails."""

    servers: Whole = Field(4, ge=1)
    service: Positive = number(
        600.0, "s", "time of one transfer", "Kraken confirmation times 5 to 40 min (calibration D5)"
    )
    check: Interval = number(60.0, "s", "time between an arbitrageur's treasury checks")
    smallest: Fraction = number(0.01, "of required margin", "smallest shortage worth a transfer")
    rivals_calm: Positive = number(240.0, "s", "time between other people's withdrawals on a calm day")
    rivals_stress: Positive = number(25.0, "s", "the same in a crash")
    rivals_threshold: Positive = number(8.0, "multiple of normal", "BTC volatility that counts as a crash")


class Clock(Settings):
    """Length of the run and of its ticks."""

    duration: Duration = number(86400.0, "s", "length of the run")
    calm_tick: Tick = number(30.0, "s", "tick in calm times", "numerical choice")
    stress_tick: Tick = number(3.0, "s", "tick in stress", "numerical choice (docs/model.md, numerical errors)")
    restless_tick: Tick = number(10.0, "s", "tick in stress while prices move slowly", "numerical choice")
    move: Fraction = number(0.005, "log price", "largest change of a price in such a tick", "numerical choice")
    stress_depth: Fraction = number(
        0.35, "of normal", "smallest depth below which a tick is a stress tick", "numerical choice"
    )
    stress_after_takeover: NonNegative = number(
        30.0, "s", "time after a takeover in which thin books make a stress tick", "numerical choice"
    )
    stress_inventory: NonNegative = number(
        3e-5, "of open interest", "engine inventory above which it is", "numerical choice"
    )
    stress_after_news: NonNegative = number(300.0, "s", "time after news in which it is", "numerical choice")
    audit: Interval = number(3600.0, "s", "time between full audits of the ledger", "numerical choice")
