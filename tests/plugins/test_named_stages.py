"""A mechanism may stand in a waterfall more than once, under names of its stages."""

from pathlib import Path
from types import MethodType

import pytest
from tests.plugins.conftest import PluginWriter

from lastresort import api
from lastresort.experiments.keys import waterfall_identity
from lastresort.experiments.planning.subjects import PolicySubject
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.backstops.event_capped_fund import EventCappedFund
from lastresort.mechanisms.contract import Answer
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.manager import build_waterfall

TWICE = """\
waterfall:
  - use: full-takeover
  - {use: event-capped-fund, as: first-fund, with: {most: 1000}}
  - {use: event-capped-fund, as: second-fund, with: {most: 2000}}
  - use: queue-adl
"""


def rule_of(answer: Answer) -> EventCappedFund:
    assert isinstance(answer.ask, MethodType)
    rule = answer.ask.__self__
    assert isinstance(rule, EventCappedFund)
    return rule


@pytest.fixture
def twice(write_policy: PluginWriter) -> Policy:
    return resolve(Catalogue.load().policy(str(write_policy(TWICE))), Catalogue.load())


def test_both_stages_are_asked_under_their_names(twice: Policy) -> None:
    waterfall = build_waterfall(twice, Catalogue.load())
    assert [answer.name for answer in waterfall.absorb] == ["first-fund", "second-fund"]
    assert [rule_of(answer).most for answer in waterfall.absorb] == [1000, 2000]
    assert [stage.name for stage in waterfall.losses] == ["first-fund", "second-fund", "queue-adl"]


def test_each_pays_under_its_name(small_scenario: Path, write_policy: PluginWriter) -> None:
    run = api.run(small_scenario, str(write_policy(TWICE)), seed=1)
    paid = run.record.events.query("kind == 'absorption'").groupby("mechanism")["dollars"].max()
    assert set(paid.index) == {"first-fund", "second-fund"}
    assert (paid > 0).all()


def test_parameters_are_set_by_the_name_of_the_stage(twice: Policy) -> None:
    subject = PolicySubject(twice, Catalogue.load().mechanisms)
    document = subject.document()
    document["second-fund"]["most"] = 3000
    other = subject.rebuilt("other", document, {("second-fund", "most")})
    assert [step.parameters.get("most") for step in other.waterfall] == [None, 1000, 3000, None]
    assert [step.stage for step in other.waterfall] == [step.stage for step in twice.waterfall]


def test_a_name_is_part_of_what_a_run_is(twice: Policy) -> None:
    catalogue = Catalogue.load()
    steps = [step.model_copy(update={"named": step.named and f"the-{step.named}"}) for step in twice.waterfall]
    renamed = twice.model_copy(update={"waterfall": tuple(steps)})
    assert waterfall_identity(twice, catalogue) != waterfall_identity(renamed, catalogue)


def test_two_stages_alike_are_two(write_policy: PluginWriter) -> None:
    """With the same parameters they are equal, and yet each has a memory of its own."""
    alike = TWICE.replace("most: 2000", "most: 1000")
    catalogue = Catalogue.load()
    first, second = build_waterfall(catalogue.policy(str(write_policy(alike))), catalogue).absorb
    assert rule_of(first) == rule_of(second)
    assert rule_of(first) is not rule_of(second)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("socialized-loss", "'as' is the name of another mechanism; allowed: a name that no mechanism has"),
        ("engine", "found the name 'engine', a key of every policy; allowed: a name of its own"),
        ("Second Fund", "key 'waterfall.1.as': found 'Second Fund'; allowed: "),
    ],
)
def test_a_name_that_cannot_be_is_refused(write_policy: PluginWriter, name: str, expected: str) -> None:
    steps = f"[{{use: full-takeover}}, {{use: insurance-fund, as: {name}}}, {{use: queue-adl}}]"
    with pytest.raises(InputError) as refused:
        Catalogue.load().policy(str(write_policy(f"waterfall: {steps}\n")))
    assert expected in str(refused.value)
