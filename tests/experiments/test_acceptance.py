"""The measures of the acceptance tables on a run whose numbers are known by hand."""

import math
import re
from pathlib import Path

import pandas as pd
import pytest

from lastresort.experiments import acceptance, magnitudes
from lastresort.experiments.validated import Verified, validated
from lastresort.experiments.validation import Outcome, Target, Validation
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord

BOOKS = pd.DataFrame(
    [
        ("a", "btc", "btc", 300.0, -0.10, -0.08, 6e9, 1e9, 0.0),
        ("b", "btc", "btc", 100.0, -0.14, -0.08, 2e9, 1e9, 5.0),
        ("a", "small-1", "small", 30.0, -0.50, -0.1, 0.0, 0.0, 0.0),
        ("b", "small-1", "small", 10.0, -0.90, -0.1, 0.0, 0.0, 0.0),
        ("a", "small-2", "small", 1.0, -0.80, -0.1, 0.0, 0.0, 0.0),
    ],
    columns=[
        *("venue", "market", "tier", "open_interest_start", "trough", "exogenous_trough"),
        *("liquidated_long", "liquidated_short", "deleveraged"),
    ],
)


def run(books: pd.DataFrame = BOOKS) -> RunRecord:
    """A run with these books; open interest falls from 200 to 120 billion and recovers."""
    series = pd.DataFrame({"open_interest": [200e9, 120e9, 150e9]})
    nothing = pd.DataFrame()
    return RunRecord("toy", "fund+queue-adl", 1, nothing, nothing, nothing, books, series, nothing, {})


def test_measures_by_hand() -> None:
    assert magnitudes.btc_trough(run()) == pytest.approx(-(0.75 * 10 + 0.25 * 14))
    assert magnitudes.btc_exogenous(run()) == pytest.approx(-8)
    assert magnitudes.small_caps_trough(run()) == pytest.approx(-(60 + 80) / 2)
    assert magnitudes.liquidated(run()) == pytest.approx(10)
    assert magnitudes.long_share(run()) == pytest.approx(80)
    assert magnitudes.open_interest_drop(run()) == pytest.approx(80)
    assert magnitudes.with_adl(run()) == 100


def test_a_day_without_liquidations() -> None:
    calm = BOOKS.assign(liquidated_long=0.0, liquidated_short=0.0, deleveraged=0.0)
    assert math.isnan(magnitudes.long_share(run(calm)))
    assert magnitudes.with_adl(run(calm)) == 0


def test_the_median_is_judged_and_an_undefined_one_misses() -> None:
    target = Target("toy", "size", 2, 3, "m", "hand", magnitudes.liquidated)
    assert Outcome(target, (1, 2, 3), (1.0, 9.0, 3.0)).hit
    assert not Outcome(target, (1, 2, 3), (1.0, 3.1, 9.0)).hit
    assert not Outcome(target, (1, 2, 3), (math.nan, 2.5, 2.5)).hit


def test_every_target_has_a_scenario_a_band_and_a_source() -> None:
    known = Catalogue.load().scenarios
    for name in acceptance.COMPANIONS:
        for target in acceptance.acceptance(name):
            assert target.scenario in known
            assert target.low <= target.high
            assert target.source
    assert {target.scenario for target in acceptance.acceptance("oct-2025")} == set(acceptance.COMPANIONS)


def test_a_scenario_without_a_table() -> None:
    with pytest.raises(InputError, match="'toy' has no acceptance table; these have one: oct-2025"):
        acceptance.acceptance("toy")


def test_what_was_fitted_is_an_input() -> None:
    inputs = {target.name for target in acceptance.acceptance("oct-2025") if target.role == "input"}
    assert inputs == {"BTC, 9 min after the headline", "BTC, 20 min after the headline", "BTC, minutes to the trough"}


def test_one_calm_day_in_25_may_deleverage() -> None:
    (target,) = (one for one in acceptance.acceptance("calm-day") if one.name == "calm days with ADL")
    days = tuple(range(26, 51))
    assert Outcome(target, days, (100.0, *[0.0] * 24)).hit
    assert not Outcome(target, days, (100.0, 100.0, *[0.0] * 23)).hit


def test_deleveraging_before_the_headline_in_any_seed_misses() -> None:
    (target,) = (one for one in acceptance.acceptance("oct-2025") if one.name == "seeds with ADL before the headline")
    assert Outcome(target, tuple(range(1, 21)), (0.0,) * 20).hit
    assert not Outcome(target, tuple(range(1, 21)), (100.0, *[0.0] * 19)).hit


def test_the_last_table_tells_inputs_from_evidence() -> None:
    found = validated("oct-2025")
    assert found is not None
    assert found.inputs + found.evidence == sorted(found.outcomes, key=lambda one: one.role != "input")
    assert all(one.hit == (one.result != "MISS") for one in found.outcomes)


def test_an_input_is_never_called_a_hit() -> None:
    target = Target("toy", "size", 2, 3, "m", "hand", magnitudes.liquidated, role="input")
    met, missed = (Verified.of(Outcome(target, (4, 5), values)) for values in ((2.0, 3.0), (math.nan, 1.0)))
    assert (met.result, missed.result) == ("input", "MISS")
    assert (met.seeds, met.measured, missed.measured, missed.values) == ("4 to 5", 2.5, None, (None, 1.0))


def test_validation_runs_every_scenario_with_its_seeds(tmp_path: Path, small_scenario: Path) -> None:
    calm = tmp_path / "calm.yaml"
    calm.write_text(re.sub(r"news:\n.*\n", "", small_scenario.read_text()).replace("small\n", "calm\n", 1))
    targets = [
        Target(str(small_scenario), "liquidated", 0.01, 100, "B USD", "hand", magnitudes.liquidated),
        Target(str(small_scenario), "seed", 0, 100, "", "hand", lambda record: float(record.seed)),
        Target(str(calm), "day", 0, 100, "", "hand", lambda record: float(record.seed)),
    ]
    steps: list[int] = []
    liquidated, seed, day = Validation(targets, (4, 2), (7,)).run(lambda step: steps.append(step.done))
    assert (seed.seeds, seed.values) == ((4, 2), (4.0, 2.0))
    assert (day.seeds, day.values) == ((7,), (7.0,))
    assert liquidated.hit
    assert steps == [0, 1, 2, 3]
