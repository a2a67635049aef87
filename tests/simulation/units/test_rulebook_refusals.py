"""What the engine refuses to hear, question by question, and the sentence it says."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Allocation,
    Answer,
    Candidates,
    Floats,
    Liquidation,
    LossEvent,
    LossSharing,
    MarginTerms,
    MechanismError,
    Payer,
    Phases,
    Prices,
    Routing,
    Scope,
    Waterfall,
)
from lastresort.plugins.testing.builders import (
    breach_view,
    candidates,
    cash_view,
    event_view,
    loss_event,
    margin_view,
    order_view,
    phase_view,
    price_view,
    residual_view,
)
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.taken_answers import ALLOWED
from lastresort.simulation.waterfall.time_limit import interruptible

TWO = np.ones(2)
INDEX = np.arange(2)
NAN = np.array([1.0, np.nan])
LONG_COLUMN = np.ones(3)
A_LOT: Any = "a lot"


def holders() -> Candidates:
    """A short of 10 contracts with 4 USD to spend and one of 30 with 50 USD and room for 2 contracts."""
    spendable, bid = [4.0, 50.0], [np.nan, 0.78]
    return candidates([-10.0, -30.0], account=[3, 8], equity=spendable, room=[0.0, 2.0], bid=bid)


LOSS = loss_event(
    holders(),
    contracts=20.0,
    dollars=6.0,
    time=60.0,
    market=1,
    bankruptcy_price=0.9,
    mark=0.8,
    fund=2.0,
    uncovered=50.0,
)
RESIDUAL = residual_view(
    deficit=[100.0, 40.0],
    shortfall=[150.0, 60.0],
    pool=[0, 0],
    balance=[120.0, 5.0, 0.0],
    peak=[500.0, 5.0, 0.0],
    inventory=[5.0, -4.0],
    time=60.0,
    vault_equity=[70.0, 9.0, 0.0],
    capital=30.0,
    default_fund=60.0,
)
VIEWS: Mapping[str, Any] = {
    "set_prices": price_view(60.0, TWO),
    "set_phase": phase_view(60.0, TWO),
    "admit": order_view([0, 1], TWO, 60.0),
    "require_margin": margin_view(TWO, TWO, TWO, 60.0),
    "liquidate": breach_view(TWO, TWO, TWO, time=60.0, market=INDEX),
    "route_cash": cash_view(INDEX, TWO, TWO, TWO, time=60.0),
    "absorb": RESIDUAL,
    "share_loss": RESIDUAL,
    "allocate": LOSS,
    "observe": event_view(60.0, INDEX, INDEX, TWO, TWO),
}


STAGED = ("absorb", "share_loss", "allocate")


def ask(question: str, *answers: Callable[[Any], Any], view: Any = None, reference: bool = False) -> Any:
    """Put a question to rules called `rule-1`, `rule-2`, ...; questions about losses go to the first."""
    staged = tuple(Answer(k, f"rule-{k + 1}", answer) for k, answer in enumerate(answers))
    answers_to: dict[str, Any] = {question: staged}
    book = Rulebook(Waterfall(**answers_to, reference=reference))
    seen = VIEWS[question] if view is None else view
    said = getattr(book, question)(seen, *(book.losses[:1] if question in STAGED else ()))
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
    ("set_prices", Prices(TWO, TWO, np.array([1.0, 0.0])), "'settlement' must be positive"),
    ("set_prices", Prices(TWO, TWO, TWO, funding_cap=0.0), "'funding_cap' must be positive"),
    ("set_prices", Prices(TWO, TWO, TWO, funding_interval=-TWO), "'funding_interval' must be positive"),
    (
        "set_prices",
        Prices(TWO, TWO, TWO, funding_cap=LONG_COLUMN),
        "'funding_cap' must have 2 numbers or be a single number, found shape (3,)",
    ),
    (
        "set_prices",
        Prices(TWO, LONG_COLUMN, TWO),
        "'valuation' must have 2 numbers or be a single number, found shape (3,)",
    ),
    ("set_phase", Phases(np.array([0, 7]), TWO), "'phase' must be a Phase"),
    (
        "set_phase",
        Phases(np.array([0, 1, 2]), TWO),
        "'phase' must have 2 numbers or be a single number, found shape (3,)",
    ),
    ("set_phase", Phases(INDEX, NAN), "'until' holds NaN"),
    ("set_phase", Phases(INDEX, TWO, low=2 * TWO, high=np.array([3.0, 1.0])), "'low' must not exceed 'high'"),
    ("set_phase", Phases(INDEX, TWO, low=NAN), "'low' must not exceed 'high'"),
    ("admit", Admission(NAN), "'fraction' holds NaN or infinity"),
    ("admit", Admission(np.array([0.5, 1.5])), "'fraction' must lie in [0, 1]"),
    ("admit", Admission(np.array([-0.1, 0.5])), "'fraction' must lie in [0, 1]"),
    ("admit", Admission(LONG_COLUMN), "'fraction' must have 2 numbers or be a single number, found shape (3,)"),
    ("admit", Admission(TWO, haircut=-0.1), "'haircut' must lie in [0, 1]"),
    ("admit", Admission(TWO, haircut=NAN), "'haircut' holds NaN or infinity"),
    ("require_margin", MarginTerms(TWO, -TWO), "'cross_rate' must not be negative"),
    ("require_margin", MarginTerms(np.array([np.inf, 1.0]), TWO), "'isolated_scale' holds NaN or infinity"),
    ("liquidate", Liquidation(np.array([0.2, 1.01]), 0.01), "'seize' must lie in [0, 1]"),
    ("liquidate", Liquidation(TWO, -0.01), "'penalty' must lie in [0, 1]"),
    ("liquidate", Liquidation(TWO, A_LOT), f"'penalty' holds texts; {ALLOWED}"),
    ("liquidate", Liquidation(TWO, NAN), "'penalty' holds NaN or infinity"),
    ("liquidate", Liquidation(0 * TWO, 0.0, order=-TWO), "'order' must lie in [0, 1]"),
    ("liquidate", Liquidation(0 * TWO, 0.0, order=TWO, order_fee=1.5), "'order_fee' must lie in [0, 1]"),
    (
        "liquidate",
        Liquidation(0 * TWO, 0.0, order=TWO, limit=LONG_COLUMN),
        "'limit' must have 2 numbers or be a single number, found shape (3,)",
    ),
    (
        "liquidate",
        Liquidation(TWO, 0.0, wait=LONG_COLUMN > 0),
        "'wait' must have 2 numbers or be a single number, found shape (3,)",
    ),
    (
        "liquidate",
        Liquidation(np.array([0.6, 0.0]), 0.0, order=np.array([0.5, 1.0])),
        "'seize' and 'order' add up to more than the position",
    ),
    ("route_cash", Routing(2 * TWO), "'to_fund' must lie in [0, 1]"),
    ("route_cash", Routing(0 * TWO, to_claims=-0.1), "'to_claims' must lie in [0, 1]"),
    ("route_cash", Routing(np.array([0.2, 0.7]), to_claims=0.4), "'to_fund' and 'to_claims' add up to more than 1"),
    ("absorb", absorption(pay=NAN), "'pay' holds NaN or infinity"),
    ("absorb", absorption(pay=np.array([-1.0, 0.0])), "'pay' must not be negative"),
    ("absorb", absorption(standby=np.array([0.0, -1.0])), "'standby' must not be negative"),
    ("absorb", absorption(take=np.array([0.0, 1.1])), "'take' must lie in [0, 1]"),
    ("absorb", absorption(pay=np.array([0.0, 41.0])), "pays more than the deficit"),
    ("absorb", absorption(pay=np.array([90.0, 40.0])), "over-draws pool 0: pays 130.00 USD, it holds 120.00"),
    (
        "absorb",
        absorption(payer=Payer.VAULT, pay=np.array([40.0, 31.0])),
        "over-draws vault 0: pays 71.00 USD, it holds 70.00",
    ),
    (
        "absorb",
        absorption(payer=Payer.CAPITAL, pay=np.array([20.0, 11.0])),
        "over-draws capital 0: pays 31.00 USD, it holds 30.00",
    ),
    (
        "absorb",
        absorption(payer=Payer.DEFAULT_FUND, pay=np.array([40.0, 21.0])),
        "over-draws default fund 0: pays 61.00 USD, it holds 60.00",
    ),
    (
        "absorb",
        absorption(pay=np.array([10.0, 10.0]), drawn=np.array([0.5, 0.5, 0.0])),
        "over-draws pool 1: pays 10.00 USD, it holds 5.00",
    ),
    ("absorb", absorption(drawn=np.array([0.5, 0.4, 0.0])), "'drawn' sums to 0.9, allowed is 1"),
    ("absorb", absorption(drawn=TWO), "'drawn' must have 3 numbers or be a single number, found shape (2,)"),
    ("absorb", absorption(payer=Payer.CAPITAL, drawn=np.array([1.0, 0.0, 0.0])), "'drawn' is for Payer.FUND"),
    *(
        (
            "absorb",
            absorption(payer=payer, take=np.array([0.0, 0.1])),
            "takes inventory, which only Payer.VAULT can, and in a reference Payer.BACKSTOP",
        )
        for payer in (Payer.FUND, Payer.CAPITAL, Payer.DEFAULT_FUND)
    ),
    ("share_loss", LossSharing(np.array([0.0, 2.0]), np.zeros(2)), "'contracts' must lie in [0, 1]"),
    ("share_loss", LossSharing(TWO, np.array([101.0, 0.0])), "collects more than the deficit"),
    ("share_loss", LossSharing(TWO, np.array([-1.0, 0.0])), "'dollars' must not be negative"),
    ("allocate", allocation(close=NAN), "'close' holds NaN or infinity"),
    ("allocate", allocation(close=LONG_COLUMN), "'close' must have 2 numbers or be a single number, found shape (3,)"),
    *(
        ("allocate", allocation(close=close), f"'close' must have 2 numbers or be a single number, found shape {shape}")
        for close, shape in (
            (np.array([1.0]), "(1,)"),
            ([1.0], "(1,)"),
            (np.ones((2, 1)), "(2, 1)"),
            (np.ones((1, 1)), "(1, 1)"),
            ([], "(0,)"),
        )
    ),
    *(
        ("allocate", allocation(close=close), f"'close' holds {found}; {ALLOWED}")
        for close, found in (
            ("1", "texts"),
            (["1", "2"], "texts"),
            (np.ones(2, dtype=object), "objects"),
            (None, "objects"),
            (1j, "complex numbers"),
            ([[1.0], [1.0, 2.0]], "rows of different lengths"),
        )
    ),
    ("allocate", allocation(close=np.array([-1.0, 0.0])), "'close' must not be negative"),
    ("allocate", allocation(close=np.array([12.0, 0.0])), "over-closes account 3: 12.00 of 10.00 contracts"),
    ("allocate", allocation(close=np.array([5.0, 16.0])), "closes 21.00 contracts, 20.00 were asked"),
    ("allocate", allocation(charge=np.array([3.0, 4.0])), "charges 7.00 USD, 6.00 were asked"),
    ("allocate", allocation(charge=np.array([5.0, 0.0])), "over-draws account 3: 5.00 of 4.00 USD"),
    (
        "allocate",
        allocation(close=np.array([10.0, 0.0]), winner_price=1.3),
        "over-draws account 3: 5.00 of 4.00 USD",
    ),
    ("allocate", allocation(close=np.array([1.0, 0.0]), winner_price=0.0), "'winner_price' must be positive"),
    ("allocate", allocation(close=np.array([1.0, 0.0]), loser_price=0.0), "'loser_price' must be positive"),
    ("allocate", allocation(assign=np.array([0.0, -1.0])), "'assign' must not be negative"),
    ("allocate", allocation(assign=np.array([0.0, 1.0])), "over-fills account 8: 1.00 of 0.00 contracts of room"),
    (
        "allocate",
        allocation(close=np.array([0.0, 10.0]), winner_price=0.6, loser_price=0.9),
        "over-draws the fund: the gap between its two prices is 3.00 USD, it holds 2.00",
    ),
    *(
        (
            "allocate",
            allocation(close=np.array([0.0, 1.0]), winner_price=0.8, gap_payer=payer),
            "'gap_payer' must be Payer.FUND, or in a reference Payer.BACKSTOP, where the two prices differ",
        )
        for payer in (Payer.VAULT, Payer.CAPITAL, Payer.DEFAULT_FUND)
    ),
    ("allocate", allocation(winner_price=np.nan), "'winner_price' holds NaN or infinity"),
    ("allocate", allocation(loser_price=np.inf), "'loser_price' holds NaN or infinity"),
    ("allocate", allocation(loser_price=LONG_COLUMN), "'loser_price' must have 1 number, found shape (3,)"),
]


@pytest.mark.parametrize(("question", "answer", "rule"), BROKEN, ids=[f"{q}-{k}" for k, (q, _, _) in enumerate(BROKEN)])
def test_every_refusal_names_mechanism_question_moment_and_rule(question: str, answer: Any, rule: str) -> None:
    error = refusal(question, lambda view: answer)
    assert (error.mechanism, error.question, error.time, error.rule) == ("rule-1", question, 60.0, rule)
    assert str(error) == f"mechanism 'rule-1', question '{question}', at 60 s: {rule}"


@pytest.mark.parametrize("one", [1, 1.0, True, np.float32(1), np.int64(1), np.bool_(True), np.array(1.0), np.array(1)])
def test_one_number_stands_for_every_row(one: Any) -> None:
    assert ask("allocate", lambda view: allocation(close=one)).close.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("column", [[1, 0], [True, False], np.array([1, 0], dtype=np.uint8), np.array([1.0, 0.0])])
def test_a_column_may_be_whole_numbers_or_yes_and_no(column: Any) -> None:
    assert ask("allocate", lambda view: allocation(close=column)).close.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("question", list(VIEWS))
def test_an_answer_of_another_type_is_refused(question: str) -> None:
    error = refusal(question, lambda view: {"pay": 1})
    assert (error.mechanism, error.question) == ("rule-1", question)
    assert re.fullmatch(r"answered dict, allowed is (\w+ or )?None", error.rule)
    assert ("or None" in error.rule) == (question != "observe")


@pytest.mark.parametrize("question", list(VIEWS))
def test_a_rule_that_raises_is_named_with_its_error(question: str) -> None:
    def divide(view: Any) -> None:
        raise ZeroDivisionError("no winners")

    error = refusal(question, divide)
    assert (error.mechanism, error.question) == ("rule-1", question)
    assert re.fullmatch(r"test_rulebook_refusals\.py, line \d+, raised ZeroDivisionError: no winners", error.rule)
    assert "in divide\n    raise ZeroDivisionError" in error.traceback
    assert isinstance(error.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("question", list(VIEWS))
def test_no_opinion_is_always_allowed(question: str) -> None:
    assert ask(question, lambda view: None) is not NotImplemented


def test_a_rule_that_never_ends_is_interrupted() -> None:
    def ponder(view: Any) -> None:
        while True:
            pass

    started = time.monotonic()
    with interruptible(0.05):
        error = refusal("allocate", ponder)
    assert time.monotonic() - started < 2
    assert (error.mechanism, error.question) == ("rule-1", "allocate")
    assert re.fullmatch(r"test_rulebook_refusals\.py, line \d+, took more than 0\.05 s", error.rule)


def test_the_timer_is_off_after_an_answer() -> None:
    with interruptible(0.05):
        ask("observe", lambda view: None)
        time.sleep(0.1)


def test_a_rule_cannot_write_what_it_sees() -> None:
    def forge(view: Any) -> None:
        view.time = 0.0

    assert refusal("liquidate", forge).rule.partition(", raised ")[2].startswith("FrozenInstanceError")


PAYERS = "Payer.FUND or Payer.BACKSTOP or Payer.VAULT or Payer.CAPITAL or Payer.DEFAULT_FUND"
SCOPES = "Scope.OPPOSITE or Scope.HOLDERS or Scope.EVERYBODY or Scope.PROVIDERS"
NOBODY: Any = 7


@pytest.mark.parametrize(
    ("question", "answer", "rule"),
    [
        ("absorb", absorption(payer=7), f"'payer' is 7, allowed is {PAYERS}"),
        ("allocate", allocation(gap_payer=7), f"'gap_payer' is 7, allowed is {PAYERS}"),
        ("share_loss", LossSharing(TWO, 0 * TWO, NOBODY), f"'scope' is 7, allowed is {SCOPES}"),
    ],
)
def test_an_unknown_payer_or_scope_is_refused(question: str, answer: Any, rule: str) -> None:
    assert refusal(question, lambda view: answer).rule == rule


SHORT_INVENTORY = replace(LOSS, contracts=-20.0)


@pytest.mark.parametrize(
    ("view", "answer", "rule"),
    [
        (SHORT_INVENTORY, allocation(close=np.array([0.0, 1.0])), "over-closes account 8: 1.00 of 0.00 contracts"),
        (
            SHORT_INVENTORY,
            allocation(assign=np.array([0.0, 3.0])),
            "over-fills account 8: 3.00 of 2.00 contracts of room",
        ),
        (
            replace(LOSS, scope=Scope.PROVIDERS, contracts=50.0),
            allocation(assign=np.array([0.0, 33.0])),
            "over-fills account 8: 33.00 of 32.00 contracts of room",
        ),
        (
            SHORT_INVENTORY,
            allocation(assign=np.array([0.0, 2.0]), winner_price=0.1),
            None,
        ),
    ],
)
def test_who_may_take_what(view: LossEvent, answer: Allocation, rule: str | None) -> None:
    """Of short inventory a short closes nothing and takes up to its room; a volunteer may offset what it holds, too."""
    if rule is None:
        said = ask("allocate", lambda event: answer, view=view)
        assert said.assign.tolist() == [0.0, 2.0]
        return
    with pytest.raises(MechanismError) as caught:
        ask("allocate", lambda event: answer, view=view)
    assert caught.value.rule == rule


def test_a_negative_gap_is_the_fund_s_to_keep() -> None:
    said = ask("allocate", lambda event: allocation(close=np.array([10.0, 0.0]), winner_price=0.9, loser_price=0.8))
    assert (said.gap_payer, said.loser_price, said.winner_price.tolist()) == (Payer.FUND, 0.8, [0.9, 0.9])


@pytest.mark.parametrize("until", ["for ever", np.ones(3), None])
def test_a_halt_until_nobody_knows_when_is_refused(until: Any) -> None:
    assert "'until'" in refusal("set_phase", lambda view: Phases(INDEX, until)).rule


# -- answers that pass --------------------------------------------------------------------------------------------


def test_a_scalar_stands_for_every_row() -> None:
    said = ask("liquidate", lambda view: Liquidation(TWO, 0.01))
    assert said.seize.tolist() == [1, 1]
    assert said.penalty.tolist() == [0.01, 0.01]
    routed = ask("route_cash", lambda view: Routing(0.2 * TWO, to_claims=0.3))
    assert [column.tolist() for column in routed] == [[0.2, 0.2], [0.3, 0.3]]


def test_rounding_is_forgiven_and_trimmed() -> None:
    said = ask("allocate", lambda view: allocation(close=np.array([10.0 * (1 + 1e-12), 0.0])))
    assert said.close.tolist() == [10.0, 0.0]
    passing, kept = ask("admit", lambda view: Admission(TWO * (1 + 1e-12)))
    assert (passing.tolist(), kept.tolist()) == ([1, 1], [0, 0])
    liquidation = ask("liquidate", lambda view: Liquidation(0.4 * TWO, 0.0, order=0.6 * (1 + 1e-12)))
    assert (liquidation.seize + liquidation.order).max() <= 1
    thirds = np.array([1 / 3, 1 / 3, 1 / 3 + 1e-9])
    assert ask("absorb", lambda view: absorption(drawn=thirds)).drawn.sum() == pytest.approx(1, abs=1e-15)


def test_a_reference_s_backstop_has_no_pool_to_over_draw() -> None:
    pay = np.array([100.0, 40.0])
    said = ask("absorb", lambda view: absorption(payer=Payer.BACKSTOP, pay=pay), reference=True)
    assert (said.payer, said.pay.tolist()) == (Payer.BACKSTOP, [100, 40])


# -- outside money --------------------------------------------------------------------------------------------------

SOMETHING = np.array([3.0, 0.0])
INSIDE = "Payer.FUND or Payer.VAULT or Payer.CAPITAL or Payer.DEFAULT_FUND"
OUTSIDE: dict[str, tuple[str, Any, str]] = {
    "pay": (
        "absorb",
        absorption(payer=Payer.BACKSTOP, pay=np.array([100.0, 40.0])),
        f"'payer' is Payer.BACKSTOP, and it pays 140.00 USD; {{only}}{INSIDE}",
    ),
    "standby": (
        "absorb",
        absorption(payer=Payer.BACKSTOP, standby=SOMETHING),
        f"'payer' is Payer.BACKSTOP, and it promises 3.00 USD; {{only}}{INSIDE}",
    ),
    "take": (
        "absorb",
        absorption(payer=Payer.BACKSTOP, take=np.array([0.0, 1e-6])),
        f"'payer' is Payer.BACKSTOP, and it takes inventory; {{only}}{INSIDE}",
    ),
    "all three, by number": (
        "absorb",
        absorption(payer=1, pay=SOMETHING, standby=SOMETHING, take=TWO),
        f"'payer' is Payer.BACKSTOP, and it pays 3.00 USD and promises 3.00 USD and takes inventory; {{only}}{INSIDE}",
    ),
    "a gap paid": (
        "allocate",
        allocation(close=np.array([0.0, 10.0]), winner_price=0.6, loser_price=0.9, gap_payer=Payer.BACKSTOP),
        "'gap_payer' is Payer.BACKSTOP, and it pays the gap of 3.00 USD between the two prices; {only}Payer.FUND",
    ),
    "a gap kept": (
        "allocate",
        allocation(close=np.array([0.0, 10.0]), winner_price=0.9, loser_price=0.8, gap_payer=1),
        "'gap_payer' is Payer.BACKSTOP, and it keeps the gap of 1.00 USD between the two prices; {only}Payer.FUND",
    ),
}


@pytest.mark.parametrize("door", OUTSIDE)
def test_outside_money_is_refused_to_a_contender_and_not_to_a_reference(door: str) -> None:
    question, answer, rule = OUTSIDE[door]
    only = "only a policy with role: reference may use it, allowed is "
    assert refusal(question, lambda view: answer).rule == rule.format(only=only)
    assert ask(question, lambda view: answer, reference=True) is not None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("absorb", absorption(payer=Payer.BACKSTOP)),
        ("allocate", allocation(close=np.array([0.0, 10.0]), gap_payer=Payer.BACKSTOP)),
        ("allocate", allocation(winner_price=0.6, gap_payer=Payer.BACKSTOP)),
    ],
    ids=["no payment", "no gap", "no contract"],
)
def test_a_backstop_that_gives_nothing_is_no_breach(question: str, answer: Any) -> None:
    assert ask(question, lambda view: answer) is not None


def test_orders_pass_every_stage_in_turn() -> None:
    halves: list[Callable[[Any], Any]] = [
        lambda view: Admission(0.5 * TWO),
        lambda view: None,
        lambda view: Admission(0.2 * TWO),
    ]
    passing, kept = ask("admit", *halves)
    assert passing == pytest.approx([0.1, 0.1])
    assert kept.tolist() == [0, 0]


def test_every_stage_s_haircut_is_taken_from_what_the_one_before_left() -> None:
    stages = [lambda view: Admission(TWO, np.array([0.5, 0.0])), lambda view: Admission(TWO, 0.2)]
    passing, kept = ask("admit", *stages)
    assert passing.tolist() == [1, 1]
    assert kept == pytest.approx([1 - 0.5 * 0.8, 0.2])


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
    assert book.losses == ()
    assert [column.tolist() for column in book.admit(VIEWS["admit"])] == [[1, 1], [0, 0]]
    assert book.route_cash(VIEWS["route_cash"]) is None
    assert book.require_margin(VIEWS["require_margin"]) is None
    assert [column.tolist() for column in book.liquidate(VIEWS["liquidate"])] == [[0, 0]] * 7
