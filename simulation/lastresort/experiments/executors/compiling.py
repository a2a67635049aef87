"""Kernels are compiled before workers start: once, and not by each of them at the same time."""

import os
from pathlib import Path


def compile_ahead() -> None:
    """Play a crash of a fraction of a second where some kernel is not compiled yet, so that workers find all on disk.

    Where kernels are kept in a folder that the user chose, or nowhere, workers compile for themselves.
    """
    from lastresort.simulation import kernels

    folder = Path(str(kernels.__file__)).parent
    if "NUMBA_CACHE_DIR" not in os.environ and os.access(folder, os.W_OK) and not _compiled(folder):
        _play()


def _compiled(folder: Path) -> bool:
    """Whether every module of kernels has left something since it was written."""
    modules = [file for file in folder.glob("*.py") if "@compiled" in file.read_text(encoding="utf-8")]
    return all(_newest(folder / "__pycache__", file.stem) >= file.stat().st_mtime for file in modules)


def _newest(cache: Path, module: str) -> float:
    return max((file.stat().st_mtime for file in cache.glob(f"{module}.*.nbi")), default=0.0)


def _play() -> None:
    from lastresort.experiments.executors.task import our_catalogue
    from lastresort.plugins.manager import build_waterfall
    from lastresort.plugins.testing.checks.crash_run import SCENARIO, VENUE
    from lastresort.simulation import Scenario, simulate

    catalogue = our_catalogue()
    waterfall = build_waterfall(catalogue.policy("fund+queue-adl"), catalogue)
    simulate(Scenario.model_validate(SCENARIO), {VENUE: waterfall}, seed=1)
