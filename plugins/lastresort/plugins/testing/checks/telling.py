"""Tell a story to a rule and write down what it says, up to the first answer that the engine refuses."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Mechanism, MechanismError
from lastresort.plugins.answers import answered
from lastresort.plugins.conformance import as_engine
from lastresort.plugins.testing.questioning import NOBODY, WIDEST, Earlier, question_scene
from lastresort.plugins.testing.scene import Scene
from lastresort.plugins.testing.small_crash.moments import MOMENTS
from lastresort.plugins.testing.small_crash.scenes import scene
from lastresort.simulation.waterfall.stages import Reply


@dataclass(frozen=True)
class Story:
    """One venue from moment to moment, the stages that its waterfall asks before the rule, and whose waterfall it is.

    `reference` tells whether the policy is a declared reference, whose stages may use Payer.BACKSTOP, `book` what the
    story is called where it is told.
    """

    scenes: tuple[Scene, ...]
    earlier: Earlier
    reference: bool = False
    book: str = ""


SMALL_CRASHES = tuple(Story(tuple(map(scene, MOMENTS)), earlier) for earlier in (NOBODY, WIDEST))
"""The small crash, alone and after a stage that shares everything: what every rule is told first, by hand."""


@dataclass(frozen=True)
class Telling:
    """What a rule said to a story, and the refusal it ended with, if any."""

    replies: tuple[Reply, ...]
    refusal: MechanismError | None


def tell(mechanism: Mechanism, story: Story) -> Telling:
    """Tell a story to a mechanism, which remembers what it likes; numpy's warnings do not matter, answers do."""
    questions, ask = answered(type(mechanism)), as_engine(mechanism, story.reference)
    said: list[Reply] = []
    try:
        with np.errstate(all="ignore"):
            for moment in story.scenes:
                for reply in question_scene(questions, ask, moment, story.earlier):
                    said.append(reply)
    except MechanismError as error:
        return Telling(tuple(said), error)
    return Telling(tuple(said), None)
