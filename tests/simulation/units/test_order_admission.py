"""Admission: openings, closes and the engine's sales pass as far as every rule lets them; the rest may come again."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Admission, OrderKind, OrderView, Phase, Phases
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import MOMENTUM, RETAIL
from lastresort.simulation.run import Run

NOBODY, NOTHING = np.empty(0, dtype=np.int64), np.empty(0)


def passing(open_: float = 1.0, close: float = 1.0, liquidation: float = 1.0, market: int = 0) -> dict[str, Any]:
    """A rule that lets a share of one market's orders of each kind pass."""
    share = np.array([open_, close, liquidation])

    def admit(view: OrderView) -> Admission:
        return Admission(np.where(view.market == market, share[view.kind], 1.0))

    return {"admit": admit}


@pytest.fixture
def tick(standing: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Run, Orders, list[int]]]:
    """The orders of a tick after admission: in the left venue's first market a short opens and a long stops."""

    def build(*stages: dict[str, Any]) -> tuple[Run, Orders, list[int]]:
        run = standing(*stages)
        isolated = run.ledger.isolated
        (opening,), (stopped,) = (
            np.flatnonzero((isolated.cohort == cohort) & (isolated.book == 0))[:1] for cohort in (MOMENTUM, RETAIL)
        )
        single = np.array([isolated.planned[opening], -isolated.quantity[stopped]])
        engine = np.zeros((2, 4))
        engine[0, 0] = -1000.0
        cells = np.full(isolated.shape, 0.01)
        orders = Orders(cells, np.array([opening, stopped]), single, None, (NOBODY, NOBODY), NOTHING, engine)
        waiting: list[int] = []
        monkeypatch.setattr(isolated.triggers, "keep_watching", waiting.extend)
        run.rules.admit_orders(orders, 3.0)
        return run, orders, waiting

    return build


def test_without_a_rule_everything_passes(tick: Callable[..., tuple[Run, Orders, list[int]]]) -> None:
    _, orders, waiting = tick()
    assert (len(orders.ids), waiting, orders.engine[0, 0]) == (2, [], -1000)


def test_an_opening_passes_in_part_and_what_is_refused_whole_waits(
    tick: Callable[..., tuple[Run, Orders, list[int]]],
) -> None:
    run, orders, waiting = tick(passing(open_=0.25))
    isolated = run.ledger.isolated
    assert isolated.quantity[orders.ids].tolist() == [0, -orders.single[1]]
    assert orders.single[0] == pytest.approx(0.25 * isolated.planned[orders.ids[0]])
    assert waiting == []
    refused, orders, waiting = tick(passing(open_=0.0))
    assert orders.ids.tolist() != waiting
    assert refused.ledger.isolated.cohort[waiting].tolist() == [MOMENTUM]


def test_a_stop_closes_whole_or_waits_and_crowds_close_in_part(
    tick: Callable[..., tuple[Run, Orders, list[int]]],
) -> None:
    run, orders, waiting = tick(passing(close=0.5))
    assert run.ledger.isolated.cohort[waiting].tolist() == [RETAIL]
    assert run.ledger.isolated.cohort[orders.ids].tolist() == [MOMENTUM]
    assert orders.cells is not None
    assert orders.cells[:, :, 0] == pytest.approx(0.005)
    assert orders.cells[:, :, 1:] == pytest.approx(0.01)
    assert orders.engine[0, 0] == -1000


def test_the_engine_s_sales_pass_every_rule_in_turn(tick: Callable[..., tuple[Run, Orders, list[int]]]) -> None:
    _, orders, waiting = tick(passing(liquidation=0.5), passing(liquidation=0.4))
    assert orders.engine[0, 0] == pytest.approx(-200)
    assert (len(orders.ids), waiting) == (2, [])


