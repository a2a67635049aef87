"""`lastresort audit` on a small market: what it prints, how it exits, and that it catches a planted fault."""

import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.simulation import simulate, streams
from lastresort.simulation.other_orders import VARIATIONS, IdleAgents

IDLE = IdleAgents.name


def audit(scenario: Path, *more: str) -> Any:
    """Run the command on two seeds, in this process."""
    usual = ["--policies", "fund+queue-adl,fund+pro-rata-adl", "--seeds", "2", "--jobs", "1"]
    return CliRunner().invoke(app, ["audit", str(scenario), *usual, *more])


@pytest.fixture
def brief_scenario(small_scenario: Path) -> Path:
    """The small market with few accounts, long ticks and an early end: an audit of 36 runs takes a few seconds."""
    text = small_scenario.read_text(encoding="utf-8")
    for usual, brief in (("accounts: 2000", "accounts: 400"), ("stress_tick: 5", "stress_tick: 20"), ("1200", "600")):
        text = text.replace(usual, brief)
    small_scenario.write_text(text, encoding="utf-8")
    return small_scenario


def test_a_sound_model_passes(brief_scenario: Path) -> None:
    result = audit(brief_scenario, "--json")
    assert result.exit_code == 0, result.output
    document = {outcome["variation"]: outcome for outcome in json.loads(result.stdout)}
    assert set(document) == {variation.name for variation in VARIATIONS}
    assert all(outcome["passed"] and not outcome["changed"] for outcome in document.values())
    assert document[IDLE]["identical"] == document[IDLE]["runs"] == 6
    assert document[IDLE]["headline"] == 0.0
    assert document[IDLE]["relative"] < 1e-12, "sums over a longer list may round otherwise"
    assert document["accounts shuffled"]["identical"] < 6, "the order did change"
    assert "36/36" in result.stderr


@pytest.fixture
def only_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the other variations."""
    monkeypatch.setattr("lastresort.simulation.other_orders.VARIATIONS", (IdleAgents(),))


@pytest.mark.usefixtures("only_idle")
def test_two_processes_say_the_same(brief_scenario: Path) -> None:
    one, two = audit(brief_scenario), audit(brief_scenario, "--jobs", "2")
    assert one.exit_code == two.exit_code == 0
    assert one.stdout == two.stdout
    assert "6 of 6 runs, all must" in one.stdout
    assert "Not covered" in one.stdout


def shared() -> Callable[..., np.random.Generator]:
    """The fault of one generator for everybody."""
    generator = np.random.default_rng(5)
    return lambda seed, *purpose: generator


def numbered() -> Callable[..., np.random.Generator]:
    """The fault of streams numbered in the order in which they are asked for."""
    numbers = itertools.count()
    return lambda seed, *purpose: np.random.default_rng([seed, next(numbers)])


@pytest.mark.usefixtures("only_idle")
@pytest.mark.parametrize(("fault", "where"), [(shared, "everywhere"), (numbered, "lastresort.simulation.rails")])
def test_a_stream_that_is_not_keyed_is_caught(
    brief_scenario: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Any], where: str
) -> None:
    keyed = streams.stream
    users = [name for name, module in sys.modules.items() if getattr(module, "stream", None) is keyed]
    faulty = [name for name in users if where in ("everywhere", name) or name.endswith("other_orders")]

    def simulate_with_fault(*arguments: Any, **settings: Any) -> Any:
        planted = fault()
        for name in faulty:
            monkeypatch.setattr(sys.modules[name], "stream", planted)
        return simulate(*arguments, **settings)

    monkeypatch.setattr("lastresort.experiments.run.simulate", simulate_with_fault)
    result = audit(brief_scenario, "--policies", "fund+queue-adl", "--json")
    assert result.exit_code == 1, result.output
    (outcome,) = json.loads(result.stdout)
    assert outcome["identical"] < outcome["runs"]


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--policies", "fund+queue-adl,nobody"], "unknown policy 'nobody'"),
        (["--jobs", "0"], "the number of jobs must be at least 1, found 0"),
    ],
)
def test_bad_input_is_one_line(brief_scenario: Path, options: list[str], what: str) -> None:
    result = CliRunner().invoke(app, ["audit", str(brief_scenario), *options])
    assert result.exit_code == 2
    assert what in result.stderr
    assert len(result.stderr.splitlines()) == 1
