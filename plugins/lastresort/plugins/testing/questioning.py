"""Put a rule's questions to it scene by scene, as the engine would."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from lastresort.mechanisms.contract import (
    Absorption,
    Allocation,
    JointAllocation,
    JointLoss,
    LossEvent,
    LossSharing,
    LossStage,
    Mechanism,
    ResidualView,
    Scope,
)
from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.plugins.testing.sample_postings import SamplePostings
from lastresort.plugins.testing.sample_venue import SampleVenue
from lastresort.plugins.testing.scene import Scene
from lastresort.simulation.waterfall.lazy_views import whole
from lastresort.simulation.waterfall.stages import Reply, walk

Ask = Callable[[str, Any], Any]
"""Put a question about a view to somebody, and return the answer."""

Earlier = tuple[LossStage, ...]
"""The stages that the waterfall asks before the rule."""

ASKED = "asked"


def _everything(view: ResidualView) -> LossSharing:
    """Place everything and collect every dollar at once, from both sides."""
    return LossSharing(contracts=view.contracts, dollars=view.deficit, scope=Scope.HOLDERS)


NOBODY: Earlier = ()
"""No stage before the rule has said how much to share."""

WIDEST: Earlier = (LossStage("before", share_loss=_everything),)
"""A stage before the rule has asked to share every loss at once."""


class _OwnAnswers:
    """Every stage answers for itself."""

    def absorb(self, view: ResidualView, stage: LossStage) -> Absorption | None:
        return stage.absorb(view) if stage.absorb else None

    def share_loss(self, view: ResidualView, stage: LossStage) -> LossSharing | None:
        return stage.share_loss(view) if stage.share_loss else None

    def allocate(self, event: LossEvent, stage: LossStage) -> Allocation | None:
        return stage.allocate(event) if stage.allocate else None

    def allocate_jointly(self, view: JointLoss, stage: LossStage) -> JointAllocation | None:
        return stage.allocate_jointly(view) if stage.allocate_jointly else None


def fresh(mechanism: Mechanism) -> Mechanism:
    """Return a mechanism with the same parameters and no memory."""
    return type(mechanism)(**{name: getattr(mechanism, name) for name in type(mechanism).model_fields})


def _shown_whole(ask: Ask, question: str, view: Any) -> Any:
    return ask(question, whole(view))


def question_scene(questions: Collection[str], ask: Ask, scene: Scene, earlier: Earlier = NOBODY) -> Iterator[Reply]:
    """Yield what `ask` says to each of the questions in one scene, and post what it says about losses to a copy.

    Answers about losses must be columns, as the engine's own checks return them. Views are shown whole, so that they
    can be looked at in replies.
    """
    for question in questions:
        yield from (Reply(question, view, ask(question, view)) for view in map(whole, scene.views(question)))
    losses = scene.losses() if any(question in questions for question in LOSSES) else None
    if losses is not None:
        asked = LossStage(
            ASKED, **{question: partial(_shown_whole, ask, question) for question in LOSSES if question in questions}
        )
        assert isinstance(losses.state, SampleVenue)
        replies = walk(losses, (*earlier, asked), _OwnAnswers(), SamplePostings(losses.state))
        yield from (reply for reply in replies if reply.stage == ASKED)
