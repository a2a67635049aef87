"""Tell a story to a rule and write down what it says, up to the first answer that the engine refuses."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Mechanism, MechanismError
from lastresort.plugins.answers import answered
from lastresort.plugins.conformance import as_engine
from lastresort.plugins.testing.questioning import (
    Reply,
    Scene,
    Severity,
    SmallCrash,
    question_scene,
    usual_severity,
    widest_severity,
)
from lastresort.plugins.testing.small_crash.moments import MOMENTS


@dataclass(frozen=True)
class Story:
    """One venue from moment to moment, and how much of its losses earlier stages ask later ones to share."""

    scenes: tuple[Scene, ...]
    severity: Severity


SMALL_CRASHES = tuple(
    Story(tuple(SmallCrash(moment) for moment in MOMENTS), severity) for severity in (usual_severity, widest_severity)
)
"""The small crash, under both severities: what every rule is told first, with numbers that can be followed by hand."""


@dataclass(frozen=True)
class Telling:
    """What a rule said to a story, and the refusal it ended with, if any."""

    replies: tuple[Reply, ...]
    refusal: MechanismError | None


def tell(mechanism: Mechanism, *stories: Story) -> Telling:
    """Tell stories to a mechanism, which remembers what it likes; numpy's warnings do not matter, answers do."""
    questions, ask = answered(type(mechanism)), as_engine(mechanism)
    said: list[Reply] = []
    try:
        with np.errstate(all="ignore"):
            for story in stories:
                for scene in story.scenes:
                    for reply in question_scene(questions, ask, scene, story.severity):
                        said.append(reply)
    except MechanismError as error:
        return Telling(tuple(said), error)
    return Telling(tuple(said), None)
