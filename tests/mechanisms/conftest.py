"""Loss events and views small enough to work out by hand."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from lastresort.mechanisms.contract import Candidates, LossEvent, Phase, PhaseView, ResidualView


@pytest.fixture(scope="session")
def short_holders() -> Callable[..., LossEvent]:
    """Make a loss event at mark 1.0: the engine holds longs, the candidates are short and gained what the mark fell."""

    def make(
        sizes: Sequence[float],
        entries: Sequence[float],
        leverages: Sequence[float],
        contracts: float,
        dollars: float = 0.0,
        hedge: Sequence[float] | None = None,
        attested: Sequence[float] | None = None,
        spendable: Sequence[float] | None = None,
        bankruptcy_price: float = 1.0,
    ) -> LossEvent:
        size, entry, leverage = (np.asarray(column, dtype=np.float64) for column in (sizes, entries, leverages))
        none = np.zeros_like(size)
        equity = size / leverage
        candidates = Candidates(
            account=np.arange(len(size)),
            quantity=-size,
            entry_price=entry,
            notional=size,
            equity=equity,
            profit=size * (entry - 1.0),
            spendable=equity if spendable is None else np.asarray(spendable, dtype=np.float64),
            leverage=leverage,
            isolated=np.ones(len(size), dtype=np.bool_),
            hedge=none if hedge is None else np.asarray(hedge, dtype=np.float64),
            attested_hedge=none if attested is None else np.asarray(attested, dtype=np.float64),
        )
        return LossEvent(
            time=0.0,
            market=0,
            contracts=contracts,
            dollars=dollars,
            bankruptcy_price=bankruptcy_price,
            mark=1.0,
            previous_mark=1.0,
            index=1.0,
            fund=1e9,
            candidates=candidates,
            random=lambda: np.random.default_rng(0),
        )

    return make


@pytest.fixture(scope="session")
def residual() -> Callable[..., ResidualView]:
    """Make a view of losses: one row per market, with the pool that guards it."""

    def make(
        deficit: Sequence[float],
        shortfall: Sequence[float],
        pool: Sequence[int],
        balance: Sequence[float],
        peak: Sequence[float],
        uncovered: Sequence[float] | None = None,
    ) -> ResidualView:
        lost = np.asarray(deficit, dtype=np.float64)
        ahead = np.asarray(shortfall, dtype=np.float64)
        inventory = np.full(len(lost), 100.0)
        cash = -inventory - lost
        return ResidualView(
            time=0.0,
            market=np.arange(len(lost)),
            inventory=inventory,
            cash=cash,
            mark=np.ones(len(lost)),
            bankruptcy_price=-cash / inventory,
            deficit=lost,
            shortfall=ahead,
            uncovered=ahead if uncovered is None else np.asarray(uncovered, dtype=np.float64),
            pool=np.asarray(pool),
            pool_balance=np.asarray(balance, dtype=np.float64),
            pool_peak=np.asarray(peak, dtype=np.float64),
        )

    return make


@pytest.fixture(scope="session")
def trading() -> Callable[..., PhaseView]:
    """Make the trading state of a venue at one time; markets are open unless said otherwise."""

    def make(time: float, mid: Sequence[float], phase: Sequence[Phase] | None = None) -> PhaseView:
        price = np.asarray(mid, dtype=np.float64)
        state = np.zeros(len(price), dtype=np.int64) if phase is None else np.asarray(phase, dtype=np.int64)
        until = np.full(len(price), -1.0)
        return PhaseView(time=time, index=price, mid=price, mark=price, phase=state, until=until)

    return make
