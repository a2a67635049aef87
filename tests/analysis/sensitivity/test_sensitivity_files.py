"""Sensitivity files: what they may say, what they become, and one sentence for every mistake."""

import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from lastresort.analysis.sensitivity.planning import placing_of
from lastresort.analysis.sensitivity.sensitivity_file import SensitivityFile, usual_ranges
from lastresort.analysis.sensitivity.sensitivity_plan import SensitivityPlan
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.scores import SCORES

SMALLEST = """
name: mine
scenario: oct-2025
factors:
  scenarios.*.desks.rehedge_time: {low: 60, high: 1800, scale: log}
  scenarios.*.rails.servers: [1, 8]
  scenarios.*.retail.panic_start: {low: 0.5, high: 2, times: true}
  policies.*.insurance-fund.usable: [0.3, 1.0]
  policies.fund+queue-adl.full-takeover.penalty: [0, 0.01]
thresholds:
  delta: [0.05, 0.1, 0.5]
  tau: [10, 600]
"""
PAGE = (Path(__file__).parents[3] / "docs" / "sensitivity.md").read_text(encoding="utf-8")
JUDGING = [score.name for score in SCORES if score.direction != "descriptive"]

Read = Callable[[str], SensitivityPlan]


@pytest.fixture
def read(tmp_path: Path, catalogue: Catalogue) -> Read:
    """Plan a file with some text."""

    def plan(text: str) -> SensitivityPlan:
        (tmp_path / "mine.yaml").write_text(text)
        return SensitivityFile.read(tmp_path / "mine.yaml").plan(catalogue, JUDGING)

    return plan


def test_a_file_becomes_factors_and_outputs(read: Read) -> None:
    plan = read(SMALLEST)
    labels = [factor.label for factor in plan.factors]
    assert labels == [
        *("desks.rehedge_time", "rails.servers", "retail.panic_start", "insurance-fund.usable"),
        *("fund+queue-adl.full-takeover.penalty", "threshold delta", "threshold tau", "replicate"),
    ]
    rehedge, servers, panic, usable, _, delta, tau, chance = plan.factors
    assert (rehedge.nominal, rehedge.unit, rehedge.range) == (300.0, "s", "60 to 1,800 s")
    assert (servers.whole, panic.times, panic.nominal, usable.kind) == (True, True, 1.0, "policy")
    assert (delta.levels, delta.nominal, tau.nominal) == ((0.05, 0.1, 0.5), 0.2, 60.0)
    assert (chance.by_chance, len(chance.levels), plan.seeds) == (True, 8, tuple((seed,) for seed in range(1, 9)))
    assert [output.name for output in plan.outputs] == [
        "lc: fund+hedge-aware-adl - fund+queue-adl",
        "mnf: fund+hedge-aware-adl - fund+queue-adl",
        *("lc: fund+queue-adl", "lc: fund+hedge-aware-adl"),
        *("mnf: fund+queue-adl", "mnf: fund+hedge-aware-adl"),
    ]


def test_values_are_put_where_they_belong(read: Read, catalogue: Catalogue) -> None:
    plan = read(SMALLEST)
    placing = placing_of(plan, catalogue)
    rehedge, servers, panic, usable, penalty, delta, tau, chance = (factor.name for factor in plan.factors)
    point = placing.point(
        plan.factors,
        {rehedge: 99.0, servers: 2.6, panic: 2.0, usable: 0.4, penalty: 0.01, delta: 0.1, tau: 30.0, chance: 3.0},
    )
    usual = placing.point(plan.factors, {})
    assert (point.scenario.desks.rehedge_time, point.scenario.rails.servers) == (99.0, 3)
    assert point.scenario.retail.panic_start == pytest.approx([2 * one for one in usual.scenario.retail.panic_start])
    assert (point.thresholds.delta, point.thresholds.naked_seconds, point.thresholds.cost) == (0.1, 30.0, 0.02)
    assert (point.seeds, usual.seeds) == ((3,), (1,))
    assert [_parameter(policy, "insurance-fund", "usable") for policy in point.policies[1:]] == [0.4, 0.4]
    penalties = [_parameter(policy, "full-takeover", "penalty") for policy in point.policies]
    assert (penalties[1], penalties[0], penalties[2]) == (0.01, *(_usual_penalty(usual.policies, k) for k in (0, 2)))
    assert usual.scenario == plan.scenario
    assert usual.policies == plan.policies


def _parameter(policy: Any, mechanism: str, name: str) -> Any:
    return next(step.parameters[name] for step in policy.waterfall if step.use == mechanism)


def _usual_penalty(policies: Collection[Any], number: int) -> Any:
    return _parameter(list(policies)[number], "full-takeover", "penalty")


def test_thresholds_and_seeds_need_no_other_scenario(read: Read, catalogue: Catalogue) -> None:
    """What a scenario is called is part of the key of its runs, so it is called after its numbers alone."""
    plan = read(SMALLEST)
    placing = placing_of(plan, catalogue)
    moved = {"scenarios.*.desks.rehedge_time": 99.0}
    one = placing.point(plan.factors, moved)
    other = placing.point(plan.factors, moved | {"thresholds.tau": 30.0, "replicate": 2.0})
    assert one.scenario is other.scenario
    assert one.scenario.name.startswith("oct-2025 point=")
    assert placing.point(plan.factors, {"thresholds.tau": 30.0}).scenario.name == "oct-2025"


