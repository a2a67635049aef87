"""Progress on stderr: a bar and the scores so far on a terminal, a short line every half minute elsewhere."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from lastresort.cli.glimpse_table import glimpse_table
from lastresort.cli.pace import Pace

if TYPE_CHECKING:
    from lastresort.api import Glimpse, LiveScores, Progress

PAUSE_ON_TERMINAL = 3.0
"""Seconds between two looks at the scores."""

PAUSE_IN_LINES = 30.0
"""Seconds between two lines."""


@contextmanager
def show_progress(
    quiet: bool = False, scores: "LiveScores | None" = None, folder: Path | None = None
) -> "Iterator[Callable[[Progress], None]]":
    """Yield the function to call after each finished run; `scores` measures each, `folder` is where runs are kept."""
    console = Console(stderr=True, quiet=quiet)
    if not console.is_terminal or quiet:
        lines = Lines(console, scores, folder)
        with lines.told_now_and_then():
            yield lines.advance
        return
    screen = Screen(console, scores)
    with Live(console=console, get_renderable=screen.content, refresh_per_second=4, transient=True):
        yield screen.advance


class Lines:
    """A line every half minute, and one when all runs are over."""

    def __init__(self, console: Console, scores: "LiveScores | None", folder: Path | None) -> None:
        self._console = console
        self._scores = scores
        self._folder = folder
        self._pace = Pace()
        self._over = threading.Event()

    def advance(self, step: "Progress") -> None:
        """Note that a run is over."""
        self._pace.see(step)
        if self._scores:
            self._scores.see(step)
        if step.done == step.total:
            self.tell()

    @contextmanager
    def told_now_and_then(self) -> Iterator[None]:
        """Tell how far it is for as long as the block lasts, on a thread of its own: a run may take minutes."""
        teller = threading.Thread(target=self._tell_until_over, daemon=True)
        teller.start()
        try:
            yield
        finally:
            self._over.set()
            teller.join()

    def tell(self) -> None:
        """Say how far it is: done of total, time left, folder."""
        told = [self._pace.counted, self._pace.told, str(self._folder or "")]
        self._console.print(", ".join(filter(None, told)), highlight=False, soft_wrap=True, markup=False)

    def _tell_until_over(self) -> None:
        while not self._over.wait(PAUSE_IN_LINES):
            self.tell()


class Screen:
    """A bar with pace and time left, above the differences so far; failed runs scroll by."""

    def __init__(self, console: Console, scores: "LiveScores | None") -> None:
        self._console = console
        self._scores = scores
        self._looked = 0.0
        self._glimpses: list[Glimpse] = []
        self._pace = Pace()

    def advance(self, step: "Progress") -> None:
        """Show that a run is over."""
        self._pace.see(step)
        if step.failed:
            self._console.print(self._pace.last, highlight=False, markup=False)
        if self._scores:
            self._scores.see(step)
            if time.monotonic() - self._looked > PAUSE_ON_TERMINAL:
                self._glimpses = self._scores.glimpses()
                self._looked = time.monotonic()

    def content(self) -> Group:
        """What is on the screen now."""
        if not self._pace.total:
            return Group("starting")
        line = Table.grid(padding=(0, 1))
        bar = ProgressBar(self._pace.total, self._pace.done, width=40)
        line.add_row(bar, f"{self._pace.done}/{self._pace.total}", f"{self._pace.told}  {self._pace.last}")
        return Group(line, glimpse_table(self._glimpses)) if self._glimpses else Group(line)
