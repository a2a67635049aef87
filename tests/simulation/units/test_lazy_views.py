"""Views work a column out when it is read, once, and what a rule keeps shows the numbers of its question."""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import (
    Allocation,
    Answer,
    Candidates,
    Floats,
    LossEvent,
    LossStage,
    Phase,
    Phases,
    PhaseView,
    PriceView,
    Scope,
    Waterfall,
)
from lastresort.plugins.testing import builders
from lastresort.plugins.testing.sample_venue import SampleVenue
from lastresort.plugins.testing.small_crash import TROUGH
from lastresort.plugins.testing.small_crash.scenes import scene
from lastresort.simulation.waterfall.lazy_views import QuestionOverError, end, kind_of, whole
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.views import loss_event, phase_view, price_view, rows_of


class Feed:
    """Prices that move on, and how often each was asked for."""

    def __init__(self) -> None:
        self.time, self.level, self.pool = 60.0, 1.0, np.zeros(2, dtype=np.int64)
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Floats:
        self.asked.append(name)
        return np.full(2, self.level)


@pytest.fixture
def feed() -> Feed:
    return Feed()


@pytest.fixture
def view(feed: Any) -> PriceView:
    return price_view(feed)


def asked(question: str, *rules: Any) -> Rulebook:
    stages: dict[str, Any] = {question: tuple(Answer(k, f"rule-{k}", rule) for k, rule in enumerate(rules))}
    return Rulebook(Waterfall(**stages))


def test_only_what_is_read_is_worked_out_and_once(feed: Feed, view: PriceView) -> None:
    assert view.time == 60.0
    assert feed.asked == []
    assert view.mark is view.mark
    assert feed.asked == ["mark"]


def test_it_is_frozen(view: PriceView) -> None:
    assert not view.mark.flags.writeable
    with pytest.raises(ValueError, match="WRITEABLE"):
        view.mark.flags.writeable = True
    for name in ("mark", "index"):
        with pytest.raises(FrozenInstanceError):
            setattr(view, name, np.ones(2))


def test_it_is_a_view_like_any_other(view: PriceView) -> None:
    assert isinstance(view, PriceView)
    assert kind_of(view) is PriceView
    assert [field.name for field in fields(view)] == [field.name for field in fields(PriceView)]
    assert repr(view).startswith("PriceView(time=60.0, index=array([1., 1.])")
    assert not hasattr(view, "marks")
    assert replace(view, time=61.0).mark is view.mark


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda view: pickle.loads(pickle.dumps(view))])
def test_a_copy_has_all_columns(feed: Feed, view: PriceView, copied: Any) -> None:
    other = copied(view)
    feed.level = 2.0
    assert type(other) is PriceView
    assert other.mark.tolist() == other.funding_due.tolist() == [1, 1]


def test_some_rows_are_lazy_too(feed: Feed, view: PriceView) -> None:
    one = rows_of(view, np.array([1]))
    assert feed.asked == []
    assert one.mark.tolist() == [1]
    assert feed.asked == ["mark"]
    assert one.time == 60.0


def test_a_column_that_nobody_read_in_time_is_refused_in_one_sentence(feed: Feed, view: PriceView) -> None:
    assert view.mark.tolist() == [1, 1]
    end(view)
    feed.level = 2.0
    assert view.mark.tolist() == [1, 1]
    with pytest.raises(QuestionOverError, match=r"^'index' of a PriceView was read after its question was over: read"):
        _ = view.index


def test_what_was_read_whole_outlives_its_question(feed: Feed, view: PriceView) -> None:
    end(whole(view))
    feed.level = 2.0
    assert view.index.tolist() == view.premium.tolist() == [1, 1]


def test_a_view_that_a_rule_keeps_shows_the_numbers_of_then(feed: Feed, view: PriceView) -> None:
    kept: list[PriceView] = []
    assert list(asked("set_prices", kept.append).set_prices(view)) == []
    feed.level = 2.0
    assert kept[0].index.tolist() == kept[0].premium.tolist() == [1, 1]


