"""Whoever watches runs being done is told of each: a bar on a terminal, a notebook, or nobody."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from lastresort.experiments.runner import OnProgress
from lastresort.scores.live import LiveScores

Watching = Callable[[LiveScores | None, Path | None], AbstractContextManager[OnProgress]]
"""Opens a view of runs that are being done, with what they score where that is known, and the folder where they are
kept, if they are; it is told of every run."""


@contextmanager
def nobody(live: LiveScores | None = None, folder: Path | None = None) -> Iterator[OnProgress]:
    """Nobody watches."""
    yield lambda step: None
