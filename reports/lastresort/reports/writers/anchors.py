"""The anchors of a document: every name becomes an identifier that is used once, and every link finds one."""

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from lastresort.reports.document import Block, Control, Definitions, Document, FigureBlock, Fold, Heading, Table

PREFIXES = {
    "section": "",
    "heading": "",
    "definition": "",
    "figure": "figure-",
    "table": "table-",
    "control": "control-",
}
"""What stands before the name of each kind of thing in its identifier; where names clash, links prefer earlier ones."""

RESERVED = frozenset({"content", "contents", "tip", "spoken"})
"""Identifiers of the page itself."""


class Anchors:
    """Identifiers in the order of the document; `take` must be called in that order, once per thing."""

    def __init__(self, document: Document) -> None:
        """Give an identifier to everything in `document` that has a name."""
        self._waiting: dict[tuple[str, str], deque[str]] = defaultdict(deque)
        self._first: dict[tuple[str, str], str] = {}
        used = set(RESERVED)
        for kind, name in _named(document):
            anchor = _unique(PREFIXES[kind] + (slug(name) or kind), used)
            self._waiting[kind, name].append(anchor)
            self._first.setdefault((kind, name), anchor)

    def take(self, kind: str, name: str) -> str:
        """Return the identifier of the next thing of this kind and name."""
        return self._waiting[kind, name].popleft()

    def find(self, target: str, kinds: Sequence[str] = tuple(PREFIXES)) -> str:
        """Return the identifier of what a link means, or an empty text: `name`, `figure-name` or `table-name`."""
        for kind in kinds:
            prefix = PREFIXES[kind]
            for name in (target, target.removeprefix(prefix)):
                if (kind, name) in self._first:
                    return self._first[kind, name]
        return ""


def slug(name: str) -> str:
    """Return a name with nothing but Latin letters, digits, dots, hyphens and underscores."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-")[:80]


def _unique(wanted: str, used: set[str]) -> str:
    anchor, count = wanted, 1
    while anchor in used or f"title-{anchor}" in used:
        count += 1
        anchor = f"{wanted}-{count}"
    used.add(anchor)
    return anchor


def _named(document: Document) -> Iterator[tuple[str, str]]:
    for section in document.sections:
        yield "section", section.name
        yield from _named_blocks(section.blocks)


def _named_blocks(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        match block:
            case Heading(name=str(name)) if name:
                yield "heading", name
            case Definitions():
                yield from (("definition", name) for name, _, _ in block.items if name)
            case Table(name=str(name)) if name:
                yield "table", name
            case FigureBlock():
                yield "figure", block.name
            case Control():
                yield "control", block.name
            case Fold():
                yield from _named_blocks(block.blocks)
            case _:
                pass
