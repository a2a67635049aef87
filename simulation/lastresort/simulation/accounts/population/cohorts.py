"""The cohorts: those on isolated margin, each account with one position, and those on cross margin."""

ISOLATED_COHORTS = ("retail", "institution", "basis", "short", "momentum", "whale")
RETAIL, INSTITUTION, BASIS, SHORT, MOMENTUM, WHALE = range(6)
ISOLATED_SIDES = (1.0, 1.0, -1.0, -1.0, -1.0, 1.0)
"""Each isolated cohort is long (1) or short (-1)."""

CROSS_COHORTS = ("pairs", "arbitrage", "maker", "value", "vault", "carry")
PAIRS, ARBITRAGE, MAKER, VALUE, VAULT, CARRY = range(6)
