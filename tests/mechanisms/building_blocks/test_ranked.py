"""A function that ranks accounts is a whole rule."""

from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.ranked import ranking
from lastresort.mechanisms.contract import Candidates, Evidence, Floats
from lastresort.plugins.answers import answered
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.testing import candidates, loss_event


@ranking("poorest-first", source="nobody", evidence=Evidence.PAPER)
def poorest_first(holders: Candidates, *, grace: float = 0.0) -> Floats:
    """Close those with the least equity beyond `grace` USD first."""
    return -np.maximum(holders.equity - grace, 0.0)


def test_it_is_a_rule_like_any_other() -> None:
    assert issubclass(poorest_first, Deleveraging)
    assert answered(poorest_first) == ("allocate",)
    assert (poorest_first.name, poorest_first.source, poorest_first.evidence) == (
        "poorest-first",
        "nobody",
        Evidence.PAPER,
    )
    assert (poorest_first.__doc__ or "").startswith("Close those with the least equity")
    assert set(poorest_first.model_fields) == {"price", "grace"}
    assert check_mechanism(poorest_first()) == []


def test_the_highest_rank_is_closed_first_and_parameters_count() -> None:
    """Of three shorts with 30, 10 and 20 USD of equity the second is closed, then the third."""
    event = loss_event(candidates([-10, -10, -10], equity=[30, 10, 20]), contracts=15)
    assert poorest_first().allocate(event).close.tolist() == [0, 10, 5]
    assert poorest_first.model_validate({"grace": 25}).allocate(event).close.tolist() == [0, 10, 5]
    assert poorest_first.model_validate({"grace": 40}).allocate(event).close.tolist() == [10, 5, 0], (
        "all tie, the first listed is first"
    )


def test_a_rank_that_is_no_number_names_its_account() -> None:
    @ranking("by-nothing")
    def by_nothing(holders: Candidates) -> Floats:
        return np.where(np.arange(len(holders.equity)) == 1, np.nan, 0.0)

    with pytest.raises(ValueError, match="by_nothing ranks account 1 at NaN"):
        by_nothing().allocate(loss_event(candidates([-10, -10]), contracts=5))


def test_one_number_ranks_everybody_alike() -> None:
    @ranking("as-listed")
    def as_listed(holders: Candidates) -> Any:
        return 1

    assert as_listed().allocate(loss_event(candidates([-10, -10]), contracts=12)).close.tolist() == [10, 2]


def powered(holders: Candidates, power: float = 1.0) -> Floats:
    return holders.equity**power


def nothing() -> Floats:
    return np.zeros(0)


def test_what_else_a_function_takes_is_refused() -> None:
    with pytest.raises(TypeError, match=r"allowed: the candidates, then parameters such as '\*, power: float = 1.0'"):
        ranking("x")(powered)
    with pytest.raises(TypeError, match="takes no candidates"):
        ranking("x")(nothing)


def test_what_is_no_function_of_candidates_is_refused() -> None:
    ranks: Any = ranking
    with pytest.raises(TypeError, match=r"takes the name of the rule first: @ranking\('my-rule'\)"):
        ranks(lambda holders: holders.equity)
    with pytest.raises(TypeError, match="a rule of a function with a name"):
        ranking("x")(lambda holders: holders.equity)


def test_a_parameter_that_every_ranking_has_is_refused() -> None:
    def own(holders: Candidates, *, price: float = 1.0) -> Floats:
        return holders.equity * price

    with pytest.raises(TypeError, match="own takes 'price', which every ranking has; allowed: another name"):
        ranking("x")(own)


def test_as_many_ranks_as_accounts() -> None:
    @ranking("too-few")
    def too_few(holders: Candidates) -> Floats:
        return holders.equity[:1]

    with pytest.raises(ValueError, match=r"too_few gives \(1,\) ranks to 2 accounts"):
        too_few().allocate(loss_event(candidates([-10, -10]), contracts=5))
