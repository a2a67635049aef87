"""How far runs are and how fast they come in."""

import time
from typing import TYPE_CHECKING

from lastresort.api.spelled import spelled

if TYPE_CHECKING:
    from lastresort.api import Progress


class Pace:
    """Counts runs, set by set; those that were done before do not count for how fast it goes.

    `last` says which run was over last.
    """

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._fresh = self._kept = self._failed = 0
        self.done = self.total = 0
        self.last = ""

    def see(self, step: "Progress") -> None:
        """Count a run; before the first one, how many there are."""
        if step.done <= 1:
            self._kept = self._failed = 0
        self.done, self.total = step.done, step.total
        if step.done:
            self._fresh += not step.reused
            self._kept += step.reused
            self._failed += step.failed
            remark = " (kept from before)" if step.reused else " (failed)" if step.failed else ""
            self.last = f"{step.scenario}, {step.policy}, seed {step.seed}{remark}"

    @property
    def counted(self) -> str:
        """How many runs are done of how many, and what is to be said of them."""
        kept = f", {self._kept} kept from before" if self._kept else ""
        failed = f", {self._failed} failed" if self._failed else ""
        return f"{self.done}/{self.total} runs{kept}{failed}" if self.total else "starting"

    @property
    def told(self) -> str:
        """Runs per second and time left, once a run is over; nothing where none is left."""
        left = self.total - self.done
        rate = self._fresh / max(time.monotonic() - self._started, 1e-9)
        return f"{rate:.2g} runs/s, {spelled(left / rate)} left" if rate and left else ""
