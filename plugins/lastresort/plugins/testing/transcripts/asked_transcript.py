"""A transcript of a rule from where its code is: here for built-ins, in the process of its plugin otherwise."""

from collections.abc import Mapping
from typing import Any

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.isolation.texts import texts
from lastresort.plugins.manager import make
from lastresort.plugins.testing.transcripts.transcript import played
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import interruptible


def ask_transcript(catalogue: Catalogue, name: str, parameters: Mapping[str, Any], patience: float) -> list[str]:
    """Return the lines of the small crash; raises what the rule raises, and PluginEndedError where it ends."""
    return catalogue.ask(name, transcript_of, patience, texts, name=name, parameters=parameters)


def transcript_of(catalogue: Catalogue, name: str, parameters: Mapping[str, Any], patience: float) -> list[str]:
    """Play the small crash in this process."""
    with interruptible(patience), rationed():
        return list(played(make(catalogue.mechanisms[name], parameters, "cannot be made with its parameters")))
