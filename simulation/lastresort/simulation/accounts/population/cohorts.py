"""The nine cohorts: five on isolated margin, four on cross margin."""

ISOLATED_COHORTS = ("retail", "institution", "basis", "short", "momentum")
RETAIL, INSTITUTION, BASIS, SHORT, MOMENTUM = range(5)
ISOLATED_SIDES = (1.0, 1.0, -1.0, -1.0, -1.0)
"""Each isolated cohort is long (1) or short (-1)."""

CROSS_COHORTS = ("pairs", "arbitrage", "maker", "value")
PAIRS, ARBITRAGE, MAKER, VALUE = range(4)
