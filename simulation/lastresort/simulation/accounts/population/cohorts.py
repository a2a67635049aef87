"""The nine cohorts: five on isolated margin, four on cross margin."""

ISOLATED_COHORTS = ("retail", "institution", "basis", "short", "momentum")
RETAIL, INSTITUTION, BASIS, SHORT, MOMENTUM = range(5)
CROSS_COHORTS = ("pairs", "arbitrage", "maker", "value")
PAIRS, ARBITRAGE, MAKER, VALUE = range(4)
