"""Scenarios that cannot run are refused in one sentence: where, what was found, what is allowed, what to do."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.experiments.planning.overrides import applied, parse_override, settings_of
from lastresort.experiments.planning.subjects import ScenarioSubject
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.documents import validated
from lastresort.plugins.errors import InputError
from lastresort.simulation.scenario import Scenario

BASE: dict[str, Any] = {"name": "mine", "title": "Mine", "summary": "Mine."}


def groups(*rows: tuple[str, int, int, float]) -> dict[str, Any]:
    keys = ("name", "tier", "markets", "open_interest")
    return {"groups": [dict(zip(keys, row, strict=True), beta=1.0, volatility=0.01) for row in rows]}


def venues(*rows: tuple[str, float, float]) -> dict[str, Any]:
    return {"venues": [dict(zip(("name", "open_interest", "depth"), row, strict=True), fund=1e8) for row in rows]}


TURNED = "the low end first, then the high end; turn them around"

REFUSED: list[tuple[dict[str, Any], str]] = [
    (groups(("btc", 0, 1, 1.0)), "'desks.pairs' 0 where there is only one market, 'btc'"),
    (
        groups(("btc", 0, 1, 1.0), ("eth", 0, 1, 0.0)),
        "key 'groups.1.open_interest': found 0.0; allowed: greater than 0",
    ),
    (groups(("btc", 0, 1, 0.5), ("btc", 1, 1, 0.5)), "found 'btc' twice: rename one"),
    (groups(("a-1", 0, 1, 0.5), ("a", 1, 2, 0.5)), "market names must differ; two groups are called alike"),
    (venues(("a", 0.5, 0.5), ("a", 0.5, 0.5)), "venue names must differ; found 'a' twice: rename one"),
    (venues(("a", 1.0, 1.0), ("b", 0.0, 0.0)), "key 'venues.1.open_interest': found 0.0; allowed: greater than 0"),
    (venues(("a", 0.5, 1.0), ("b", 0.5, 0.0)), "key 'venues.1.depth': found 0.0; allowed: greater than 0"),
    ({"books": {"near": [0, 1, 1]}}, "key 'books.near.0': found 0; allowed: greater than or equal to 0.000001"),
    ({"books": {"spot_near": [1, 1, 0]}}, "key 'books.spot_near.2': found 0; allowed"),
    ({"backstops": {"lot": [100, 0, 10]}}, "key 'backstops.lot.1': found 0; allowed: greater than 0"),
    ({"margin": {"fund_split": [0.5, 0.3, 0.3]}}, "'margin.fund_split': found [0.5, 0.3, 0.3]; allowed: three shares"),
    ({"margin": {"floor": [0.1, 0.1, 0.1]}}, "key 'margin': allowed: 'floor' at most 'cap' in every tier; found"),
    ({"margin": {"cross": [0, 0, 0]}}, "key 'margin.cross.0': found 0; allowed: greater than 0"),
    ({"makers": {"leverage": [4, 2]}}, f"key 'makers.leverage': found [4, 2]; allowed: {TURNED}"),
    (
        {"retail": {"institutional_leverage": [2, 1]}},
        f"'retail.institutional_leverage': found [2, 1]; allowed: {TURNED}",
    ),
    ({"shorts": {"momentum_leverage": [15, 5]}}, f"'shorts.momentum_leverage': found [15, 5]; allowed: {TURNED}"),
    ({"shorts": {"momentum_trigger": [3, 0.5]}}, f"'shorts.momentum_trigger': found [3, 0.5]; allowed: {TURNED}"),
    ({"desks": {"pairs_leverage": [4, 1.5]}}, f"'desks.pairs_leverage': found [4, 1.5]; allowed: {TURNED}"),
    ({"desks": {"arbitrage_equity": [0.5, 0.2]}}, f"'desks.arbitrage_equity': found [0.5, 0.2]; allowed: {TURNED}"),
    ({"desks": {"basis_leverage": [[2, 3.5, 2], [4, 3, 3]]}}, f"[[2, 3.5, 2], [4, 3, 3]]; allowed: {TURNED}"),
    ({"backstops": {"provider_risk": [1.5, 0.5]}}, f"'backstops.provider_risk': found [1.5, 0.5]; allowed: {TURNED}"),
    ({"population": {"tail_start": 4e8}}, "'tail_start' at most 'tail_end'; found 4e+08 and 3.2e+08: raise 'tail_end'"),
    ({"population": {"retail": 0.9}}, "sum to at most 1; found 'retail' 0.9 + 'institutions' 0.16 + 'basis' 0.14"),
    ({"population": {"pairs": 1.2}}, "key 'population.pairs': found 1.2; allowed: less than or equal to 1"),
    ({"population": {"body": [7, 0]}}, "key 'population.body.1': found 0; allowed: greater than 0"),
    (
        {"desks": {"basis": [0.8, 0.8, 0.8]}},
        "for the rest are market makers' shorts; found 'desks.basis' 0.8 + 'shorts",
    ),
    (
        {"retail": {"share": [0.97] * 3}},
        "for the rest are institutions' longs; found 'retail.share' 0.97 + 'desks.arbi",
    ),
    ({"open_interest": True}, "key 'open_interest': found True; allowed: a valid number"),
    ({"open_interest": 0.5}, "key 'open_interest': found 0.5; allowed: greater than or equal to 1"),
    ({"open_interest": 2e18}, "key 'open_interest': found 2e+18; allowed: less than or equal to"),
    ({"open_interest": "1e9"}, "key 'open_interest': found '1e9'; allowed: a valid number"),
    ({"population": {"accounts": True}}, "key 'population.accounts': found True; allowed: a whole number"),
    ({"makers": {"withdraw": 1}}, "key 'makers.withdraw': found 1; allowed: a valid boolean"),
    ({"news": [{"time": True, "size": -0.1, "spread": 60}]}, "key 'news.0.time': found True; allowed: a valid number"),
    ({"retail": {"panic_start": [0, 0.1, 0.1]}}, "key 'retail.panic_start.0': found 0; allowed: greater than 0"),
    ({"shorts": {"take_profit_scale": [0, 0.1, 0.1]}}, "key 'shorts.take_profit_scale.0': found 0; allowed"),
    ({"makers": {"volatility_scale": [0, 8, 8]}}, "key 'makers.volatility_scale.0': found 0; allowed: greater than 0"),
    ({"clock": {"stress_tick": 1e-9}}, "key 'clock.stress_tick': found 1e-09; allowed: greater than or equal to 0.01"),
    ({"clock": {"duration": 1e9}}, "key 'clock.duration': found 1000000000.0; allowed: less than or equal to 2678400"),
    (
        {"volatility": 1000},
        "prices within a factor of 100,000 of their start; found group 'btc' with beta 1, news of +0",
    ),
    ({"news": [{"time": 9, "size": 0.99, "spread": 9}] * 20}, "found group 'btc' with beta 1, news of +19.8 and -0"),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSED)
def test_what_cannot_run_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        validated(Scenario, BASE | changes, "mine.yaml")
    told = str(refused.value)
    assert told.startswith("mine.yaml: ")
    assert sentence in told
    assert "\n" not in told


@pytest.mark.parametrize(
    "changes",
    [
        groups(("btc", 0, 1, 1.0)) | {"desks": {"pairs": 0}},
        venues(("a", 1.0, 1.0)) | {"desks": {"arbitrage": [0.5, 0.5, 0.4]}},
        {"makers": {"leverage": [3, 3]}, "population": {"tail_start": 3.2e8}},
        {"population": {"retail": 0.5}, "retail": {"share": [0.95, 0.95, 0.95]}, "news": []},
        {"open_interest": 1},
        {"open_interest": 10**18},
        {"population": {"accounts": 400.0}},
    ],
)
def test_what_can_run_is_not(changes: dict[str, Any]) -> None:
    validated(Scenario, BASE | changes, "mine.yaml")


def test_from_the_command_line_it_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    YAML(typ="safe", pure=True).dump(BASE | groups(("btc", 0, 1, 1.0)), file)
    result = CliRunner().invoke(app, ["run", str(file), "warehouse"])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {file}: allowed: 'desks.pairs' 0 where there is only one market")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("scenarios.*.makers.leverage=[4, 2]", f"found [4, 2]; allowed: {TURNED}"),
        ("scenarios.*.makers.leverage.2=1", f"with makers.leverage.2=1; allowed: {TURNED}"),
        ("scenarios.*.population.tail_end=10", "with population.tail_end=10; allowed: 'tail_start' at most 'tail_end'"),
        ("scenarios.*.open_interest=true", "'scenarios.*.open_interest': found True; allowed: a valid number"),
        ("scenarios.*.margin.fund_split.1=1", "with margin.fund_split.1=1; allowed: three shares that sum to 1"),
    ],
)
def test_a_study_that_makes_such_a_scenario_names_its_path(override: str, sentence: str) -> None:
    subject = ScenarioSubject(Catalogue.load().scenario("oct-2025"))
    settings = settings_of([parse_override(override)], [subject])[subject.name]
    with pytest.raises(InputError) as refused:
        applied(subject, settings, "varied")
    assert sentence in str(refused.value)
