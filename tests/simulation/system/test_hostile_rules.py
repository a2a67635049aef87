"""A rule that breaks the contract stops the run with one sentence that says who, what, when and why."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Allocation,
    BreachView,
    CashView,
    EventView,
    Liquidation,
    LossEvent,
    LossSharing,
    MarginTerms,
    MarginView,
    Mechanism,
    MechanismError,
    OrderView,
    Payer,
    Phases,
    PhaseView,
    Prices,
    PriceView,
    ResidualView,
    Routing,
)
from lastresort.simulation import RunRecord, Scenario

SENTENCE = r"^mechanism '{name}', question '{question}', at [\d,]+ s: (test_hostile_rules\.py, line \d+, )?{rule}"


class Hostile(Mechanism):
    """Counts on nobody checking."""

    name = "hostile"


def closing(event: LossEvent, size: Any) -> Allocation:
    """Close that many contracts of each candidate at the mark, which costs nobody anything."""
    return Allocation(close=size, charge=np.zeros(len(size)), winner_price=event.mark, loser_price=event.mark)


class Raises(Hostile):
    def allocate(self, event: LossEvent) -> Allocation:
        raise ZeroDivisionError("by nothing")


class FindsNoPrice(Hostile):
    def set_prices(self, view: PriceView) -> Prices:
        return Prices(trigger=view.mark * np.nan, valuation=view.mark, settlement=view.mark)


class GivesAwayContracts(Hostile):
    def set_prices(self, view: PriceView) -> Prices:
        return Prices(trigger=view.mark, valuation=view.mark * 0.0, settlement=view.mark)


class InventsAPhase(Hostile):
    def set_phase(self, view: PhaseView) -> Phases:
        return Phases(phase=np.full(len(view.phase), 7), until=view.until)


class AdmitsTwice(Hostile):
    def admit(self, view: OrderView) -> Admission:
        return Admission(fraction=np.full(len(view.kind), 2.0))


class PaysForMargin(Hostile):
    def require_margin(self, view: MarginView) -> MarginTerms:
        return MarginTerms(isolated_scale=np.full(len(view.mark), -1.0), cross_rate=np.zeros(len(view.mark)))


class SeizesStrangers(Hostile):
    def liquidate(self, view: BreachView) -> Liquidation:
        return Liquidation(seize=np.ones(len(view.account) + 1), penalty=0.0)


class Talks(Hostile):
    def liquidate(self, view: BreachView) -> Any:
        return "liquidate everybody"


class NeverAnswers(Hostile):
    def liquidate(self, view: BreachView) -> Liquidation:
        while True:
            pass


class PrintsMoney(Hostile):
    def route_cash(self, view: CashView) -> Routing:
        return Routing(to_fund=np.full(len(view.amount), np.inf))


class OverdrawsTheFund(Hostile):
    def absorb(self, view: ResidualView) -> Absorption:
        nothing = np.zeros(len(view.market))
        return Absorption(payer=Payer.FUND, pay=view.deficit, standby=nothing, take=nothing)


class PaysTooMuch(Hostile):
    def absorb(self, view: ResidualView) -> Absorption:
        nothing = np.zeros(len(view.market))
        return Absorption(payer=Payer.BACKSTOP, pay=2 * view.deficit + 1.0, standby=nothing, take=nothing)


class PaysItselfFromOutside(Hostile):
    def absorb(self, view: ResidualView) -> Absorption:
        nothing = np.zeros(len(view.market))
        return Absorption(payer=Payer.BACKSTOP, pay=view.deficit, standby=nothing, take=nothing)


class PromisesFromOutside(Hostile):
    def absorb(self, view: ResidualView) -> Absorption:
        nothing = np.zeros(len(view.market))
        return Absorption(payer=Payer.BACKSTOP, pay=nothing, standby=view.shortfall, take=nothing)


class StoresOutside(Hostile):
    def absorb(self, view: ResidualView) -> Absorption:
        nothing = np.zeros(len(view.market))
        return Absorption(payer=Payer.BACKSTOP, pay=nothing, standby=nothing, take=1 + nothing)


class IsCompensatedFromOutside(Hostile):
    """Winners close at a price a tenth better than the engine's."""

    def allocate(self, event: LossEvent) -> Allocation:
        size = np.abs(event.candidates.quantity)
        closed = closing(event, size * min(1.0, abs(event.contracts) / size.sum()))
        better = event.mark * (1 - 0.1 * np.sign(event.contracts))
        return replace(closed, winner_price=better, gap_payer=Payer.BACKSTOP)


class CollectsTooMuch(Hostile):
    def share_loss(self, view: ResidualView) -> LossSharing:
        return LossSharing(contracts=np.zeros(len(view.market)), dollars=view.deficit + 1.0)


class OverCloses(Hostile):
    def allocate(self, event: LossEvent) -> Allocation:
        return closing(event, 2 * np.abs(event.candidates.quantity))


class PlacesTooMuch(Hostile):
    def allocate(self, event: LossEvent) -> Allocation:
        size = np.abs(event.candidates.quantity)
        return closing(event, size * min(1.0, 2 * abs(event.contracts) / size.sum()))


class OverCharges(Hostile):
    def share_loss(self, view: ResidualView) -> LossSharing:
        return LossSharing(contracts=np.zeros(len(view.market)), dollars=view.deficit)

    def allocate(self, event: LossEvent) -> Allocation:
        charge = np.zeros(len(event.candidates.account))
        charge[int(np.argmin(event.candidates.spendable))] = event.dollars
        return Allocation(close=0 * charge, charge=charge, winner_price=event.mark, loser_price=event.mark)


