"""Overrides: what they say, where they lead, what they change, and the sentence when they cannot."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.experiments.planning import Override, parse_override
from lastresort.experiments.planning.locations import locate
from lastresort.experiments.planning.overrides import applied, settings_of
from lastresort.experiments.planning.subjects import PolicySubject, ScenarioSubject
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.simulation.scenario import Scenario

CATALOGUE = Catalogue.load()
OCTOBER, CALM = (ScenarioSubject(CATALOGUE.scenario(name)) for name in ("oct-2025", "calm-day"))

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="ascii", exclude_categories=["C"]))
)
VALUES = SCALARS | st.lists(SCALARS | st.lists(SCALARS, max_size=3), max_size=3)


def policy_subject(name: str) -> PolicySubject:
    """A built-in policy with all parameters written out."""
    return PolicySubject(resolve(CATALOGUE.policies[name], CATALOGUE), CATALOGUE.mechanisms)


def set_in_scenarios(*texts: str) -> list[Scenario]:
    """October and the calm day with overrides."""
    subjects = [OCTOBER, CALM]
    settings = settings_of([parse_override(text) for text in texts], subjects)
    return [applied(subject, settings[subject.name], subject.name) for subject in subjects]


def set_in_policies(*texts: str, policies: tuple[str, ...] = ("deep-pocket", "fund+queue-adl")) -> list[Policy]:
    """Policies with overrides."""
    subjects = [policy_subject(name) for name in policies]
    settings = settings_of([parse_override(text) for text in texts], subjects)
    return [applied(subject, settings[subject.name], subject.name) for subject in subjects]


def leaves(document: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every value of a document with its path, down to single entries of lists."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, (*path, key))
    elif isinstance(document, list):
        for position, value in enumerate(document, start=1):
            name = value.get("name", position) if isinstance(value, dict) else position
            yield from leaves(value, (*path, str(name)))
    else:
        yield ".".join(path), document


@given(VALUES)
def test_json_is_read_as_the_value_it_stands_for(value: object) -> None:
    read = parse_override(f"scenarios.*.volatility={json.dumps(value)}")
    assert (read.path, read.value, type(read.value)) == ("scenarios.*.volatility", value, type(value))


def test_yaml_is_read_as_in_files() -> None:
    assert parse_override("a.b.c = 1e8").value == 1e8
    assert parse_override("a.b.c=index").value == "index"
    assert parse_override("a.b.c=x=y") == Override("a.b.c", "x=y")
    assert parse_override("a.b.c=[0.1, [1, true]]").value == [0.1, [1, True]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a.b.c", "--set: found 'a.b.c'; allowed: path=value"),
        ("=3", "--set: found '=3'; allowed: path=value"),
        ("a.b.c=", "--set: found 'a.b.c='; allowed: path=value"),
        ("a.b.c=[1", "--set, 'a.b.c': found '[1', which is not valid YAML"),
        ("a.b.c={x: 1}", "--set, 'a.b.c': found a mapping; allowed: a number"),
        ("a.b.c=2025-10-10", "--set, 'a.b.c': found a date; allowed: a number"),
        ("a.b.c=&x [*x]", "--set, 'a.b.c': found lists in lists in lists; allowed: a number"),
        ("a.b.c=!!python/name:os.system", "--set, 'a.b.c': found '!!python/name:os.system', which is not valid YAML"),
    ],
)
def test_what_is_no_override(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        parse_override(text)
    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize("subject", [OCTOBER, CALM], ids=lambda subject: subject.name)
def test_every_number_of_a_scenario_has_a_path_and_setting_it_to_itself_changes_nothing(
    subject: ScenarioSubject,
) -> None:
    paths = dict(leaves(subject.document()))
    assert {"volatility", "venues.tail-one.fund", "margin.fund_split.3", "groups.btc.beta"} <= set(paths)
    overrides = [Override(f"scenarios.{subject.name}.{path}", value) for path, value in paths.items()]
    assert applied(subject, settings_of(overrides, [subject])[subject.name], subject.name) == subject.item


@pytest.mark.parametrize("name", sorted(CATALOGUE.policies))
def test_every_parameter_of_a_policy_has_a_path(name: str) -> None:
    subject = policy_subject(name)
    paths = dict(leaves(subject.document()))
    overrides = [Override(f"policies.{name}.{path}", value) for path, value in paths.items()]
    again = applied(subject, settings_of(overrides, [subject])[name], name)
    assert [(step.use, step.parameters) for step in again.waterfall] == [
        (step.use, step.parameters) for step in subject.item.waterfall
    ]
    assert again.engine.parameters == subject.item.engine.parameters


def test_one_value_changes_and_no_other() -> None:
    october, calm = set_in_scenarios("scenarios.oct-2025.venues.second.fund=1e7")
    before, after = dict(leaves(OCTOBER.document())), dict(leaves(ScenarioSubject(october).document()))
    assert {path for path in before if before[path] != after[path]} == {"venues.second.fund"}
    assert after["venues.second.fund"] == 1e7
    assert calm == CALM.item


def test_the_star_speaks_of_all_that_have_the_key() -> None:
    october, calm = set_in_scenarios("scenarios.*.volatility=0.05", "scenarios.*.news.2.size=-0.5")
    assert (october.volatility, calm.volatility) == (0.05, 0.05)
    assert (october.news[1].size, calm.news) == (-0.5, ())
    reference, queue = set_in_policies("policies.*.insurance-fund.usable=0.9", "policies.*.full-takeover.penalty=0")
    assert queue.waterfall[2].parameters == {"usable": 0.9}
    assert [policy.waterfall[1].parameters["penalty"] for policy in (reference, queue)] == [0, 0]


def test_shares_are_checked_after_all_of_them_are_set() -> None:
    october, _ = set_in_scenarios(
        "scenarios.oct-2025.venues.first.open_interest=0.2", "scenarios.oct-2025.venues.second.open_interest=0.219"
    )
    assert [venue.open_interest for venue in october.venues[:2]] == [0.2, 0.219]


def test_an_engine_is_set_like_a_mechanism() -> None:
    _, queue = set_in_policies("policies.fund+queue-adl.engine.wait=15", "policies.*.engine.places=inventory")
    assert queue.engine.parameters == {"wait": 15.0, "halted": True, "places": "inventory"}
    assert queue.engine.figures == {**queue.engine.figures, "wait": "own design", "places": "own design"}
    assert queue.waterfall == policy_subject("fund+queue-adl").item.waterfall


def test_what_a_study_sets_is_its_own_design() -> None:
    _, queue = set_in_policies("policies.fund+queue-adl.full-takeover.penalty=0.02")
    assert CATALOGUE.policies["fund+queue-adl"].waterfall[1].figures == {"penalty": "third party"}
    assert queue.waterfall[1].figures == {"penalty": "own design"}
    assert queue.waterfall[1].evidence == "official page"


def test_the_longest_name_that_fits_is_meant() -> None:
    document = {"rule": {"x": 1}, "rule.two": {"x": 2}}
    assert locate(document, "rule.two.x") == ("rule.two", "x")
    assert locate(document, "rule.x") == ("rule", "x")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("scenarios.*.backstops.valt=1", "unknown key 'valt' in 'backstops'; allowed: vault, …; did you mean 'vault'?"),
        ("scenarios.oct-2024.volatility=1", "no scenario 'oct-2024' takes part; allowed: oct-2025, calm-day or *; did"),
        ("scenarios.*.name=other", "unknown key 'name'; allowed: title, … or attributes"),
        ("scenarios.*.backstops=1", "'backstops' is a group; name one of its keys: vault, … or lot"),
        (
            "scenarios.*.venues=1",
            "'venues' is a group; name one of its keys: first, second, third, fourth, tail-one or",
        ),
        (
            "scenarios.*.venues.frist.fund=1",
            "unknown key 'frist' in 'venues'; allowed: first, …; did you mean 'first'?",
        ),
        ("scenarios.*.news.5.size=0.1", "unknown key '5' in 'news'; allowed: 1, 2, 3 or 4"),
        ("scenarios.*.volatility.day=1", "'volatility' has no keys inside, found 'day'"),
        ("scenarios.*=1", "names no key; allowed: scenarios.*.KEY"),
        ("scenarios=1", "no scenario '' takes part; allowed: oct-2025, calm-day or *"),
        ("scenarios.*.volatility=-1", "found -1; allowed: greater than or equal to 0"),
        ("scenarios.*.volatility=.inf", "found inf; allowed: a finite number"),
        ("scenarios.*.makers.withdraw=maybe", "found 'maybe'; allowed: a valid boolean"),
        ("scenarios.*.margin.fund_split.2=3", "found 3; allowed: less than or equal to 1"),
        ("scenarios.*.margin.fund_split=[1]", "found [1]; allowed: field required"),
    ],
)
def test_a_mistake_in_a_scenario_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        set_in_scenarios(text)
    _assert_reads(str(error.value), f"--set, '{text.split('=')[0]}': {sentence}")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "policies.*.insurance-fond.usable=1",
            "unknown key 'insurance-fond'; allowed: …; did you mean 'insurance-fund'?",
        ),
        ("policies.*.insurance-fund.usble=1", "unknown key 'usble' in 'insurance-fund'; allowed: usable; did you mean"),
        ("policies.*.insurance-fund.usable=2", "found 2; allowed: less than or equal to 1"),
        ("policies.*.engine.wait=-1", "found -1; allowed: greater than or equal to 0"),
        ("policies.*.engine.places=pool", "found 'pool'; allowed: 'uncovered' or 'inventory'"),
        ("policies.*.engine.wiat=1", "unknown key 'wiat' in 'engine'; allowed: wait, halted or places; did you mean"),
        (
            "policies.deep-pocket.insurance-fund.usable=1",
            "unknown key 'insurance-fund'; allowed: order-first, full-takeover, deep-pocket or engine",
        ),
        (
            "policies.fund.insurance-fund.usable=1",
            "no policy 'fund' takes part; allowed: deep-pocket, fund+queue-adl or",
        ),
    ],
)
def test_a_mistake_in_a_policy_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        set_in_policies(text)
    _assert_reads(str(error.value), f"--set, '{text.split('=')[0]}': {sentence}")


def test_values_that_do_not_fit_together_are_told_together() -> None:
    with pytest.raises(InputError) as error:
        set_in_scenarios("scenarios.*.volatility=0.03", "scenarios.oct-2025.venues.first.open_interest=0.2")
    assert str(error.value) == (
        "--set: scenario 'oct-2025' with volatility=0.03, venues.first.open_interest=0.2; allowed: shares must sum to "
        "1: open interest of the venues sum to 0.907"
    )


def _assert_reads(told: str, sentence: str) -> None:
    """The sentence begins like this, with anything for each ellipsis."""
    assert re.match(".*".join(map(re.escape, sentence.split("…"))), told), told
    assert "\n" not in told
