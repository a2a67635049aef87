"""What pairing saves, when the interval does without it, and that it covers as it should either way."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.scores.drawn_scores import drawn_score

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.errors import InputError
from lastresort.scores import compare_policies, statistics
from lastresort.scores.registry import PRIMARY
from lastresort.scores.statistics import Estimate, estimate_ratio_differences, estimate_ratios
from lastresort.scores.statistics.differences import estimate_differences
from lastresort.scores.statistics.pairing import Pairing, Terms, measure_pairing, pairing_of

SEEDS = 40
ONES = np.ones(SEEDS)
MEAN = drawn_score("x")


def draw(correlation: float, samples: int, seeds: int = SEEDS) -> tuple[Floats, Floats]:
    """Two policies' unit-variance values `[samples, seeds]` with no true difference."""
    ours, other = np.random.Generator(np.random.Philox(key=31)).normal(size=(2, samples, seeds))
    return ours, np.asarray(correlation * ours + math.sqrt(1 - correlation**2) * other)


def apart() -> tuple[Floats, Floats]:
    """Values whose correlation over seeds is slightly below zero, as chance has it for independent ones."""
    ours, theirs = (values[0] for values in draw(0.0, 1))
    slope = np.cov(ours, theirs)[0, 1] / ours.var(ddof=1)
    return ours, theirs - (slope + 0.05) * ours


def alone(ours: Terms, theirs: Terms) -> Estimate:
    """The paired estimate of a difference."""
    first, second = ((top[None], bottom[None]) for top, bottom in (ours, theirs))
    return estimate_ratio_differences(first, second)[0]


def difference(ours: Terms, theirs: Terms) -> tuple[Estimate, Pairing]:
    """The estimate of a difference as comparisons make it."""
    (found,) = estimate_differences([(ours, theirs)])
    return found.estimate, found.pairing


def test_what_pairing_saves_by_hand() -> None:
    """1, 2, 3 and 2, 4, 6: variances 1 and 4, that of the difference 1, so 1 - 1 / 5; correlation 1."""
    found = measure_pairing((np.array([1.0, 2.0, 3.0]), np.ones(3)), (np.array([2.0, 4.0, 6.0]), np.ones(3)))
    assert (found.correlation, found.variance_reduction) == pytest.approx((1.0, 0.8))
    assert found.paired


def test_what_pairing_saves_on_ratios_is_what_the_jackknife_says() -> None:
    """Squared standard errors of the difference and of both ratios; the jackknife is another way to linearize."""
    random = np.random.Generator(np.random.Philox(key=2))
    deficit = random.uniform(50, 150, 200)
    ours = (deficit * random.normal(0.3, 0.02, 200), deficit)
    theirs = (0.5 * ours[0] + deficit * random.normal(0.1, 0.01, 200), deficit)
    joint = alone(ours, theirs).standard_error
    single = [estimate_ratios(top[None], bottom[None])[0].standard_error for top, bottom in (ours, theirs)]
    expected = 1 - joint**2 / (single[0] ** 2 + single[1] ** 2)
    assert measure_pairing(ours, theirs).variance_reduction == pytest.approx(expected, abs=0.01)


def test_where_pairing_helps_not_a_bit_changes() -> None:
    ours, theirs = (values[0] for values in draw(0.6, 1))
    found, pairing = difference((ours, ONES), (theirs, ONES))
    assert pairing.paired
    assert found == alone((ours, ONES), (theirs, ONES))


def test_where_pairing_does_not_help_the_interval_is_welchs() -> None:
    ours, theirs = apart()
    found, pairing = difference((ours, ONES), (theirs, ONES))
    assert not pairing.paired
    assert pairing.variance_reduction < 0
    classical = stats.ttest_ind(ours, theirs, equal_var=False)
    assert found.value == pytest.approx(ours.mean() - theirs.mean())
    assert found.standard_error == pytest.approx(math.hypot(stats.sem(ours), stats.sem(theirs)))
    assert statistics.p_value(found, SEEDS) == pytest.approx(classical.pvalue, abs=0.01)
    interval = classical.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=0.05)
    assert found.method == "studentized"
    assert difference((ours.copy(), ONES), (theirs.copy(), ONES))[0] == found


def test_a_correlation_that_is_really_negative_stays_in_the_interval() -> None:
    ours, theirs = (values[0] for values in draw(-0.8, 1))
    found, pairing = difference((ours, ONES), (theirs, ONES))
    assert pairing.paired
    assert pairing.variance_reduction == pytest.approx(-0.8, abs=0.15)
    assert found.standard_error == pytest.approx(stats.sem(ours - theirs))


