"""The styles and scripts of the page, as they stand in files of their own."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from lastresort.reports.document.paper import DARK, LIGHT

STYLES = ("page", "contents", "tables", "figures", "controls", "print")
"""Style sheets in the order in which they apply."""

PRINT: Mapping[str, str] = {**LIGHT, "--ink": "#000000", "--muted": "#444c54", "--rule": "#cfd2ce"}
"""Colours on real paper."""


@cache
def style() -> Markup:
    """Return all styles: the colours of each theme, then the sheets."""
    return Markup("\n".join([_colours(), *(_read("style", f"{name}.css") for name in STYLES)]))


@cache
def script(name: str) -> Markup:
    """Return the script of this name."""
    return Markup(_read("scripts", f"{name}.js"))


def _read(folder: str, name: str) -> str:
    return files(__package__).joinpath(folder, name).read_text(encoding="utf-8").strip()


def _colours() -> str:
    light = _rule(":root", {"color-scheme": "light", **LIGHT})
    dark = {"color-scheme": "dark", **DARK}
    return "\n".join(
        [
            light,
            f"@media (prefers-color-scheme: dark) {{ {_rule(':root:not([data-theme=light])', dark)} }}",
            _rule(":root[data-theme=dark]", dark),
            f"@media print {{ {_rule(':root:root:root', {'color-scheme': 'light', **PRINT})} }}",
        ]
    )


def _rule(selector: str, values: Mapping[str, str]) -> str:
    return f"{selector} {{ {' '.join(f'{name}: {value};' for name, value in values.items())} }}"
