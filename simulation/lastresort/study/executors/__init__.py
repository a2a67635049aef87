"""Who does the runs: this process, processes of this machine, or a cluster, all behind one small interface."""

from lastresort.study.executors.executor import Executor
from lastresort.study.executors.here import Here
from lastresort.study.executors.processes import Processes
from lastresort.study.executors.task import ForeignWorkerError, Outcome, Task


def local(jobs: int) -> Executor:
    """The executor for so many processes of this machine."""
    return Here() if jobs == 1 else Processes(jobs)


__all__ = ["Executor", "ForeignWorkerError", "Here", "Outcome", "Processes", "Task", "local"]
