"""Views small enough to work out by hand; every column has a default and may be given."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    BreachView,
    Candidates,
    CashView,
    EventView,
    LossEvent,
    MarginView,
    OrderView,
    PhaseView,
    PriceView,
    ResidualView,
)
from lastresort.plugins.testing import builders

Numbers = Sequence[float]


@pytest.fixture(scope="session")
def candidates() -> Callable[..., Candidates]:
    """Make accounts from signed quantities at mark 1.0; entry 1.0 and leverage 1 unless said otherwise."""
    return builders.candidates


@pytest.fixture(scope="session")
def loss_event() -> Callable[..., LossEvent]:
    """Make a loss event at mark 1.0 about given candidates."""
    return builders.loss_event


@pytest.fixture(scope="session")
def short_holders(
    candidates: Callable[..., Candidates], loss_event: Callable[..., LossEvent]
) -> Callable[..., LossEvent]:
    """Make a loss event at mark 1.0: the engine holds longs, the candidates are short and gained what the mark fell."""

    def make(
        sizes: Numbers,
        entries: Numbers,
        leverages: Numbers,
        contracts: float,
        dollars: float = 0.0,
        hedge: Numbers | None = None,
        attested: Numbers | None = None,
        spendable: Numbers | None = None,
        bankruptcy_price: float = 1.0,
    ) -> LossEvent:
        given = {"hedge": hedge, "attested_hedge": attested, "spendable": spendable}
        holders = candidates(
            -np.asarray(sizes, dtype=np.float64),
            entry_price=entries,
            leverage=leverages,
            **{name: value for name, value in given.items() if value is not None},
        )
        return loss_event(holders, contracts, dollars, bankruptcy_price=bankruptcy_price)

    return make


@pytest.fixture(scope="session")
def residual() -> Callable[..., ResidualView]:
    """Make a view of losses: one row per market, with the pool that guards it."""
    return builders.residual_view


@pytest.fixture(scope="session")
def breaches() -> Callable[..., BreachView]:
    """Make breached positions at mark 1.0 from signed quantities, each with its own equity and maintenance (USD)."""
    return builders.breach_view


@pytest.fixture(scope="session")
def trading() -> Callable[..., PhaseView]:
    """Make the trading state of a venue at one time; markets are open unless said otherwise."""
    return builders.phase_view


@pytest.fixture(scope="session")
def feeds() -> Callable[..., PriceView]:
    """Make the price feeds of a venue; everything equals the index unless said otherwise."""
    return builders.price_view


@pytest.fixture(scope="session")
def orders() -> Callable[..., OrderView]:
    """Make waiting orders in one market from their kinds and signed contracts (USD for transfers)."""
    return builders.order_view


@pytest.fixture(scope="session")
def margins() -> Callable[..., MarginView]:
    """Make what margin terms depend on: open interest (contracts) now and at the start, and relative volatility."""
    return builders.margin_view


@pytest.fixture(scope="session")
def cash() -> Callable[..., CashView]:
    """Make cash flows waiting for a destination, one per pool."""
    return builders.cash_view


@pytest.fixture(scope="session")
def happenings() -> Callable[..., EventView]:
    """Make what happened in a tick."""
    return builders.event_view
