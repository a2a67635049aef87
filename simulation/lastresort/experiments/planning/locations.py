"""Where a dotted path leads in a document of mappings and lists."""

from typing import Any

from lastresort.plugins.errors import did_you_mean, one_of

Location = tuple[int | str, ...]
"""Keys of mappings and positions in lists, from the outside in."""


class PlaceError(Exception):
    """A path leads nowhere: after `depth` steps, `found` is none of the `allowed` keys; nothing is found in a group."""

    def __init__(self, depth: int, inside: str, found: str, allowed: tuple[str, ...]) -> None:
        super().__init__(depth, inside, found, allowed)
        self.depth = depth
        self.inside = inside
        self.found = found
        self.allowed = allowed

    def __str__(self) -> str:
        if not self.found:
            return f"'{self.inside}' is a group; name one of its keys: {one_of(self.allowed)}"
        if not self.allowed:
            return f"'{self.inside}' has no keys inside, found '{self.found}'"
        inside = f" in '{self.inside}'" if self.inside else ""
        hint = did_you_mean(self.found, self.allowed)
        return f"unknown key '{self.found}'{inside}; allowed: {one_of(self.allowed)}{hint}"


def locate(document: Any, path: str) -> Location:
    """Return the location of the value that a dotted path names.

    Entries of lists go by their name where they have one, else by their position, from 1. Raises PlaceError where a
    key is unknown, and where the path ends at a group instead of a value.
    """
    location: list[int | str] = []
    inside, rest = "", path
    while rest:
        labels = _labels(document)
        label = _first_label(rest, labels)
        if label is None:
            raise PlaceError(len(location), inside, rest.split(".")[0] or ".", tuple(labels))
        location.append(labels[label])
        document = document[labels[label]]
        inside, rest = label, rest[len(label) + 1 :]
    if isinstance(document, dict) or _is_list_of_groups(document):
        raise PlaceError(len(location), inside, "", tuple(_labels(document)))
    return tuple(location)


def _labels(document: Any) -> dict[str, int | str]:
    """What the entries of a mapping or a list are called, each with its key or position."""
    if isinstance(document, dict):
        return {str(key): key for key in document}
    if not isinstance(document, list):
        return {}
    named = _is_list_of_groups(document) and all("name" in entry for entry in document)
    return {str(entry["name"] if named else k + 1): k for k, entry in enumerate(document)}


def _is_list_of_groups(document: Any) -> bool:
    return isinstance(document, list) and bool(document) and all(isinstance(entry, dict) for entry in document)


def _first_label(path: str, labels: dict[str, int | str]) -> str | None:
    """The longest label that the path begins with: names may contain dots."""
    fitting = [label for label in labels if path == label or path.startswith(f"{label}.")]
    return max(fitting, key=len, default=None)
