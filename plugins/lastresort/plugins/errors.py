"""Bad input, told in one sentence."""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """The input cannot be used; the message is one sentence: where, what was found, what is allowed."""


class PluginEndedError(Exception):
    """A plugin ended the process that ran it, or had to be ended with it; the message is a clause that says how.

    `late` says that it took too long.
    """

    def __init__(self, how: str, late: bool = False) -> None:
        super().__init__(how)
        self.late = late


class PluginWarning(UserWarning):
    """A plugin is left out, or should be brought up to date; the message is one sentence."""


def one_of(allowed: Iterable[str]) -> str:
    """Return the allowed words as "a, b or c", in the order given; "nothing" where there are none."""
    words = list(allowed)
    if len(words) < 2:
        return words[0] if words else "nothing"
    return f"{', '.join(words[:-1])} or {words[-1]}"


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" where an allowed word is close to `found`, else an empty text."""
    close = get_close_matches(found, list(allowed), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def one_line(error: BaseException) -> str:
    """Return the kind of an exception and the first line of its message."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
