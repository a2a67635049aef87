"""What to type next: commands and their meaning, printed by the program and repeated in the README of a package."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A command, and what it is for."""

    command: str
    meaning: str


def lines(steps: tuple[Step, ...]) -> list[str]:
    """Lines that a shell takes as they are: each command below its meaning, which is a comment."""
    return [line for step in steps for line in (f"# {step.meaning}", step.command)]
