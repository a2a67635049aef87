"""Which promise a refusal of the engine means was broken: the engine's own sentence says it."""

import re

VALID, BUDGET, OVER_DRAW, OVER_CLOSE = "valid", "budget", "over-draw", "over-close"
PAYER, FROZEN = "payer", "frozen"

_MEANINGS = (
    (r"over-closes|over-fills", OVER_CLOSE),
    (r"over-draws", OVER_DRAW),
    (r"(closes|charges) .* were asked|pays more than|collects more than|pays out|closes .* of longs", BUDGET),
    (r"'(gap_)?payer'|'drawn' is for|takes inventory", PAYER),
    (r"(.*, line \d+, )?raised (ValueError: (.*read-only|cannot set WRITEABLE)|FrozenInstanceError)", FROZEN),
    (r"(changed|replaced) .* of its|replaced what its", FROZEN),
)


def broken_promise(rule: str) -> str:
    """Return the name of the check that a refusal belongs to; what is nothing else is not valid."""
    return next((check for words, check in _MEANINGS if re.match(words, rule)), VALID)
