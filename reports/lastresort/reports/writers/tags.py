"""What HTML that a plugin brought says, without its tags."""

from html.parser import HTMLParser

from lastresort.reports.writers.cleaning import one_line

_SILENT = frozenset({"script", "style", "template", "svg", "title", "head"})
_INLINE = frozenset(
    {"a", "abbr", "b", "code", "em", "i", "kbd", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [""]
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.lines[-1] += data

    def _break(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.lines[-1] += " "
        elif tag not in _INLINE:
            self.lines.append("")


def lines_without_tags(markup: str) -> list[str]:
    """Return the text of some HTML, an entry per paragraph, row or point; scripts, styles and drawings are left out."""
    parser = _Words()
    parser.feed(str(markup))  # a Markup would escape what is added to it
    parser.close()
    lines = (one_line(line).strip() for line in parser.lines)
    return [line for line in lines if line]
