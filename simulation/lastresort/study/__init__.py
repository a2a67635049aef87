"""Experiments: policies crossed with seeds on one scenario, stored run by run."""

from lastresort.study.experiment import Study, run_study
from lastresort.study.failure import Failure
from lastresort.study.folders.results import Results
from lastresort.study.run import RunError
from lastresort.study.runner import Progress
from lastresort.study.single import simulate_once
from lastresort.study.store import RunStore

__all__ = ["Failure", "Progress", "Results", "RunError", "RunStore", "Study", "run_study", "simulate_once"]
