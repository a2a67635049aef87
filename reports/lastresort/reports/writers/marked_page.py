"""Tables in pages that people write: what stands between two markers is made by a program, the rest by hand."""

from collections.abc import Sequence
from pathlib import Path


def is_marked(page: Path, part: str) -> bool:
    """Whether the page exists and has the markers of a part."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    start, end = _markers(part)
    return start in text and end in text


def fill(page: Path, part: str, lines: Sequence[str]) -> None:
    """Put lines between the markers `<!-- PART -->` and `<!-- end of PART -->`, in place of what stands there."""
    start, end = _markers(part)
    before, rest = page.read_text(encoding="utf-8").split(start)
    text = before + start + "\n".join(lines) + "\n" + end + rest.split(end)[1]
    page.write_text(text, encoding="utf-8")


def _markers(part: str) -> tuple[str, str]:
    return f"<!-- {part} -->\n", f"<!-- end of {part} -->"
