"""What every liquidation rule owes the engine, whatever the accounts look like."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lastresort.mechanisms.liquidation
from lastresort.mechanisms.contract import BreachView, Liquidation, MarginView, Mechanism
from lastresort.mechanisms.registration import lastresort_mechanisms

FOLDER = Path(next(iter(lastresort.mechanisms.liquidation.__path__)))
SHARED = {"__init__", "margin_unit", "throttling"}
RULES = [rule for rule in lastresort_mechanisms() if rule.__module__.startswith("lastresort.mechanisms.liquidation.")]

Make = Callable[..., BreachView]

each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])


def ask(rule: Mechanism, view: BreachView, margins: Callable[..., MarginView]) -> Liquidation:
    """Ask about breaches after the rule has seen the open interest of six markets, as in every tick."""
    rule.require_margin(margins([1e6] * 6, [1e6] * 6, [1] * 6))
    said = rule.liquidate(view)
    assert said is not None
    return said


def check(said: Liquidation, n: int) -> None:
    """Every column has a row per position and keeps to the contract."""
    seize, order, penalty, fee = (
        np.broadcast_to(np.asarray(c), n) for c in (said.seize, said.order, said.penalty, said.order_fee)
    )
    limit, wait = np.broadcast_to(np.asarray(said.limit), n), np.broadcast_to(np.asarray(said.wait), n)
    assert said.seize.shape == (n,)
    assert (seize >= 0).all()
    assert (order >= 0).all()
    assert (seize + order <= 1 + 1e-12).all()
    assert ((penalty >= 0) & (penalty <= 1)).all()
    assert ((fee >= 0) & (fee < 1)).all()
    assert (np.isnan(limit) | (limit >= 0)).all()
    assert wait.dtype == np.bool_


@pytest.fixture(scope="module")
def mixed(breaches: Make) -> BreachView:
    """A dozen positions: isolated and cross, long and short, solvent and not, hedged, a vault, dust and whales."""
    return breaches(
        [5e3, -2e5, 3e6, -4e7, 80, 1e5, -6e4, 2e6, -2e6, 5e5, -5e5, 1e6],
        equity=[40, 1500, -2e4, 2e5, 0, 900, 900, 1e4, 1e4, -3e3, -3e3, 2e3],
        maintenance=[50, 3e3, 4e4, 8e5, 1, 2e3, 2e3, 6e4, 6e4, 1e4, 1e4, 4e4],
        account=[0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8],
        market=[0, 1, 2, 3, 4, 0, 5, 1, 2, 3, 4, 5],
        isolated=[True] * 5 + [False] * 7,
        unit_notional=[5e3, 2e5, 3e6, 4e7, 80, 1.6e5, 1.6e5, 4e6, 4e6, 1e6, 1e6, 1e6],
        hedge=[0] * 5 + [6e4, 6e4, 2e6, 2e6, 0, 0, 0],
        impact=[0, 0.001, 0.02, 0.4, 0, 0.002, 0.001, 0.01, 0.05, 0.003, 0.0, 0.1],
        since=[0, 1, 60, 900, 5e4, 0, 0, 30, 30, 2, 2, 7],
        orders=[0, 1, 2, 9, 0, 0, 0, 3, 3, 1, 1, 6],
        vault=[False] * 11 + [True],
        time=6e4,
    )


def test_every_file_of_the_folder_is_one_rule_named_after_it() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - SHARED
    assert sorted(rule.__module__.rpartition(".")[2] for rule in RULES) == sorted(files)
    assert all(rule.name.replace("-", "_") == rule.__module__.rpartition(".")[2] for rule in RULES)


@each_rule
def test_no_position_no_trouble(rule: type[Mechanism], breaches: Make, margins: Any) -> None:
    check(ask(rule(), breaches([], [], []), margins), 0)


@each_rule
def test_mixed_accounts_get_valid_answers_tick_after_tick(
    rule: type[Mechanism], mixed: BreachView, margins: Any
) -> None:
    mechanism = rule()
    for _ in range(3):
        check(ask(mechanism, mixed, margins), 12)


@each_rule
def test_asking_about_fewer_positions_is_enough(rule: type[Mechanism], breaches: Make, margins: Any) -> None:
    """The engine asks a stage only about what earlier stages left."""
    check(ask(rule(), breaches([-70.0], [0.2], [0.5], account=[900_000], market=[5]), margins), 1)


positions = st.tuples(
    st.integers(0, 4),
    st.integers(0, 5),
    st.floats(1, 1e9),
    st.booleans(),
    st.floats(-0.5, 0.99),
    st.floats(0.004, 0.05),
)


@given(
    rows=st.lists(positions, min_size=1, max_size=8, unique_by=lambda row: row[:2]),
    impact=st.floats(0, 1),
    orders=st.integers(0, 8),
    since=st.floats(0, 9e4),
)
@settings(max_examples=60)
def test_any_accounts_get_valid_answers(
    breaches: Make, margins: Any, rows: list[Any], impact: float, orders: int, since: float
) -> None:
    account, market, size, short, ratio, rate = (np.array(column) for column in zip(*rows, strict=True))
    gross = np.bincount(account, weights=size)[account]
    first = np.array([np.flatnonzero(account == a)[0] for a in account])
    need = rate[first] * gross
    quantity = np.where(short, -size, size)
    side = np.sign(quantity)
    view = breaches(
        quantity,
        ratio[first] * need,
        need,
        account=account,
        market=market,
        isolated=np.zeros(len(rows), dtype=bool),
        unit_notional=gross,
        bankruptcy_price=1 - side * ratio[first] * need / gross,
        impact=np.full(len(rows), impact),
        orders=np.full(len(rows), orders),
        since=np.full(len(rows), since),
        time=1e5,
    )
    for rule in RULES:
        check(ask(rule(), view, margins), len(rows))
