"""The version of the contract: additions are free, the version before is served with a warning, then refused."""

import dataclasses
import inspect
from pathlib import Path

import pytest

from lastresort.mechanisms.contract import (
    API_VERSION,
    OLDEST_API_VERSION,
    QUESTIONS,
    Allocation,
    Mechanism,
    proposals,
    version,
)
from lastresort.plugins import hookspecs
from lastresort.plugins.answers import check_answers
from lastresort.plugins.errors import InputError, PluginWarning

PAGE = Path(__file__).parents[2] / "docs" / "contract.md"
REQUIRED = {
    "Prices": "trigger valuation settlement",
    "Phases": "phase until",
    "Admission": "fraction",
    "MarginTerms": "isolated_scale cross_rate",
    "Liquidation": "seize penalty",
    "Routing": "to_fund",
    "Absorption": "payer pay standby take",
    "LossSharing": "contracts dollars",
    "Allocation": "close charge winner_price loser_price",
    "JointAllocation": "allocations",
    "Intervention": "",
}
"""What version 1 asks of each proposal, in this order; everything added since has a default."""


def rule(needed: int) -> type[Mechanism]:
    body = {"name": "mine", "api_version": needed, "allocate": lambda self, event: None}
    return type("Mine", (Mechanism,), body)


def test_the_version_at_hand_is_served_in_silence(recwarn: pytest.WarningsRecorder) -> None:
    check_answers(rule(API_VERSION), "strange")
    assert Mechanism.api_version == API_VERSION
    assert not recwarn.list


def test_a_version_to_come_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"^plugin strange, mechanism 'mine': needs version 9 of the contract, this rel"
    ):
        check_answers(rule(9), "strange")


def test_the_version_before_is_served_with_a_warning_and_then_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "API_VERSION", 2)
    with pytest.warns(PluginWarning, match="'mine': is written for version 1 of the contract, which a later release"):
        check_answers(rule(1), "strange")
    monkeypatch.setattr(version, "OLDEST_API_VERSION", 2)
    with pytest.raises(
        InputError, match="is written for version 1 of the contract, this release serves version 2; see"
    ):
        check_answers(rule(1), "strange")


@pytest.mark.parametrize("name", REQUIRED)
def test_a_proposal_of_version_1_can_still_be_made(name: str) -> None:
    fields = dataclasses.fields(getattr(proposals, name))
    required = [field.name for field in fields if field.default is dataclasses.MISSING]
    assert OLDEST_API_VERSION > 1 or " ".join(required) == REQUIRED[name]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_its_view_for_an_argument_and_no_other(question: str) -> None:
    assert len(inspect.signature(getattr(hookspecs, question)).parameters) == 1


def test_every_proposal_is_held_to_it() -> None:
    assert Allocation.__name__ in REQUIRED
    assert set(REQUIRED) == {name for name, kind in vars(proposals).items() if dataclasses.is_dataclass(kind)}


def test_the_page_states_the_version() -> None:
    assert f"`API_VERSION` is {API_VERSION}." in PAGE.read_text(encoding="utf-8")
