"""`lastresort study status`."""


def status() -> None:
    """."""
