"""The market itself: what was liquidated and deleveraged, how deep prices fell, and for how long."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.score import Score
from lastresort.scores.measures.beneficial_owners import numbers
from lastresort.scores.measures.cascade import WINDOW, peak, span
from lastresort.scores.measures.look import FromLook, Look, scored
from lastresort.scores.measures.recovery import recoveries


@scored(
    title="Excess drawdown",
    meaning="How much deeper prices fell than the news alone explains, weighted by open interest.",
    formula="mean(exogenous trough - trough)",
    unit="fraction",
    direction="lower is better",
)
def excess_drawdown(look: Look) -> float:
    """Exogenous trough minus trough."""
    books = look.run.books
    return _weighted(look, numbers(books, "exogenous_trough") - numbers(books, "trough"))


@scored(
    title="Liquidated",
    meaning="Notional of positions seized by liquidation engines.",
    formula="mean(liquidated long + short)",
    unit="USD",
    direction="descriptive",
)
def liquidated(look: Look) -> float:
    """In USD."""
    return float(look.run.books[["liquidated_long", "liquidated_short"]].to_numpy().sum())


@scored(
    title="Force-closed",
    meaning="Notional of positions closed for others' losses.",
    formula="mean(deleveraged)",
    unit="USD",
    direction="descriptive",
)
def deleveraged(look: Look) -> float:
    """In USD."""
    return float(look.run.books["deleveraged"].sum())


@scored(
    title="Drop of open interest",
    meaning="Share of open interest that was gone by the end.",
    formula="mean(1 - OI_end / OI_start)",
    unit="fraction",
    direction="descriptive",
)
def open_interest_drop(look: Look) -> float:
    """NaN where there was none."""
    total = float(look.run.books["open_interest_start"].sum())
    return 1.0 - float(look.run.books["open_interest_end"].sum()) / total if total > 0 else math.nan


@scored(
    title="Cascade peak",
    meaning="Largest notional liquidated within five minutes.",
    formula="mean(max(liquidated in 5 minutes))",
    unit="USD",
    direction="lower is better",
)
def cascade_peak(look: Look) -> float:
    """In USD, from a sample a minute."""
    return peak(look.time, _running(look), WINDOW)


@scored(
    title="Cascade span",
    meaning="Seconds in which the middle 80 % of liquidations happened.",
    formula="mean(t_90 - t_10)",
    unit="seconds",
    direction="descriptive",
)
def cascade_span(look: Look) -> float:
    """In seconds, from a sample a minute."""
    return span(look.time, _running(look))


def _recovery(name: str, title: str, meaning: str, formula: str, unit: str = "seconds") -> Score:
    return Score(
        name=name,
        title=title,
        meaning=meaning,
        formula=formula,
        unit=unit,
        direction="lower is better",
        measure=FromLook(lambda look: recoveries(look.run)[name]),
    )


def _gap(name: str, title: str, meaning: str) -> Score:
    return Score(
        name=name,
        title=title,
        meaning=meaning,
        formula="mean(max(gap))",
        unit="fraction",
        direction="lower is better",
        measure=FromLook(lambda look: float(numbers(look.run.series, name).max())),
    )


@scored(
    title="Halted time",
    meaning="Seconds for which trading was halted, weighted by open interest.",
    formula="mean(halted)",
    unit="seconds",
    direction="descriptive",
)
def halted_time(look: Look) -> float:
    """In seconds."""
    return _weighted(look, numbers(look.run.books, "halted"))


@scored(
    title="Closed before a loss",
    meaning="Share of open interest that was closed, side against side, before there was a loss.",
    formula="mean(sum of contracts of one side x mark / OI_start)",
    unit="fraction",
    direction="descriptive",
)
def closed_early(look: Look) -> float:
    """Positions that are opened again and closed again count again; 0 where there was nothing to close."""
    books = look.run.books
    total = float(books["open_interest_start"].sum())
    return float(books["reduced"].sum()) / total if total > 0 else 0.0


MARKET_QUALITY = (
    *(excess_drawdown, liquidated, deleveraged, open_interest_drop, cascade_peak, cascade_span),
    _recovery(
        "depth_recovery",
        "Recovery of depth",
        "Seconds from the lowest depth until depth was back at 80 % of normal, or until the end.",
        "mean(t(depth >= 0.8) - t(min))",
    ),
    _recovery(
        "depth_recovery_censored",
        "Depth not recovered",
        "Share of runs in which depth was not back at 80 % of normal by the end.",
        "mean(1{not back})",
        "fraction",
    ),
    _recovery(
        "basis_recovery",
        "Recovery of prices",
        "Seconds from the largest distance of prices from the index until it was below 0.2 %, or to the end.",
        "mean(t(basis < 0.002) - t(max))",
    ),
    _recovery(
        "basis_recovery_censored",
        "Prices not recovered",
        "Share of runs in which prices were not back within 0.2 % of the index by the end.",
        "mean(1{not back})",
        "fraction",
    ),
    _gap(
        "gap_btc",
        "Largest gap between venues, bitcoin",
        "Largest difference of the price of bitcoin between venues.",
    ),
    _gap(
        "gap_small",
        "Largest gap between venues, small assets",
        "Largest difference of the prices of small assets between venues, averaged over these assets.",
    ),
    *(halted_time, closed_early),
)


def _running(look: Look) -> Floats:
    return numbers(look.run.series, "liquidated_long") + numbers(look.run.series, "liquidated_short")


def _weighted(look: Look, value: Floats) -> float:
    """Mean over the books, by open interest at the start."""
    interest = numbers(look.run.books, "open_interest_start")
    return float(np.average(value, weights=interest)) if interest.sum() > 0 else math.nan
