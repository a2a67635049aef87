"""The acceptance tables: what a scenario must reproduce before anybody believes its comparison.

Tuned on seeds 1 to 8 and calm days 1 to 10, judged on others: `lastresort validate` takes seeds 21 to 40 and calm days
26 to 50 unless it is told otherwise.
"""

from functools import partial

from lastresort.experiments.crash_timing import (
    adl_after_headline,
    adl_before_headline,
    btc_change,
    crash_basis,
    minutes_to_trough,
    peak_minute,
    recovery,
    share_afterwards,
    share_before_headline,
    share_in_forty_minutes,
)
from lastresort.experiments.magnitudes import (
    btc_exogenous,
    btc_trough,
    liquidated,
    long_share,
    open_interest_drop,
    small_caps_trough,
    with_adl,
)
from lastresort.experiments.owner_sizes import (
    directional_short_gini,
    directional_short_top_percent,
    long_gini,
    long_top_percent,
    short_gini,
    short_top_percent,
)
from lastresort.experiments.validation import Target, mean
from lastresort.plugins.errors import InputError

FITTED = (
    "Inputs were set from sources or assumed, with these exceptions. Fitted to the path of 10 October 2025, on seeds 1 "
    "to 8 and calm days 1 to 10: times and sizes of the news, bitcoin 9 and 20 minutes after the headline, the minutes "
    "to its trough. Rows marked as inputs repeat them. The slope of latent demand (far books) and the share, the wait "
    "and the times of those who buy were fitted to the same path, so that troughs, recoveries and the drop of open "
    "interest are no independent evidence either. The memory of a recent high and the spread of shorts' leverage were "
    "settled after looking at a few runs."
)
"""What must be said beside every validation."""

COMPANIONS = {
    "oct-2025": ("oct-2025", "oct-2025-steady-makers", "calm-day"),
    "oct-2025-steady-makers": ("oct-2025-steady-makers",),
    "calm-day": ("calm-day",),
}
"""Scenarios whose targets a scenario is judged by: a crash model must also stay calm on a calm day."""


def acceptance(scenario: str) -> list[Target]:
    """Return the targets of a scenario and its companions; InputError where it has none."""
    if scenario not in COMPANIONS:
        raise InputError(f"scenario '{scenario}' has no acceptance table; these have one: {', '.join(COMPANIONS)}")
    return [target for name in COMPANIONS[scenario] for target in TARGETS if target.scenario == name]


KLINES = "Binance perpetual, one-minute klines"
PHASES = "Amberdata, 13:00 to 03:00 UTC, 9.89 B USD in all"
SIZES = "19,337 winners deleveraged on Hyperliquid (ConejoCapital/HyperMultiAssetedADL)"
LOSERS = "losers on BTC and SOL on Hyperliquid (ConejoCapital/HyperAnalyzeADL)"
BASIS = (
    "all pairs on Binance, Bybit, OKX: -0.9 to -2.5 in the crash, -0.1 usually (Jamster187/oct10-black-swan-analysis)"
)

