"""The walk through a policy's loss stages: each is asked about what is left, at the severity in force.

Two inventories of the left venue, taken over at 1.00 and worth 0.90 at mid, in books without impact: the engine has
lost a tenth of what it holds in the first and in the third market, and selling would lose no more.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    Absorption,
    Allocation,
    Floats,
    LossEvent,
    LossSharing,
    MechanismError,
    Payer,
    ResidualView,
    Scope,
)
from lastresort.simulation.accounts.population import RETAIL
from lastresort.simulation.run import Run

ZERO = np.zeros(2)
LEFT = np.repeat([[True], [False]], 4, axis=1)
Wreck = tuple[Run, Floats]
Stage = dict[str, Callable[[Any], Any]]


@pytest.fixture
def wreck(standing: Callable[..., Run], move_prices: Callable[[Run, float], None]) -> Callable[..., Wreck]:
    """A venue with losses under the given stages, and the engine's two inventories."""

    def build(*stages: Stage, **changes: Any) -> Wreck:
        run = standing(*stages, **changes)
        isolated = run.ledger.isolated
        for market in (0, 2):
            ids = np.flatnonzero((isolated.cohort == RETAIL) & (isolated.book == market))[:6]
            many = len(ids)
            quantity = isolated.quantity[ids].copy()
            run.ledger.seize(ids, np.full(many, market), quantity, np.ones(many), np.ones(many))
        move_prices(run, 0.9)
        held = run.ledger.engine_quantity[0, [0, 2]].copy()
        assert (0.1 * held > 20_000).all()
        return run, held

    return build


def settle(run: Run, final: bool = False) -> None:
    run.resolution.settle(7.0, LEFT, final)
    run.ledger.audit()


def seeing(events: list[LossEvent]) -> Stage:
    """A rule that notes what it is asked to share and shares nothing."""
    return {"allocate": events.append}


def setting(contracts: Any, dollars: Any, scope: Scope = Scope.OPPOSITE) -> Stage:
    return {"share_loss": lambda view: LossSharing(np.asarray(contracts), np.asarray(dollars) * view.deficit, scope)}


def closing(share: float, charged: float = 0.0, winner: float = 0.9, **terms: Any) -> Stage:
    """Close `share` of what is asked, and collect `charged` of it, in proportion to positions."""

    def allocate(event: LossEvent) -> Allocation:
        size = np.maximum(-event.candidates.quantity, 0.0)
        part = size / size.sum()
        close = share * abs(event.contracts) * part
        return Allocation(close, charged * event.dollars * part, winner, **{"loser_price": 0.9} | terms)

    return {"allocate": allocate}


def asked(events: list[LossEvent]) -> list[tuple[int, float, float, Scope]]:
    return [(event.market, event.contracts, event.dollars, event.scope) for event in events]


# -- severity -----------------------------------------------------------------------------------------------------


def test_by_default_the_inventory_behind_every_uncovered_loss_is_to_be_placed(wreck: Callable[..., Wreck]) -> None:
    events: list[LossEvent] = []
    run, held = wreck(seeing(events))
    settle(run)
    wanted = [(0, held[0], 0.0, Scope.OPPOSITE), (2, held[1], 0.0, Scope.OPPOSITE)]
    assert asked(events) == wanted
    assert [event.uncovered for event in events] == pytest.approx(0.1 * held)
    assert [event.bankruptcy_price for event in events] == pytest.approx([1.0, 1.0])
    assert [event.lot for event in events] == [100.0, 10.0]
    assert [event.last_settlement for event in events] == [1.0, 1.0]
    assert run.ledger.engine_quantity[0, [0, 2]].tolist() == held.tolist(), "nobody placed it: it stays"
    settle(run)
    assert asked(events[2:]) == wanted, "and is asked about again"


