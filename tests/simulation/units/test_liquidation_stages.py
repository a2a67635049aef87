"""Which stage decides about a breached position, and what a rule learns about the history of a breach."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import BreachView, Floats, Ints, Liquidation, Waterfall
from lastresort.plugins.testing.builders import breach_view
from lastresort.simulation.accounts.population import MAKER, PAIRS, RETAIL, VAULT
from lastresort.simulation.run import Run
from lastresort.simulation.waterfall.rulebook import Rulebook

FOUR = np.ones(4)
VIEW = breach_view(FOUR, FOUR, FOUR, time=60.0, market=np.arange(4))
LOW, HIGH = np.zeros((2, 4)), np.full((2, 4), np.inf)
EVERYWHERE = np.ones((2, 4), dtype=bool)
NOBODY = np.empty(0, dtype=np.int64)
Answers = Callable[[BreachView], Liquidation | None]


def deciding(asked: list[list[int]], **columns: Any) -> Answers:
    """Answer for whichever accounts are shown, from columns over all four; note who was shown."""

    def answer(view: BreachView) -> Liquidation:
        asked.append(view.account.tolist())
        mine = {name: np.asarray(column)[view.account] for name, column in columns.items()}
        usual: dict[str, Any] = {"seize": np.zeros(len(view.account)), "penalty": 0.01}
        return Liquidation(**usual | mine)

    return answer


def test_rows_that_nobody_acts_on_are_passed_on(compiled: Callable[..., Waterfall]) -> None:
    asked: list[list[int]] = []
    stages: list[Answers] = [
        deciding(asked, seize=[0.5, 0, 0, 0], wait=[False, True, False, False]),
        lambda view: None,
        deciding(asked, seize=[9, 9, 0, 0], order=[0, 0, 0.4, 0], limit=[np.nan, np.nan, 0.9, np.nan]),
        deciding(asked, seize=[9, 9, 9, 1.0], penalty=[0, 0, 0, 0.03]),
        deciding(asked, seize=[9, 9, 9, 9]),
    ]
    said = Rulebook(compiled(*({"liquidate": stage} for stage in stages))).liquidate(VIEW)
    assert asked == [[0, 1, 2, 3], [2, 3], [3]], "a row that was acted on or waits is nobody else's"
    assert said.seize.tolist() == [0.5, 0, 0, 1.0]
    assert said.order.tolist() == [0, 0, 0.4, 0]
    assert said.limit[2] == 0.9
    assert said.penalty.tolist() == [0.01, 0.01, 0.01, 0.03]


def test_what_no_stage_wants_is_left_alone(compiled: Callable[..., Waterfall]) -> None:
    asked: list[list[int]] = []
    book = Rulebook(compiled(*({"liquidate": deciding(asked)} for _ in range(2))))
    assert not np.any([book.liquidate(VIEW).seize, book.liquidate(VIEW).order])
    assert asked == [[0, 1, 2, 3]] * 4


def test_a_later_stage_sees_every_column_of_its_rows_and_cannot_write_them(compiled: Callable[..., Waterfall]) -> None:
    seen: list[BreachView] = []
    first = deciding([], seize=[1.0, 0, 1.0, 0])
    Rulebook(compiled({"liquidate": first}, {"liquidate": seen.append})).liquidate(VIEW)
    (view,) = seen
    assert view.account.tolist() == view.market.tolist() == [1, 3]
    for name in ("quantity", "since", "orders", "vault", "isolated", "impact"):
        column = getattr(view, name)
        assert len(column) == 2
        assert not column.flags.writeable


# -- the desk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def noting(standing: Callable[..., Run]) -> Callable[..., tuple[Run, list[BreachView]]]:
    """An exchange whose rules send orders that cannot fill, and the views they were shown."""

    def build(**terms: Any) -> tuple[Run, list[BreachView]]:
        views: list[BreachView] = []

        def answer(view: BreachView) -> Liquidation:
            views.append(view)
            usual: dict[str, Any] = {"seize": 0 * view.mark, "penalty": 0.0}
            return Liquidation(**usual | terms)

        return standing({"liquidate": answer}), views

    return build


def longs(run: Run, count: int) -> Ints:
    isolated = run.ledger.isolated
    return np.flatnonzero((isolated.cohort == RETAIL) & (isolated.book == 0))[:count]


def test_a_breach_has_an_age_and_counts_its_orders(noting: Callable[..., tuple[Run, list[BreachView]]]) -> None:
    """A calm tick in between ends a breach; somebody else's breach does not prolong it."""
    run, views = noting(order=1.0, limit=5.0)
    one, two = longs(run, 2)
    for time, ids in ((10.0, [one]), (11.0, [one, two]), (14.0, [one]), (15.0, []), (16.0, [one, two])):
        run.desk.liquidate(time, np.array(ids, dtype=np.int64), NOBODY, LOW, HIGH, EVERYWHERE)
    history = [(view.since.tolist(), view.orders.tolist()) for view in views]
    assert history == [([0.0], [0]), ([1.0, 0.0], [1, 0]), ([4.0], [2]), ([0.0, 0.0], [0, 0])]


