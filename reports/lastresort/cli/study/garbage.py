"""`lastresort study gc`."""


def gc() -> None:
    """."""
