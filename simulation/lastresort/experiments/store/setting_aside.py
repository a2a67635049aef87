"""What is damaged goes where nothing reads it, named in one sentence, until it is collected as garbage."""

import os
import time
import warnings
from pathlib import Path

from lastresort.experiments.store.plain_files import refuse_links

SET_ASIDE = "set-aside"
"""Folder in a store."""


class DamageWarning(UserWarning):
    """Something in a folder of results was damaged; the message is one sentence, and what can be is done again."""


def set_aside(place: Path, store: Path, why: str) -> None:
    """Move a file, or whatever else is in its place, into the folder `set-aside` of a store, and warn.

    Where it cannot be moved, that is part of the warning; where nothing is there any more, nothing happens. InputError
    where the store holds a link.
    """
    refuse_links(store)
    target = store / SET_ASIDE / f"{place.name}-{time.time_ns()}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        place.rename(target)
        done = f"it was set aside as '{target}' and is done again"
    except FileNotFoundError:
        return
    except OSError as error:
        done = f"it cannot be set aside ({error.strerror}) and is not used"
    told(f"'{place}' {why}: {done}")


def told(damage: str) -> None:
    """Warn of a damage, given in one sentence."""
    warnings.warn(damage, DamageWarning, stacklevel=3)


def is_there(place: Path) -> bool:
    """Whether anything is in a place, links that lead nowhere among it."""
    return os.path.lexists(place)