def test_what_is_not_sent_is_not_counted(noting: Callable[..., tuple[Run, list[BreachView]]]) -> None:
    run, views = noting(order=1.0)
    closed = np.full((2, 4), np.inf), np.zeros((2, 4))
    for time in (1.0, 2.0):
        run.desk.liquidate(time, longs(run, 1), NOBODY, *closed, EVERYWHERE)
    assert [view.orders.tolist() for view in views] == [[0], [0]]
    assert [view.since.tolist() for view in views] == [[0.0], [1.0]]


def test_one_order_is_counted_for_an_account_with_several_positions(
    noting: Callable[..., tuple[Run, list[BreachView]]],
) -> None:
    run, views = noting(order=1.0)
    cross = run.ledger.cross
    row = int(np.flatnonzero((cross.cohort == PAIRS) & (cross.venue == 0))[0])
    here = np.ones((2, 4))
    for time in (1.0, 2.0):  # a band of no width lets nothing trade
        run.desk.liquidate(time, NOBODY, np.array([row]), here * (1 - 1e-15), here * (1 + 1e-15), EVERYWHERE)
    assert [view.orders.tolist() for view in views] == [[0, 0], [1, 1]]
    assert views[0].vault.tolist() == [False, False]
    assert views[0].equity[0] == views[0].equity[1] == pytest.approx(cross.equity(run.prices.mark, np.array([row]))[0])


def test_positions_of_vaults_and_of_makers_are_told_apart(noting: Callable[..., tuple[Run, list[BreachView]]]) -> None:
    run, views = noting()
    cross = run.ledger.cross
    vault, maker = cross.rows[VAULT].start, cross.rows[MAKER].start
    cross.move(np.array([vault, maker]), np.array([1, 1]), np.array([5.0, 0.0]), np.zeros(2))
    run.desk.liquidate(0.0, NOBODY, np.array([maker, vault]), LOW, HIGH, EVERYWHERE)
    n = len(run.ledger.isolated.book)
    assert views[0].vault.tolist() == (views[0].account == n + vault).tolist()
    assert views[0].vault.sum() == 1


def test_impact_is_the_loss_of_selling_all_into_the_book(noting: Callable[..., tuple[Run, list[BreachView]]]) -> None:
    """A book of constant depth in which the whole position moves the log price by 0.1: 1 - (1 - e^-0.1) / 0.1."""
    run, views = noting()
    ids = longs(run, 1)
    run.quotes.bid[:] = run.ledger.isolated.quantity[ids[0]] / 0.1
    run.quotes.down[:] = 0.0
    run.desk.liquidate(0.0, ids, NOBODY, LOW, HIGH, EVERYWHERE)
    assert views[0].impact == pytest.approx([1 - (1 - np.exp(-0.1)) / 0.1])


@pytest.mark.parametrize(("penalty", "level"), [(0.01, 1.0), (1.0, 1.0), (0.01, 0.05)])
def test_a_takeover_is_at_the_penalty_price_or_the_bankruptcy_price(
    noting: Callable[..., tuple[Run, list[BreachView]]], penalty: float, level: float
) -> None:
    """Never worse than the penalty, never below what the account has; what is missing is a hole in its name."""
    run, _ = noting(seize=1.0, penalty=penalty)
    (account,) = longs(run, 1)
    isolated = run.ledger.isolated
    q, cash = float(isolated.quantity[account]), float(isolated.cash[account])
    run.prices.mark = np.full((2, 4), level)
    run.desk.liquidate(0.0, np.array([account]), NOBODY, LOW, HIGH, EVERYWHERE)
    equity = cash + q * level
    left = max(equity - penalty * q * level, 0.0)
    assert isolated.wallet[account] == pytest.approx(left, abs=1e-9 * q)
    assert run.ledger.engine_cash[0, 0] == pytest.approx(cash - left)
    assert run.ledger.burden.left_hole[account] == pytest.approx(max(-equity, 0.0))


def shares(run: Run, account: int) -> Floats:
    return np.array([run.ledger.engine_quantity[0, 0], run.ledger.isolated.quantity[account]])


def test_one_stage_may_seize_a_part_and_order_a_part(noting: Callable[..., tuple[Run, list[BreachView]]]) -> None:
    run, _ = noting(seize=0.25, order=0.5)
    (account,) = longs(run, 1)
    q = float(run.ledger.isolated.quantity[account])
    run.desk.liquidate(0.0, np.array([account]), NOBODY, LOW, HIGH, EVERYWHERE)
    assert shares(run, account) == pytest.approx([0.25 * q, 0.25 * q])
    run.ledger.audit()
