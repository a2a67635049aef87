"""What the engine refuses to hear, question by question, and the sentence it says."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Allocation,
    BreachView,
    Candidates,
    CashView,
    EventView,
    Floats,
    Liquidation,
    LossEvent,
    LossSharing,
    MarginTerms,
    MarginView,
    MechanismError,
    OrderView,
    Payer,
    Phases,
    PhaseView,
    Prices,
    PriceView,
    ResidualView,
    Routing,
    Waterfall,
)
from lastresort.simulation.waterfall import rulebook as rules
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.time_limit import interruptible

TWO = np.ones(2)
INDEX = np.arange(2)
NAN = np.array([1.0, np.nan])
LONG_COLUMN = np.ones(3)
A_LOT: Any = "a lot"


def candidates() -> Candidates:
    """A short of 10 contracts with 4 USD to spend and one of 30 with 50 USD."""
    q, spendable = np.array([-10.0, -30.0]), np.array([4.0, 50.0])
    return Candidates(
        account=np.array([3, 8]),
        quantity=q,
        entry_price=TWO,
        notional=-q,
        equity=spendable,
        profit=np.zeros(2),
        spendable=spendable,
        leverage=-q / spendable,
        isolated=TWO > 0,
        hedge=np.zeros(2),
        attested_hedge=np.zeros(2),
    )


LOSS = LossEvent(60.0, 1, 20.0, 6.0, 0.9, 0.8, 0.85, 0.8, 50.0, candidates(), lambda: np.random.default_rng(0))
RESIDUAL = ResidualView(
    time=60.0,
    market=INDEX,
    inventory=np.array([5.0, -4.0]),
    cash=np.array([-6.0, 3.0]),
    mark=TWO,
    bankruptcy_price=np.array([1.2, 0.75]),
    deficit=np.array([100.0, 40.0]),
    shortfall=np.array([150.0, 60.0]),
    uncovered=np.array([150.0, 60.0]),
    pool=np.array([0, 0]),
    pool_balance=np.array([120.0, 5.0, 0.0]),
    pool_peak=np.array([500.0, 5.0, 0.0]),
)
VIEWS: Mapping[str, Any] = {
    "set_prices": PriceView(60.0, TWO, TWO, TWO, TWO),
    "set_phase": PhaseView(60.0, TWO, TWO, TWO, INDEX, TWO),
    "admit": OrderView(60.0, INDEX, INDEX, TWO, TWO, TWO, TWO),
    "require_margin": MarginView(60.0, TWO, TWO, TWO, TWO),
    "liquidate": BreachView(60.0, INDEX, INDEX, TWO, TWO, TWO, TWO, TWO, TWO, TWO > 0),
    "route_cash": CashView(60.0, INDEX, INDEX, TWO, TWO, TWO),
    "absorb": RESIDUAL,
    "share_loss": RESIDUAL,
    "allocate": LOSS,
    "observe": EventView(60.0, INDEX, INDEX, TWO, TWO, TWO),
}


def ask(question: str, *answers: Callable[[Any], Any]) -> Any:
    """Put a question to rules called `rule-1`, `rule-2`, ...; staged questions go to the first."""
    waterfall = Waterfall(**{question: tuple((f"rule-{k + 1}", answer) for k, answer in enumerate(answers))})
    method = getattr(Rulebook(waterfall), question)
    said = method(VIEWS[question], 0) if question in ("absorb", "allocate") else method(VIEWS[question])
    return list(said) if question in ("set_prices", "set_phase") else said


def refusal(question: str, answer: Callable[[Any], Any]) -> MechanismError:
    with pytest.raises(MechanismError) as caught:
        ask(question, answer)
    return caught.value


def absorption(**changes: Any) -> Absorption:
    usual: dict[str, Any] = {"payer": Payer.FUND, "pay": np.zeros(2), "standby": np.zeros(2), "take": np.zeros(2)}
    return Absorption(**usual | changes)


def allocation(**changes: Any) -> Allocation:
    usual: dict[str, Any] = {"close": np.zeros(2), "charge": np.zeros(2), "winner_price": 0.9, "loser_price": 0.9}
    return Allocation(**usual | changes)


BROKEN: list[tuple[str, Any, str]] = [
    ("set_prices", Prices(NAN, TWO, TWO), "'trigger' holds NaN or infinity"),
    ("set_prices", Prices(TWO, TWO, np.array([1.0, 0.0])), "'settlement' must be positive prices"),
    ("set_prices", Prices(TWO, LONG_COLUMN, TWO), "'valuation' must have 2 numbers, found shape (3,)"),
    ("set_phase", Phases(np.array([0, 7]), TWO), "'phase' must be a Phase"),
    ("set_phase", Phases(np.array([0, 1, 2]), TWO), "'phase' must have 2 numbers, found shape (3,)"),
    ("set_phase", Phases(INDEX, NAN), "'until' holds NaN"),
    ("admit", Admission(NAN), "'fraction' holds NaN or infinity"),
    ("admit", Admission(np.array([0.5, 1.5])), "'fraction' must lie in [0, 1]"),
    ("admit", Admission(np.array([-0.1, 0.5])), "'fraction' must lie in [0, 1]"),
    ("admit", Admission(LONG_COLUMN), "'fraction' must have 2 numbers, found shape (3,)"),
    ("require_margin", MarginTerms(TWO, -TWO), "'cross_rate' must not be negative"),
    ("require_margin", MarginTerms(np.array([np.inf, 1.0]), TWO), "'isolated_scale' holds NaN or infinity"),
    ("liquidate", Liquidation(np.array([0.2, 1.01]), 0.01), "'seize' must lie in [0, 1]"),
    ("liquidate", Liquidation(TWO, -0.01), "'penalty' must lie in [0, 1]"),
    ("liquidate", Liquidation(TWO, A_LOT), "'penalty' must have 2 numbers, found shape ()"),
    ("route_cash", Routing(2 * TWO), "'to_fund' must lie in [0, 1]"),
    ("absorb", absorption(pay=NAN), "'pay' holds NaN or infinity"),
    ("absorb", absorption(pay=np.array([-1.0, 0.0])), "'pay' must not be negative"),
    ("absorb", absorption(standby=np.array([0.0, -1.0])), "'standby' must not be negative"),
    ("absorb", absorption(take=np.array([0.0, 1.1])), "'take' must lie in [0, 1]"),
    ("absorb", absorption(pay=np.array([0.0, 41.0])), "pays more than the deficit"),
    ("absorb", absorption(pay=np.array([90.0, 40.0])), "over-draws pool 0: pays 130.00 USD, it holds 120.00"),
    ("share_loss", LossSharing(np.array([0.0, 2.0]), np.zeros(2)), "'contracts' must lie in [0, 1]"),
    ("share_loss", LossSharing(TWO, np.array([101.0, 0.0])), "collects more than the deficit"),
    ("share_loss", LossSharing(TWO, np.array([-1.0, 0.0])), "'dollars' must not be negative"),
    ("allocate", allocation(close=NAN), "'close' holds NaN or infinity"),
    ("allocate", allocation(close=LONG_COLUMN), "'close' must have 2 numbers, found shape (3,)"),
    ("allocate", allocation(close=np.array([-1.0, 0.0])), "'close' must not be negative"),
    ("allocate", allocation(close=np.array([12.0, 0.0])), "over-closes account 3: 12.00 of 10.00 contracts"),
    ("allocate", allocation(close=np.array([5.0, 16.0])), "closes 21.00 contracts, 20.00 were asked"),
    ("allocate", allocation(charge=np.array([3.0, 4.0])), "charges 7.00 USD, 6.00 were asked"),
    ("allocate", allocation(charge=np.array([5.0, 0.0])), "over-draws account 3: takes 5.00 USD, it has 4.00"),
    (
        "allocate",
        allocation(close=np.array([10.0, 0.0]), winner_price=1.3),
        "over-draws account 3: takes 5.00 USD, it has 4.00",
    ),
    ("allocate", allocation(close=np.array([1.0, 0.0]), winner_price=0.0), "'winner_price' must be positive"),
    ("allocate", allocation(winner_price=np.nan), "'winner_price' holds NaN or infinity"),
    ("allocate", allocation(loser_price=np.inf), "'loser_price' holds NaN or infinity"),
    ("allocate", allocation(loser_price=LONG_COLUMN), "'loser_price' must have 1 numbers, found shape (3,)"),
]


@pytest.mark.parametrize(("question", "answer", "rule"), BROKEN, ids=[f"{q}-{k}" for k, (q, _, _) in enumerate(BROKEN)])
def test_every_refusal_names_mechanism_question_moment_and_rule(question: str, answer: Any, rule: str) -> None:
    error = refusal(question, lambda view: answer)
    assert (error.mechanism, error.question, error.time, error.rule) == ("rule-1", question, 60.0, rule)
    assert str(error) == f"mechanism 'rule-1', question '{question}', at 60 s: {rule}"


@pytest.mark.parametrize("question", list(VIEWS))
def test_an_answer_of_another_type_is_refused(question: str) -> None:
    error = refusal(question, lambda view: {"pay": 1})
    assert (error.mechanism, error.question) == ("rule-1", question)
    assert re.fullmatch(r"answered dict, allowed is \w+ or None", error.rule)


@pytest.mark.parametrize("question", list(VIEWS))
def test_a_rule_that_raises_is_named_with_its_error(question: str) -> None:
    def divide(view: Any) -> None:
        raise ZeroDivisionError("no winners")

    error = refusal(question, divide)
    assert (error.mechanism, error.question) == ("rule-1", question)
    assert error.rule == "raised ZeroDivisionError: no winners"
    assert isinstance(error.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("question", list(VIEWS))
def test_no_opinion_is_always_allowed(question: str) -> None:
    assert ask(question, lambda view: None) is not NotImplemented


def test_a_rule_that_never_ends_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "TIME_LIMIT", 0.05)

    def ponder(view: Any) -> None:
        while True:
            pass

    started = time.monotonic()
    with interruptible():
        error = refusal("allocate", ponder)
    assert time.monotonic() - started < 2
    assert (error.mechanism, error.question) == ("rule-1", "allocate")
    assert re.fullmatch(r"raised TimeoutError: took more than 0.05 s", error.rule)


def test_the_timer_is_off_after_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "TIME_LIMIT", 0.05)
    with interruptible():
        ask("observe", lambda view: None)
        time.sleep(0.1)


def test_a_rule_cannot_write_what_it_sees() -> None:
    def forge(view: Any) -> None:
        view.time = 0.0

    assert refusal("liquidate", forge).rule.startswith("raised FrozenInstanceError")


@pytest.mark.parametrize("field", ["payer", "gap_payer"])
def test_an_unknown_payer_is_refused(field: str) -> None:
    question = "absorb" if field == "payer" else "allocate"
    answer = absorption(payer=7) if field == "payer" else allocation(gap_payer=7)
    error = refusal(question, lambda view: answer)
    assert field in error.rule


@pytest.mark.parametrize("until", ["for ever", np.ones(3), None])
def test_a_halt_until_nobody_knows_when_is_refused(until: Any) -> None:
    assert "'until'" in refusal("set_phase", lambda view: Phases(INDEX, until)).rule


# -- answers that pass --------------------------------------------------------------------------------------------


def test_a_scalar_stands_for_every_row() -> None:
    seize, penalty = ask("liquidate", lambda view: Liquidation(TWO, 0.01))
    assert seize.tolist() == [1, 1]
    assert penalty.tolist() == [0.01, 0.01]


def test_rounding_is_forgiven_and_trimmed() -> None:
    _, said = ask("allocate", lambda view: allocation(close=np.array([10.0 * (1 + 1e-12), 0.0])))
    assert said.close.tolist() == [10.0, 0.0]
    assert ask("admit", lambda view: Admission(TWO * (1 + 1e-12))).tolist() == [1, 1]


def test_a_backstop_has_no_pool_to_over_draw() -> None:
    pay = np.array([100.0, 40.0])
    name, said = ask("absorb", lambda view: absorption(payer=Payer.BACKSTOP, pay=pay))
    assert (name, said.payer, said.pay.tolist()) == ("rule-1", Payer.BACKSTOP, [100, 40])


def test_orders_pass_every_stage_in_turn() -> None:
    halves: list[Callable[[Any], Any]] = [
        lambda view: Admission(0.5 * TWO),
        lambda view: None,
        lambda view: Admission(0.2 * TWO),
    ]
    assert ask("admit", *halves) == pytest.approx([0.1, 0.1])


def test_the_first_opinion_on_liquidation_and_the_last_on_margin_count() -> None:
    def seizing(share: float) -> Callable[[Any], Liquidation]:
        return lambda view: Liquidation(share * TWO, 0.0)

    def scaling(scale: float) -> Callable[[Any], MarginTerms]:
        return lambda view: MarginTerms(scale * TWO, TWO)

    seize: Floats = ask("liquidate", lambda view: None, seizing(0.3), seizing(0.9))[0]
    assert seize.tolist() == [0.3, 0.3]
    assert ask("require_margin", scaling(1.0), scaling(2.0), lambda view: None).isolated_scale.tolist() == [2, 2]


def test_an_empty_waterfall_has_no_opinion() -> None:
    book = Rulebook(Waterfall())
    assert not any(book.answers(question) for question in VIEWS)
    assert (book.absorbers, book.allocators) == (0, 0)
    assert book.admit(VIEWS["admit"]).tolist() == [1, 1]
    assert book.share_loss(RESIDUAL) is None
    assert [column.tolist() for column in book.liquidate(VIEWS["liquidate"])] == [[0, 0], [0, 0]]
