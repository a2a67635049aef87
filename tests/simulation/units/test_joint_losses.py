"""All losses of a settlement seen together: one answer for every market, checked for what accounts bear in all of them.

Two inventories of the left venue, taken over at 1.00 and worth 0.90 at mid, in books without impact.
"""

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    Allocation,
    Floats,
    JointAllocation,
    JointLoss,
    LossEvent,
    LossSharing,
    MechanismError,
    ResidualView,
    Scope,
)
from lastresort.simulation.accounts.population import RETAIL
from lastresort.simulation.run import Run

LEFT = np.repeat([[True], [False]], 4, axis=1)
Wreck = tuple[Run, Floats]


@pytest.fixture
def wreck(standing: Callable[..., Run], move_prices: Callable[[Run, float], None]) -> Callable[..., Wreck]:
    """A venue with losses under the given stages, and the engine's two inventories."""

    def build(*stages: object) -> Wreck:
        run = standing(*stages)
        isolated = run.ledger.isolated
        for market in (0, 2):
            ids = np.flatnonzero((isolated.cohort == RETAIL) & (isolated.book == market))[:6]
            held = isolated.quantity[ids].copy()
            run.ledger.seize(ids, np.full(len(ids), market), held, np.ones(len(ids)), np.ones(len(ids)))
        move_prices(run, 0.9)
        return run, run.ledger.engine_quantity[0, [0, 2]].copy()

    return build


def settle(run: Run) -> None:
    run.resolution.settle(7.0, LEFT)
    run.ledger.audit()


def share_of_each(event: LossEvent, share: float) -> Allocation:
    """Close this share of what is asked, in proportion to positions, at the mark."""
    size = np.abs(event.candidates.quantity)
    return Allocation(
        close=share * abs(event.contracts) * size / size.sum(),
        charge=0 * size,
        winner_price=event.mark,
        loser_price=event.mark,
    )


def test_one_view_holds_every_market_and_each_answer_is_posted(wreck: Callable[..., Wreck]) -> None:
    views: list[JointLoss] = []

    def half(view: JointLoss) -> JointAllocation:
        views.append(view)
        return JointAllocation(tuple(share_of_each(event, 0.5) for event in view.events))

    run, held = wreck({"allocate_jointly": half})
    settle(run)
    (view,) = views
    assert [event.market for event in view.events] == [0, 2]
    assert [event.contracts for event in view.events] == pytest.approx(held.tolist())
    assert [event.beta for event in view.events] == run.universe.beta[[0, 2]].tolist()
    assert view.pool.tolist() == run.ledger.pool[[0, 2]].tolist()
    assert view.pool_balance == pytest.approx(run.ledger.pockets.fund[0])
    assert run.ledger.engine_quantity[0, [0, 2]] == pytest.approx(0.5 * held)


def test_what_it_leaves_goes_to_the_next_stage(wreck: Callable[..., Wreck]) -> None:
    left: list[LossEvent] = []

    def first_only(view: JointLoss) -> JointAllocation:
        return JointAllocation((share_of_each(view.events[0], 1.0), None))

    run, held = wreck(
        {"allocate_jointly": first_only},
        {"allocate": left.append},
    )
    settle(run)
    (event,) = left
    assert event.market == 2
    assert event.contracts == pytest.approx(held[1])
    assert run.ledger.engine_quantity[0, 0] == pytest.approx(0.0, abs=1e-6)


def test_no_opinion_leaves_everything(wreck: Callable[..., Wreck]) -> None:
    run, held = wreck({"allocate_jointly": lambda view: None})
    settle(run)
    assert run.ledger.engine_quantity[0, [0, 2]] == pytest.approx(held)


def everybody_pays(view: ResidualView) -> LossSharing:
    return LossSharing(contracts=0 * view.deficit, dollars=view.deficit, scope=Scope.EVERYBODY)


def test_nobody_pays_twice_what_it_has(wreck: Callable[..., Wreck]) -> None:
    """In each market alone the richest account on cross margin could pay; in both together it cannot."""
    told: list[float] = []

    def richest_pays_both(view: JointLoss) -> JointAllocation:
        answers = []
        for event in view.events:
            who = event.candidates
            payer = np.flatnonzero(~who.isolated & (who.spendable > 0))
            payer = payer[np.argmin(who.spendable[payer])]
            charge = np.zeros(len(who.account))
            charge[payer] = 0.6 * who.spendable[payer]
            told.append(float(who.account[payer]))
            answers.append(Allocation(0 * charge, charge, event.mark, event.mark))
        return JointAllocation(tuple(answers))

    run, _ = wreck({"share_loss": everybody_pays, "allocate_jointly": richest_pays_both})
    with pytest.raises(MechanismError) as refused:
        settle(run)
    assert f"over-draws account {told[0]:.0f} in all markets together" in str(refused.value)
    assert "question 'allocate_jointly'" in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda view: JointAllocation(()), "'allocations' must have 2 answers, one for each event, found 0"),
        (
            lambda view: JointAllocation((cast("Allocation", 1.0), None)),
            "'allocations' holds float, allowed is Allocation or None",
        ),
        (lambda view: view.events[0], "answered LossEvent, allowed is JointAllocation or None"),
        (
            lambda view: JointAllocation((share_of_each(view.events[0], 2.0), None)),
            "contracts, ",
        ),
    ],
)
def test_what_is_refused(wreck: Callable[..., Wreck], answer: Callable[[JointLoss], object], expected: str) -> None:
    run, held = wreck({"allocate_jointly": answer})
    with pytest.raises(MechanismError, match=expected):
        settle(run)
    assert run.ledger.engine_quantity[0, [0, 2]] == pytest.approx(held), "nothing was posted"


def test_what_was_shown_cannot_be_read_later(wreck: Callable[..., Wreck]) -> None:
    columns: list[Floats] = []

    def keep(view: JointLoss) -> None:
        columns.append(view.events[0].candidates.equity)

    run, _ = wreck({"allocate_jointly": keep})
    settle(run)
    assert not columns[0].flags.writeable
