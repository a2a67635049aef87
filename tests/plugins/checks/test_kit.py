"""The kit as others use it: a class to inherit, a command, exemptions, and books that are worth drawing."""

import importlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.allocation.random_lottery import RandomLottery
from lastresort.mechanisms.contract import LossEvent, Mechanism, Scope
from lastresort.plugins.errors import InputError
from lastresort.plugins.testing import CHECKS, examine
from lastresort.plugins.testing.checks.telling import Story
from lastresort.plugins.testing.drawn_books import stories
from lastresort.plugins.testing.questioning import NOBODY, WIDEST, Earlier, question_scene
from lastresort.plugins.testing.sample_venue import SampleVenue
from lastresort.simulation.waterfall.open_losses import deficit

EXAMPLE = Path(__file__).parents[3] / "plugins" / "examples" / "largest_first.py"
GREEDY = """\
import numpy as np
from lastresort.mechanisms.contract import Allocation, Mechanism

class Greedy(Mechanism):
    name = "greedy"
    def allocate(self, event):
        size = abs(event.candidates.quantity)
        return Allocation(2 * size, 0 * size, event.mark, event.mark)
"""


def breaches(mechanism: Mechanism) -> dict[str, bool]:
    return {finding.check.name: finding.failed for finding in examine(mechanism, examples=25)}


class Excused(QueueAdl):
    exemptions: ClassVar[Mapping[str, str]] = {"budget": "it never needed this"}


def test_an_exemption_without_a_breach_is_stale() -> None:
    assert [name for name, failed in breaches(Excused()).items() if failed] == ["budget"]


def test_an_exemption_with_a_breach_is_fine() -> None:
    assert not any(breaches(RandomLottery()).values())


@pytest.mark.parametrize(
    ("exemptions", "sentence"),
    [
        ({"oder": "by lot"}, "unknown check 'oder'; .*; did you mean 'order'\\?$"),
        ({"order": " "}, "'order' has no reason"),
    ],
)
def test_an_exemption_names_a_check_and_a_reason(exemptions: dict[str, str], sentence: str) -> None:
    rule = type("Rule", (QueueAdl,), {"exemptions": exemptions})
    with pytest.raises(InputError, match=sentence):
        examine(rule(), examples=1)


def test_examining_leaves_the_mechanism_as_it_was() -> None:
    mechanism = QueueAdl()
    before = mechanism.model_copy(deep=True)
    examine(mechanism, examples=1)
    assert mechanism == before


QUICK = settings(
    max_examples=400,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
)


def venue(story: Story) -> SampleVenue:
    """The venue of a story's first moment."""
    return story.scenes[0].venue


KINDS: dict[str, Callable[[SampleVenue], Any]] = {
    "thousands of accounts": lambda venue: len(venue.accounts.cash) > 1000,
    "nobody on the side that is asked": lambda venue: (venue.accounts.quantity * venue.inventory >= 0).all(),
    "accounts that tie": lambda venue: len(np.unique(venue.equity)) < len(venue.equity),
    "accounts with nothing": lambda venue: (venue.notional.sum(axis=1) == 0).any(),
    "tiny lots": lambda venue: venue.lot.max() < 1e-3,
    "huge positions": lambda venue: venue.notional.max() > 1e9,
    "tiny positions": lambda venue: 0 < venue.notional.max() < 1,
    "a hedged account and a naked one": lambda venue: np.ptp(venue.accounts.hedged) == 1,
    "an account below zero": lambda venue: venue.equity.min() < 0,
    "an empty fund and a loss": lambda venue: venue.pool_balance.max() == 0 and deficit(venue).max() > 1,
}


@pytest.mark.parametrize("kind", KINDS)
def test_books_of_each_kind_are_drawn(kind: str) -> None:
    find(stories(), lambda story: bool(KINDS[kind](venue(story))), settings=QUICK)


@pytest.mark.parametrize("earlier", [NOBODY, WIDEST], ids=["alone", "after a stage that shares everything"])
def test_views_of_drawn_books_are_consistent_and_read_only(earlier: Earlier) -> None:
    story = find(stories(), lambda story: bool(asked(story, earlier)), settings=QUICK)
    for event in asked(story, earlier):
        holders = event.candidates
        assert not holders.quantity.flags.writeable
        assert event.scope is not Scope.OPPOSITE or (holders.quantity * event.contracts < 0).all()
        assert (holders.spendable == np.maximum(holders.equity, 0)).all()


