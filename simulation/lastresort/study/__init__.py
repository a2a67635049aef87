"""Experiments: policies crossed with seeds on one scenario, stored run by run.

Names are looked up when they are asked for: who needs one of them need not load the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lastresort.study.experiment import Study, run_study
    from lastresort.study.failure import Failure
    from lastresort.study.folders.results import Results
    from lastresort.study.run import RunError
    from lastresort.study.runner import Progress
    from lastresort.study.single import simulate_once
    from lastresort.study.store import RunStore

__all__ = ["Failure", "Progress", "Results", "RunError", "RunStore", "Study", "run_study", "simulate_once"]

_HOMES = {
    "Failure": "lastresort.study.failure",
    "Progress": "lastresort.study.runner",
    "Results": "lastresort.study.folders.results",
    "RunError": "lastresort.study.run",
    "RunStore": "lastresort.study.store",
    "Study": "lastresort.study.experiment",
    "run_study": "lastresort.study.experiment",
    "simulate_once": "lastresort.study.single",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
