"""Colours as names in disguise: each stands for a CSS variable, so one drawing serves light and dark paper.

The values a reader sees are in `document.paper`; those of light paper serve drawings that leave the page.
"""

from lastresort.reports.document.paper import LIGHT, POLICY_COLOURS, policy_variable

__all__ = [
    "ACCENT",
    "ACCENT_SOFT",
    "BACKSTOP",
    "CHARGE",
    "FUND",
    "HAIRCUT",
    "INK",
    "LIGHT",
    "MUTED",
    "PAPER",
    "POLICY",
    "RULE",
    "UNPAID",
    "VARIABLES",
    "light",
]

INK = "#010101"
MUTED = "#020202"
RULE = "#030303"
PAPER = "#040404"
ACCENT = "#050505"
ACCENT_SOFT = "#060606"
FUND = "#070707"
BACKSTOP = "#080808"
HAIRCUT = "#090909"
CHARGE = "#0a0a0a"
UNPAID = "#0b0b0b"

POLICY = tuple(f"#{place:02x}{place:02x}{place:02x}" for place in range(12, 12 + POLICY_COLOURS))
"""Stand-ins of the colours of policies, by place."""

VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    PAPER: "--paper",
    ACCENT: "--accent",
    ACCENT_SOFT: "--accent-soft",
    FUND: "--fund",
    BACKSTOP: "--backstop",
    HAIRCUT: "--haircut",
    CHARGE: "--charge",
    UNPAID: "--unpaid",
    **{colour: policy_variable(place) for place, colour in enumerate(POLICY)},
}
"""The CSS variable behind each stand-in colour."""


def light(colour: str) -> str:
    """Return the colour of light paper behind a stand-in; other colours stay as they are."""
    variable = VARIABLES.get(colour)
    return LIGHT[variable] if variable else colour