def test_promises_cover_and_payments_reduce(wreck: Callable[..., Wreck]) -> None:
    """The first market's loss is promised, half of the third's is paid: what is left is half of the third's."""
    events: list[LossEvent] = []
    views: list[ResidualView] = []

    def absorb(view: ResidualView) -> Absorption:
        half = np.array([0.0, 0.5])
        return Absorption(Payer.BACKSTOP, half * view.deficit, (1 - 2 * half) * view.shortfall, ZERO)

    run, held = wreck({"absorb": absorb}, {"share_loss": views.append}, seeing(events), reference=True)
    settle(run)
    (view,) = views
    assert view.deficit == pytest.approx([0.1 * held[0], 0.05 * held[1]])
    assert view.uncovered == pytest.approx([0, 0.05 * held[1]])
    assert view.contracts.tolist() == [0, 1]
    assert asked(events) == [(2, held[1], 0.0, Scope.OPPOSITE)]
    assert run.log.paid[Payer.BACKSTOP][0] == pytest.approx([0, 0, 0.05 * held[1], 0])


def test_a_backstop_s_taking_leaves_less_to_place(wreck: Callable[..., Wreck]) -> None:
    events: list[LossEvent] = []
    take = {"absorb": lambda view: Absorption(Payer.BACKSTOP, ZERO, ZERO, np.array([1.0, 0.25]))}
    run, held = wreck(take, seeing(events), reference=True)
    settle(run)
    assert asked(events) == [(2, 0.75 * held[1], 0.0, Scope.OPPOSITE)]


def test_a_stage_that_only_sets_the_severity_sets_it_for_all_later_ones(wreck: Callable[..., Wreck]) -> None:
    """Half of one market's inventory, a quarter of the other's loss: one rule takes a part, the next sees the rest."""
    in_force: list[tuple[list[float], list[float]]] = []
    early: list[LossEvent] = []
    late: list[LossEvent] = []
    severity = setting([0.5, 0.0], [0.0, 0.25], Scope.HOLDERS)
    looking = {"share_loss": lambda view: in_force.append((view.contracts.tolist(), view.dollars.tolist()))}
    stages = seeing(early), severity, looking, closing(0.4, 0.6), seeing(late)
    run, held = wreck(*stages)
    settle(run)
    assert [event.scope for event in early] == [Scope.OPPOSITE] * 2, "stages above see the default"
    assert in_force[0][0] == pytest.approx([0.5, 0.0])
    assert in_force[0][1] == pytest.approx([0, 0.025 * held[1]])
    assert asked(late) == [
        (0, pytest.approx(0.3 * held[0]), 0.0, Scope.HOLDERS),
        (2, 0.0, pytest.approx(0.01 * held[1]), Scope.HOLDERS),
    ]
    assert run.ledger.engine_quantity[0, 0] == pytest.approx(0.8 * held[0])
    assert run.log.charged[0, 2] == pytest.approx(0.015 * held[1])


def test_severities_replace_one_another(wreck: Callable[..., Wreck]) -> None:
    events: list[LossEvent] = []
    run, _ = wreck(setting([1.0, 1.0], [1.0, 1.0]), setting([0.0, 0.0], [0.0, 0.5]), seeing(events))
    settle(run)
    assert [event.market for event in events] == [2]


def test_a_stage_that_sets_and_allocates_sets_only_its_own(wreck: Callable[..., Wreck]) -> None:
    own: list[LossEvent] = []
    late: list[LossEvent] = []
    run, held = wreck(setting([0.25, 0.0], [0.0, 0.0], Scope.PROVIDERS) | seeing(own), seeing(late))
    settle(run)
    assert asked(own) == [(0, 0.25 * held[0], 0.0, Scope.PROVIDERS)]
    assert asked(late) == [(0, held[0], 0.0, Scope.OPPOSITE), (2, held[1], 0.0, Scope.OPPOSITE)]


def test_its_own_severity_leaves_the_one_in_force_to_later_stages(wreck: Callable[..., Wreck]) -> None:
    late: list[LossEvent] = []
    mine = setting([0.0, 1.0], [0.0, 0.0]) | closing(0.5)
    run, held = wreck(setting([1.0, 1.0], [0.0, 0.0], Scope.EVERYBODY), mine, seeing(late))
    settle(run)
    assert asked(late) == [(0, held[0], 0.0, Scope.EVERYBODY), (2, pytest.approx(held[1] / 2), 0.0, Scope.EVERYBODY)]


