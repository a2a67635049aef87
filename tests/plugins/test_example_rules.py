"""The eleven example rules: each keeps the contract, has the lines that its table says, and does what it says."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.manager import build_waterfall
from lastresort.plugins.testing import candidates, loss_event
from lastresort.plugins.testing.small_crash import TROUGH, shown
from lastresort.simulation import RunRecord, Scenario, simulate

FOLDER = Path(__file__).parents[2] / "plugins" / "examples" / "rules"
FILES = sorted(FOLDER.glob("*.py"))
ATTRIBUTES = """
attributes:
  - {column: programme, value: 1, cohorts: [maker]}
  - {column: cover, share: 0.3}
  - {column: tier, value: 2, share: 0.1}
"""


@cache
def catalogue() -> Catalogue:
    return Catalogue.load(FILES)


def rule(name: str, **parameters: Any) -> Mechanism:
    return catalogue().mechanisms[name](**parameters)


def test_the_table_says_how_long_each_is_and_what_it_answers() -> None:
    rows = re.findall(r"^\| \[`(\w+\.py)`\]\(\1\) \| (\d+) \| .* \| (.*) \|$", (FOLDER / "README.md").read_text(), re.M)
    assert [name for name, _, _ in rows] != []
    assert sorted(name for name, _, _ in rows) == [file.name for file in FILES]
    for name, lines, questions in rows:
        assert len((FOLDER / name).read_text().splitlines()) == int(lines) <= 32
        mechanism = catalogue().mechanisms[name.removesuffix(".py").replace("_", "-")]
        assert set(re.findall(r"`(\w+)`", questions)) == set(answered(mechanism))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_keeps_the_contract(file: Path) -> None:
    assert check_mechanism(rule(file.stem.replace("_", "-"))) == []


def test_the_richest_come_first() -> None:
    event = loss_event(candidates([-10, -10, -10], equity=[30, 10, 20]), contracts=15)
    assert rule("richest-first").allocate(event).close.tolist() == [10, 0, 5]  # type: ignore[union-attr]


def test_equity_of_nothing_or_less_bears_nothing() -> None:
    """Notional 10 each over equity 10, 5, 0 and -5: of 6 contracts the second is closed by twice as many."""
    event = loss_event(candidates([-10] * 4, equity=[10, 5, 0, -5]), contracts=6)
    said = rule("notional-over-equity").allocate(event)
    assert said is not None
    assert said.close == pytest.approx([2, 4, 0, 0])


def test_the_lower_tier_is_closed_first() -> None:
    event = loss_event(candidates([-10, -10, -20], tier=[1, 0, 0]), contracts=33)
    said = rule("tier-ladder").allocate(event)
    assert said is not None
    assert said.close == pytest.approx([3, 10, 20])


def test_who_has_half_cover_is_closed_by_half_before_the_rest() -> None:
    event = loss_event(candidates([-10, -10], cover=[1, 0.5], profit=[5, 1]), contracts=8)
    said = rule("opt-out").allocate(event)
    assert said is not None
    assert said.close == pytest.approx([3, 5])


def test_nobody_is_closed_by_more_than_a_quarter_within_an_hour() -> None:
    one = rule("hourly-cap")
    event = loss_event(candidates([-40, -80]), contracts=120, time=100)
    for expected in ([10, 20], [0, 0]):
        said = one.allocate(event)
        assert said is not None
        assert said.close == pytest.approx(expected)
        event = replace(event, candidates=candidates([-30, -60]), time=200)


def test_the_joint_rule_brings_net_exposure_down() -> None:
    """In the trough the pair trader is closed no further than its legs offset each other."""
    (view,) = shown("allocate_jointly", TROUGH)
    said = rule("joint-deleveraging").allocate_jointly(view)
    assert said is not None
    before: dict[int, float] = {}
    for who in (event.candidates for event in view.events):
        before.update(zip(who.account.tolist(), who.net_delta.tolist(), strict=True))
    after = dict(before)
    for event, one in zip(view.events, said.allocations, strict=True):
        assert one is not None
        worth = np.sign(event.candidates.quantity) * event.beta * event.mark
        for account, closed in zip(event.candidates.account, one.close * worth, strict=True):
            after[int(account)] -= closed
    assert sum(map(abs, after.values())) < sum(map(abs, before.values()))


def short_run(scenario: Scenario, name: str, **parameters: Any) -> RunRecord:
    """The small crash under a rule, whose own policy has these parameters."""
    policy = catalogue().policies[f"fund+{name}"]
    steps = [
        step.model_copy(update={"parameters": parameters}) if step.use == name else step for step in policy.waterfall
    ]
    stack = policy.model_copy(update={"waterfall": tuple(steps)})
    return simulate(scenario, {venue.name: build_waterfall(stack, catalogue()) for venue in scenario.venues}, 1)


def of(record: RunRecord, kind: str, name: str) -> Any:
    return record.events.query("kind == @kind and mechanism == @name")


@pytest.fixture
def run(small: str, tmp_path: Path) -> Callable[..., RunRecord]:
    """Run a rule in the small scenario, which says something of its accounts."""
    (tmp_path / "small.yaml").write_text(small + ATTRIBUTES, encoding="utf-8")
    scenario = catalogue().scenario(str(tmp_path / "small.yaml"))
    return lambda name, **parameters: short_run(scenario, name, **parameters)


def test_a_profit_cap_closes_winners_before_there_is_a_loss(run: Callable[..., RunRecord]) -> None:
    record = run("profit-cap", cap=1.0)
    closed = of(record, "reduction", "profit-cap")
    assert len(closed) > 0
    assert (closed["contracts"] > 0).all()
    assert closed["dollars"].abs().max() < 1e-3 * closed["contracts"].max(), (
        "at the mark one side gains what the other loses"
    )
    fills = record.fills.query("stage == 'profit-cap'")
    assert fills.groupby("time")["quantity"].sum().abs().max() < 1e-6 * fills["quantity"].abs().max()
    assert record.totals["conservation_error"] < 1e-9


def test_takers_pay_makers_and_the_fund_and_that_is_no_deficit_but_a_cost(run: Callable[..., RunRecord]) -> None:
    record = run("taker-funding", rate=0.001)
    paid = of(record, "premium", "taker-funding")["dollars"].sum()
    assert paid > 0
    assert record.totals["premiums"] == pytest.approx(paid)
    charged = record.accounts["charged"]
    assert (charged < 0).any(), "makers are paid"
    assert charged.sum() == pytest.approx(paid)
    layers = ("fund_paid", "backstop_paid", "vault_paid", "capital_paid", "default_fund_paid", "haircut", "charged")
    assert record.totals["deficit"] == pytest.approx(sum(record.totals[name] for name in (*layers, "unpaid")))


def test_cover_is_paid_for_and_those_who_have_it_are_closed_less(run: Callable[..., RunRecord]) -> None:
    record = run("opt-out")
    assert of(record, "premium", "opt-out")["dollars"].sum() == pytest.approx(record.totals["premiums"])
    assert record.totals["premiums"] > 0, "the first hour is paid for at its beginning"
    assert len(of(record, "deleveraging", "opt-out")) > 0


def test_the_joint_rule_runs_a_crash(run: Callable[..., RunRecord]) -> None:
    record = run("joint-deleveraging")
    assert len(of(record, "deleveraging", "joint-deleveraging")) > 0
    assert record.totals["conservation_error"] < 1e-9
