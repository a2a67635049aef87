"""Experiments: policies crossed with seeds on one scenario, stored run by run.

Names are looked up when they are asked for: who needs one of them need not load the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lastresort.experiments.experiment import Study, run_study
    from lastresort.experiments.failure import Failure
    from lastresort.experiments.folders.results import Results
    from lastresort.experiments.run import RunError
    from lastresort.experiments.runner import Progress
    from lastresort.experiments.single import simulate_once
    from lastresort.experiments.store import RunStore

__all__ = ["Failure", "Progress", "Results", "RunError", "RunStore", "Study", "run_study", "simulate_once"]

_HOMES = {
    "Failure": "lastresort.experiments.failure",
    "Progress": "lastresort.experiments.runner",
    "Results": "lastresort.experiments.folders.results",
    "RunError": "lastresort.experiments.run",
    "RunStore": "lastresort.experiments.store",
    "Study": "lastresort.experiments.experiment",
    "run_study": "lastresort.experiments.experiment",
    "simulate_once": "lastresort.experiments.single",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