def test_a_stage_without_an_opinion_on_severity_allocates_at_the_one_in_force(wreck: Callable[..., Wreck]) -> None:
    events: list[LossEvent] = []
    silent = {"share_loss": lambda view: None}
    run, held = wreck(setting([0.5, 0.5], [0.0, 0.0]), silent, silent | seeing(events))
    settle(run)
    assert [event.contracts for event in events] == pytest.approx(0.5 * held)


def test_silence_on_severity_leaves_the_default_open(wreck: Callable[..., Wreck]) -> None:
    """What a later stage promises is not placed, though an earlier one was asked how much to place."""
    events: list[LossEvent] = []
    promise = {"absorb": lambda view: Absorption(Payer.BACKSTOP, ZERO, np.array([1.0, 0.5]) * view.shortfall, ZERO)}
    run, held = wreck({"share_loss": lambda view: None}, promise, seeing(events), reference=True)
    settle(run)
    ((market, contracts, dollars, _),) = asked(events)
    assert (market, dollars) == (2, 0.0)
    assert contracts == pytest.approx(held[1] / 2)


def test_nothing_is_asked_below_the_remnant(wreck: Callable[..., Wreck]) -> None:
    """10,000 USD: so much is sold or waits."""
    events: list[LossEvent] = []
    _, held = wreck()
    tiny = np.array([9_999 / (0.9 * held[0]), 10_001 / (0.9 * held[1])])
    run, _ = wreck({"share_loss": lambda view: LossSharing(tiny, np.array([9_999.0, 0.0]))}, seeing(events))
    settle(run)
    assert [event.market for event in events] == [2]


def test_the_final_pass_says_so(wreck: Callable[..., Wreck]) -> None:
    views: list[ResidualView] = []
    run, _ = wreck({"absorb": views.append})
    settle(run)
    settle(run, final=True)
    assert [view.final for view in views] == [False, True]


def test_a_run_ends_with_the_final_pass(wreck: Callable[..., Wreck]) -> None:
    views: list[ResidualView] = []
    run, _ = wreck({"absorb": views.append})
    run.go()
    assert [view.final for view in views].index(True) > 10, "until its end no pass is the last"
    assert views[-1].final
    assert views[-1].time == 600


def test_every_stage_is_asked_absorb_first_then_severity_then_allocation(wreck: Callable[..., Wreck]) -> None:
    order: list[str] = []

    def note(said: str) -> Callable[[Any], None]:
        return lambda view: order.append(said)

    def noting(stage: int) -> Stage:
        return {question: note(f"{question}-{stage}") for question in ("allocate", "share_loss", "absorb")}

    run, _ = wreck(noting(1), noting(2))
    settle(run)
    each = ["absorb", "share_loss", "allocate", "allocate"]
    assert order == [f"{question}-{stage}" for stage in (1, 2) for question in each]


@pytest.mark.parametrize("seed", range(5))
def test_stages_together_never_place_or_collect_more_than_is_asked(wreck: Callable[..., Wreck], seed: int) -> None:
    rng = np.random.default_rng(seed)
    contracts, dollars = rng.random(2), rng.random(2)
    stages = [closing(float(rng.random()), float(rng.random())) for _ in range(4)]
    run, held = wreck(setting(contracts, dollars), *stages)
    settle(run)
    left = run.ledger.engine_quantity[0, [0, 2]]
    assert (left >= held * (1 - contracts) * (1 - 1e-9)).all()
    assert (left < held).all()
    assert (run.log.charged[0, [0, 2]] <= 0.1 * held * dollars * (1 + 1e-9)).all()
    worth = run.ledger.engine_cash[0, [0, 2]] + 0.9 * left
    assert worth == pytest.approx(-0.1 * held + run.log.charged[0, [0, 2]]), "closes at mid cost nobody anything"


