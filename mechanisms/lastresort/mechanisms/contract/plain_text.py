"""Texts of strangers, made safe to show: a rule, a plugin or a folder may say anything, and its text may be code."""

import builtins
import re
from typing import Any

LONGEST = 10_000
"""Characters of a stranger's text that are looked at; the rest is cut off."""

UNREADABLE = "whose text cannot be read"

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control characters, marks that turn the direction of text, what has no width, separators of lines, and surrogates.

Line feeds and tabs may stay.
"""


def escaped(text: str) -> str:
    """Return a text in which whatever is not seen, or moves what stands around it, is spelled as in `\\u202e`."""
    plain = str.__getitem__(text, slice(None))  # of a subclass of str, which may say something else each time
    return _UNSEEN.sub(_spelled, plain.replace("\r\n", "\n"))


def _spelled(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def kind_and_text(error: BaseException) -> str:
    """Return "Kind: text" of an exception, or "Kind" where it has none; never raises, whatever its methods do."""
    kind = type_name(error)
    try:
        text = _cut(str(error))
    except BaseException:
        return f"{kind}, {UNREADABLE}"
    return f"{kind}: {text}" if text else kind


def own_cause(error: BaseException) -> BaseException | None:
    """Return an exception of Python's own without those behind it, which may be anybody's; None for any other kind."""
    if vars(builtins).get(type_name(error)) is not type(error):
        return None
    error.__cause__ = error.__context__ = None
    return error


def type_name(value: Any) -> str:
    """Return the name of a value's type, whatever its class or metaclass says of itself."""
    return _cut(type.__dict__["__name__"].__get__(type(value)))


def representation(value: Any) -> str:
    """Return `repr(value)`, cut and escaped, or the name of its type where it has none; never raises."""
    try:
        return _cut(repr(value))
    except BaseException:
        return f"a {type_name(value)}, {UNREADABLE}"


def _cut(text: str) -> str:
    cut = str.__getitem__(text, slice(LONGEST + 1))
    return escaped(cut if len(cut) <= LONGEST else f"{cut[:LONGEST]} ...")
