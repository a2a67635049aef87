"""`lastresort study resume`."""


def resume() -> None:
    """."""
