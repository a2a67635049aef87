"""Data inside the page: as JSON for its scripts, and as links that save a file."""

import base64
import json
import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from markupsafe import Markup

DIGITS = 6
"""Significant digits of numbers for scripts, which show three or four."""


def json_text(data: Any) -> Markup:
    """Return data as JSON for a script element: no text in it can end the element; what is not finite is null."""
    text = json.dumps(_plain(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def data_link(content: str, media: str) -> str:
    """Return a link that holds a whole text file."""
    return f"data:{media};charset=utf-8;base64,{base64.b64encode(content.encode('utf-8', 'replace')).decode()}"


def _plain(data: Any) -> Any:
    match data:
        case None | bool() | str():
            return data
        case Mapping():
            return {str(key): _plain(value) for key, value in data.items()}
        case Integral():
            return int(data)
        case Real():
            number = float(data)
            return float(f"{number:.{DIGITS}g}") if math.isfinite(number) else None
        case Sequence():
            return [_plain(value) for value in data]
        case _:
            return _plain(data.tolist())  # an array
