"""Tiers, programmes and cover: what a scenario says of accounts, and rules see."""

from collections.abc import Callable

import numpy as np
import pytest
from pydantic import ValidationError

from lastresort.mechanisms.contract import MarketView
from lastresort.simulation.accounts.attributes import Attributes
from lastresort.simulation.accounts.population import MAKER
from lastresort.simulation.run import Run
from lastresort.simulation.universe import Universe


@pytest.fixture
def attributes(make_universe: Callable[..., Universe], standing: Callable[..., Run]) -> Callable[..., Attributes]:
    def made(*said: dict[str, object], seed: int = 1) -> Attributes:
        run = standing(attributes=said)
        return Attributes(run.universe, run.ledger, seed)

    return made


def everybody(run: Run) -> np.ndarray:
    return np.arange(len(run.ledger.owner))


def test_nobody_has_any_unless_the_scenario_says_so(attributes: Callable[..., Attributes]) -> None:
    for name in ("tier", "programme", "cover"):
        assert attributes().of(name, np.arange(5)).tolist() == [0] * 5


def test_all_of_a_cohort_have_it_and_nobody_else(standing: Callable[..., Run]) -> None:
    said = [{"column": "programme", "value": 2, "cohorts": ["maker"]}]
    run = standing(attributes=said)
    found = Attributes(run.universe, run.ledger, 1).of("programme", everybody(run))
    makers = len(run.ledger.isolated.book) + np.flatnonzero(run.ledger.cross.cohort == MAKER)
    assert np.flatnonzero(found).tolist() == makers.tolist()
    assert set(found[makers]) == {2.0}


def test_a_share_is_drawn_by_owner_and_what_is_said_later_holds(standing: Callable[..., Run]) -> None:
    said = [{"column": "tier", "value": 1}, {"column": "tier", "value": 3, "share": 0.25}]
    run = standing(attributes=said)
    found = Attributes(run.universe, run.ledger, 1).of("tier", everybody(run))
    owner = run.ledger.owner
    by_owner = {one: set(found[owner == one]) for one in np.unique(owner)}
    assert {len(values) for values in by_owner.values()} == {1}, "accounts of one owner are alike"
    share = np.mean([values == {3.0} for values in by_owner.values()])
    assert 0.2 < share < 0.3
    assert set(found) == {1.0, 3.0}
    again = Attributes(run.universe, run.ledger, 1).of("tier", everybody(run))
    assert found.tolist() == again.tolist()
    assert found.tolist() != Attributes(run.universe, run.ledger, 2).of("tier", everybody(run)).tolist()


def test_rules_see_them(standing: Callable[..., Run]) -> None:
    views: list[MarketView] = []
    run = standing({"intervene": views.append}, attributes=[{"column": "cover", "value": 0.5}])
    run.interventions.ask(60.0, np.ones((2, 4), dtype=bool))
    assert all((view.candidates.cover == 0.5).all() and not view.candidates.tier.any() for view in views)


@pytest.mark.parametrize(
    "said", [{"column": "rank"}, {"column": "tier", "cohorts": ["whales"]}, {"column": "cover", "share": 2}]
)
def test_what_is_no_attribute_is_refused(standing: Callable[..., Run], said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        standing(attributes=[said])
