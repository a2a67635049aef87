"""Progress on stderr: a bar and the scores so far on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from lastresort.api.spelled import spelled

if TYPE_CHECKING:
    from lastresort.api import Glimpse, LiveScores, Progress

PAUSE_ON_TERMINAL = 3.0
PAUSE_IN_LINES = 30.0
"""Seconds between two looks at the scores."""

MOST_SHOWN = 8
"""Differences on a terminal."""


@contextmanager
def show_progress(quiet: bool = False, scores: "LiveScores | None" = None) -> "Iterator[Callable[[Progress], None]]":
    """Yield the function to call after each finished run; `scores` measures each, and is shown from time to time."""
    console = Console(stderr=True, quiet=quiet)
    if not console.is_terminal or quiet:
        yield Lines(console, scores).advance
        return
    screen = Screen(console, scores)
    with Live(console=console, get_renderable=screen.content, refresh_per_second=4, transient=True):
        yield screen.advance


class Pace:
    """How fast runs come in; those that were done before do not count."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._fresh = 0

    def see(self, step: "Progress") -> None:
        """Count a run."""
        self._fresh += not step.reused

    def told(self, left: int) -> str:
        """Runs per second and time left."""
        rate = self._fresh / max(time.monotonic() - self._started, 1e-9)
        return f"{rate:.2g} runs/s, {spelled(left / rate)} left" if rate else "starting"


class Lines:
    """A line for each run, and every half minute one with the differences so far."""

    def __init__(self, console: Console, scores: "LiveScores | None") -> None:
        self._console = console
        self._scores = scores
        self._looked = time.monotonic()
        self._pace = Pace()

    def advance(self, step: "Progress") -> None:
        """Show that a run is over."""
        self._pace.see(step)
        self._say(f"{step.done}/{step.total}  {_words(step)}")
        if self._scores:
            self._scores.see(step)
            if time.monotonic() - self._looked > PAUSE_IN_LINES:
                self._looked = time.monotonic()
                told = [self._pace.told(step.total - step.done), *map(_sentence, self._scores.glimpses()[:MOST_SHOWN])]
                self._say("so far: " + "; ".join(told))

    def _say(self, line: str) -> None:
        self._console.print(line, highlight=False, soft_wrap=True, markup=False)


class Screen:
    """A bar with pace and time left, above the differences so far; failed runs scroll by."""

    def __init__(self, console: Console, scores: "LiveScores | None") -> None:
        self._console = console
        self._scores = scores
        self._looked = 0.0
        self._glimpses: list[Glimpse] = []
        self._pace = Pace()
        self._step: Progress | None = None

    def advance(self, step: "Progress") -> None:
        """Show that a run is over."""
        self._step = step
        self._pace.see(step)
        if step.failed:
            self._console.print(_words(step), highlight=False, markup=False)
        if self._scores:
            self._scores.see(step)
            if time.monotonic() - self._looked > PAUSE_ON_TERMINAL:
                self._glimpses = self._scores.glimpses()
                self._looked = time.monotonic()

    def content(self) -> Group:
        """What is on the screen now."""
        if self._step is None:
            return Group("starting")
        step = self._step
        line = Table.grid(padding=(0, 1))
        pace = self._pace.told(step.total - step.done)
        line.add_row(
            ProgressBar(step.total, step.done, width=40), f"{step.done}/{step.total}", f"{pace}  {_words(step)}"
        )
        return Group(line, _table(self._glimpses)) if self._glimpses else Group(line)


def _table(glimpses: "list[Glimpse]") -> Table:
    more = len(glimpses) - MOST_SHOWN
    table = Table(title="so far" + (f" ({more} more)" if more > 0 else ""), title_justify="left")
    for column in ("scenario", "policy", "against", "score", "difference", "seeds"):
        table.add_column(column, overflow="fold")
    for one in glimpses[:MOST_SHOWN]:
        said = one.comparison
        table.add_row(said.scenario, said.policy, said.against, said.score, _difference(one), str(one.seeds))
    return table


def _sentence(one: "Glimpse") -> str:
    said = one.comparison
    return f"{said.scenario}, {said.policy} - {said.against}, {said.score} {_difference(one)} ({one.seeds} seeds)"


def _difference(one: "Glimpse") -> str:
    if one.low != one.low:
        return f"{one.value:+.3g}"
    return f"{one.value:+.3g} [{one.low:+.3g}, {one.high:+.3g}]"


def _words(step: "Progress") -> str:
    remark = " (kept from before)" if step.reused else " (failed)" if step.failed else ""
    return f"{step.scenario}, {step.policy}, seed {step.seed}{remark}"
