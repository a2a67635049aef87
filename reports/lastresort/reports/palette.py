"""Colours as names in disguise: each stands for a CSS variable, so one drawing serves light and dark paper.

The values a reader sees are in templates/style.css. Cool colours are institutions (fund, backstop), warm ones are
users (haircuts, charges); the five hues are told apart with every common form of colour blindness (Okabe and Ito 2008).
"""

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
}
"""The CSS variable behind each stand-in colour."""
