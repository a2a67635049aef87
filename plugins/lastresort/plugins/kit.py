"""The former name of `lastresort.plugins.testing`, for plugins whose tests import it."""

from typing import Any

from lastresort.plugins import testing


def __getattr__(name: str) -> Any:
    return getattr(testing, name)
