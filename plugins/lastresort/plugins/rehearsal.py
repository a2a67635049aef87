"""A dress rehearsal: mechanisms go through the small crash before anything runs or is written.

Those of plugin files do, and those that a policy borrows from a reference: there they may use outside money.
"""

from collections.abc import Iterable
from pathlib import Path

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
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
        for step in policy.waterfall:
            origin, of_file = catalogue.origins[step.use], catalogue.origins[step.use] in origins
            if of_file or _borrowed(step, policy, catalogue):
                place = f"{f'plugin {origin}, ' if of_file else ''}policy '{policy.name}'"
                mechanism = catalogue.mechanisms[step.use](**step.parameters)
                rehearse_one(mechanism, place, patience, policy.role == "reference")


def _borrowed(step: Step, policy: Policy, catalogue: Catalogue) -> bool:
    """Whether a contender's stage, which could pay a loss, is that of a reference."""
    questions = answered(catalogue.mechanisms[step.use])
    pays = "absorb" in questions or "allocate" in questions
    return pays and policy.role != "reference" and catalogue.plays_reference(step.use)


def rehearse_one(mechanism: Mechanism, place: str, patience: float = PATIENCE, reference: bool = False) -> None:
    """Check one mechanism of a contender or a `reference`.

    Raises InputError, which begins with `place` and names the mechanism, the question and the rule it broke.
    """
    from lastresort.plugins.conformance import check_mechanism  # most who import this have nothing to rehearse

    with interruptible(patience), rationed():
        problems = check_mechanism(mechanism, reference)
    if problems:
        raise InputError(f"{place}, mechanism '{mechanism.name}', question {problems[0]}")