class RobsWinners(Hostile):
    def allocate(self, event: LossEvent) -> Allocation:
        size = np.zeros(len(event.candidates.account))
        first = int(np.argmin(event.candidates.spendable / np.abs(event.candidates.quantity)))
        size[first] = min(abs(event.contracts), abs(event.candidates.quantity[first]))
        ruin = event.mark * (1 + 9 * np.sign(event.contracts))
        return Allocation(close=size, charge=0 * size, winner_price=max(ruin, 1e-6), loser_price=event.mark)


class WritesOnTheView(Hostile):
    def liquidate(self, view: BreachView) -> Liquidation:
        view.equity[:] = 0.0
        return Liquidation(seize=np.ones(len(view.account)), penalty=0.0)


ONLY = "only a policy with role: reference may use it, allowed is Payer.FUND"

HOSTILE = [
    (Raises, "allocate", "raised ZeroDivisionError: by nothing"),
    (FindsNoPrice, "set_prices", "'trigger' holds NaN or infinity"),
    (GivesAwayContracts, "set_prices", "'valuation' must be positive"),
    (InventsAPhase, "set_phase", "'phase' must be a Phase"),
    (AdmitsTwice, "admit", r"'fraction' must lie in \[0, 1\]"),
    (PaysForMargin, "require_margin", "'isolated_scale' must not be negative"),
    (SeizesStrangers, "liquidate", r"'seize' must have \d+ numbers?( or be a single number)?, found shape \(\d+,\)"),
    (Talks, "liquidate", "answered str, allowed is Liquidation or None"),
    (NeverAnswers, "liquidate", "took more than 0.2 s"),
    (PrintsMoney, "route_cash", "'to_fund' holds NaN or infinity"),
    (OverdrawsTheFund, "absorb", r"over-draws pool \d: pays [\d,.]+ USD, it holds [\d,.]+"),
    (PaysTooMuch, "absorb", "pays more than the deficit"),
    (PaysItselfFromOutside, "absorb", rf"'payer' is Payer.BACKSTOP, and it pays [\d,.]+ USD; {ONLY}"),
    (PromisesFromOutside, "absorb", rf"'payer' is Payer.BACKSTOP, and it promises [\d,.]+ USD; {ONLY}"),
    (StoresOutside, "absorb", rf"'payer' is Payer.BACKSTOP, and it takes inventory; {ONLY}"),
    (
        IsCompensatedFromOutside,
        "allocate",
        rf"'gap_payer' is Payer.BACKSTOP, and it pays the gap of [\d,.]+ USD.*; {ONLY}",
    ),
    (CollectsTooMuch, "share_loss", "collects more than the deficit"),
    (OverCloses, "allocate", r"over-closes account \d+: [\d,.]+ of [\d,.]+ contracts"),
    (PlacesTooMuch, "allocate", r"closes [\d,.]+ contracts, [\d,.]+ were asked"),
    (OverCharges, "allocate", r"over-draws account \d+: [\d,.]+ of [\d,.]+ USD"),
    (RobsWinners, "allocate", r"over-draws account \d+: [\d,.]+ of [\d,.]+ USD"),
    (WritesOnTheView, "liquidate", "raised ValueError: .*read-only"),
]


@pytest.mark.parametrize(("rule", "question", "broken"), [pytest.param(*row, id=row[0].__name__) for row in HOSTILE])
def test_a_broken_contract_stops_the_run(
    play: Callable[..., RunRecord],
    crash: Callable[..., Scenario],
    rule: type[Mechanism],
    question: str,
    broken: str,
) -> None:
    with pytest.raises(MechanismError) as caught:
        play(crash(clock={"audit": 300.0}), "fund+queue-adl", rule, patience=0.2)
    assert re.match(SENTENCE.format(name="hostile", question=question, rule=broken), str(caught.value))
    assert 0 < caught.value.time <= 2400


class LooksClosely(Mechanism):
    """Refuses to be shown anything it could write on."""

    name = "looks-closely"

    def set_prices(self, view: PriceView) -> None:
        refuse_writable(view)

    def set_phase(self, view: PhaseView) -> None:
        refuse_writable(view)

    def admit(self, view: OrderView) -> None:
        refuse_writable(view)

    def require_margin(self, view: MarginView) -> None:
        refuse_writable(view)

    def liquidate(self, view: BreachView) -> None:
        refuse_writable(view)

    def route_cash(self, view: CashView) -> None:
        refuse_writable(view)

    def absorb(self, view: ResidualView) -> None:
        refuse_writable(view)

    def share_loss(self, view: ResidualView) -> None:
        refuse_writable(view)

    def allocate(self, event: LossEvent) -> None:
        refuse_writable(event.candidates)

    def observe(self, view: EventView) -> None:
        refuse_writable(view)


def refuse_writable(view: Any) -> None:
    """Raise if any column of a view can be written."""
    columns = {f.name: getattr(view, f.name) for f in fields(view)}
    writable = [name for name, column in columns.items() if isinstance(column, np.ndarray) and column.flags.writeable]
    assert writable == []


def test_nothing_a_rule_is_shown_can_be_written(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    silent, plain = play(crash(), "fund+queue-adl", LooksClosely), play(crash(), "fund+queue-adl")
    numbers = plain.books.select_dtypes("number").columns  # looking brings accounts up to date, which rounds
    np.testing.assert_allclose(silent.books[numbers], plain.books[numbers], rtol=1e-7, atol=1e-3)
