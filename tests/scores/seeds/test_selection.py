"""Kim and Nelson's procedure on known normals: it keeps its promise, and it stops early where it can."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.scores.drawn_scores import drawn_score

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError
from lastresort.scores.seeds.selection import Screening, Selection, continuation, screen, select_best
from lastresort.scores.statistics import ratio

DELTA = 0.35
FIRST = 20
LOW = drawn_score("x")
NAMES = ("best", "second", "third", "worst")


def normals(means: Floats, correlation: float, samples: int = 2000, seeds: int = 400) -> Floats:
    """Unit-variance observations `[samples, policies, seeds]` whose seeds are correlated across policies."""
    random = np.random.Generator(np.random.Philox(key=23))
    shared = random.normal(size=(samples, 1, seeds))
    own = random.normal(size=(samples, len(means), seeds))
    return np.asarray(means[:, None] + np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)


def run(observations: Floats) -> Screening:
    return screen(observations, np.ones_like(observations), DELTA, FIRST, confidence=0.95)


def correct(found: Screening) -> float:
    """Share of samples in which the first policy is the only one left."""
    return float(((found.dropped[:, 0] == 0) & (found.dropped[:, 1:] > 0).all(axis=-1)).mean())


def spent(found: Screening) -> float:
    """Mean number of runs over all policies; the winner runs as long as its last rival."""
    lasts = np.where(found.dropped == 0, found.dropped.max(axis=-1, keepdims=True), found.dropped)
    return float(lasts.sum(axis=-1).mean())


SLIPPAGE = np.array([0.0, DELTA, DELTA, DELTA, DELTA])
"""The hardest case: every rival is worse by exactly the smallest difference."""


def test_the_constant_by_hand() -> None:
    """Five policies, 20 seeds: (2 x 0.05 / 4)^(-2 / 19) = exp(3.688879 / 9.5) = 1.474476, less 1, times 19."""
    assert continuation(5, 20, 0.95) == pytest.approx(9.01505, abs=1e-4)


@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_the_best_is_selected_as_often_as_promised(correlation: float) -> None:
    """At least 95 % in the slippage configuration, less two standard errors of 2,000 samples."""
    found = run(normals(SLIPPAGE, correlation))
    assert found.decided.all()
    assert correct(found) >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / 2000)


def test_the_promise_is_not_kept_by_accident() -> None:
    """Two policies are the sharp case for the bound: not much more than 95 %, so the boundary is no wider than due."""
    assert 0.94 <= correct(run(normals(np.array([0.0, DELTA]), 0.0, samples=4000))) <= 0.985


def test_pairing_and_large_differences_save_runs() -> None:
    hardest = spent(run(normals(SLIPPAGE, 0.0)))
    assert spent(run(normals(SLIPPAGE, 0.8))) < 0.7 * hardest
    assert spent(run(normals(2 * SLIPPAGE, 0.0))) < 0.75 * hardest
    assert spent(run(normals(8 * SLIPPAGE, 0.0))) == pytest.approx(5 * FIRST, rel=0.01)


def test_no_policy_leads_and_still_it_ends() -> None:
    found = run(normals(np.zeros(3), 0.0, samples=200))
    assert found.decided.all()
    assert ((found.dropped == 0).sum(axis=-1) == 1).all()


def textbook(observations: Floats) -> tuple[dict[int, int], int]:
    """The procedure as printed, one policy and one seed at a time: who was dropped when, and the best."""
    policies = range(len(observations))
    h2 = ((2 * 0.05 / (len(observations) - 1)) ** (-2 / (FIRST - 1)) - 1) * (FIRST - 1)
    surviving, dropped, seeds = set(policies), {}, FIRST
    while len(surviving) > 1:
        before = set(surviving)
        for i in before:
            for rival in before - {i}:
                pair = observations[i, :FIRST] - observations[rival, :FIRST]
                width = max(0.0, DELTA / (2 * seeds) * (h2 * float(np.var(pair, ddof=1)) / DELTA**2 - seeds))
                if observations[i, :seeds].mean() > observations[rival, :seeds].mean() + width and i in surviving:
                    surviving.remove(i)
                    dropped[i] = seeds
        seeds += 1
    return dropped, surviving.pop()


def test_it_agrees_with_the_procedure_as_printed() -> None:
    for observations in normals(np.array([0.0, 0.3, 0.6, 1.2]), 0.3, samples=25):
        found = run(observations)
        dropped, best = textbook(observations)
        assert {place: seeds for place, seeds in enumerate(found.dropped) if seeds} == dropped
        assert found.dropped[best] == 0


def as_table(observations: Floats, lasts: dict[str, int]) -> pd.DataFrame:
    """A score table in which each policy has run on so many seeds."""
    return pd.concat(
        pd.DataFrame({"policy": name, "seed": np.arange(1, lasts[name] + 1), "x": observations[place, : lasts[name]]})
        for place, name in enumerate(NAMES)
    )


def drive(observations: Floats, batch: int) -> Selection:
    """Run as a study would: the first stage, then batches for survivors only."""
    lasts = dict.fromkeys(NAMES, 0)
    found = Selection(0, NAMES, (), None, FIRST, None)
    while found.add:
        lasts |= dict.fromkeys(found.survivors, found.seeds + found.add)
        found = select_best(as_table(observations, lasts), LOW, NAMES, DELTA, FIRST, batch=batch)
        assert found.most is None or max(lasts.values()) <= found.most + batch
    return found


def test_batches_change_nothing_and_dropped_policies_need_no_runs() -> None:
    for observations in normals(np.array([0.0, 0.3, 0.6, 1.5]), 0.2, samples=5):
        one, seven, at_once = (drive(observations, batch) for batch in (1, 7, 500))
        assert one == seven == at_once
        assert one.best == one.survivors[0]
        assert {name for name, _ in one.dropped} == set(NAMES) - {one.best}


def test_before_the_first_stage_nobody_is_dropped() -> None:
    observations = normals(np.array([0.0, 9.0, 9.0, 9.0]), 0.0, samples=1)[0]
    early = select_best(as_table(observations, dict.fromkeys(NAMES, 8)), LOW, NAMES, DELTA, FIRST)
    assert early == Selection(8, NAMES, (), None, 12, None)
    first = select_best(as_table(observations, dict.fromkeys(NAMES, FIRST)), LOW, NAMES, DELTA, FIRST)
    assert (first.best, first.add, first.seeds) == ("best", 0, FIRST)


def test_an_open_race_says_how_many_seeds_it_can_still_take() -> None:
    observations = normals(np.zeros(4), 0.0, samples=1)[0]
    found = select_best(as_table(observations, dict.fromkeys(NAMES, FIRST)), LOW, NAMES, 0.1, FIRST, batch=16)
    assert (found.best, found.add) == (None, 16)
    widest = max(np.var(a - b, ddof=1) for a in observations[:, :FIRST] for b in observations[:, :FIRST])
    assert found.most == np.ceil(continuation(4, FIRST, 0.95) * widest / 0.01)


def test_twins_stay_tied_and_the_first_named_is_taken() -> None:
    observations = np.tile(normals(np.zeros(1), 0.0, samples=1)[0], (4, 1))
    found = select_best(as_table(observations, dict.fromkeys(NAMES, FIRST)), LOW, NAMES, DELTA, FIRST)
    assert (found.best, found.survivors, found.dropped) == ("best", NAMES, ())


def test_higher_may_be_better() -> None:
    table = as_table(normals(np.array([9.0, 0.0, 0.0, 0.0]), 0.0, samples=1)[0], dict.fromkeys(NAMES, 30))
    assert select_best(table, replace(LOW, direction="higher is better"), NAMES, DELTA).best == "best"
    assert select_best(table, LOW, NAMES, DELTA).best != "best"
    assert select_best(table, LOW, ("best",), DELTA).best == "best"


def test_a_ratio_is_compared_as_a_ratio_of_sums() -> None:
    """The first policy loses less per deficit and more in the mean of its ratios."""
    deficit = np.resize([1.0, 9.0], 30)
    losses = {"a": np.where(deficit > 1, 0.9, 0.8), "b": 0.2 * deficit}
    assert ratio(losses["a"], deficit) < 0.2 < np.mean(losses["a"] / deficit)
    table = pd.concat(
        pd.DataFrame({"policy": name, "seed": np.arange(30), "x": loss, "y": deficit}) for name, loss in losses.items()
    )
    assert select_best(table, replace(LOW, per="y"), ("a", "b"), 0.1).best == "a"
    of_ratios = table.assign(x=table["x"] / table["y"])
    assert select_best(of_ratios, LOW, ("a", "b"), 0.1).best == "b"


def test_bad_settings_are_named() -> None:
    table = as_table(normals(np.zeros(4), 0.0, samples=1)[0], dict.fromkeys(NAMES, FIRST))
    with pytest.raises(InputError, match="'x' is descriptive"):
        select_best(table, replace(LOW, direction="descriptive"), NAMES, DELTA)
    with pytest.raises(InputError, match="smallest difference 0; allowed: above 0"):
        select_best(table, LOW, NAMES, 0)
    with pytest.raises(InputError, match="first stage of 1 seeds"):
        select_best(table, LOW, NAMES, DELTA, first_stage=1)
    with pytest.raises(InputError, match=r"confidence 0\.4; allowed: between 0\.5 and 1"):
        select_best(table, LOW, NAMES, DELTA, confidence=0.4)
    with pytest.raises(InputError, match="no policy"):
        select_best(table, LOW, (), DELTA)
    with pytest.raises(InputError, match="'x' is not defined for every policy over the first 20 seeds"):
        select_best(table.assign(y=0.0), replace(LOW, per="y"), NAMES, DELTA)
