"""Lines of text that a process of a plugin says."""

from typing import Any

from lastresort.mechanisms.contract.plain_text import escaped


def texts(said: Any) -> list[str]:
    """Return lines with marks that are not seen spelled out; TypeError where there are none."""
    if not isinstance(said, list):
        raise TypeError("no lines")
    return [escaped(str(line)) for line in said]
