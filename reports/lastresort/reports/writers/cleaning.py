"""Text that cannot disturb its surroundings: control characters and marks of direction are spelled out."""

import re

from lastresort.mechanisms.contract.plain_text import escaped

_SPACE = re.compile("[ \t\r\n\f\v\x85\u2028\u2029]+")
_BREAK = re.compile("\r\n?|[\f\v\x85\u2028\u2029]")


def one_line(text: str) -> str:
    """Return text on one line, its runs of space as one; non-breaking spaces stay."""
    return escaped(_SPACE.sub(" ", text))


def as_it_stands(text: str) -> str:
    """Return text with its lines and indentation."""
    return escaped(_BREAK.sub("\n", text))
