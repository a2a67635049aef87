"""Phases: halts keep quotes away, auctions gather them, settlement closes a market for good."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats, Phase, Phases, PhaseView, Waterfall
from lastresort.simulation.accounts.journal import Cause
from lastresort.simulation.accounts.population import MAKER, MOMENTUM, RETAIL, VAULT
from lastresort.simulation.run import Run
from lastresort.simulation.universe import Universe

FOR_EVER = np.full(4, np.inf)


def turning(phase: Phase, until: float = np.inf, market: int = 1) -> dict[str, Callable[[PhaseView], Phases]]:
    """A rule that puts one market of every venue into a phase, always."""

    def answer(view: PhaseView) -> Phases:
        mine = np.arange(len(view.phase)) == market
        return Phases(np.where(mine, phase, view.phase), np.where(mine, until, view.until))

    return {"set_phase": answer}


@pytest.mark.parametrize("phase", list(Phase))
def test_who_may_trade_and_who_gathers(standing: Callable[..., Run], phase: Phase) -> None:
    run = standing(turning(phase))
    run.rules.set_phases(0.0)
    assert run.rules.trading[:, 1].tolist() == [float(phase in (Phase.OPEN, Phase.REDUCE_ONLY))] * 2
    assert run.rules.trading[:, [0, 2, 3]].all()
    assert run.rules.gathering.nonzero()[1].tolist() == ([1, 1] if phase == Phase.AUCTION else [])
    assert run.rules.may_open[:, :2].ravel().tolist() == [True, phase == Phase.OPEN] * 2
    halts = [row for row in run.log.rows if row["kind"] == "halt"]
    assert len(halts) == (2 if phase in (Phase.HALT, Phase.AUCTION) else 0)


def test_quotes_gather_in_an_auction_and_not_in_a_halt(standing: Callable[..., Run]) -> None:
    """Half of the depth is gone; of what is missing an auction brings back 1 - e^(-60/120), a halt 1 - e^(-60/900)."""
    returned = []
    for phase in (Phase.AUCTION, Phase.HALT, Phase.OPEN):
        run = standing(turning(phase))
        run.rules.set_phases(0.0)
        run.quotes.bid *= 0.5
        run.quotes.advance(run.prices, 60.0, np.ones(2), np.zeros((2, 4)), run.rules.gathering)
        share = run.quotes.bid[:-1] / run.quotes.resting[:-1]
        returned.append(float(share[0, 1]))
        assert share[:, [0, 2, 3]] == pytest.approx(1 - 0.5 * np.exp(-60 / 900))
    fast, slow = 1 - 0.5 * np.exp(-60 / 120), 1 - 0.5 * np.exp(-60 / 900)
    assert returned == pytest.approx([fast, slow, slow])


def test_a_phase_ends_when_its_time_is_over(standing: Callable[..., Run]) -> None:
    """In an event of its own, whether or not anybody asks in that moment."""
    once = [Phases(np.full(4, Phase.HALT), np.array([10.0, 20.0, 30.0, np.inf]))] * 2
    run = standing({"set_phase": lambda view: once.pop() if once else None})
    run.rules.set_phases(0.0)
    for now, shut in ((9.9, [0, 1, 2, 3]), (10.1, [1, 2, 3]), (29.0, [2, 3]), (500.0, [3])):
        run.env.run(until=now)
        assert np.flatnonzero(run.rules.phase[0]).tolist() == shut
        assert (np.isinf(run.rules.until[0]) == [k not in shut or k == 3 for k in range(4)]).all()


def test_a_phase_that_was_changed_does_not_end_at_its_former_time(standing: Callable[..., Run]) -> None:
    until = [50.0, 50.0, 10.0, 10.0]
    run = standing({"set_phase": lambda view: Phases(np.full(4, Phase.HALT), np.full(4, until.pop()))})
    run.rules.set_phases(0.0)
    run.env.run(until=5.0)
    run.rules.set_phases(5.0)
    run.env.run(until=20.0)
    assert (run.rules.phase == Phase.HALT).all(), "prolonged at 5 s, from 10 to 50 s"
    run.env.run(until=50.1)
    assert (run.rules.phase == Phase.OPEN).all()


def test_a_market_that_has_reopened_is_told_once(standing: Callable[..., Run]) -> None:
    once = [Phases(np.array([Phase.HALT, 0, 0, 0]), np.array([10.0, np.inf, np.inf, np.inf]))] * 2
    run = standing({"set_phase": lambda view: once.pop() if once else None})
    told = []
    for now in (1.0, 5.0, 11.0, 12.0):
        run.env.run(until=now)
        run.rules.set_phases(now)
        told.append(np.argwhere(run.rules.reopened).tolist())
    assert told == [[], [], [[0, 0], [1, 0]], []]


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("halted", [True, False])
def test_whether_positions_are_taken_over_in_a_halt_is_the_policy_s(
    make_universe: Callable[..., Universe], compiled: Callable[..., Waterfall], phase: Phase, halted: bool
) -> None:
    """The left venue's policy says so, the right one's says no; in a settled market nobody is taken over."""
    scenario, rule = make_universe().scenario, compiled(turning(phase))
    run = Run(scenario, {"left": replace(rule, halted=halted), "right": replace(rule, halted=False)}, 1)
    run.rules.set_phases(0.0)
    trades = phase in (Phase.OPEN, Phase.REDUCE_ONLY)
    assert run.rules.takeovers[:, 1].tolist() == [trades or (halted and phase != Phase.SETTLE), trades]
    assert run.rules.takeovers[:, [0, 2, 3]].all()


def test_bands_of_several_rules_intersect_and_hold_for_one_tick(standing: Callable[..., Run]) -> None:
    ticks = [True, False]

    def wide(view: PhaseView) -> Phases:
        return Phases(view.phase, view.until, low=0.9, high=np.array([1.1, 2.0, 1.1, 1.1]))

    def narrow(view: PhaseView) -> Phases | None:
        return Phases(view.phase, view.until, low=np.array([0.95, 0.0, 0.95, 0.95])) if ticks[0] else None

    run = standing({"set_phase": wide}, {"set_phase": narrow})
    run.rules.set_phases(0.0)
    assert run.rules.low.tolist() == [[0.95, 0.9, 0.95, 0.95]] * 2
    assert run.rules.high.tolist() == [[1.1, 2.0, 1.1, 1.1]] * 2
    ticks.pop(0)
    run.rules.set_phases(1.0)
    assert run.rules.low.tolist() == [[0.9] * 4] * 2


def test_no_band_is_no_band(standing: Callable[..., Run]) -> None:
    run = standing(turning(Phase.OPEN))
    run.rules.set_phases(0.0)
    assert run.rules.band is None


# -- settlement ---------------------------------------------------------------------------------------------------


def wealth(run: Run, mark: Floats) -> Floats:
    """What every account owns at marks, wallets included, then what engines and backstops own by book."""
    isolated = run.ledger.isolated
    isolated.everyone()
    alone = isolated.cash + isolated.wallet + isolated.quantity * mark.ravel()[isolated.book]
    return np.concatenate([alone, run.ledger.cross.equity(mark, slice(None))])


@pytest.fixture
def settled(standing: Callable[..., Run]) -> Callable[[float], tuple[Run, Floats, Floats]]:
    """A run whose second market settles at a price: the run, and everybody's wealth at that price before and after.

    Engine, backstop and vault of the left venue hold some of it.
    """

    def settle(price: float) -> tuple[Run, Floats, Floats]:
        run = standing(turning(Phase.SETTLE))
        ledger = run.ledger
        ids = np.flatnonzero((ledger.isolated.cohort == RETAIL) & (ledger.isolated.book == 1))[:3]
        held = ledger.isolated.quantity[ids].copy()
        ledger.seize(ids, np.full(3, 1), held, np.full(3, 0.97), np.ones(3))
        ledger.backstop_quantity[0, 1] += 0.2 * held.sum()
        vault = ledger.cross.vaults(0)[1:2]
        ledger.cross.move(vault, np.array([1]), 0.1 * held[:1], np.zeros(1))
        ledger.engine_quantity[0, 1] -= 0.2 * held.sum() + 0.1 * held[0]
        run.prices.mark = run.prices.valuation = run.prices.settlement = np.full((2, 4), price)
        before = wealth(run, run.prices.mark)
        run.rules.set_phases(5.0)
        return run, before, wealth(run, run.prices.mark)

    return settle


def test_settlement_closes_every_position_of_the_market(settled: Callable[[float], tuple[Run, Floats, Floats]]) -> None:
    run, before, after = settled(0.9)
    ledger = run.ledger
    isolated = ledger.isolated
    assert not isolated.quantity[isolated.book % 4 == 1].any()
    assert not ledger.cross.quantity[:, 1].any()
    assert not ledger.engine_quantity[:, 1].any()
    assert not ledger.backstop_quantity[:, 1].any()
    assert ledger.open_interest()[:, 1] == pytest.approx(np.zeros(2), abs=1e-3)
    assert (ledger.open_interest()[:, [0, 2, 3]] > 1e6).all()
    solvent = before >= 0
    assert after[solvent] == pytest.approx(before[solvent], abs=1e-4), "at the mark, settlement is nobody's gain"
    ledger.audit()


def test_bankrupt_accounts_leave_their_holes_to_the_engine(
    settled: Callable[[float], tuple[Run, Floats, Floats]],
) -> None:
    """At 0.40 many longs owe more than they have: they end at zero, and the engine's books show what is missing."""
    run, before, after = settled(0.4)
    ledger, isolated = run.ledger, run.ledger.isolated
    bankrupt = np.flatnonzero((before[: len(isolated.book)] < -1) & (isolated.book % 4 == 1))
    assert len(bankrupt) > 5
    assert after[bankrupt] == pytest.approx(np.zeros(len(bankrupt)), abs=1e-4)
    assert ledger.burden.left_hole[bankrupt] == pytest.approx(-before[bankrupt])
    assert ledger.engine_cash[1, 1] == pytest.approx(-ledger.burden.left_hole[ledger.at_venue(1)].sum(), rel=1e-9), (
        "the right venue's engine held nothing, so holes are all it has"
    )
    ledger.audit()


