"""Files that a rule reads its numbers from: declared by name in the class, so that a run knows what it depends on."""

import inspect
from pathlib import Path


def data_files(rule: type) -> tuple[Path, ...]:
    """Files that a class and those it inherits from declare in `data`, beside the source that declares them."""
    return tuple(
        Path(inspect.getfile(owner)).resolve().parent / name
        for owner in rule.__mro__
        for name in vars(owner).get("data", ())
    )
