"""Text that cannot disturb its surroundings: without control characters and without overrides of its direction."""

import re

_SPACE = re.compile("[ \t\r\n\f\v\x85\u2028\u2029]+")
_BREAK = re.compile("\r\n?|[\f\v\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff\ud800-\udfff\ufffe\uffff]"
)


def one_line(text: str) -> str:
    """Return text on one line, its runs of space as one; non-breaking spaces stay."""
    return _UNSEEN.sub("", _SPACE.sub(" ", text))


def as_it_stands(text: str) -> str:
    """Return text with its lines and indentation, and without what cannot be seen."""
    return _UNSEEN.sub("", _BREAK.sub("\n", text))
