"""Bad input, told in one sentence."""

from collections.abc import Iterable
from difflib import get_close_matches

from lastresort.mechanisms.contract.plain_text import escaped, kind_and_text


class InputError(Exception):
    """The input cannot be used; the message is one sentence: where, what was found, what is allowed.

    It may quote anybody, so that marks which are not seen are spelled out. `traceback` is the way through the code of a
    plugin that led to it; empty where there is none.
    """

    def __init__(self, sentence: str, traceback: str = "") -> None:
        super().__init__(escaped(sentence))
        self.traceback = traceback


class PluginEndedError(Exception):
    """A plugin ended the process that ran it, or had to be ended with it; the message is a clause that says how.

    `final` says that it would do so again: it took too long, left on purpose, or changed what is not its own.
    `traceback` is the way through its code, as far as it is known.
    """

    def __init__(self, how: str, final: bool = False, traceback: str = "") -> None:
        super().__init__(escaped(how))
        self.final = final
        self.traceback = traceback


class PluginWarning(UserWarning):
    """A plugin is left out, or should be brought up to date; the message is one sentence, with such marks spelled."""

    def __init__(self, sentence: str) -> None:
        super().__init__(escaped(sentence))


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
    """Return the kind of an exception and the first line of its message; never raises, whatever it is."""
    return kind_and_text(error).split("\n")[0]
