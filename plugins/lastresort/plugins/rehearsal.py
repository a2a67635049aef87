"""A dress rehearsal: mechanisms go through the small crash before anything runs or is written.

Those of plugin files do, and those that a policy borrows from a reference: there they may use outside money. Each does
where its code is. A rule that leaves instead of answering, by an exit or by taking too long, is not refused here: it
fails its runs, and nobody else's.
"""

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.answers import allocates, answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginEndedError
from lastresort.plugins.manager import make
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import PATIENCE, interruptible


def rehearse(
    policies: Iterable[Policy], catalogue: Catalogue, plugin_files: Iterable[Path], patience: float = PATIENCE
) -> None:
    """Check the stages of `policies` that come from `plugin_files` or that a reference plays; raises InputError.

    Each plays the role of its policy. An answer may take `patience` seconds.
    """
    origins = {str(path) for path in plugin_files}
    for policy in policies:
        for position, step in enumerate(policy.waterfall, start=1):
            origin, of_file = catalogue.origins[step.use], catalogue.origins[step.use] in origins
            if of_file or _borrowed(step, policy, catalogue):
                place = f"{f'plugin {origin}, ' if of_file else ''}policy '{policy.name}'"
                where = {"use": step.use, "place": place, "position": position}
                told = {"parameters": step.parameters, "reference": policy.role == "reference"}
                with contextlib.suppress(PluginEndedError):
                    catalogue.ask(step.use, rehearsed, patience, _nothing, **where, **told)


def _nothing(said: Any) -> None:
    """A rehearsal says nothing where all is well."""


def rehearsed(
    catalogue: Catalogue,
    use: str,
    place: str,
    position: int,
    parameters: Mapping[str, Any],
    reference: bool,
    patience: float,
) -> None:
    """Check the mechanism of a policy's step where its code is; InputError as `rehearse`."""
    mechanism = make(catalogue.mechanisms[use], parameters, f"{place}, step {position} ({use}), parameters")
    rehearse_one(mechanism, place, patience, reference)


def _borrowed(step: Step, policy: Policy, catalogue: Catalogue) -> bool:
    """Whether a contender's stage, which could pay a loss, is that of a reference."""
    mechanism = catalogue.mechanisms[step.use]
    pays = "absorb" in answered(mechanism) or allocates(mechanism)
    return pays and policy.role != "reference" and catalogue.plays_reference(step.use)


def rehearse_one(mechanism: Mechanism, place: str, patience: float = PATIENCE, reference: bool = False) -> None:
    """Check one mechanism of a contender or a `reference`.

    Raises InputError, which begins with `place` and names the mechanism, the question and the rule it broke.
    """
    from lastresort.plugins.conformance import breaches  # most who import this have nothing to rehearse

    with interruptible(patience), rationed():
        for breach in breaches(mechanism, reference):
            if not breach.left:
                sentence = f"{place}, mechanism '{mechanism.name}', question {breach.sentence}"
                raise InputError(sentence, breach.traceback)
