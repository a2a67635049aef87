"""How unequal owners are at the start, on a handful whose numbers are worked out by hand."""

import pandas as pd
import pytest

from lastresort.experiments import owner_sizes
from lastresort.simulation.recording.record import RunRecord

ACCOUNTS = pd.DataFrame(
    [
        ("ann", "short", 10.0, 10.0),
        ("ann", "short", 20.0, 20.0),
        ("bob", "short", 10.0, 10.0),
        ("cat", "maker", 260.0, 160.0),
        ("dan", "retail", 100.0, 0.0),
        ("eve", "value", 0.0, 0.0),
        ("fay", "maker", 1e-9 + 40.0, 40.0),
    ],
    columns=["owner", "cohort", "gross_start", "short_start"],
)


def run(accounts: pd.DataFrame = ACCOUNTS) -> RunRecord:
    """A run with these accounts at the start."""
    nothing = pd.DataFrame()
    return RunRecord("toy", "fund+queue-adl", 1, accounts, nothing, nothing, nothing, nothing, nothing, {})


def test_gini_of_owners_and_not_of_accounts() -> None:
    """Shorts of 10, 30, 40 and 160: (10 x 1 + 30 x 2 + 40 x 3 + 160 x 4) 2 / (4 x 240) - 5 / 4 = 23 / 48."""
    assert owner_sizes.short_gini(run()) == pytest.approx(23 / 48)


def test_gini_of_directional_shorts_and_of_longs() -> None:
    """Two owners with 10 and 30, then two with 100 each; a rounding error is no position."""
    assert owner_sizes.directional_short_gini(run()) == pytest.approx(1 / 4)
    assert owner_sizes.long_gini(run()) == pytest.approx(0)


def test_the_largest_one_of_a_hundred() -> None:
    """One owner of four is more than 1 %, but there is no smaller number of owners."""
    assert owner_sizes.short_top_percent(run()) == pytest.approx(100 * 160 / 240)
    assert owner_sizes.directional_short_top_percent(run()) == pytest.approx(75)
    assert owner_sizes.long_top_percent(run()) == pytest.approx(50)


def test_two_of_two_hundred() -> None:
    many = pd.DataFrame({"owner": range(200), "cohort": "short", "gross_start": 1.0, "short_start": 1.0})
    many.loc[[3, 5], ["gross_start", "short_start"]] = [51.0, 51.0]
    assert owner_sizes.short_top_percent(run(many)) == pytest.approx(100 * 102 / 300)
