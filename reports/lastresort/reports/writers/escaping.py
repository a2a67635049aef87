"""Words as Markdown: whatever they are, they stay words."""

import re

from lastresort.reports.document import About, Code, Inline, Link, Listed, Prose, Strong

_MEANT = re.compile(r"([\\`*_{}\[\]<>|~$&@^#])")
_NUMBERED = re.compile(r"^(\s*\d+)([.)])(?=\s|$)")
_LISTED = re.compile(r"^(\s*)([+=:-])(?!\d)")


def escaped(text: str) -> str:
    """Return plain text as Markdown on one line, wherever in a block it stands."""
    return _LISTED.sub(r"\1\\\2", _NUMBERED.sub(r"\1\\\2", _MEANT.sub(r"\\\1", text)))


def marked(prose: Prose) -> str:
    """Return prose with its marks, on one line."""
    return "".join(_inline(part, first=place == 0) for place, part in enumerate(prose)).strip(" ")


def anchored(name: str) -> str:
    """Return an anchor that links find, or nothing where there is no name."""
    return f'<a id="{name}"></a>' if name else ""


def fenced(text: str) -> str:
    """Return text as a block of code, whatever fences it holds itself."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text.strip(chr(10))}\n{fence}"


def code(text: str) -> str:
    """Return a span of code, which a bar inside a table does not end."""
    ticks = "`" * (_longest_run(text) + 1)
    edge = " " if text.startswith("`") or text.endswith("`") or text != text.strip(" ") else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def _inline(part: Inline, first: bool) -> str:
    match part:
        case Strong():
            return _strong(part.text)
        case Code():
            return code(part.text) if part.text else ""
        case Link():
            return f"[{escaped(part.text)}](#{part.target})"
        case About() | Listed():
            return _inline(part.text, first)
        case str():
            return escaped(part) if first else escaped("x" + part)[1:]


def _strong(text: str) -> str:
    """Spaces at the ends stand outside the stars, which would not be read as marks beside them."""
    inner = text.strip(" ")
    before, _, after = text.partition(inner) if inner else (text, "", "")
    return f"{before}**{escaped(inner)}**{after}" if inner else text


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
