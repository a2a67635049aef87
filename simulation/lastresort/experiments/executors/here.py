"""Runs in this process, one after the other, but for those in which code of plugins has a part."""

from collections.abc import Iterator

from lastresort.experiments.executors.plugin_runs import PluginRuns
from lastresort.experiments.executors.task import Outcome, Task, forget, our_catalogue, perform


class Here:
    """The executor that needs nothing but this process, and one for each plugin."""

    width = 1

    def perform(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Yield what comes of each task, in their order."""
        forget()  # another version may be installed than in an earlier study of this process
        elsewhere = PluginRuns()
        for task in tasks:
            yield elsewhere.perform(task) if task.contained else perform(task, our_catalogue())