def test_the_built_in_assumptions_are_those_of_every_scenario(catalogue: Catalogue) -> None:
    plan = SensitivityFile.of_scenario("oct-2025").plan(catalogue, JUDGING)
    assert (plan.name, plan.method, plan.trajectories) == ("oct-2025-sensitivity", "morris", 20)
    assert len(plan.factors) == len(usual_ranges().factors) + 3 + 1
    assert all(factor.because for factor in plan.factors[:-1])
    assert all(factor.low <= factor.nominal <= factor.high for factor in plan.factors[:-1])
    for name in catalogue.scenarios:
        SensitivityFile.of_scenario(name).plan(catalogue, JUDGING)


def test_set_comes_before_anything_is_varied(read: Read) -> None:
    plan = read(f"{SMALLEST}set: {{scenarios.*.desks.rehedge_time: 120, policies.*.insurance-fund.usable: 0.5}}")
    assert (plan.factors[0].nominal, plan.factors[3].nominal) == (120.0, 0.5)


def test_equal_files_have_equal_hashes(read: Read) -> None:
    assert read(SMALLEST).sha256() == read(f"# a remark\n{SMALLEST}").sha256()
    assert read(SMALLEST).sha256() != read(f"{SMALLEST}draw: 2").sha256()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("desks.rehedge_time", "desks.rehedge_tim", "unknown key 'rehedge_tim' in 'desks'; allowed: "),
        ("desks.rehedge_time", "desks.rehedge_tim", "did you mean 'rehedge_time'?"),
        ("desks.rehedge_time", "desks", "'desks' is a group; name one of its keys"),
        ("scenarios.*.desks", "scenario.*.desks", "found 'scenario'; allowed: scenarios or policies"),
        ("desks.rehedge_time: {low", "makers.withdraw: {low", "there stands True; allowed: paths to numbers"),
        ("[1, 8]", "[8, 1]", "found [8, 1]; allowed: low below high"),
        ("[1, 8]", "[1]", "allowed: [low, high], or a mapping with low and high"),
        ("[1, 8]", "{low: 1, high: 8, scael: log}", "servers.scael'; allowed: because, high, "),
        ("low: 60", "low: 0", "allowed: low above 0 where the scale is log"),
        ("[0.3, 1.0]", "[0.3, 1.5]", "found 1.5; allowed: less than or equal to 1"),
        (", times: true", "", "there stands a list of numbers; allowed: one of them, as in"),
        ("policies.*.insurance-fund", "policies.deep-pocket.backstop", "no policy 'deep-pocket' takes part"),
        (
            "policies.*.insurance",
            "policies.fund+queue-adl.insurance-fund.usable: [0, 1]\n  policies.*.insurance",
            "sets",
        ),
        ("delta: [0.05, 0.1, 0.5]", "delta: [0.1, 0.4]", "allowed: a list of levels of 0.05, 0.1, 0.2, 0.3 or 0.5"),
        ("tau:", "tua:", "unknown threshold; allowed: delta, tau or lambda; did you mean 'tau'?"),
        ("name: mine", "name: mine\npolicies: [fund+queue-adl]", "found fund+queue-adl; allowed: two policies or more"),
        ("name: mine", "name: mine\nbaseline: okx", "found 'okx'; allowed: fund+queue-adl or fund+hedge-aware-adl"),
        ("name: mine", "name: mine\nscores: [mfn]", "unknown score 'mfn'; allowed: lc, mnf, "),
        ("name: mine", "name: mine\nscores: [liquidated]", "unknown score 'liquidated'"),
        ("name: mine", "name: mine\nsamples: 100", "found 100; allowed: a power of two"),
        ("name: mine", "name: mine\nlevels: 3", "found 3; allowed: an even number"),
        ("name: mine", "name: mine\nreplicates: 1", "allowed: greater than or equal to 2"),
        ("name: mine", "name: mine\nsobol_factors: [thresholds.lambda]", "no factor 'thresholds.lambda'; allowed: "),
        ("name: mine", "name: mine\ntrajectory: 3", "unknown key 'trajectory'; allowed: "),
        ("scenario: oct-2025", "scenario: oct-2052", "oct-2052"),
    ],
)
def test_a_mistake_is_one_sentence(read: Read, old: str, new: str, sentence: str) -> None:
    assert old in SMALLEST
    with pytest.raises(InputError) as caught:
        read(SMALLEST.replace(old, new, 1))
    assert sentence in str(caught.value)
    assert "mine.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_to_vary_is_a_mistake(read: Read) -> None:
    with pytest.raises(InputError, match="found none; allowed: at least one factor or threshold"):
        read("name: mine\nscenario: oct-2025\nfactors: {}\nthresholds: {}")


def test_many_factors_are_for_morris_first(read: Read) -> None:
    with pytest.raises(InputError, match="found none, of 14 factors; allowed: 8 at most, or the method both"):
        read("name: mine\nscenario: oct-2025\nmethod: sobol")


def test_the_file_of_the_documentation_can_be_planned(read: Read) -> None:
    (text,) = re.findall(r"^```yaml\n(name: repairs\n.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert len(read(text).outputs) == 2 * (2 + 3)


def test_every_key_is_documented() -> None:
    keys = {field.alias or name for name, field in SensitivityFile.model_fields.items()}
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert keys <= {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}


def test_the_table_of_assumptions_is_the_file(catalogue: Catalogue) -> None:
    plan = SensitivityFile.of_scenario("oct-2025").plan(catalogue, JUDGING)
    rows = [f"| `{one.label}` | {one.range} | {one.shown(one.nominal)} |" for one in plan.factors if not one.by_chance]
    assert [row for row in rows if row not in PAGE] == []