def test_what_a_rule_is_shown(tick: Callable[..., tuple[Run, Orders, list[int]]]) -> None:
    views: list[OrderView] = []
    run, orders, _ = tick({"admit": views.append})
    left, right = views
    assert left.market.tolist() == [0, 1, 2, 3] * 3
    assert left.kind.tolist() == [OrderKind.OPEN] * 4 + [OrderKind.CLOSE] * 4 + [OrderKind.LIQUIDATION] * 4
    isolated = run.ledger.isolated
    held = isolated.contracts.reshape(isolated.shape).sum(axis=0)
    assert left.quantity[[0, 8]] == pytest.approx([isolated.planned[orders.ids[0]], -1000])
    assert left.quantity[4] == pytest.approx(-isolated.quantity[orders.ids[1]] - 0.01 * held[0, 0])
    assert right.quantity[4:8] == pytest.approx(-0.01 * held[1])
    assert left.open_interest == pytest.approx(np.tile([3e8, 1.8e8, 6e7, 6e7], 3))
    assert left.initial_open_interest == pytest.approx(left.open_interest)
    assert left.insolvent == 0
    isolated.everyone()
    alone = (isolated.cash + isolated.wallet + isolated.quantity)[isolated.book < 4].sum()
    cross = run.ledger.cross
    assert left.venue_equity == pytest.approx(alone + cross.equity(np.ones((2, 4)), cross.on_venue(0)).sum())


def test_an_insolvent_engine_shows(standing: Callable[..., Run], move_prices: Callable[[Run, float], None]) -> None:
    """Inventory of 50,000 USD at 1.00 is worth 40,000 at 0.80; the right venue has lost nothing."""
    views: list[OrderView] = []
    run = standing({"admit": views.append})
    run.ledger.engine_quantity[0, 2], run.ledger.engine_cash[0, 2] = 50_000.0, -50_000.0
    move_prices(run, 0.8)
    for venue in (0, 1):
        assert run.rules.admit_transfer(venue, 7, 100.0, 0.0) == (1.0, 0.0)
    assert [view.insolvent for view in views] == pytest.approx([10_000, 0])
    assert [view.kind.tolist() for view in views] == [[OrderKind.TRANSFER]] * 2
    assert views[0].quantity.tolist() == [100]
    assert views[0].market.tolist() == [-1]
    assert views[0].account.tolist() == [7]


def test_transfers_pass_and_pay_as_every_rule_says(standing: Callable[..., Run]) -> None:
    run = standing(
        {"admit": lambda view: Admission(np.full(len(view.kind), 0.8), 0.5)},
        {"admit": lambda view: Admission(np.full(len(view.kind), 0.5), 0.1)},
    )
    share, kept = run.rules.admit_transfer(0, 7, 100.0, 0.0)
    assert (share, kept) == pytest.approx((0.4, 1 - 0.5 * 0.9))


def test_nobody_opens_where_positions_may_only_shrink(standing: Callable[..., Run]) -> None:
    """A momentum short whose price has come waits while the market is reduce-only, and opens at the trade's price."""
    once = [Phases(np.array([Phase.REDUCE_ONLY, 0, 0, 0]), np.array([1.0, np.inf, np.inf, np.inf]))] * 2
    run = standing({"set_phase": lambda view: once.pop() if once else None})
    isolated = run.ledger.isolated
    (short,) = np.flatnonzero((isolated.cohort == MOMENTUM) & (isolated.book == 0))[:1]
    price, wallet = float(isolated.order_price[short]), float(isolated.wallet[short])
    run.paths = np.full_like(run.paths, np.log(0.999 * price))
    run.prices.premium[:] = 0.0
    run.tick(0.1)
    assert isolated.quantity[short] == 0
    run.env.run(until=2.0)
    run.tick(0.1)
    assert isolated.quantity[short] < 0
    assert isolated.opened[short] == 2.0
    entry = isolated.entry[short]
    assert entry < 0.999 * price, "sold into the book"
    fee = 0.00045 * -isolated.quantity[short] * entry
    assert isolated.cash[short] + isolated.quantity[short] * entry == pytest.approx(wallet - fee)
    assert isolated.wallet[short] == 0
