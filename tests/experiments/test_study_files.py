"""Study files: from YAML to a plan in which nothing is open, or to one sentence that says what is wrong."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lastresort.experiments.planning import Comparison, Override, Plan, StudyFile, study_schema
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.simulation.scenario import Scenario

PAGE = Path(__file__).parents[2] / "docs" / "studies.md"
SCORES = ("lc", "mnf")
CATALOGUE = Catalogue.load()
CORE = [policy.name for policy in CATALOGUE.suite("core")]
PAIR = "{policy: fund+pro-rata-adl, against: fund+queue-adl, score: lc}"

RULE = """
from lastresort.mechanisms.contract import EventView, Mechanism

class Attentive(Mechanism):
    "Do nothing, attentively."
    name = "attentive"
    patience: float = 1.0

    def observe(self, view: EventView) -> None:
        return None
"""

Planner = Callable[..., Plan]


@pytest.fixture
def planned(tmp_path: Path) -> Planner:
    """Plan a study file of two scenarios and the core policies, with `keys` (YAML) added or put in place of them."""

    def plan(keys: str = "", *overrides: Override, whole: bool = False) -> Plan:
        usual = {"name": "trial", "scenarios": "[oct-2025, calm-day]", "policies": "[core]", "seeds": "2"}
        lines = [f"{key}: {value}" for key, value in usual.items() if not re.search(rf"^{key}:", keys, re.MULTILINE)]
        path = tmp_path / "study.yaml"
        path.write_text(keys if whole else "\n".join([*lines, keys]), encoding="utf-8")
        study = StudyFile.read(path)
        return study.plan(Catalogue.load(study.plugin_files) if study.plugins else CATALOGUE, SCORES, overrides)

    return plan


def test_the_study_of_the_page(planned: Planner) -> None:
    example = re.search(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert example is not None
    plan = planned(example[1], whole=True)
    assert [scenario.name for scenario in plan.scenarios] == [
        "oct-2025 venues.first.fund=4e+08",
        "oct-2025 venues.first.fund=1.2e+09",
        "oct-2025 venues.first.fund=3.6e+09",
        "oct-2025-steady-makers",
    ]
    assert (len(plan.policies), plan.size, len(plan.primary)) == (7, 560, 14)
    assert {policy.waterfall[1].parameters["penalty"] for policy in plan.policies} == {0.005}
    assert {scenario.population.accounts for scenario in plan.scenarios} == {10_000}
    assert plan.precision is not None
    assert (plan.precision.half_width_of("mnf"), plan.precision.most_seeds) == (0.01, 200)


def test_the_page_names_every_key() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    schema = study_schema()
    assert sorted(rows) == sorted(schema["properties"])
    assert schema["required"] == ["name", "scenarios"]
    assert schema["additionalProperties"] is False


def test_without_more_the_core_policies_run_on_twenty_seeds(planned: Planner) -> None:
    plan = planned("name: plain\nscenarios: [calm-day]\n", whole=True)
    assert plan.policies[0].name == "deep-pocket"
    assert sorted(policy.name for policy in plan.policies) == sorted(CORE)
    assert plan.seeds == tuple(range(1, 21))
    assert (plan.primary, plan.precision, plan.plugins, plan.patience) == ((), None, (), 10.0)


@pytest.mark.parametrize(
    ("keys", "seeds"),
    [("seeds: 3", (1, 2, 3)), ("seeds: 2\nfirst_seed: 7", (7, 8)), ("seeds: [5, 2, 9]", (5, 2, 9))],
)
def test_seeds(planned: Planner, keys: str, seeds: tuple[int, ...]) -> None:
    assert planned(keys).seeds == seeds


def test_the_reference_takes_part_and_comes_first(planned: Planner) -> None:
    for words in ("[fund+queue-adl]", "[fund+queue-adl, deep-pocket]", "[deep-pocket, fund+queue-adl]"):
        assert [policy.name for policy in planned(f"policies: {words}").policies] == ["deep-pocket", "fund+queue-adl"]


def test_cells_are_every_run_once(planned: Planner) -> None:
    plan = planned("seeds: [4, 2]\npolicies: [warehouse]")
    assert [(scenario.name, policy.name, seed) for scenario, policy, seed in plan.cells()] == [
        (scenario, policy, seed)
        for scenario in ("oct-2025", "calm-day")
        for seed in (4, 2)
        for policy in ("deep-pocket", "warehouse")
    ]
    assert plan.size == 8


def test_files_are_found_beside_the_study(planned: Planner, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "own.yaml").write_text("name: own-day\ntitle: T\nsummary: S.\nvolatility: 0.01\n")
    (tmp_path / "mine.yaml").write_text("name: mine\ntitle: T\nsummary: S.\nwaterfall: [{use: full-takeover}]\n")
    (tmp_path / "rule.py").write_text(RULE)
    plan = planned(
        "scenarios: [more/own.yaml]\npolicies: [mine.yaml, fund+attentive]\nplugins: [rule.py]\n"
        "set: {scenarios.own-day.volatility: 0.03}\ngrid: {policies.*.attentive.patience: [1, 2]}"
    )
    assert [(scenario.name, scenario.volatility) for scenario in plan.scenarios] == [("own-day", 0.03)]
    assert [policy.name for policy in plan.policies] == [
        "deep-pocket",
        "mine",
        "fund+attentive attentive.patience=1",
        "fund+attentive attentive.patience=2",
    ]
    assert plan.plugin_files == (tmp_path / "rule.py",)
    assert plan.plugins[0].sha256 == hashlib.sha256(RULE.encode()).hexdigest()


def test_the_command_line_takes_the_place_of_the_same_path(planned: Planner) -> None:
    keys = "set: {scenarios.*.volatility: 0.03, scenarios.*.clock.duration: 600}"
    plan = planned(keys, Override("scenarios.*.volatility", 0.04))
    assert {(scenario.volatility, scenario.duration) for scenario in plan.scenarios} == {(0.04, 600)}
    with pytest.raises(
        InputError, match=r"^--set, 'scenarios.calm-day.volatility': 'scenarios.\*.volatility' in .* sets"
    ):
        planned(keys, Override("scenarios.calm-day.volatility", 0.04))


def test_a_primary_comparison_is_made_in_every_scenario_or_in_one(planned: Planner) -> None:
    one = "{policy: warehouse, against: fund+queue-adl, score: mnf, scenario: calm-day}"
    assert planned(f"primary: [{PAIR}, {one}]").primary == (
        Comparison("oct-2025", "fund+pro-rata-adl", "fund+queue-adl", "lc"),
        Comparison("calm-day", "fund+pro-rata-adl", "fund+queue-adl", "lc"),
        Comparison("calm-day", "warehouse", "fund+queue-adl", "mnf"),
    )


def pairs(plan: Plan) -> list[tuple[str, str]]:
    """What a plan compares, without the names of the policies and of the mechanism."""
    short = re.compile(r"fund\+(pro-rata|queue)-adl ?(insurance-fund\.)?")
    return [(short.sub("", one.policy), short.sub("", one.against)) for one in plan.primary]


def test_variants_are_compared_where_they_agree_in_what_both_vary(planned: Planner) -> None:
    study = f"scenarios: [calm-day]\nprimary: [{PAIR}]\n"
    both = "grid: {policies.*.insurance-fund.usable: [0.1, 0.2]}"
    assert pairs(planned(study + both)) == [("usable=0.1", "usable=0.1"), ("usable=0.2", "usable=0.2")]
    first = "grid: {policies.fund+pro-rata-adl.insurance-fund.usable: [0.1, 0.2]}"
    assert pairs(planned(study + first)) == [("usable=0.1", ""), ("usable=0.2", "")]
    apart = "grid: {policies.fund+pro-rata-adl.insurance-fund.usable: [0.1, 0.2],"
    apart += " policies.fund+queue-adl.insurance-fund.usable: [0.2, 0.3]}"
    assert pairs(planned(study + apart)) == [("usable=0.2", "usable=0.2")]


def test_the_full_name_of_a_variant_stands_for_it_alone(planned: Planner) -> None:
    one, other = (f"fund+queue-adl insurance-fund.usable={usable}" for usable in (0.1, 0.2))
    grid = "scenarios: [calm-day]\ngrid: {policies.*.insurance-fund.usable: [0.1, 0.2]}\n"
    plan = planned(f"{grid}primary: [{{policy: {one}, against: {other}, score: mnf}}]")
    assert plan.primary == (Comparison("calm-day", one, other, "mnf"),)


def test_the_declaration_can_be_read_again_and_fixes_every_number(planned: Planner, tmp_path: Path) -> None:
    study = f"grid: {{policies.*.insurance-fund.usable: [0.1, 0.2]}}\nprimary: [{PAIR}]\n"
    plan = planned(study)
    assert planned(study).declaration() == plan.declaration()
    assert str(tmp_path) not in plan.declaration()
    document: dict[str, Any] = json.loads(plan.declaration())
    assert tuple(map(Scenario.model_validate, document["scenarios"])) == plan.scenarios
    assert tuple(map(Policy.model_validate, document["policies"])) == plan.policies
    assert hashlib.sha256(plan.declaration().encode()).hexdigest() == plan.sha256()
    others = {
        planned(study + more).sha256()
        for more in (
            "seeds: 3",
            "question: Why?",
            "patience: 5",
            "set: {scenarios.calm-day.volatility: 0.021}",
            "precision: {half_width: 0.1}",
        )
    }
    assert len(others | {plan.sha256()}) == 6


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("polcies: [core]", ": unknown key 'polcies'; allowed: …; did you mean 'policies'?"),
        (
            "seeds: 0",
            ": key 'seeds': found 0; allowed: a number from 1 to 1,000,000, or a list of such numbers that diff",
        ),
        ("seeds: -3", ": key 'seeds': found -3; allowed: a number from 1"),
        ("seeds: yes", ": key 'seeds': found 'yes'; allowed: a number from 1"),
        ("seeds: []", ": key 'seeds': found []; allowed: a number from 1"),
        ("seeds: [3, 3]", ": key 'seeds': found [3, 3]; allowed: a number from 1"),
        ("seeds: [1, 2]\nfirst_seed: 3", ": key 'first_seed': found 3; allowed: no first_seed where seeds is a list"),
        ("first_seed: 0", ": key 'first_seed': found 0; allowed: greater than or equal to 1"),
        ("patience: 0", ": key 'patience': found 0; allowed: greater than 0"),
        ("name: Big Fund", ": key 'name': found 'Big Fund'; allowed: string should match pattern"),
        ("scenarios: calm-day", ": key 'scenarios': found 'calm-day'; allowed: a valid list"),
        ("scenarios: [calm-day, calm-day]", ", scenarios: 'calm-day' is named twice"),
        ("scenarios: [calm]", ", scenarios: unknown scenario 'calm'; allowed: calm-day, …; did you mean 'calm-day'?"),
        ("scenarios: [none.yaml]", ", scenarios: …none.yaml: cannot be read (No such file or directory)"),
        ("policies: [core, core]", ", policies: 'core' is named twice"),
        ("policies: [warehous]", ", policies: unknown policy 'warehous'; allowed: …; did you mean 'warehouse'?"),
        (
            "set: {scenarios.*.volatilty: 1}",
            ", set, 'scenarios.*.volatilty': unknown key …; did you mean 'volatility'?",
        ),
        (
            "set: {scenario.*.volatility: 1}",
            ", set, 'scenario.*.volatility': found 'scenario'; allowed: scenarios or pol",
        ),
        (
            "set: {policies.*.insurance-fund.usable: 3}",
            ", set, 'policies.*.insurance-fund.usable': found 3; allowed: less",
        ),
        ("set: {scenarios.*.rails: {servers: 2}}", ", set, 'scenarios.*.rails': found a mapping; allowed: a number"),
        ("grid: {}", ": key 'grid': found {}; allowed: paths with at least one value each, or no grid at all"),
        (
            "grid: {scenarios.*.volatility: []}",
            ": key 'grid': found {'scenarios.*.volatility': []}; allowed: paths with",
        ),
        (
            "grid: {scenarios.*.volatility: 0.1}",
            ": key 'grid.scenarios.*.volatility': found 0.1; allowed: a valid list",
        ),
        (
            "grid: {scenarios.*.volatility: [0.1, 0.1]}",
            ", grid, 'scenarios.*.volatility': found 0.1 twice; allowed: val",
        ),
        (
            "grid: {scenarios.*.volatility: [1, 1.0]}",
            ", grid: 'oct-2025' comes out the same with volatility=1 and with",
        ),
        (
            "grid: {policies.deep-pocket.full-takeover.penalty: [0.1]}",
            ", grid, 'policies.deep-pocket.full-takeover.penalty': the reference does not vary; allowed: other",
        ),
        (
            "primary: [{policy: okx, against: warehouse, score: mnf}]",
            ", primary 1: no policy 'okx' takes part; allowed:",
        ),
        (
            "primary: [{policy: warehouse, against: warehouse, score: mnf}]",
            ", primary 1: 'warehouse' is compared with it",
        ),
        (
            f"primary: [{PAIR.replace('mnf', 'mfn').replace('lc', 'mfn')}]",
            ", primary 1: unknown score 'mfn'; …mean 'mnf'?",
        ),
        (
            f"primary: [{PAIR.replace('lc', 'lc_star')}]",
            ", primary 1: the score 'lc_star' is gone: 'lc' counts dollars, double where",
        ),
        (
            f"primary: [{PAIR}, {{policy: fund+queue-adl, against: fund+pro-rata-adl, score: lc}}]",
            ", primary 2: the comparison of 'fund+pro-rata-adl' and 'fund+queue-adl' by 'lc' is declared twice",
        ),
        (
            f"primary: [{PAIR.replace('}', ', scenario: calm}')}]",
            ", primary 1: no scenario 'calm' takes part; allowed: oct-2025 or calm-day; did you mean 'calm-day'?",
        ),
        (
            f"primary: [{PAIR}]\ngrid: {{policies.fund+queue-adl.insurance-fund.usable: [0.1],"
            " policies.fund+pro-rata-adl.insurance-fund.usable: [0.2]}",
            ", primary 1: no variant of 'fund+pro-rata-adl' agrees with one of 'fund+queue-adl' in what both vary",
        ),
        ("precision: {half_width: 0.1}", ": key 'precision': found …; allowed: no precision without primary"),
        (
            f"primary: [{PAIR}]\nprecision: {{half_width: {{mnf: 0.1}}}}",
            ": key 'precision': found …; allowed: a half_width for each score of the primary comparisons: lc",
        ),
        (
            f"primary: [{PAIR}]\nprecision: {{half_width: {{lc_star: 0.1}}}}",
            ": key 'precision': found …; the score 'lc_star' is gone: 'lc' counts dollars",
        ),
        (f"primary: [{PAIR}]\nprecision: {{half_width: 0}}", ": key 'precision.half_width': found 0; allowed: greater"),
        (
            f"primary: [{PAIR}]\nprecision: {{half_width: 0.1, first_stage: 300}}",
            ": key 'precision.most_seeds': found 200; allowed: at least first_stage, 300",
        ),
    ],
)
def test_a_mistake_is_one_sentence(planned: Planner, tmp_path: Path, keys: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        planned(keys)
    told = str(error.value)
    expected = f"{tmp_path / 'study.yaml'}{sentence}"
    assert re.match(".*".join(map(re.escape, expected.split("…"))), told), told
    assert "\n" not in told


def test_a_file_may_not_pass_for_another_policy_or_scenario(planned: Planner, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("name: warehouse\ntitle: T\nsummary: S.\nwaterfall: [{use: full-takeover}]\n")
    with pytest.raises(InputError, match="policies: two policies are named 'warehouse'; allowed: a name of its own"):
        planned("policies: [core, own.yaml]")
    own.write_text("name: calm-day\ntitle: T\nsummary: S.\n")
    with pytest.raises(InputError, match="scenarios: two scenarios are named 'calm-day'; allowed: a name of its own"):
        planned("scenarios: [calm-day, own.yaml]")
