"""Installed plugins that are to take no part for a while, in this process and in those that it starts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from lastresort.plugins.installed import VARIABLE
from lastresort.plugins.installed import without as blocking


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Leave installed plugins out for as long as the block lasts: `with without("my-plugin"): compare(...)`.

    Worker processes look into the environment too, so it stands there. A name that is not installed is an InputError
    as soon as plugins are looked up.
    """
    before, now = os.environ.get(VARIABLE), blocking(names)
    if now is not None:
        os.environ[VARIABLE] = now
    try:
        yield
    finally:
        if before is not None:
            os.environ[VARIABLE] = before
        else:
            os.environ.pop(VARIABLE, None)
