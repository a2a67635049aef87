"""A circuit breaker tripped by volatility, with a scenario, a score and a report section of its own."""
