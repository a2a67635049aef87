"""The acceptance tables: what a scenario must reproduce before anybody believes its comparison."""

from collections.abc import Sequence

import numpy as np

from lastresort.plugins.errors import InputError
from lastresort.study.magnitudes import (
    btc_exogenous,
    btc_trough,
    liquidated,
    long_share,
    open_interest_drop,
    small_caps_trough,
    with_adl,
    without_adl,
)
from lastresort.study.validation import Target

FITTED = (
    "Inputs were set from sources or assumed, with these exceptions, so that troughs, the drop of open interest and "
    "calm days are not independent evidence: the slope of latent demand was fitted to troughs on an earlier "
    "prototype; the memory of a recent high and the spread of shorts' leverage were settled after looking at a few "
    "runs."
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


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


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
        "seeds with deleveraging",
        60,
        100,
        "% of seeds",
        "ADL on Hyperliquid, Binance, Bybit and others that day (Hyperliquid: 2.1 B USD in 12 minutes)",
        with_adl,
        _mean,
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
        0.05,
        1.5,
        "B USD",
        "150 B USD in 2025, 0.41 a day (CoinGlass)",
        liquidated,
    ),
    Target(
        "calm-day",
        "calm days without deleveraging",
        90,
        100,
        "% of seeds",
        "ADL is rare (venues' own documentation)",
        without_adl,
        _mean,
    ),
)