def test_a_view_that_no_rule_keeps_is_not_worked_out(feed: Feed, view: PriceView) -> None:
    assert list(asked("set_prices", lambda view: None).set_prices(view)) == []
    assert feed.asked == []


class Trough:
    """The small market at the trough of the small crash, whose prices then double."""

    def __init__(self) -> None:
        losses = scene(TROUGH).losses()
        assert losses is not None
        assert isinstance(losses.state, SampleVenue)
        self._venue = losses.state
        self.event = loss_event(losses, 1, 10.0, 0.0, Scope.HOLDERS)

    def moves_on(self) -> None:
        self._venue.mark = 2 * self._venue.mark
        self._venue.previous_mark = 2 * self._venue.previous_mark


@pytest.fixture
def trough() -> Trough:
    return Trough()


def test_candidates_that_a_rule_keeps_show_the_numbers_of_then(trough: Trough) -> None:
    kept: list[Candidates] = []
    rule = LossStage("rule", allocate=lambda event: kept.append(event.candidates))
    assert Rulebook(Waterfall()).allocate(trough.event, rule) is None
    trough.moves_on()
    then = whole(Trough().event).candidates
    np.testing.assert_array_equal(kept[0].profit, then.profit)
    np.testing.assert_array_equal(kept[0].bid, then.bid)


def test_an_event_that_a_rule_keeps_shows_the_numbers_of_then(trough: Trough) -> None:
    kept: list[LossEvent] = []
    assert Rulebook(Waterfall()).allocate(trough.event, LossStage("rule", allocate=kept.append)) is None
    trough.moves_on()
    then = whole(Trough().event)
    assert kept[0].previous_mark == then.previous_mark
    np.testing.assert_array_equal(kept[0].candidates.equity, then.candidates.equity)


def test_candidates_that_nobody_keeps_have_the_columns_that_were_read(trough: Trough) -> None:
    event, read = trough.event, []
    rule = LossStage("rule", allocate=lambda event: read.append(event.candidates.profit))
    assert Rulebook(Waterfall()).allocate(event, rule) is None
    np.testing.assert_array_equal(event.candidates.profit, read[0])
    with pytest.raises(QuestionOverError):
        _ = event.candidates.bid


def test_the_checks_of_an_answer_read_what_they_need() -> None:
    """Over-closing is found although the rule itself has read nothing but how many there are."""
    event = builders.loss_event(builders.candidates([-10.0, -30.0]), contracts=20.0)
    rule = LossStage("rule", allocate=lambda event: Allocation(np.array([20.0, 0.0]), np.zeros(2), 1.0, 1.0))
    with pytest.raises(Exception, match="over-closes account 0"):
        Rulebook(Waterfall()).allocate(event, rule)


def test_a_later_stage_sees_the_phases_that_an_earlier_one_has_set_and_the_prices_of_the_question(feed: Any) -> None:
    """The engine acts on the first answer, which moves money, before the second stage is asked."""
    seen: list[PhaseView] = []
    halted = Phases(np.array([Phase.HALT, Phase.OPEN]), np.array([90.0, np.inf]))
    view = phase_view(feed, np.zeros(2, dtype=np.int64), np.full(2, np.inf))
    answers = asked("set_phase", lambda view: halted, seen.append).set_phase(
        view, lambda: {"phase": [Phase.HALT, Phase.OPEN], "until": [90.0, np.inf]}
    )
    assert next(answers)[0] == "rule-0"
    feed.level = 2.0
    assert list(answers) == []
    assert seen[0].phase.tolist() == [Phase.HALT, Phase.OPEN]
    assert seen[0].until.tolist() == [90, np.inf]
    assert seen[0].mid.tolist() == [1, 1]
    assert view.phase.tolist() == [0, 0]