# -- two prices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payer", [Payer.FUND, Payer.BACKSTOP])
@pytest.mark.parametrize("winner", [0.88, 0.92])
def test_the_gap_between_two_prices_is_the_payer_s(wreck: Callable[..., Wreck], payer: Payer, winner: float) -> None:
    """Winners close at theirs, the engine at 0.90; the payer pays the difference, or keeps it."""
    outside = payer is Payer.BACKSTOP
    run, held = wreck(closing(0.001, winner=winner, gap_payer=payer), venues=RICH, reference=outside)
    fund = run.ledger.pockets.fund[0].copy()
    settle(run)
    gap = 0.001 * held * (0.90 - winner)
    assert run.log.paid[payer][0, [0, 2]] == pytest.approx(gap)
    assert sum(np.abs(paid).sum() for paid in run.log.paid.values()) == pytest.approx(np.abs(gap).sum())
    if payer is Payer.FUND:
        assert fund - run.ledger.pockets.fund[0] == pytest.approx([gap[0], 0, gap[1]])
        assert run.ledger.pockets.fund_result[0, [0, 2]] == pytest.approx(-gap)
    # forced closes of shorts below the mark of 0.90 are gains, above it losses
    assert run.log.haircut[0, [0, 2]] == pytest.approx(0.001 * held * (winner - 0.90))


@pytest.mark.parametrize("winner", [0.88, 0.92])
def test_a_gap_that_a_contender_leaves_to_outside_money_stops_the_run(
    wreck: Callable[..., Wreck], winner: float
) -> None:
    run, held = wreck(closing(0.001, winner=winner, gap_payer=Payer.BACKSTOP))
    before = run.ledger.engine_quantity.copy()
    deed = f"{'pays' if winner < 0.9 else 'keeps'} the gap of {0.001 * held[0] * 0.02:,.2f} USD between the two prices"
    with pytest.raises(MechanismError) as caught:
        settle(run)
    rule = "only a policy with role: reference may use it, allowed is Payer.FUND"
    said = f"mechanism 'stage-1', question 'allocate', at 7 s: 'gap_payer' is Payer.BACKSTOP, and it {deed}; {rule}"
    assert str(caught.value) == said
    assert (run.ledger.engine_quantity == before).all()
    assert run.ledger.backstop_cash.tolist() == np.zeros((2, 4)).tolist()


RICH = [
    {"name": "left", "open_interest": 0.6, "depth": 0.5, "fund": 1e9},
    {"name": "right", "open_interest": 0.4, "depth": 0.5, "fund": 1e9},
]


def test_assignments_and_closes_are_two_events(wreck: Callable[..., Wreck]) -> None:
    """Whoever is short closes a tenth of it, one account with room takes over what it can: the latter is no close."""

    def allocate(event: LossEvent) -> Allocation:
        members, some = event.candidates, 0.1 * event.contracts
        short = np.maximum(-members.quantity, 0.0)
        able = (members.quantity >= 0) & (members.room > 0)
        taken = np.where(able & (np.cumsum(able) == 1), np.minimum(members.room, some), 0.0)
        return Allocation(some * short / short.sum(), 0 * short, 0.9, 0.9, assign=taken)

    run, held = wreck(setting([1.0, 0.0], [0.0, 0.0], Scope.EVERYBODY) | {"allocate": allocate})
    settle(run)
    closed, assigned = run.log.rows
    assert (closed["kind"], assigned["kind"]) == ("deleveraging", "assignment")
    assert closed["contracts"] == pytest.approx(0.1 * held[0])
    assert assigned["payers"] == 1
    assert 0 < assigned["contracts"] <= 0.1 * held[0]
    assert run.ledger.engine_quantity[0, 0] == pytest.approx(0.9 * held[0] - assigned["contracts"])
    assert run.log.deleveraged[0, 0] == pytest.approx(0.09 * held[0])
    assert run.ledger.burden.closed.sum() == pytest.approx(0.09 * held[0])