@pytest.mark.parametrize("correlation", [0.8, 0.0, -0.3, -0.8])
def test_intervals_cover_however_seeds_are_correlated(correlation: float) -> None:
    """A normal sample's mean tells nothing of its spread, so mean differences may be set evenly over their law."""
    ours, theirs = draw(correlation, 300)
    levels = np.random.Generator(np.random.Philox(key=8)).permutation((np.arange(300) + 0.5) / 300)
    gaps = stats.norm.ppf(levels) * math.sqrt((2 - 2 * correlation) / SEEDS)
    ours = ours + (gaps - (ours - theirs).mean(axis=1))[:, None]
    found = estimate_differences([((a, ONES), (b, ONES)) for a, b in zip(ours, theirs, strict=True)])
    assert 0.93 <= np.mean([one.estimate.low <= 0 <= one.estimate.high for one in found]) <= 0.97
    assert 0.93 <= np.mean([one.p_value >= 0.05 for one in found]) <= 0.97


def test_to_unpair_whenever_pairing_saves_nothing_would_cover_too_rarely() -> None:
    """Why a clear negative correlation is kept, by Student's intervals at correlation -0.8."""
    ours, theirs = draw(-0.8, 4000)
    gap = np.abs(ours.mean(axis=1) - theirs.mean(axis=1))
    quantile = stats.t.isf(0.025, SEEDS - 1)
    unpaired = quantile * np.sqrt((ours.var(axis=1, ddof=1) + theirs.var(axis=1, ddof=1)) / SEEDS)
    paired = quantile * stats.sem(ours - theirs, axis=1)
    assert (gap <= unpaired).mean() < 0.88
    assert 0.94 <= (gap <= paired).mean() <= 0.96


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ((np.array([1.0]), np.ones(1)), (np.array([2.0]), np.ones(1))),  # one seed
        ((np.full(5, 0.3) * np.arange(1, 6), np.arange(1.0, 6)), (np.zeros(5), np.ones(5))),  # the same in every seed
        ((np.zeros(5), np.zeros(5)), (np.arange(5.0), np.ones(5))),  # not defined
    ],
)
def test_what_cannot_be_told_is_not_told(ours: tuple[Floats, Floats], theirs: tuple[Floats, Floats]) -> None:
    found = measure_pairing(ours, theirs)
    assert math.isnan(found.correlation)
    assert math.isnan(found.variance_reduction)
    assert found.paired


def test_a_policy_that_does_not_vary_gains_nothing_and_stays_paired() -> None:
    found = measure_pairing((np.arange(5.0), np.ones(5)), (np.full(5, 2.0), np.ones(5)))
    assert math.isnan(found.correlation)
    assert (found.variance_reduction, found.paired) == (0.0, True)


def a_table(ours: Floats, theirs: Floats) -> pd.DataFrame:
    return pd.concat(
        pd.DataFrame({"policy": name, "seed": np.arange(len(values)), "x": values})
        for name, values in (("ours", ours), ("theirs", theirs))
    )


def test_any_score_of_the_table_can_be_asked() -> None:
    ours, theirs = (values[0] for values in draw(0.6, 1))
    table = a_table(ours, theirs)
    shuffled = table.sample(frac=1.0, random_state=np.random.default_rng(3))
    assert pairing_of(shuffled, MEAN, ("ours", "theirs")) == measure_pairing((ours, ONES), (theirs, ONES))
    with pytest.raises(InputError, match="'ours' and 'theirs' were not run on the same seeds"):
        pairing_of(table.iloc[1:], MEAN, ("ours", "theirs"))


def test_a_comparison_says_what_pairing_saved_and_uses_it() -> None:
    """LC of both rules follows the seed, their MNF are independent and slightly below zero in correlation."""
    ours, theirs = apart()
    shared, own = (values[0] for values in draw(0.0, 1))
    centralization = {"deep-pocket": 0 * shared, "fund+queue-adl": shared, "rival": shared + 0.1 * own}
    failure = {"deep-pocket": 0 * ours, "fund+queue-adl": theirs, "rival": ours}
    table = pd.concat(
        pd.DataFrame({"policy": name, "seed": np.arange(SEEDS), "lc": centralization[name], "mnf": failure[name]})
        for name in failure
    ).assign(
        loss=1.0,
        lc_15m=1.0,
        users_equity=1.0,
        borne=1.0,
        endowment_share_retail=1.0,
        loss_share_retail=1.0,
        **dict.fromkeys(("unpaid", "stood_unpaid", "halted_time", "closed_early"), 0.0),
    )
    roles = {"deep-pocket": "reference", "fund+queue-adl": "contender", "rival": "contender"}
    policies = [
        Policy.model_validate(
            {"name": name, "title": name, "summary": name, "role": role, "waterfall": [Step(use="deep-pocket")]}
        )
        for name, role in roles.items()
    ]
    document = json.loads(json.dumps(compare_policies(table, policies, PRIMARY).to_json(), allow_nan=False))
    shape, hedges = (difference["pairing"] for difference in document["differences"])
    assert shape["paired"]
    assert shape["variance_reduction"] > 0.98
    assert Pairing(**hedges) == measure_pairing((ours, ONES), (theirs, ONES))
    assert not hedges["paired"]
    assert "correlation over seeds is compatible with zero" in document["method"]
