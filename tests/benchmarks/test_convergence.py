"""What the tables of convergence and orders reckon, by hand."""

import pandas as pd
from benchmarks import convergence

from lastresort.plugins.catalogue import Catalogue


def runs() -> pd.DataFrame:
    """Two seeds under the default and under another setting, which moves one column by a tenth and another by half."""
    rows = [("default", 1.0, 2.0), ("default", 3.0, 2.0), ("other", 1.2, 1.0), ("other", 3.2, 1.0)]
    table = pd.DataFrame(rows, columns=["setting", "BTC trough, %", "ADL, $ B"])
    return table.assign(**{name: 5.0 for name in convergence.COLUMNS if name not in table})


def test_means_and_what_moves_most() -> None:
    head, _, default, other = convergence.table(runs())
    assert head == "| setting | " + " | ".join(convergence.COLUMNS) + " | moves most |"
    assert default == "| default | 2 | 5 | 5 | 5 | 5 | 2 | 5 | 5 |  |"
    assert other == "| other | 2.2 | 5 | 5 | 5 | 5 | 1 | 5 | 5 | ADL, by 50.0 % |"


def test_a_change_from_nothing_has_no_size() -> None:
    default, means = pd.Series({"a": 0.0, "b": -4.0}), pd.Series({"a": 1.0, "b": -5.0})
    column, share = convergence.largest_change(means, default)
    assert (column, share) == ("b", 0.25)


def test_settings_change_what_they_say() -> None:
    scenario = Catalogue.load().scenario("oct-2025")
    found = {name: convergence.changed(scenario, changes) for name, changes in convergence.SETTINGS.items()}
    first, *_ = found.values()
    assert first == scenario
    assert (first.clock.stress_tick, first.clock.calm_tick, first.population.accounts) == (3, 30, 25_000)
    assert found["1 s in stress"].clock == scenario.clock.model_copy(update={"stress_tick": 1.0, "restless_tick": 1.0})
    assert found["6,000 accounts (other draws)"].population.accounts == 6_000


def test_an_order_that_matters_is_told() -> None:
    same = {"variation": "idle", "identical": 12, "runs": 12, "headline": 0.0, "passed": True, "changed": []}
    other = same | {
        "variation": "events",
        "identical": 0,
        "headline": 0.012,
        "passed": False,
        "changed": ["a became b"],
    }
    assert list(convergence.audited([same, other]))[2:] == [
        "| idle | 12 of 12 runs | 0 | unchanged |",
        "| events | 0 of 12 runs | 0.012 | CHANGED |",
        "",
        "- events: a became b",
    ]
