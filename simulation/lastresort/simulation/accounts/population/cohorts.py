"""The ten cohorts: five on isolated margin, five on cross margin."""

ISOLATED_COHORTS = ("retail", "institution", "basis", "short", "momentum")
RETAIL, INSTITUTION, BASIS, SHORT, MOMENTUM = range(5)
ISOLATED_SIDES = (1.0, 1.0, -1.0, -1.0, -1.0)
"""Each isolated cohort is long (1) or short (-1)."""

CROSS_COHORTS = ("pairs", "arbitrage", "maker", "value", "vault")
PAIRS, ARBITRAGE, MAKER, VALUE, VAULT = range(5)
