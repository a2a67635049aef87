"""One run: a scenario, a policy on every venue, a seed."""

import traceback

from lastresort.mechanisms.contract import MechanismError
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import one_line
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation import simulate
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario


class RunError(Exception):
    """A run could not be finished; the message is one sentence that names the policy, the seed and the reason."""


def run_policy(scenario: Scenario, policy: Policy, seed: int, catalogue: Catalogue) -> RunRecord:
    """Simulate `scenario` with `policy` on every venue; RunError where a mechanism raises or breaks the contract."""
    waterfalls = {venue.name: build_waterfall(policy, catalogue) for venue in scenario.venues}
    try:
        return simulate(scenario, waterfalls, seed, policy.name)
    except MechanismError as error:
        raise RunError(f"policy '{policy.name}', seed {seed}: {error}") from error
    except Exception as error:
        raise RunError(f"policy '{policy.name}', seed {seed}: {one_line(error)} ({_place(error)})") from error


def _place(error: BaseException) -> str:
    """Where it went wrong first: SimPy raises a copy of what a process raised, with the original as its cause."""
    while error.__cause__ is not None:
        error = error.__cause__
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}, line {last.lineno}"