TARGETS = (
    Target(
        "oct-2025",
        "BTC trough",
        -17,
        -10,
        "%",
        "-12.8 % from 20:30 UTC, -16.8 % over the day (Binance spot, Jamster187/oct10-black-swan-analysis)",
        btc_trough,
    ),
    Target(
        "oct-2025",
        "BTC trough without trading",
        -9,
        0,
        "%",
        "-5 to -7 % implied by the spot ETF",
        btc_exogenous,
    ),
    Target(
        "oct-2025",
        "small caps, own troughs",
        -80,
        -50,
        "%",
        "half of 429 Binance pairs fell 58 to 82 % (Jamster187/oct10-black-swan-analysis); press: 50 to 80 %",
        small_caps_trough,
    ),
    Target(
        "oct-2025",
        "forced liquidations",
        15,
        30,
        "B USD",
        "19.1 to 19.4 reported, a lower bound (CoinGlass)",
        liquidated,
    ),
    Target(
        "oct-2025",
        "long share of liquidations",
        84,
        93,
        "%",
        "84 (Amberdata), 87 (CoinGlass), 91 (Hyperliquid)",
        long_share,
    ),
    Target(
        "oct-2025",
        "open-interest drop",
        60,
        95,
        "B USD",
        "65 to 70, about one third (CoinGlass annual report)",
        open_interest_drop,
    ),
    Target(
        "oct-2025",
        "BTC, 9 min after the headline",
        -4.2,
        -0.2,
        "%",
        f"-2.2 ({KLINES}); 2 points either way",
        partial(btc_change, minutes=9),
        role="input",
    ),
    Target(
        "oct-2025",
        "BTC, 20 min after the headline",
        -4.1,
        -0.1,
        "%",
        f"-2.1 ({KLINES}); 2 points either way",
        partial(btc_change, minutes=20),
        role="input",
    ),
    Target(
        "oct-2025",
        "BTC, minutes to the trough",
        20,
        40,
        "min",
        f"30 ({KLINES})",
        minutes_to_trough,
        role="input",
    ),
    Target(
        "oct-2025",
        "BTC, recovered after 1 min",
        0.17,
        0.47,
        "of the fall",
        f"0.32 ({KLINES}); 0.15 either way",
        partial(recovery, minutes=1),
    ),
    Target(
        "oct-2025",
        "BTC, recovered after 10 min",
        0.35,
        0.65,
        "of the fall",
        f"0.51 ({KLINES}); about 0.15 either way",
        partial(recovery, minutes=10),
    ),
    Target(
        "oct-2025",
        "BTC, recovered after 29 min",
        0.60,
        0.90,
        "of the fall",
        f"0.75 ({KLINES}); 0.15 either way",
        partial(recovery, minutes=29),
    ),
    Target(
        "oct-2025",
        "liquidations before the headline",
        4.5,
        13.5,
        "%",
        f"9 ({PHASES}); half either way",
        share_before_headline,
    ),
    Target(
        "oct-2025",
        "liquidations, 20:50 to 21:30",
        55,
        85,
        "%",
        f"70 ({PHASES}); 15 points either way",
        share_in_forty_minutes,
    ),
    Target(
        "oct-2025",
        "liquidations after 21:30",
        10.5,
        31.5,
        "%",
        f"21 ({PHASES}); half either way",
        share_afterwards,
    ),
    Target(
        "oct-2025",
        "peak minute of liquidations",
        1.6,
        4.8,
        "B USD",
        "3.21 (Amberdata, one feed, which saw half of what CoinGlass reports); half either way",
        peak_minute,
    ),
    Target(
        "oct-2025",
        "seeds with ADL before the headline",
        0,
        0,
        "% of seeds",
        "no venue reports any before 20:50 UTC; Hyperliquid from 21:16 on (ConejoCapital/HyperMultiAssetedADL)",
        adl_before_headline,
        mean,
    ),
    Target(
        "oct-2025",
        "seeds with ADL after the headline",
        60,
        100,
        "% of seeds",
        "ADL on Hyperliquid, Binance, Bybit and others that day (Hyperliquid: 2.1 B USD in 12 minutes)",
        adl_after_headline,
        mean,
    ),
    Target(
        "oct-2025",
        "basis in the crash, small caps",
        -2.5,
        -0.1,
        "%",
        f"median of {BASIS}",
        partial(crash_basis, tier="small"),
    ),
    Target(
        "oct-2025",
        "basis in the crash, BTC",
        -2.5,
        0,
        "%",
        "-0.5: lows of 101,389 for the perpetual and 101,878 for spot (Binance); only the sign is judged",
        partial(crash_basis, tier="btc"),
    ),
    Target(
        "oct-2025",
        "owners of shorts, Gini",
        0.9,
        1,
        "",
        f"0.98: account value and profit of {SIZES}",
        short_gini,
    ),
    Target(
        "oct-2025",
        "owners of shorts, largest 1 %",
        50,
        100,
        "% of notional",
        f"82: account value and profit of {SIZES}",
        short_top_percent,
    ),
    Target(
        "oct-2025",
        "directional shorts, Gini",
        0.9,
        1,
        "",
        f"as for all shorts: {SIZES}",
        directional_short_gini,
    ),
    Target(
        "oct-2025",
        "directional shorts, largest 1 %",
        50,
        100,
        "% of notional",
        f"as for all shorts: {SIZES}",
        directional_short_top_percent,
    ),
    Target(
        "oct-2025",
        "owners of longs, Gini",
        0.9,
        1,
        "",
        f"0.96: realised loss of {LOSERS}",
        long_gini,
    ),
    Target(
        "oct-2025",
        "owners of longs, largest 1 %",
        50,
        100,
        "% of notional",
        f"67: realised loss of {LOSERS}",
        long_top_percent,
    ),
    Target(
        "oct-2025-steady-makers",
        "liquidations, makers stay",
        0,
        6,
        "B USD",
        "own expectation: without withdrawing makers the spiral dies out",
        liquidated,
    ),
    Target(
        "calm-day",
        "liquidations, calm day",
        0.1,
        0.9,
        "B USD, mean",
        "150 B USD in 2025, 0.41 a day (CoinGlass)",
        liquidated,
        mean,
    ),
    Target(
        "calm-day",
        "calm days with ADL",
        0,
        4,
        "% of days",
        "ADL is rare (venues' own documentation): at most one day in 25",
        with_adl,
        mean,
    ),
)
