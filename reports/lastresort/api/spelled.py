"""Durations and sizes in words."""


def spelled(seconds: float) -> str:
    """Write a duration so that it can be read at a glance: 40 s, 12 min, 3.5 h."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def bytes_in_words(size: float) -> str:
    """Write a number of bytes: 1.2 MB, 3.4 GB."""
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"
