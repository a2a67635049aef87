"""A dress rehearsal: mechanisms of plugin files go through the small crash before anything runs or is written."""

from collections.abc import Iterable
from pathlib import Path

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.errors import InputError
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import PATIENCE, interruptible


def rehearse(
    policies: Iterable[Policy], catalogue: Catalogue, plugin_files: Iterable[Path], patience: float = PATIENCE
) -> None:
    """Check the mechanisms that come from `plugin_files` and take part in `policies`; raises InputError.

    An answer may take `patience` seconds.
    """
    origins = {str(path) for path in plugin_files}
    for policy in policies:
        for step in policy.waterfall:
            if catalogue.origins[step.use] in origins:
                rehearse_one(catalogue.mechanisms[step.use](**step.parameters), catalogue.origins[step.use], patience)


def rehearse_one(mechanism: Mechanism, origin: str, patience: float = PATIENCE) -> None:
    """Check one mechanism; raises InputError with the plugin, the mechanism, the question and the rule it broke."""
    with interruptible(patience), rationed():
        problems = check_mechanism(mechanism)
    if problems:
        raise InputError(f"plugin {origin}, mechanism '{mechanism.name}', question {problems[0]}")
