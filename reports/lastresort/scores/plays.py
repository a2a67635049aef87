"""Runs that are played only to be looked at: simulated here or in several processes, and kept nowhere."""

import multiprocessing
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lastresort.mechanisms.contract import MechanismError
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import PluginWarning
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation import ConservationError, RecordError, RunRecord, Scenario, simulate
from lastresort.simulation.market.path import FREE, Course
from lastresort.simulation.variation import USUAL, Variation
from lastresort.simulation.waterfall.time_limit import PATIENCE
from lastresort.study.run import RunError

if TYPE_CHECKING:
    import pandas as pd

Work = TypeVar("Work")


def play_all(play: "Callable[[Work], pd.DataFrame]", works: Sequence[Work], jobs: int) -> "Iterator[pd.DataFrame]":
    """Play in this process or in several, which changes nothing but the time; tables come in the order of `works`."""
    if jobs == 1:
        _catalogue.cache_clear()  # plugin files may have changed since an earlier play of this process
        yield from map(play, works)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(works)), mp_context=context, initializer=_start_worker) as pool:
        try:
            yield from pool.map(play, works)
        except BrokenProcessPool as error:
            raise RunError("a process ended unexpectedly (out of memory?)") from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def play_one(
    scenario: Scenario,
    policy: Policy,
    seed: int,
    plugin_files: tuple[Path, ...] = (),
    patience: float = PATIENCE,
    variation: Variation = USUAL,
    course: Course = FREE,
) -> RunRecord:
    """Simulate one policy on all venues of a scenario; RunError where the run fails."""
    catalogue = _catalogue(plugin_files)
    waterfalls = {venue.name: build_waterfall(policy, catalogue) for venue in scenario.venues}
    try:
        return simulate(scenario, waterfalls, seed, policy.name, patience, variation, course)
    except (MechanismError, ConservationError, RecordError) as error:
        raise RunError(f"policy '{policy.name}', seed {seed}, {variation.name}: {error}") from error


def _start_worker() -> None:
    """The parent has told all warnings, and tells of an interrupt."""
    warnings.simplefilter("ignore", PluginWarning)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@cache
def _catalogue(plugin_files: tuple[Path, ...]) -> Catalogue:
    return Catalogue.load(plugin_files)
