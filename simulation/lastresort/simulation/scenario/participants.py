"""Who trades: the population and how each cohort behaves."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from lastresort.simulation.scenario.settings import (
    BRACKETS,
    FITTED,
    ROUNDING,
    Fraction,
    FractionRange,
    NonNegative,
    Number,
    Positive,
    Range,
    Settings,
    Switch,
    Tiered,
    TieredFraction,
    TieredPositive,
    TieredRange,
    Whole,
    number,
)

LogMean = Annotated[Number, Field(ge=-50, le=50)]
LogSpread = Annotated[Number, Field(gt=0, le=20)]
Correlation = Annotated[Number, Field(ge=-1, le=1)]


class Population(Settings):
    """How many accounts, and how unequal."""

    accounts: Whole = Field(25000, ge=400, le=5_000_000)
    retail: Fraction = number(0.46, "of accounts", "retail longs among isolated accounts")
    institutions: Fraction = number(0.16, "of accounts", "institutional longs")
    basis: Fraction = number(0.14, "of accounts", "basis desks")
    shorts: Fraction = number(0.20, "of accounts", "directional shorts; the rest are momentum shorts")
    pairs: Fraction = number(0.04, "of all accounts", "long/short pair accounts")
    body: tuple[LogMean, LogSpread] = number(
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
    largest: Fraction = number(0.04, "of a book's retail longs", "largest retail account")
    largest_owner: Fraction = number(
        0.108, "of a cohort's notional", "largest owner of any other cohort", "largest of 19,337 (calibration D1)"
    )
    size_leverage: Correlation = number(
        -0.34,
        "rank correlation",
        "between the size of an account and its leverage",
        "Hyperliquid, 10 October 2025 (calibration D2)",
    )
    largest_pair: Fraction = number(0.02, "of a venue's pairs", "largest single long/short pair")
    entry: Tiered = number((0.03, 0.06, 0.10), "log", "spread of entry prices around the opening price")

    @model_validator(mode="after")
    def _tail_ends_after_its_start(self) -> Self:
        if self.tail_start > self.tail_end:
            raise ValueError(
                f"'tail_start' at most 'tail_end'; found {self.tail_start:g} and {self.tail_end:g}: raise 'tail_end'"
            )
        return self

    @model_validator(mode="after")
    def _shares_within_a_whole(self) -> Self:
        shares = {name: getattr(self, name) for name in ("retail", "institutions", "basis", "shorts")}
        if sum(shares.values()) > 1 + ROUNDING:
            found = " + ".join(f"'{name}' {share:g}" for name, share in shares.items())
            raise ValueError(f"shares of accounts that sum to at most 1; found {found}: lower one of them")
        return self


class Makers(Settings):
    """Market makers: how many, how they hedge, and how their quotes withdraw."""

    entities: Whole = Field(12, ge=1, le=1000)
    leverage: Range = number((2.0, 4.0), "multiple", "perpetual position over equity, range")
    withdraw: Switch = number(True, "switch", "whether quotes react to volatility, inventory, capital and deleveraging")
    hedge_time: Positive = number(90.0, "s", "time to move inventory into spot while spot is the better market")
    volatility_scale: TieredPositive = number(
        (12.0, 12.0, 12.0),
        "multiple of normal",
        "own volatility at which half the quotes are gone",
        "depth falls of 95-98 % (Kaiko, CoinWatch)",
    )
    common_scale: Positive = number(
        12.0, "multiple of normal", "BTC volatility at which half of all altcoin quotes are gone"
    )
    exponent: Positive = number(2.0, "exponent", "how suddenly quotes leave as volatility passes these levels")
    common_weight: Tiered = number((0.0, 0.6, 1.0), "exponent", "how strongly BTC volatility moves quotes in each tier")
    floor: TieredFraction = number(
        (0.05, 0.03, 0.02), "of normal", "depth that never leaves", "Kaiko Data Debrief 13 October 2025"
    )
    withdraw_time: Positive = number(120.0, "s", "time in which quotes leave")
    return_time: Positive = number(900.0, "s", "time in which quotes return")
    auction_time: Positive = number(120.0, "s", "time in which quotes gather for a reopening auction")
    inventory_limit: Positive = number(
        0.25, "of open interest", "inventory at which bid and ask depth are skewed by half"
    )
    deleveraging_shock: NonNegative = number(10.0, "per share of gross", "withdrawal after a maker is deleveraged")
    deleveraging_memory: Positive = number(2400.0, "s", "how long that withdrawal lasts")
    volatility_window: Positive = number(120.0, "s", "averaging time of realised volatility")


class Buyers(Settings):
    """Buyers of the fall: they wait until a market has stopped falling, and until their cash has arrived."""

    entities: Whole = Field(20, ge=1, le=1000)
    cash: TieredFraction = number(
        (0.08, 0.04, 0.005), "of open interest", "cash of all buyers together, perpetuals and spot", FITTED
    )
    ready: Fraction = number(0.6, "of their cash", "what is on the venues before the fall")
    patience: NonNegative = number(25.0, "s", "time without a new low before anybody buys", FITTED)
    fall: TieredFraction = number(
        (0.09, 0.20, 0.55), "drawdown", "fall from the recent high that they take notice of", FITTED
    )
    rebound: Fraction = number(0.72, "of the deepest discount", "what those whose cash is ready buy back", FITTED)
    rebound_time: Positive = number(25.0, "s", "time in which they do", FITTED)
    discount: Fraction = number(0.03, "discount", "fall below the fundamental price that calls for more cash", FITTED)
    arrival: Positive = number(480.0, "s", "mean time until a buyer's cash arrives after the call", FITTED)
    buying_time: Positive = number(600.0, "s", "time in which all of them together buy the discount back", FITTED)
    memory: Positive = number(3600.0, "s", "time in which an earlier low is forgotten")


class Carry(Settings):
    """Carry desks: they buy the cheaper of spot and perpetual and sell the other, as far as their capital reaches."""

    capital: Fraction = number(0.01, "of open interest", "equity on each venue")
    leverage: Positive = number(3.0, "multiple", "largest perpetual position over equity")
    premium: Fraction = number(0.001, "of price", "premium above which they sell perpetuals and buy spot")
    discount: Fraction = number(
        0.015, "of price", "discount below which they buy perpetuals and sell borrowed spot, which is dearer"
    )
    time: Positive = number(10.0, "s", "time in which they trade the excess away")


class Retail(Settings):
    """Levered longs on isolated margin, with stops and panic."""

    share: TieredFraction = number((0.42, 0.52, 0.61), "of longs", "share of long open interest")
    leverage: TieredPositive = number(
        (2.1, 1.7, 1.65),
        "multiple",
        "notional-weighted median account leverage",
        "between account-level medians (below 1x) and position-level ones (10-30x), calibration D2: assumption",
    )
    spread: Positive = number(0.95, "log", "standard deviation of log leverage", FITTED)
    cap: TieredPositive = number((75.0, 40.0, 25.0), "multiple", "largest leverage", BRACKETS)
    stops: Fraction = number(0.06, "of notional", "positions with a stop order")
    panic_start: TieredPositive = number(
        (0.05, 0.08, 0.08), "drawdown", "fall from the recent high at which selling starts", FITTED
    )
    memory: Positive = number(
        3600.0, "s", "time in which an earlier high is forgotten, by those who panic or take profit"
    )
    panic_time: Positive = number(15000.0, "s", "time to sell, at twice the starting drawdown")
    institutional_panic: Fraction = number(0.35, "of retail", "institutions' panic relative to retail's")
    institutional_leverage: Range = number((1.02, 1.5), "multiple", "institutional leverage, range")


class Whales(Settings):
    """Large levered longs on isolated margin."""

    share: Fraction = number(0.02, "of open interest", "share of long open interest")
    size: FractionRange = number(
        (1e-4, 8.6e-4),
        "of all open interest",
        "size of one position, range",
        "largest liquidation of 10 October 2025: 203 M of 235.9 B USD (press); lower end: assumption",
    )
    leverage: Range = number(
        (3.0, 7.0), "multiple", "leverage, range", "half of Hyperliquid's open interest (calibration D2)"
    )


class TopUps(Settings):
    """Holders of isolated positions who send new margin when warned, up to twice."""

    share: Fraction = number(0.30, "of isolated accounts", "accounts whose holders do")
    warning: Positive = number(3.0, "of maintenance", "equity over maintenance margin at which the venue warns")
    amount: NonNegative = number(0.5, "of starting margin", "cash sent each time")
    time: Positive = number(600.0, "s", "mean time from the warning to the arrival of the cash")


class Shorts(Settings):
    """Directional and momentum shorts on isolated margin."""

    share: TieredFraction = number((0.22, 0.28, 0.34), "of shorts", "share of short open interest")
    leverage: Positive = number(2.5, "multiple", "median leverage of directional shorts")
    spread: Positive = number(0.6, "log", "standard deviation of log leverage")
    take_profit_start: Tiered = number(
        (0.04, 0.08, 0.12), "fall", "fall from the recent high at which profit taking starts"
    )
    take_profit_scale: TieredPositive = number(
        (0.05, 0.10, 0.15), "fall", "further fall at which its rate is one per `take_profit_time`"
    )
    take_profit_time: Positive = number(3600.0, "s", "time to take profit")
    momentum: Fraction = number(0.041, "of open interest", "shorts opened during the fall", FITTED)
    momentum_leverage: Range = number((5.0, 15.0), "multiple", "leverage of momentum shorts, range")
    momentum_trigger: Range = number((0.5, 3.0), "multiple of panic start", "drawdown at which they open, range")
    reopening: Fraction = number(0.30, "of accounts", "deleveraged shorts that open again what was closed")
    reopening_time: Positive = number(900.0, "s", "mean time until they do")


class Desks(Settings):
    """Market-neutral desks: basis traders, long/short pairs and cross-venue arbitrageurs."""

    basis: TieredFraction = number(
        (0.45, 0.33, 0.22),
        "of shorts",
        "basis desks' share of short open interest",
        "prior 15-30 % of shorts; no public figure (calibration D3): assumption",
    )
    basis_leverage: TieredRange = number(
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
    pairs_leverage: Range = number((1.5, 4.0), "multiple", "gross over equity, range")
    pairs_tolerance: Fraction = number(0.10, "of the larger leg", "imbalance above which the larger leg is cut")
    arbitrageurs: Whole = Field(16, ge=1, le=1000)
    arbitrage: TieredFraction = number(
        (0.05, 0.04, 0.03),
        "of open interest",
        "cross-venue positions on either side",
        "prior 5-10 %; no public figure: assumption",
    )
    arbitrage_equity: FractionRange = number((0.18, 0.48), "of gross", "equity on each venue, range")
    arbitrage_leverage: Positive = number(6.0, "multiple", "largest gross over equity on a venue")
    arbitrage_threshold: Fraction = number(0.001, "price gap", "gap between venues below which nobody trades")
    arbitrage_time: Positive = number(15.0, "s", "time in which a gap is traded away, collateral allowing")
