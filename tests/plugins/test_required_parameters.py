"""A rule with a parameter that has no default: no policy of its own, and every other use of it."""

from pathlib import Path

import pytest

from lastresort.api import InputError, axioms, check, explain
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import PluginWarning

RULE = """
import pluggy
from pathlib import Path
from pydantic import BaseModel, Field
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity, closes

class Tier(BaseModel):
    limit: float = Field(ge=0)
    haircut: float

class Mine(Mechanism):
    "Close the largest profits."
    name = "mine"
    limit: float = Field(gt=0, description="a limit, USD")
    steps: list[float] = Field(default_factory=lambda: [1.0, 2.0])
    tiers: list[Tier] = Field(default_factory=lambda: [Tier(limit=1, haircut=0.5)])
    weights: dict[str, int] = Field(default_factory=dict)

    def allocate(self, event: LossEvent) -> Allocation:
        size = capacity(event, event.bankruptcy_price)
        return closes(event, in_order(abs(event.contracts), size, event.candidates.profit))
"""

HOOK = """
@pluggy.HookimplMarker("lastresort")
def lastresort_policies():
    return [Path(__file__).with_name("own.yaml")]
"""

POLICY = """
name: with-three
title: Of its own
summary: With a limit.
waterfall: [{use: full-takeover}, {use: mine, with: {limit: 3}}]
"""

MISSING = (
    r"mechanism 'mine': there is no policy 'fund\+mine', since parameter 'limit' has no default; "
    r"write a policy file with 'waterfall: \[\{use: order-first\}, \{use: full-takeover\}, \{use: insurance-fund\}, "
    r"\{use: mine, with: \{limit: \.\.\.\}\}\]', and give its path$"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A rule, and a policy that uses it."""
    (tmp_path / "mine.py").write_text(RULE)
    (tmp_path / "own.yaml").write_text(POLICY)
    return tmp_path / "mine.py"


def test_its_own_policy_is_left_out_and_a_policy_file_uses_it(file: Path) -> None:
    catalogue = Catalogue.load([file])
    assert "fund+mine" not in catalogue.policies
    assert catalogue.policy(str(file.with_name("own.yaml"))).waterfall[-1].parameters == {"limit": 3}
    with pytest.raises(InputError, match=MISSING):
        catalogue.policy("fund+mine")
    with pytest.warns(PluginWarning, match=MISSING):
        assert catalogue.suite("own") == []


def test_rules_and_a_hook_for_policies_stand_in_one_file(file: Path) -> None:
    file.write_text(RULE + HOOK)
    catalogue = Catalogue.load([file])
    assert catalogue.origins["mine"] == str(file)
    assert [policy.name for policy in catalogue.suite("own")] == ["with-three"]


def test_it_is_explained_checked_and_tried_with_a_value(file: Path) -> None:
    told = explain("mine", [file], ["limit=2"])
    assert told.given == {"limit": 2}
    assert "1 account closes all 100,000 contracts" in "\n".join(told.transcript)
    assert explain("mine", [file]).transcript == [
        "Parameter 'limit' has no default: --with limit=VALUE shows what the rule says."
    ]
    assert check("mine", 1, [file], ["limit=2"]).passed
    assert axioms("mine", 1, [file], ["limit=2"]).alone == "mine"
    assert axioms("mine", 1, [file]).apart == {"mine": "has no default for limit; give it, as in --with limit=VALUE"}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ([], r"^mechanism 'mine', parameter 'limit': it has no default; allowed: .* --with limit=VALUE$"),
        (["limt=2"], r"^--with: unknown parameter 'limt'; allowed: .*; did you mean 'limit'\?$"),
        (["limit"], r"^--with: found 'limit'; allowed: NAME=VALUE, as in limit=3$"),
        (["limit=[2"], r"^--with, 'limit': found '\[2', which is not valid YAML$"),
        (["limit=-2"], r"parameters: key 'limit': found -2; allowed: greater than 0$"),
    ],
)
def test_what_is_given_badly_is_refused(file: Path, settings: list[str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        check("mine", 1, [file], settings)


def test_defaults_are_shown_as_what_they_are(file: Path) -> None:
    found = {one.name: (one.default, one.allowed) for one in explain("mine", [file]).parameters}
    assert found == {
        "limit": ("none, it must be given", "a number above 0"),
        "steps": ([1.0, 2.0], "a list of numbers"),
        "tiers": (
            [{"limit": 1.0, "haircut": 0.5}],
            "a list of mappings with limit (a number at least 0), haircut (a number)",
        ),
        "weights": ({}, "a mapping of names to whole numbers"),
    }
