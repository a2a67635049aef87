"""`lastresort study run`."""


def run() -> None:
    """."""
