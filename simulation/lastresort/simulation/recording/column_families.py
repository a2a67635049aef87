"""Columns of a record that come in families: one for each level of a hedge, one for each window after a fill."""

NAKED = 0.20
LEVELS = {
    "naked_longest_05": 0.05,
    "naked_longest_10": 0.10,
    "naked_longest": NAKED,
    "naked_longest_30": 0.30,
    "naked_longest_50": 0.50,
}
"""Net delta over starting gross above which a strategy is naked, ascending, by the column of its longest spell."""

AT_END = {name.replace("longest", "at_end"): level for name, level in LEVELS.items()}
"""The same levels by the column of the spell that was still going on at the end."""

WINDOWS = {"mid_1m": 60.0, "mid_3m": 180.0, "mid_5m": 300.0, "mid_15m": 900.0, "mid_30m": 1800.0}
"""Seconds of trading of each window, ascending, by the column that holds its average."""
