"""Who holds what: the population, isolated and cross-margin accounts, the ledger that alone moves money."""