def test_settlement_is_recorded_as_somebody_else_s_doing(
    settled: Callable[[float], tuple[Run, Floats, Floats]],
) -> None:
    run, _, _ = settled(0.9)
    rows = [row for row in run.log.rows if row["kind"] == "settlement"]
    assert [(row["venue"], row["time"], row["price"], row["mechanism"]) for row in rows] == [
        ("left", 5.0, 0.9, "stage-1"),
        ("right", 5.0, 0.9, "stage-1"),
    ]
    closes = [posting for posting in run.journal.tick if posting.cause is Cause.SETTLEMENT]
    assert all(posting.shared for posting in closes)
    makers = run.ledger.cross.rows[MAKER]
    row = np.concatenate([posting.account for posting in closes]) - len(run.ledger.isolated.book)
    assert ((row >= makers.start) & (row < makers.stop)).sum() == 24
    vaults = run.ledger.cross.rows[VAULT]
    assert ((row >= vaults.start) & (row < vaults.stop)).sum() == 1
    assert not run.ledger.burden.loss.any(), "settled at the mark"


def test_a_worse_price_than_the_mark_is_a_loss_to_one_side_and_a_gain_to_the_other(
    standing: Callable[..., Run],
) -> None:
    run = standing()
    _, held = run.ledger.holders(1, 2)
    run.ledger.settle_market(1, 2, 0.95, 1.0)
    burden = run.ledger.burden
    assert burden.loss.sum() == pytest.approx(0.05 * held[held > 0].sum())
    assert burden.benefit.sum() == pytest.approx(0.05 * -held[held < 0].sum())
    assert burden.loss.sum() == pytest.approx(burden.benefit.sum())
    assert burden.closed.sum() == pytest.approx(np.abs(held).sum())
    crossed = run.ledger.cross.quantity.shape[0]
    assert burden.leg_loss[:, 2] == pytest.approx(burden.loss[-crossed:])
    assert burden.leg_benefit[:, 2] == pytest.approx(burden.benefit[-crossed:])
    assert burden.leg_benefit.sum() > 0
    assert not burden.leg_benefit[:, [0, 1, 3]].any()


def test_a_settled_market_stays_shut(standing: Callable[..., Run]) -> None:
    """Whatever later rules say: it never reopens, settles once, and nobody opens a position in it."""
    phases: list[Any] = [Phase.SETTLE, Phase.OPEN, Phase.HALT, Phase.SETTLE]

    def answer(view: PhaseView) -> Phases:
        return Phases(np.where(np.arange(4) == 1, phases[0], Phase.OPEN), np.full(4, 1.0))

    run = standing({"set_phase": answer})
    for now in (1.0, 2.0, 3.0, 4.0):
        run.rules.set_phases(now)
        phases.pop(0)
        assert (run.rules.phase[:, 1] == Phase.SETTLE).all()
        assert np.isinf(run.rules.until[:, 1]).all()
    assert [row["kind"] for row in run.log.rows] == ["settlement"] * 2
    run.prices.fundamental[:] = np.log(0.5)
    run.prices.refresh_mids()
    run.prices.mark = run.prices.mid.copy()
    hits, _ = run.desk.find(run.rules.trading > 0)
    isolated = run.ledger.isolated
    assert (isolated.cohort[hits.opening] == MOMENTUM).all()
    assert len(hits.opening)
    assert not (isolated.book[np.concatenate(hits)] % 4 == 1).any()
