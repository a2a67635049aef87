"""What rule books of clearing houses ask of loss allocation, as numbers of one run.

Criteria: comprehensive, effective, measurable and controllable, with sound incentives, borne by those able and willing
(CPMI-IOSCO 2014; Elliott 2013; ISDA 2013). The numbers that stand for them are own definitions.
"""

import math

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.burdens import Burdens
from lastresort.scores.measures.entropies import by_group
from lastresort.scores.measures.owners import numbered, numbers
from lastresort.scores.measures.population import DECILES
from lastresort.scores.measures.tails import expected_shortfall
from lastresort.simulation.recording.record import RunRecord

CAP = 0.10
"""Share of its endowment that an owner may lose to a rule that is called controllable (an assumption)."""


def clearing_house(burdens: Burdens) -> dict[str, float]:
    """Criteria of one run: shares and correlations as fractions, times in seconds; see the functions below."""
    return {**resolution(burdens.run), **foreseen(burdens), **capped(burdens), **incentives(burdens)}


def resolution(run: RunRecord) -> dict[str, float]:
    """How long losses took to be placed, and how often backstops did not suffice.

    `resolution_time` is the seconds between the first and the last event that pays, charges or closes, 0 without any.
    An incident is a venue and market in which there was a loss at one time; `backstop_failure` is the share of
    `incidents` in which more than an absorption happened, NaN without any.
    """
    events = run.events[run.events["kind"].to_numpy(object) != "halt"] if len(run.events) else run.events
    if not len(events):
        return {"resolution_time": 0.0, "incidents": 0.0, "backstop_failure": math.nan}
    time = numbers(events, "time")
    incident, count = _incidents(events)
    beyond = by_group(np.asarray(events["kind"].to_numpy(object) != "absorption", np.float64), incident, count) > 0
    return {
        "resolution_time": float(time.max() - time.min()),
        "incidents": float(count),
        "backstop_failure": float(beyond.mean()),
    }


def foreseen(burdens: Burdens) -> dict[str, float]:
    """How far burdens could be told beforehand; NaN without user loss.

    `predictability` is the rank correlation over owners of burden and leverage at the start (Spearman 1904);
    `predictability_type` the share of the variance of burdens, weighted by endowment, that lies between types (cohort
    and size decile).
    """
    if not burdens.loss.sum() > 0:
        return {"predictability": math.nan, "predictability_type": math.nan}
    population = burdens.population
    return {
        "predictability": _correlation(np.asarray(rankdata(burdens.burden), np.float64), population.leverage_rank),
        "predictability_type": _between_types(burdens),
    }


def capped(burdens: Burdens) -> dict[str, float]:
    """How burdens compare with `CAP`, as if that had been promised.

    `controllability` is the share of the endowment whose owners lost no more, `cap_breaches` the number of owners who
    did, `worst_over_cap` the largest burden over the cap.
    """
    within = burdens.burden <= CAP
    return {
        "controllability": float(burdens.endowment[within].sum() / burdens.endowment.sum())
        if len(within)
        else math.nan,
        "cap_breaches": float(np.count_nonzero(~within)),
        "worst_over_cap": float(np.max(burdens.burden, initial=0.0)) / CAP,
    }


def incentives(burdens: Burdens) -> dict[str, float]:
    """Who is asked, against who should be.

    `leverage_slope` is the least-squares slope over owners of burden on the logarithm of leverage (negative: caution is
    punished; NaN where all are levered alike). `endowment` (USD) is what the users' loss is divided by to get what a
    dollar saves that leaves beforehand. `small_es95` is the mean burden of the worst 5 % of the smaller half of owners.
    """
    small = burdens.burden[burdens.population.decile < DECILES // 2]
    return {
        "leverage_slope": _slope(burdens.burden, burdens.population.log_leverage),
        "endowment": float(burdens.endowment.sum()),
        "small_es95": expected_shortfall(small, np.ones(len(small))),
    }


def _incidents(events: pd.DataFrame) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], int]:
    """Number of the incident of each event, and how many there are."""
    _, time = np.unique(numbers(events, "time"), return_inverse=True)
    (venue, venues), (market, markets) = numbered(events["venue"]), numbered(events["market"])
    place = (time * len(venues) + venue) * len(markets) + market
    found, incident = np.unique(place, return_inverse=True)
    return incident.astype(np.int64), len(found)


def _correlation(first: Floats, second: Floats) -> float:
    one, other = first - first.mean(), second - second.mean()
    spread = math.sqrt(float(np.sum(one**2)) * float(np.sum(other**2)))
    return float(np.sum(one * other)) / spread if spread > 0 else math.nan


def _slope(value: Floats, on: Floats) -> float:
    deviation = on - on.mean() if len(on) else on
    spread = float(np.sum(deviation**2))
    return float(np.sum(deviation * value)) / spread if spread > 0 else math.nan


def _between_types(burdens: Burdens) -> float:
    endowment, burden, group = burdens.endowment, burdens.burden, burdens.population.type
    mean = float(burdens.loss.sum() / endowment.sum())
    losses, endowments = by_group(burdens.loss, group), by_group(endowment, group)
    held = endowments > 0
    between = float(np.sum(endowments[held] * (losses[held] / endowments[held] - mean) ** 2))
    total = float(np.sum(endowment * (burden - mean) ** 2))
    return between / total if total > 0 else math.nan
