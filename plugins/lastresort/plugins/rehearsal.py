"""A dress rehearsal: mechanisms of plugin files answer small synthetic views before anything runs or is written."""

from collections.abc import Iterable

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.errors import InputError
from lastresort.simulation.waterfall.time_limit import interruptible, limit

PATIENCE = 10.0


def rehearse(policies: Iterable[Policy], catalogue: Catalogue, origins: set[str]) -> None:
    """Check the mechanisms that come from `origins` and take part in `policies`.

    Raises InputError with the plugin, the mechanism, the question and the rule it broke.
    """
    for policy in policies:
        for step in policy.waterfall:
            origin = catalogue.origins[step.use]
            if origin not in origins:
                continue
            with interruptible():
                limit(PATIENCE)
                problems = check_mechanism(catalogue.mechanisms[step.use](**step.parameters))
            if problems:
                raise InputError(f"plugin {origin}, mechanism '{step.use}', question {problems[0]}")
