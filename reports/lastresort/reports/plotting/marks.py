"""What the page needs to know of a part of a drawing: whose it is, and what to say where the pointer rests on it."""

from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from matplotlib.artist import Artist

PREFIX = "lr?"
"""Start of an id that is no id but the attributes of a part of the drawing."""

Part = TypeVar("Part", bound=Artist)


def mark(artist: Part, policy: str = "", tip: str = "", plain: bool = False) -> Part:
    """Say that a part belongs to a policy (its name) and what its tip is; both become attributes of its `<g>`.

    `plain` text stands on a coloured ground and has no halo of paper around its letters.
    """
    said = {"policy": policy, "tip": tip, "plain": "1" if plain else ""}
    given = {key: value for key, value in said.items() if value}
    if given:
        artist.set_gid(PREFIX + urlencode(given))
    return artist


def attributes(gid: str) -> dict[str, str]:
    """Return what was said of a part by its id; empty for any other id."""
    return dict(parse_qsl(gid.removeprefix(PREFIX))) if gid.startswith(PREFIX) else {}
