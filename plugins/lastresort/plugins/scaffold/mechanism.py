"""A mechanism in one file, for `--plugin`."""

from pathlib import Path

from lastresort.plugins.scaffold.names import Names, new_names
from lastresort.plugins.scaffold.rendering import render
from lastresort.plugins.scaffold.steps import Step, lines
from lastresort.plugins.scaffold.writing import write_new


def new_mechanism(name: str, tier: str, folder: Path) -> tuple[Path, list[str]]:
    """Write `<name>.py` to `folder`; return its path and what to type next, there.

    `tier` is "simple" (who bears a loss, in 15 lines) or "full" (parameters, memory and several answers, explained).
    Raises InputError for a bad or taken name, and where the file exists.
    """
    names = new_names(name)
    path = folder / f"{names.module}.py"
    write_new([path], {path: render(f"mechanism/{tier}.py", names)})
    return path, lines(_steps(names, path.name))


def _steps(names: Names, file: str) -> tuple[Step, ...]:
    compare = f"lastresort compare oct-2025 --plugin {file}"
    return (
        Step(f"lastresort explain {names.name} --plugin {file}", "what it says in a small crash"),
        Step(f"lastresort check {file}", "does it keep the contract?"),
        Step(f"{compare} --policies fund+queue-adl,{names.policy} --seeds 2", "beside the queue: about a minute"),
        Step(compare, "beside all core policies: some minutes"),
    )
