"""One run: a scenario, a policy on every venue, a seed."""

import textwrap

from lastresort.mechanisms.contract import MechanismError
from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, one_line
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation import ConservationError, RecordError, simulate
from lastresort.simulation.market.path import FREE, Course
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.stage_clock import StageClock
from lastresort.simulation.variation import USUAL, Variation
from lastresort.simulation.waterfall import own_frames
from lastresort.simulation.waterfall.time_limit import PATIENCE

LONGEST_REASON = 600


class RunError(Exception):
    """A run could not be finished; the message is one sentence that names the policy, the seed and the reason."""


class FailedRunError(RunError):
    """A run failed, which says nothing about other runs; `reason` is printable and on one line.

    `traceback` is the way through the code of a plugin that led to it; empty where there is none.
    """

    def __init__(self, policy: str, seed: int, reason: str, traceback: str = "") -> None:
        super().__init__(policy, seed, reason)
        self.traceback = traceback
        self.policy = policy
        self.seed = seed
        self.reason = reason

    def __str__(self) -> str:
        return f"policy '{self.policy}', seed {self.seed}: {self.reason}"


class PolicyError(FailedRunError):
    """A run was ended by its own policy."""


class EngineError(FailedRunError):
    """A run was ended by the engine: its books do not balance, its record is damaged, or something else is wrong."""

    def __init__(self, policy: str, seed: int, reason: str) -> None:
        super().__init__(policy, seed, printable(f"the engine failed, not the policy: {reason}"))


def run_policy(
    scenario: Scenario,
    policy: Policy,
    seed: int,
    catalogue: Catalogue,
    patience: float = PATIENCE,
    clock: StageClock | None = None,
    variation: Variation = USUAL,
    course: Course = FREE,
) -> RunRecord:
    """Simulate `scenario` with `policy` on every venue; an answer may take `patience` seconds.

    A `clock` is told where the time of the run goes. `variation` is the order of what has none, and `course` what
    decides prices.

    Raises PolicyError where a mechanism raises or breaks the contract, and EngineError where anything else goes wrong.
    """
    try:
        waterfalls = {venue.name: build_waterfall(policy, catalogue) for venue in scenario.venues}
        return simulate(scenario, waterfalls, seed, policy.name, patience, variation, course, clock=clock)
    except (MechanismError, InputError) as error:
        raise PolicyError(policy.name, seed, printable(str(error)), _way(error)) from error
    except (ConservationError, RecordError) as error:
        raise EngineError(policy.name, seed, str(error)) from error
    except Exception as error:
        raise EngineError(policy.name, seed, f"{one_line(error)} ({_place(error)})") from error


def printable(text: str) -> str:
    """Return what a rule said on one line, unseen marks spelled out, and cut where it is too long to read."""
    plain = "".join(letter if letter.isprintable() else " " for letter in escaped(text))
    return textwrap.shorten(plain, LONGEST_REASON, placeholder=" ...")


def _way(error: MechanismError | InputError) -> str:
    """The traceback in a rule's code: SimPy raises a copy, which knows no more than the words of its cause."""
    return error.traceback or str(getattr(error.__cause__, "traceback", ""))


def _place(error: BaseException) -> str:
    """Where it went wrong first: SimPy raises a copy of what a process raised, with the original as its cause."""
    known = [error]
    while (cause := vars(BaseException)["__cause__"].__get__(known[-1])) is not None:
        if any(one is cause for one in known):
            break
        known.append(cause)
    innermost = next((way[-1] for one in reversed(known) if (way := own_frames.calls(one))), None)
    return f"{innermost.file}, line {innermost.line}" if innermost else "an unknown file, line 0"