def asked(story: Story, earlier: Earlier) -> list[LossEvent]:
    replies = question_scene(["allocate"], lambda question, view: None, story.scenes[0], earlier)
    return [reply.view for reply in replies]


def run(*command: str) -> Any:
    return CliRunner().invoke(app, ["check", *command])


def test_check_a_name_and_a_file() -> None:
    for target in ("queue-adl", str(EXAMPLE)):
        result = run(target, "--examples", "1", "--json")
        assert result.exit_code == 0
        (findings,) = json.loads(result.stdout).values()
        assert [finding["check"] for finding in findings] == [check.name for check in CHECKS]


def test_check_fails_and_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "greedy.py"
    file.write_text(GREEDY, encoding="utf-8")
    result = run(str(file), "--examples", "1")
    assert result.exit_code == 1
    assert "over-closes account" in result.stdout


IDLE = """\
from lastresort.mechanisms.contract import Allocation, Mechanism

class Idle(Mechanism):
    name = "idle"
    pace: float = 1.0
    def allocate(self, event):
        return None
"""


def test_check_remarks_on_what_may_be_meant_and_says_what_was_not_reached(tmp_path: Path) -> None:
    file = tmp_path / "idle.py"
    file.write_text(IDLE, encoding="utf-8")
    said, told = run(str(file), "--examples", "1"), run(str(file), "--examples", "1", "--json")
    assert (said.exit_code, told.exit_code) == (0, 0)
    results = {one["check"]: one["result"] for one in json.loads(told.stdout)["idle"]}
    hidden = dict.fromkeys(("budget", "over-draw", "over-close", "payer", "order"), "not reached")
    remarks = dict.fromkeys(("acts", "parameters"), "remark")
    assert results == dict.fromkeys(results, "passes") | hidden | remarks
    for name, result in results.items():
        assert re.search(rf"{name} +│ {result}", said.stdout)
    assert "reads 'pace', so that changing it" in said.stdout


FORGETFUL = """\
import numpy as np
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism

class Forgetful(Mechanism):
    name = "forgetful"
    def allocate(self, event: LossEvent) -> Allocation:
        who, price = event.candidates, event.bankruptcy_price if event.contracts else event.mark
        size = np.where(who.quantity * event.contracts < 0, abs(who.quantity), 0.0)
        worse = max(np.sign(event.contracts) * (price - event.mark), 1e-12)
        size = np.minimum(size, abs(who.equity) / worse)
        close = in_order(abs(event.contracts), size, np.nan_to_num(who.notional / who.equity))
        return Allocation(close, 0 * close, price, price)
"""


def test_a_rank_by_equity_that_forgets_the_broke_fails_at_once(tmp_path: Path) -> None:
    """It passed two small crashes and 25 drawn books, and died hours into a scenario."""
    file = tmp_path / "forgetful.py"
    file.write_text(FORGETFUL, encoding="utf-8")
    result = run(str(file), "--json")
    assert result.exit_code == 1
    failed = {one["check"]: one["breach"] for one in json.loads(result.stdout)["forgetful"] if one["failed"]}
    assert list(failed) == ["over-draw"]
    assert failed["over-draw"].endswith("(in the edge book 'equity below zero')")


def test_check_refuses_an_unknown_name() -> None:
    result = run("queue-ad")
    assert result.exit_code == 2
    assert "did you mean 'queue-adl'?" in result.stderr


def test_without_pytest_a_rule_is_checked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("lastresort.plugins.testing")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pytest", None)
    kit = importlib.import_module("lastresort.plugins.testing")
    assert not any(finding.failed for finding in kit.examine(QueueAdl(), examples=1))
    with pytest.raises(InputError, match=r"^MechanismChecks needs pytest: pip install 'lastresort\[kit\]'$"):
        assert kit.MechanismChecks


def test_the_former_name_of_the_kit_still_works() -> None:
    former = importlib.import_module("lastresort.plugins.kit")
    now = importlib.import_module("lastresort.plugins.testing")
    for name in ("CHECKS", "Check", "Finding", "MechanismChecks", "examine"):
        assert getattr(former, name) is getattr(now, name)
    with pytest.raises(AttributeError, match="nothing"):
        former.nothing  # noqa: B018
