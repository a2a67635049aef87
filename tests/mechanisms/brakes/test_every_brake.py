"""What holds for every brake: legal answers on a wild path, closed markets left alone, no hidden chance."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    Admission,
    Floats,
    Mechanism,
    OrderKind,
    OrderView,
    Phase,
    PhaseView,
)
from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.testing.builders import margin_view, order_view, phase_view, price_view

BRAKES = [mechanism for mechanism in lastresort_mechanisms() if ".brakes." in mechanism.__module__]
M, TICKS = 20, 300
KINDS = np.repeat([OrderKind.OPEN, OrderKind.CLOSE, OrderKind.LIQUIDATION], M)


def wild_day(seed: int = 0) -> Iterator[tuple[float, Floats, Floats, np.random.Generator]]:
    """Time, index and mid of ticks of 1 and 30 seconds in which prices fall by half and jump."""
    random, time, log, premium = np.random.default_rng(seed), 0.0, np.zeros(M), np.zeros(M)
    for _ in range(TICKS):
        yield time, np.exp(log), np.exp(log + premium), random
        time += random.choice([1.0, 30.0])
        log += random.normal(-0.003, 0.02, M)
        premium = 0.8 * premium + random.normal(0, 0.03, M)


def ask_prices(brake: Mechanism, time: float, index: Floats, mid: Floats, random: np.random.Generator) -> Any:
    """Ask, and check what is said about prices."""
    rate, due = random.normal(0, 0.005, M), random.uniform(0, 60, M)
    mark, premium = np.sqrt(index * mid), np.log(mid / index)
    view = price_view(time, index, mid=mid, mark=mark, premium=premium, funding_rate=rate, funding_due=due)
    said = brake.set_prices(view)
    if said is not None:
        assert np.array_equal([np.shape(said.trigger), np.shape(said.valuation), np.shape(said.settlement)], [(M,)] * 3)
        for field in fields(said):
            value = getattr(said, field.name)
            assert value is None or (np.isfinite(value).all() and np.all(np.asarray(value) > 0)), field.name
    return said


def ask_phases(brake: Mechanism, view: PhaseView) -> Any:
    """Ask, and check what is said about phases."""
    said = brake.set_phase(view)
    if said is not None:
        phase, until = np.asarray(said.phase), np.asarray(said.until)
        assert phase.shape == until.shape == (M,)
        assert np.isin(phase, list(Phase)).all()
        closed = (view.phase >= Phase.HALT) & (phase != Phase.SETTLE)
        changed = (phase != view.phase) | (until != view.until)
        assert not (closed & changed).any(), "a closed market was touched"
        assert (until[changed] > view.time).all()
        assert np.all(np.asarray(said.low) <= np.asarray(said.high))
    return said


def ask_admission(brake: Mechanism, view: OrderView) -> Admission | None:
    """Ask, and check that nobody is kept from closing a position."""
    said = brake.admit(view)
    if said is not None:
        fraction = np.asarray(said.fraction)
        assert fraction.shape == view.kind.shape
        assert ((fraction >= 0) & (fraction <= 1)).all()
        assert (fraction[view.kind == OrderKind.CLOSE] == 1).all()
    return said


def play(brake: Mechanism) -> list[Any]:
    """Every answer of a wild day, as the engine would ask."""
    phase, until, answers = np.zeros(M, dtype=np.int64), np.full(M, np.inf), []
    for time, index, mid, random in wild_day():
        phase, until = np.where(until <= time, 0, phase), np.where(until <= time, np.inf, until)
        deficit, fund = random.exponential(1e4, M), random.uniform(0, 1e5, M)
        view = phase_view(time, mid, phase, index=index, mark=index, until=until, deficit=deficit, fund=fund)
        phases = ask_phases(brake, view)
        if phases is not None:
            phase, until = np.array(phases.phase), np.array(phases.until)
        interest, three = random.uniform(5e5, 2e6, M), np.tile(np.arange(M), 3)
        orders = order_view(
            KINDS,
            random.normal(0, 1e5, 3 * M),
            time,
            market=three,
            index=index[three],
            mark=index[three],
            mid=mid[three],
            open_interest=interest[three],
            initial_open_interest=np.full(3 * M, 1e6),
            insolvent=float(random.choice([0.0, 1.0])),
        )
        admission = ask_admission(brake, orders)
        margin = brake.require_margin(margin_view(interest, interest, random.uniform(0, 20, M), time, mark=index))
        answers += [ask_prices(brake, time, index, mid, random), phases, admission, margin]
    return answers


@pytest.mark.parametrize("kind", BRAKES, ids=lambda kind: kind.name)
def test_answers_are_legal_and_repeat(kind: type[Mechanism]) -> None:
    first, second = play(kind()), play(kind())
    for one, other in zip(first, second, strict=True):
        assert type(one) is type(other)
        if one is not None:
            assert all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))


def test_every_brake_has_something_to_say_on_a_wild_day() -> None:
    """All but the withdrawal gate, which is asked about orders alone here."""
    silent = {kind.name for kind in BRAKES if all(answer is None for answer in play(kind()))}
    assert silent == {"withdrawal-gate"}
