"""Progress on stderr: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import progress as bars
from rich.console import Console

from lastresort.study import Progress


@contextmanager
def show_progress(quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """Yield the function to call after each finished run."""
    console = Console(stderr=True, quiet=quiet)
    if not console.is_terminal:
        yield lambda step: console.print(f"{step.done}/{step.total}  {_words(step)}", highlight=False, soft_wrap=True)
        return
    columns = (
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
        bars.TextColumn("{task.description}"),
    )
    with bars.Progress(*columns, console=console) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda step: bar.update(task, description=_words(step), completed=step.done, total=step.total)


def _words(step: Progress) -> str:
    remark = " (kept from before)" if step.reused else " (failed)" if step.failed else ""
    return f"{step.scenario}, {step.policy}, seed {step.seed}{remark}"
