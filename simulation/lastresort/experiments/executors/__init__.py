"""Who does the runs: this process, processes of this machine, or a cluster, all behind one small interface."""

from lastresort.experiments.executors.cluster import Cluster
from lastresort.experiments.executors.executor import Executor
from lastresort.experiments.executors.here import Here
from lastresort.experiments.executors.processes import Processes
from lastresort.experiments.executors.task import ForeignWorkerError, Outcome, Task
from lastresort.plugins.isolation.rooms import ROOMS


def executor(jobs: int, scheduler: str = "") -> Executor:
    """The executor for so many processes of this machine, or for the workers of a Dask scheduler where one is named.

    Raises InputError where the scheduler cannot be reached, or where its workers would do other runs.
    """
    if scheduler:
        return Cluster(scheduler)
    return Here() if jobs == 1 or not ROOMS.contained else Processes(jobs)


__all__ = ["Cluster", "Executor", "ForeignWorkerError", "Here", "Outcome", "Processes", "Task", "executor"]
