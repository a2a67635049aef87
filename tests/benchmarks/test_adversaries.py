"""Adversaries lose on a small crash, and what the benchmark reckons of windows, on a table worked out by hand."""

import json
from collections.abc import Callable

import pandas as pd
import pytest
from benchmarks import adversaries
from benchmarks.adversaries import ADVERSARIES, QUEUE, WINDOWS, Contest
from tests.simulation.system.conftest import CRASH

from lastresort.experiments.store import RunStore
from lastresort.plugins.catalogue import Catalogue

LOSING = ("nobody-pays", "closes-at-mark", "own-mark", "raises-margins")

Played = tuple[Contest, pd.DataFrame]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The small crash, seed 1: the queue and four adversaries, and the one that is refused."""
    folder = tmp_path_factory.mktemp("adversaries")
    scenario = folder / "crash.yaml"
    scenario.write_text(json.dumps(CRASH))
    held = adversaries.contest(str(scenario), [1], (*LOSING, "outside-money"))
    return held, adversaries.play(held, RunStore(folder / "runs"), 1)


@pytest.fixture(scope="module")
def lost(played: Played) -> Callable[[str], float]:
    """Loss centralization of a policy on the small crash, USD."""
    by_policy = played[1].set_index("policy")["lc"]
    return lambda name: float(by_policy[name])


@pytest.mark.parametrize("name", LOSING)
def test_an_adversary_loses_against_the_queue(lost: Callable[[str], float], name: str) -> None:
    assert lost(name) > lost(QUEUE) > 0


def test_who_leaves_losses_unpaid_is_not_ranked(played: Played) -> None:
    held, table = played
    order = adversaries.ranking(table, held.contenders)
    assert order.ranked[0] == QUEUE
    assert {"nobody-pays", "closes-at-mark"} <= order.uncovered.keys()


def test_outside_money_is_refused(played: Played) -> None:
    held, table = played
    assert "outside-money" not in held.contenders
    assert held.refused.keys() == {"outside-money"}
    page = "\n".join(adversaries.page(table, held))
    assert "| refused |" in page
    assert "`outside-money` is refused: policy 'outside-money', mechanism 'outside-money', question absorb" in page
    assert "only a policy with role: reference may use it" in page


def test_every_adversary_has_a_policy_of_its_own() -> None:
    policies = [adversaries.adversary(name) for name in ADVERSARIES]
    assert {policy.role for policy in policies} == {"contender"}
    known = Catalogue.load().policies
    assert not set(ADVERSARIES) & known.keys()
    assert set(adversaries.VENUES) <= known.keys()


# -- windows ----------------------------------------------------------------------------------------------------------

COSTS = {"a": (1.0, 3.0), "b": (2.0, 4.0), "c": (6.0, 2.0)}
"""Loss centralization of three policies in two seeds at every window but the mark, where `a` and `c` change places."""


def windows() -> pd.DataFrame:
    """A tenth of each loss is a benefit; at the mark, nine tenths."""
    table = []
    for name, costs in COSTS.items():
        for seed, cost in enumerate(costs, 1):
            row: dict[str, float | str] = {"policy": name, "seed": seed}
            for window in WINDOWS:
                marked = window == "mark"
                row[f"lc:{window}"] = COSTS[{"a": "c", "c": "a"}.get(name, name)][seed - 1] if marked else cost
                row[f"loss:{window}"] = cost
                row[f"benefit:{window}"] = 0.9 * cost if marked else 0.1 * cost
            table.append(row)
    return pd.DataFrame(table)


def test_criteria_by_hand() -> None:
    """Standard deviations are the root of 2 of 2, of 3 and 8 of 4; only `a` and `b` are ordered alike in both seeds."""
    found = adversaries.criteria(windows(), list(COSTS))
    later = found.loc["mid_3m"]
    assert later["benefits / losses"] == pytest.approx(0.1)
    assert later["variation over seeds"] == pytest.approx((2**0.5 / 2 + 2**0.5 / 3 + 8**0.5 / 4) / 3)
    assert later["pairs of one sign in all seeds"] == pytest.approx(1 / 3)
    assert later["mean Kendall tau"] == pytest.approx((5 - 1) / 6)
    assert found.loc["mark", "benefits / losses"] == pytest.approx(0.9)
    assert found.loc["mark", "mean Kendall tau"] == pytest.approx(-1)


def test_the_window_that_wins_has_the_best_ranks() -> None:
    table = pd.DataFrame(
        {"mark": [0.0, 0.0, 1.0, 1.0], "mid_1m": [0.1, 0.2, 0.6, 0.5], "mid_3m": [0.2, 0.1, 0.7, 0.6]}
    ).T
    assert adversaries.winner(table) == "mid_3m"


def test_one_policy_says_nothing_about_windows() -> None:
    rows = windows()
    assert list(adversaries.choice(rows[rows["policy"] == "a"], ["a"])) == [
        "One policy alone says nothing about windows."
    ]
