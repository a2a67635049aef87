"""A number as people and programs write it: signs, thousands, decimal marks, exponents; and what is none."""

import re
from math import isinf

BLANKS = "\u0020\u00a0\u2007\u2009\u202f"
"""Between thousands: the space, and those that do not break or are thin."""

MARKS = (".", ",")
"""Decimal marks; the other one may stand between thousands."""


def _pattern(mark: str) -> re.Pattern[str]:
    other = MARKS[mark == "."]
    grouped = rf"[1-9][0-9]{{0,2}}(?P<between>[{re.escape(other)}'\u2019{BLANKS}])[0-9]{{3}}(?:(?P=between)[0-9]{{3}})*"
    fraction = rf"(?:{re.escape(mark)}[0-9]*)?"
    bare = rf"(?:[0-9]+{fraction}|{re.escape(mark)}[0-9]+)(?:[eE][+-]?[0-9]{{1,6}})?"
    return re.compile(rf"(?:{grouped}{fraction}|{bare})\Z")


PATTERNS = {mark: _pattern(mark) for mark in MARKS}

REMEDIES = (
    (r"[=@]", "this is a formula, so save the values instead"),
    (r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!)", "a formula of the spreadsheet failed, so correct it there"),
    (r"[+-]?(nan|null|none|n/?a|-+)$", "write the number, or leave the cell empty where the column may be"),
    (r"[+-]?inf(inity)?$", "write a number that is finite"),
    (r".*%", "write 0.05 rather than 5%"),
    (r".*[$€£¥₿₮]|.*\b(USD[TC]?|EUR|GBP|JPY)\b", "write the number alone, and the currency into column 'currency'"),
    (r"[+-]?[\d.,]+\s*[kmb]n?$", "write all digits, 5000 rather than 5k"),
    (r"[+-]?0x", "write it with decimal digits"),
    (r"(true|false|yes|no)$", "this is a yes or no"),
    (r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}", "this looks like a date"),
    (r"[\d.,]+\s*-$", "write the sign in front"),
    (r".*_", "write it without underscores"),
)
"""What is often found in place of a number, as patterns without case, and what to do about it."""


def number(text: str, mark: str) -> float | None:
    """Return the number that a text is where `mark` is the decimal mark; None where it is none or too large.

    "(5)" and U+2212 are negative; thousands are groups of three, all with the same mark between them, which is the
    other one of "." and ",", an apostrophe or a blank; what has an exponent has no groups.
    """
    bare, sign = _unsigned(text.strip())
    match = PATTERNS[mark].match(bare)
    if match is None:
        return None
    between = match["between"]
    value = float((bare.replace(between, "") if between else bare).replace(mark, "."))
    return None if isinf(value) else sign * value


def _unsigned(text: str) -> tuple[str, int]:
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), -1
    if text[:1] in ("-", "\u2212"):
        return text[1:], -1
    return text.removeprefix("+"), 1


def mark_of(text: str) -> str:
    """Return the decimal mark that a text shows, "?" where it is a different number with either, else "".

    "1,234.5", "0.125", "1.2345E+3" and "1,234,567" show ".", and "1.250" or "1,250" is anybody's guess.
    """
    read = [number(text, mark) for mark in MARKS]
    if read[0] is None or read[1] is None:
        return "." if read[0] is not None else "," if read[1] is not None else ""
    return "" if read[0] == read[1] else "?"


def remedy(text: str, mark: str) -> str:
    """Return what to do about a text that is no number, as a clause."""
    bare = text.strip()
    other = MARKS[mark == "."]
    for pattern, clause in REMEDIES:
        if re.match(pattern, bare, flags=re.IGNORECASE):
            return clause
    if PATTERNS[mark].match(_unsigned(bare)[0]):
        return "that is more than a computer holds"
    if number(bare, other) is not None:
        return f"here the decimal mark is '{mark}'; give --decimal {other} if it is not"
    return "write it as -1234.5" if mark == "." else "write it as -1234,5"
