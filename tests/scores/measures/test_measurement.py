"""A record that no run leaves behind is refused with one sentence, or measured as undefined: it may be a stranger's."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.plugins.errors import InputError
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.registry import SCORES
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Measure = Callable[[RunRecord, RunRecord], Measurement]

STRANGE = (math.nan, math.inf, -1e300)


@pytest.mark.parametrize("value", STRANGE, ids=str)
@pytest.mark.parametrize("column", ["gross_start", "gross_largest", "hole"])
def test_accounts_of_another_form_are_refused(a_run: Run, measured: Measure, column: str, value: float) -> None:
    strange, plain = a_run([{column: value}]), a_run()
    for run, reference in ((strange, plain), (plain, strange)):
        with pytest.raises(InputError, match=f"column '{column}' should hold finite numbers of at least 0"):
            _ = measured(run, reference).numbers


@pytest.mark.parametrize("column", ["equity_start", "equity_end", "charged"])
def test_amounts_that_may_be_negative_are_finite(a_run: Run, measured: Measure, column: str) -> None:
    with pytest.raises(InputError, match=f"column '{column}' should hold finite numbers$"):
        _ = measured(a_run([{column: math.inf}]), a_run()).numbers


@pytest.mark.parametrize("value", STRANGE, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_other_strange_values_leave_scores_undefined(a_run: Run, measured: Measure, value: float) -> None:
    everything: dict[str, list[dict[str, Any]]] = {
        "strategies": [dict.fromkeys(("pnl", "capital", "naked_time", "naked_from", "repaired", "repair_cost"), value)],
        "books": [dict.fromkeys(("open_interest_start", "trough", "halted", "unpaid", "charged"), value)],
        "series": [dict.fromkeys(("time", "depth_btc", "basis_btc", "liquidated_long", "fund", "quoting"), value)] * 3,
        "events": [dict.fromkeys(("time", "dollars"), value)],
        "fills": [dict.fromkeys(("quantity", "price", "fee", "usual_mark", "unit_equity", "mid", "mid_5m"), value)],
    }
    found = measured(a_run(**everything), a_run())
    assert not any(math.isinf(number) for number in found.numbers.values())
    assert len(found.profile["series_time"]) <= 3
    back = measured(a_run(), a_run(**everything))
    assert not any(math.isinf(number) for number in back.numbers.values())
    assert back.profile["mnf_by_tau"].shape == (61,)


def test_every_score_has_its_columns(a_run: Run, measured: Measure) -> None:
    columns = measured(a_run(), a_run()).numbers.keys()
    assert {name for score in SCORES for name in (score.name, score.weight, score.per) if name} <= columns


def test_profiles_hold_columns_that_are_kept(a_run: Run, measured: Measure) -> None:
    profile = measured(a_run(), a_run()).profile
    assert {column.ndim for column in profile.values()} == {1}
    assert {column.dtype.kind for column in profile.values()} == {"f", "b", "U"}
    assert all(column.dtype == np.float32 for name, column in profile.items() if name.startswith("series_"))
