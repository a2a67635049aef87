"""The runs of an audit: every policy on a seed, played in one order and scored, kept nowhere."""

import multiprocessing
import signal
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from lastresort.mechanisms.contract import MechanismError
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import PluginWarning
from lastresort.plugins.manager import build_waterfall
from lastresort.scores.orders.audit import fingerprint
from lastresort.scores.table import score_run
from lastresort.simulation import ConservationError, RunRecord, Scenario, simulate
from lastresort.simulation.variation import Variation
from lastresort.study.run import RunError


@dataclass(frozen=True)
class VariedSeed:
    """All policies of an audit, the reference first, on one seed and in one order."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    seed: int
    variation: Variation
    plugin_files: tuple[Path, ...] = ()


def play(work: VariedSeed) -> pd.DataFrame:
    """Simulate and score every policy: a score table with a column `fingerprint`; RunError where a run fails."""
    reference, *others = (_simulate(work, policy) for policy in work.policies)
    rows = [
        {
            "policy": record.policy,
            "seed": work.seed,
            "fingerprint": fingerprint(record),
            **score_run(record, reference),
        }
        for record in (reference, *others)
    ]
    return pd.DataFrame(rows)


def play_all(works: Sequence[VariedSeed], jobs: int) -> Iterator[pd.DataFrame]:
    """Play in this process or in several, which changes nothing but the time; tables come in the order of `works`."""
    if jobs == 1:
        _catalogue.cache_clear()  # plugin files may have changed since an earlier audit of this process
        yield from map(play, works)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(works)), mp_context=context, initializer=_start_worker) as pool:
        try:
            yield from pool.map(play, works)
        except BrokenProcessPool as error:
            raise RunError("a process of the audit ended unexpectedly (out of memory?)") from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _start_worker() -> None:
    """The parent has told all warnings, and tells of an interrupt."""
    warnings.simplefilter("ignore", PluginWarning)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _simulate(work: VariedSeed, policy: Policy) -> RunRecord:
    catalogue = _catalogue(work.plugin_files)
    waterfalls = {venue.name: build_waterfall(policy, catalogue) for venue in work.scenario.venues}
    try:
        return simulate(work.scenario, waterfalls, work.seed, policy.name, variation=work.variation)
    except (MechanismError, ConservationError) as error:
        raise RunError(f"policy '{policy.name}', seed {work.seed}, {work.variation.name}: {error}") from error


@cache
def _catalogue(plugin_files: tuple[Path, ...]) -> Catalogue:
    return Catalogue.load(plugin_files)
