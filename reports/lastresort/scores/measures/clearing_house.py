"""What rule books of clearing houses ask of loss allocation, as numbers of one run.

Criteria: comprehensive, effective, measurable and controllable, with sound incentives, borne by those able and willing
(CPMI-IOSCO 2014; Elliott 2013; ISDA 2013). The numbers that stand for them are own definitions.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
import scipy

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.scores.measures.beneficial_owners import by_group, numbered, numbers
from lastresort.scores.measures.look import Look, scored
from lastresort.scores.measures.population import DECILES
from lastresort.scores.measures.worst_share import expected_shortfall

if TYPE_CHECKING:
    import pandas as pd

CAP = 0.10
"""Share of its equity that an owner may lose to a rule that is called controllable (an assumption)."""


@scored(
    title="Time to resolution",
    meaning="Seconds from the first to the last event that paid, charged or closed for a loss.",
    formula="mean(t_last - t_first)",
    unit="seconds",
    direction="lower is better",
)
def resolution_time(look: Look) -> float:
    """0 without any event."""
    time = numbers(_losses(look), "time") if len(look.run.events) else np.empty(0)
    return float(time.max() - time.min()) if len(time) else 0.0


@scored(
    title="Backstop failure",
    meaning="Share of loss incidents in which more was needed than that somebody absorbs the loss.",
    formula="sum(incidents beyond absorption) / sum(incidents)",
    unit="fraction",
    direction="lower is better",
    weight="incidents",
    per="incidents",
)
def backstop_failure(look: Look) -> float:
    """An incident is a venue and market in which there was a loss at one time; NaN without any."""
    events = _losses(look)
    if not len(events):
        return math.nan
    incident, count = _incidents(events)
    beyond = np.asarray(events["kind"].to_numpy(object) != "absorption", np.float64)
    return float((by_group(beyond, incident, count) > 0).mean())


@scored(
    title="Predictability from leverage",
    meaning="Rank correlation over owners of burden with leverage, which everybody can see.",
    formula="sum(L rho) / sum(L)",
    unit="correlation",
    direction="descriptive",
    weight="loss",
    per="loss",
    source="Spearman (1904)",
)
def predictability(look: Look) -> float:
    """Over owners who held a position; NaN without loss."""
    if not look.loss.sum() > 0:
        return math.nan
    people = look.population
    return _correlation(scipy.stats.rankdata(look.burden[people.levered]), scipy.stats.rankdata(people.log_leverage))


@scored(
    title="Predictability from type",
    meaning="Share of the variance of burdens that cohort and size explain.",
    formula="sum(L eta^2) / sum(L)",
    unit="fraction",
    direction="higher is better",
    weight="loss",
    per="loss",
)
def predictability_type(look: Look) -> float:
    """Variance weighted by equity; NaN without loss."""
    total, endowment, group = float(look.loss.sum()), look.population.endowment, look.population.type
    if not total > 0:
        return math.nan
    held, mean = endowment > 0, total / float(endowment.sum())
    losses, endowments = by_group(look.loss[held], group[held]), by_group(endowment[held], group[held])
    some = endowments > 0
    between = float(np.sum(endowments[some] * (losses[some] / endowments[some] - mean) ** 2))
    spread = float(np.sum(endowment[held] * (look.loss[held] / endowment[held] - mean) ** 2))
    return between / spread if spread > 0 else math.nan


@scored(
    title="Controllability",
    meaning="Share of equity whose owners lost no more than 10 % of it.",
    formula="mean(sum(pi 1{b <= 10 %}))",
    unit="fraction",
    direction="higher is better",
)
def controllability(look: Look) -> float:
    """As if a cap of 10 % had been promised."""
    endowment = look.population.endowment
    return float(endowment[look.burden <= CAP].sum() / endowment.sum()) if endowment.sum() > 0 else math.nan


@scored(
    title="Burden for leverage",
    meaning="How much more of its equity an owner lost at e times the leverage; below zero, caution is punished.",
    formula="mean(cov(b, ln leverage) / var(ln leverage))",
    unit="fraction",
    direction="higher is better",
)
def leverage_slope(look: Look) -> float:
    """Least-squares slope over owners who held a position; NaN where all are levered alike."""
    people = look.population
    return _slope(look.burden[people.levered], people.log_leverage)


@scored(
    title="Worst burdens of small owners",
    meaning="Mean burden of the worst 5 % of the smaller half of owners.",
    formula="mean(ES95(b))",
    unit="fraction",
    direction="lower is better",
)
def small_es95(look: Look) -> float:
    """Expected shortfall of burdens of owners below the median size."""
    small = look.burden[look.population.decile < DECILES // 2]
    return expected_shortfall(small, np.ones(len(small)))


CLEARING_HOUSE = (
    *(resolution_time, backstop_failure, predictability, predictability_type),
    *(controllability, leverage_slope, small_es95),
)


def columns(look: Look) -> dict[str, float]:
    """What stands beside the scores of one run: the number of incidents."""
    events = _losses(look)
    return {"incidents": float(_incidents(events)[1]) if len(events) else 0.0}


def _losses(look: Look) -> "pd.DataFrame":
    """Events that paid, charged or closed for a loss; what was done before there was one is none."""
    events = look.run.events
    return events[~events["kind"].isin(("halt", "premium", "reduction"))] if len(events) else events


def _incidents(events: "pd.DataFrame") -> tuple[Ints, int]:
    """Number of the incident of each event, and how many there are."""
    _, time = np.unique(numbers(events, "time"), return_inverse=True)
    (venue, venues), (market, markets) = numbered(events["venue"]), numbered(events["market"])
    place = (time * len(venues) + venue) * len(markets) + market
    found, incident = np.unique(place, return_inverse=True)
    return incident.astype(np.int64), len(found)


def _correlation(first: Floats, second: Floats) -> float:
    if not len(first):
        return math.nan
    one, other = first - first.mean(), second - second.mean()
    spread = math.sqrt(float(np.sum(one**2)) * float(np.sum(other**2)))
    return float(np.sum(one * other)) / spread if spread > 0 else math.nan


def _slope(value: Floats, on: Floats) -> float:
    if not len(on):
        return math.nan
    deviation = on - on.mean()
    spread = float(np.sum(deviation**2))
    return float(np.sum(deviation * value)) / spread if spread > 0 else math.nan
