"""The command line."""

from lastresort.cli.application import main

__all__ = ["main"]
